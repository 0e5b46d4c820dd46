//! Bytes from a file or standard input, ready to be read as records.

use std::borrow::Cow;
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::PathBuf;

use flate2::bufread::MultiGzDecoder;

use super::format::{InputFormat, Opening};
use crate::error::{Error, Location, Result};

/// How many bytes are looked at, at most, to tell JSON from text.
const SNIFF_BYTES: usize = 64 * 1024;

/// Where records come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file.
    File(PathBuf),
    /// Standard input.
    Stdin,
}

impl From<PathBuf> for Source {
    /// A path as it stands on the command line: `-` is standard input.
    fn from(path: PathBuf) -> Self {
        if path.as_os_str() == "-" { Self::Stdin } else { Self::File(path) }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Stdin => f.write_str("<stdin>"),
        }
    }
}

impl Source {
    pub(super) fn path(&self) -> PathBuf {
        match self {
            Self::File(path) => path.clone(),
            Self::Stdin => PathBuf::from("<stdin>"),
        }
    }
}

/// An opened source: decompressed, without byte order mark and leading blank space.
pub(super) struct Input {
    /// Where the bytes come from.
    pub source: Source,
    /// The form to read them in.
    pub format: InputFormat,
    /// The line that the reader stands on, counted from 1.
    pub line: usize,
    /// The bytes.
    pub reader: Box<dyn BufRead + Send>,
}

impl Input {
    /// Opens a source and finds out its form unless it is given.
    pub fn open(source: &Source, format: Option<InputFormat>) -> Result<Self> {
        let Source::File(path) = source else {
            return Self::new(source, format, Box::new(io::stdin()));
        };
        let cannot_read = |error| Error::io(path, "read", error);
        let file = File::open(path).map_err(cannot_read)?;
        let metadata = file.metadata().map_err(cannot_read)?;
        if metadata.is_dir() {
            return Err(Error::input(Location::file(path), "is a directory", "name the files in it"));
        }
        // A pipe, such as a shell's <(command), has no telling name and is recognised like standard input.
        let plain = metadata.is_file().then_some(InputFormat::Text);
        Self::new(source, format.or(InputFormat::of_path(path)).or(plain), Box::new(file))
    }

    /// An input of given bytes; their form is recognised when `format` is `None`.
    pub fn new(source: &Source, format: Option<InputFormat>, bytes: Box<dyn Read + Send>) -> Result<Self> {
        let failed = |error| broken(Location::file(source.path()), error);
        let mut bytes = Peeked::new(Box::new(BufReader::with_capacity(SNIFF_BYTES, bytes)));
        bytes.fill_to(2).map_err(failed)?;
        if bytes.head.starts_with(&[0x1f, 0x8b]) {
            let decoder = MultiGzDecoder::new(bytes.into_reader());
            bytes = Peeked::new(Box::new(BufReader::with_capacity(SNIFF_BYTES, decoder)));
        }
        bytes.fill_to(3).map_err(failed)?;
        bytes.check_encoding(source)?;
        let line = bytes.skip_blank().map_err(failed)?;
        if bytes.head.is_empty() {
            let help = "give text, JSON, JSON Lines or CSV";
            return Err(Error::input(Location::file(source.path()), "there is nothing in it", help));
        }
        let format = match format {
            Some(format) => format,
            None => bytes.recognise().map_err(failed)?,
        };
        Ok(Self { source: source.clone(), format, line, reader: bytes.into_reader() })
    }

    /// Reads all that is left, with U+FFFD for what is not UTF-8.
    pub fn read_text(&mut self) -> Result<String> {
        let mut bytes = Vec::new();
        match self.reader.read_to_end(&mut bytes) {
            Ok(_) => Ok(lossy(&bytes).into_owned()),
            Err(error) => Err(broken(Location::file(self.source.path()), error)),
        }
    }
}

/// The bytes as text, with U+FFFD for what is not UTF-8.
pub(super) fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    // The strict check is many times faster than the one that goes on behind a fault.
    str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// Says what reading stumbled over, with gzip data as the usual culprit.
pub(super) fn broken(at: Location, error: io::Error) -> Error {
    let problem = match error.kind() {
        io::ErrorKind::UnexpectedEof => "the gzip data ends too early".to_owned(),
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
            format!("the gzip data is damaged ({error})")
        }
        _ => return Error::io(&at.path, "read", error),
    };
    Error::input(at, problem, "copy or download the file again")
}

/// A reader whose first bytes have been looked at.
struct Peeked {
    head: Vec<u8>,
    rest: Box<dyn BufRead + Send>,
}

impl Peeked {
    fn new(rest: Box<dyn BufRead + Send>) -> Self {
        Self { head: Vec::new(), rest }
    }

    /// Moves what the reader has at hand into the head; `false` at the end.
    fn fill(&mut self) -> io::Result<bool> {
        let available = match self.rest.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(true),
            other => other?,
        };
        let count = available.len();
        self.head.extend_from_slice(available);
        self.rest.consume(count);
        Ok(count > 0)
    }

    fn fill_to(&mut self, count: usize) -> io::Result<()> {
        while self.head.len() < count && self.fill()? {}
        Ok(())
    }

    /// Drops the byte order mark of UTF-8 and refuses UTF-16.
    fn check_encoding(&mut self, source: &Source) -> Result<()> {
        if self.head.starts_with(&[0xff, 0xfe]) || self.head.starts_with(&[0xfe, 0xff]) {
            let help = "convert it to UTF-8, for instance with iconv -f UTF-16 -t UTF-8";
            return Err(Error::input(Location::file(source.path()), "is UTF-16", help));
        }
        if self.head.starts_with(b"\xef\xbb\xbf") {
            self.head.drain(..3);
        }
        Ok(())
    }

    /// Drops leading blank space; the number of the line after it.
    fn skip_blank(&mut self) -> io::Result<usize> {
        let mut line = 1;
        loop {
            let blank = self.head.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            line += self.head.drain(..blank).filter(|byte| *byte == b'\n').count();
            if !self.head.is_empty() || !self.fill()? {
                return Ok(line);
            }
        }
    }

    /// Tells JSON from text by the first bytes, reading no further than it must.
    fn recognise(&mut self) -> io::Result<InputFormat> {
        while Opening::of(&self.head).is_none() && self.head.len() < SNIFF_BYTES && self.fill()? {}
        Ok(match Opening::of(&self.head) {
            Some(Opening::Array) => InputFormat::Json,
            Some(Opening::Object) => {
                if !self.head.contains(&b'\n') {
                    self.rest.read_until(b'\n', &mut self.head)?;
                }
                let line = self.head.split(|byte| *byte == b'\n').next().unwrap_or_default();
                InputFormat::of_first_line(line)
            }
            Some(Opening::Text) | None => InputFormat::Text,
        })
    }

    fn into_reader(self) -> Box<dyn BufRead + Send> {
        Box::new(Cursor::new(self.head).chain(self.rest))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::super::testing::{gzip, input, read, refusal};
    use super::*;

    fn open_error(path: &Path) -> String {
        match Input::open(&Source::from(path.to_owned()), None) {
            Ok(_) => panic!("{} was opened", path.display()),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_dash_is_standard_input() {
        assert_eq!(Source::from(PathBuf::from("-")).to_string(), "<stdin>");
        assert_eq!(Source::from(PathBuf::from("./-")).to_string(), "./-");
    }

    #[test]
    fn standard_input_is_recognised_by_its_first_bytes() {
        let format = |bytes: &str| input("-", bytes).unwrap().format;
        assert_eq!(format("[{\"id\": 1}]"), InputFormat::Json);
        assert_eq!(format("[\n]"), InputFormat::Json);
        assert_eq!(format("{\n  \"id\": 1\n}\n"), InputFormat::Json);
        assert_eq!(format("\u{feff}\n{\"id\": 1}\n{\"id\": 2}\n"), InputFormat::Jsonl);
        assert_eq!(format("{\"id\": 1}"), InputFormat::Jsonl);
        assert_eq!(format("[![Build](badge.svg)](ci)\n# Broker"), InputFormat::Text);
        assert_eq!(format("a broker"), InputFormat::Text);
        assert_eq!(format("["), InputFormat::Text);
        assert_eq!(input("-", gzip("{\"id\": 1}")).unwrap().format, InputFormat::Jsonl);
    }

    #[test]
    fn a_given_form_goes_before_name_and_content() {
        let source = Source::from(PathBuf::from("-"));
        let bytes = Box::new(Cursor::new("{\"id\": 1}"));
        assert_eq!(Input::new(&source, Some(InputFormat::Text), bytes).unwrap().format, InputFormat::Text);
    }

    /// Gives one byte at a time, interrupted before each.
    struct Slow<'a>(&'a [u8], bool);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let count = buffer.len().min(1);
            self.0.read(&mut buffer[..count])
        }
    }

    #[test]
    fn a_slow_pipe_is_recognised_too() {
        let slow = Slow(b"\xef\xbb\xbf \n { \"text\": \"a broker\"\n}", false);
        let mut input = Input::new(&Source::Stdin, None, Box::new(slow)).unwrap();
        assert_eq!((input.format, input.line), (InputFormat::Json, 2));
        assert_eq!(input.read_text().unwrap(), "{ \"text\": \"a broker\"\n}");
    }

    #[test]
    fn recognising_lines_waits_for_no_more_than_the_first() {
        struct Open<'a>(&'a [u8]);
        impl Read for Open<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                assert!(!self.0.is_empty(), "read past the first line");
                self.0.read(buffer)
            }
        }
        let line = b"{\"text\": \"a broker\"}\n";
        assert_eq!(Input::new(&Source::Stdin, None, Box::new(Open(line))).unwrap().line, 1);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_pipe_that_is_named_as_a_file_is_recognised_by_its_first_bytes() {
        use std::io::Write;
        use std::os::fd::AsRawFd;
        let (reader, mut writer) = io::pipe().unwrap();
        writer.write_all(b"{\"id\": 1}\n").unwrap();
        drop(writer);
        let path = PathBuf::from(format!("/proc/self/fd/{}", reader.as_raw_fd()));
        assert_eq!(Input::open(&Source::File(path), None).unwrap().format, InputFormat::Jsonl);
    }

    #[test]
    fn gzip_is_recognised_by_its_bytes_whatever_the_name() {
        let json = "{\"id\":7,\"text\":\"a broker\"}";
        for name in ["a.jsonl", "a.jsonl.gz", "a.json.gz"] {
            assert_eq!(read(name, gzip(json)), [format!("{name}:1 7 a broker")]);
            assert_eq!(read(name, json), [format!("{name}:1 7 a broker")]);
        }
        assert_eq!(read("README.md.gz", gzip("# A broker")), ["README.md.gz \"README.md.gz\" # A broker"]);
    }

    #[test]
    fn gzip_members_are_read_one_after_the_other() {
        let members = [gzip("{\"text\":\"one\"}\n"), gzip("{\"text\":\"two\"}\n")].concat();
        assert_eq!(read("a.jsonl.gz", members), ["a.jsonl.gz:1 null one", "a.jsonl.gz:2 null two"]);
    }

    #[test]
    fn a_byte_order_mark_is_dropped_or_refused() {
        assert_eq!(read("a.md", "\u{feff}# A broker"), ["a.md \"a.md\" # A broker"]);
        for bytes in [b"\xff\xfe#\0 \0A\0", b"\xfe\xff\0#\0 \0A"] {
            let expected = "a.md: is UTF-16; convert it to UTF-8, for instance with iconv -f UTF-16 -t UTF-8";
            assert_eq!(refusal("a.md", bytes), expected);
            assert_eq!(refusal("a.md", gzip(bytes)), expected);
        }
    }

    #[test]
    fn what_holds_nothing_is_refused() {
        for bytes in
            [Vec::new(), b" \r\n\t".to_vec(), b"\xef\xbb\xbf\n".to_vec(), gzip(""), vec![b'\n'; 200_000]]
        {
            let expected = "a.jsonl: there is nothing in it; give text, JSON, JSON Lines or CSV";
            assert_eq!(refusal("a.jsonl", bytes), expected);
        }
        assert!(refusal("-", "").starts_with("<stdin>: there is nothing in it; "));
    }

    #[test]
    fn damaged_gzip_is_named() {
        let whole = gzip("# A broker of messages");
        let early = "a.md: the gzip data ends too early; copy or download the file again";
        assert_eq!(refusal("a.md", &whole[..8]), early);
        let mut damaged = whole;
        damaged[10] ^= 0xff;
        assert!(refusal("a.md", damaged).starts_with("a.md: the gzip data is damaged ("));
    }

    #[test]
    fn files_that_cannot_be_read_are_named() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path();
        assert_eq!(open_error(path), format!("{}: is a directory; name the files in it", path.display()));
        let missing = path.join("none.json");
        assert!(open_error(&missing).starts_with(&format!("{}: cannot read: ", missing.display())));
        let file = path.join("plain");
        fs::write(&file, "# A broker").unwrap();
        assert_eq!(Input::open(&Source::File(file), None).unwrap().format, InputFormat::Text);
    }
}
