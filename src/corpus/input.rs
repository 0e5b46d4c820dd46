//! Bytes from a file or standard input, ready to be read as records.

use std::borrow::Cow;
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;

use super::csv;
use super::format::{InputFormat, Opening};
use crate::error::{Error, Location, Result};
use crate::limits::{FILE, Limit, RECORD};

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
        let file = open_file(path)?;
        // A pipe, such as a shell's <(command), has no telling name and is recognised like standard input.
        let plain = file.metadata().is_ok_and(|metadata| metadata.is_file()).then_some(InputFormat::Text);
        Self::new(source, format.or(InputFormat::of_path(path)).or(plain), Box::new(file))
    }

    /// An input of given bytes; their form is recognised when `format` is `None`.
    pub fn new(source: &Source, format: Option<InputFormat>, bytes: Box<dyn Read + Send>) -> Result<Self> {
        let at = || Location::file(source.path());
        let failed = |error| broken(at(), error);
        let (mut bytes, line) = Peeked::open(at, bytes)?;
        if bytes.head.is_empty() {
            return Err(Error::input(at(), "there is nothing in it", "give text, JSON, JSON Lines or CSV"));
        }
        let format = match format {
            Some(format) => {
                bytes.check_form(format).map_err(|(found, help)| Error::input(at(), found, help))?
            }
            None => bytes.recognise().map_err(failed)?,
        };
        Ok(Self { source: source.clone(), format, line, reader: bytes.into_reader() })
    }

    /// Reads all that is left, up to a limit, with U+FFFD for what is not UTF-8.
    pub fn read_text(&mut self, limit: &Limit) -> Result<String> {
        let bytes = read_all(&mut self.reader, &Location::file(self.source.path()), limit)?;
        Ok(String::from_utf8(bytes).unwrap_or_else(|error| lossy(error.as_bytes()).into_owned()))
    }
}

/// Reads a file that people hand in beside the records, such as a taxonomy or settings: unpacked, without byte order mark,
/// in UTF-8. Gives the text from the first line that is not blank, and the number of that line.
///
/// # Errors
/// When it cannot be read, is longer than [`FILE`], or is not UTF-8.
pub fn read_file(path: &Path) -> Result<(usize, String)> {
    let at = || Location::file(path);
    let (bytes, line) = Peeked::open(at, Box::new(open_file(path)?))?;
    let bytes = read_all(&mut bytes.into_reader(), &at(), &FILE)?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let at = Location::line(path, line + line_breaks(before));
        Error::input(at, "is not UTF-8", "convert it, for instance with iconv -f LATIN1 -t UTF-8")
    })?;
    Ok((line, text))
}

fn open_file(path: &Path) -> Result<File> {
    let cannot_read = |error| Error::io(path, "read", error);
    let file = File::open(path).map_err(cannot_read)?;
    if file.metadata().map_err(cannot_read)?.is_dir() {
        return Err(Error::input(Location::file(path), "is a directory", "name the files in it"));
    }
    Ok(file)
}

fn read_all(reader: &mut dyn BufRead, at: &Location, limit: &Limit) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = reader.take(limit.most + 1).read_to_end(&mut bytes);
    match read.map_err(|error| broken(at.clone(), error))? {
        read if read > limit.size() => Err(limit.exceeded(at.clone(), None)),
        _ => Ok(bytes),
    }
}

/// How many line breaks there are.
pub(super) fn line_breaks(bytes: &[u8]) -> usize {
    bytes.split(|byte| *byte == b'\n').count() - 1
}

/// Adds the next line to `line`, with its line break. Of a longer one than `most` only the beginning is kept; all of it is
/// counted. 0 is the end.
pub(super) fn read_line(reader: &mut dyn BufRead, line: &mut Vec<u8>, most: usize) -> io::Result<u64> {
    let start = line.len();
    let read = reader.take(most as u64 + 1).read_until(b'\n', line)? as u64;
    if read <= most as u64 || line.last() == Some(&b'\n') {
        return Ok(read);
    }
    line.truncate(start + most);
    Ok(read + skip_line(reader)?)
}

/// Passes over what is left of a line; how long that was.
fn skip_line(reader: &mut dyn BufRead) -> io::Result<u64> {
    let mut skipped = 0;
    loop {
        let available = match reader.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        let end = available.iter().position(|byte| *byte == b'\n');
        let length = end.map_or(available.len(), |end| end + 1);
        reader.consume(length);
        skipped += length as u64;
        if end.is_some() || length == 0 {
            return Ok(skipped);
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

/// What no reader here can read, by its first bytes: what it is, and what to do.
fn foreign(head: &[u8]) -> Option<(&'static str, &'static str)> {
    const UNPACK: &str = "unpack it, or pack it with gzip";
    match head {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [1..=255, 0, 1..=255, 0, ..] | [0, 1..=255, 0, 1..=255, ..] => {
            Some(("is UTF-16", "convert it to UTF-8, for instance with iconv -f UTF-16 -t UTF-8"))
        }
        [b'P', b'K', 3, 4, ..] => Some(("is a spreadsheet or a zip archive", "save it as CSV, or unpack it")),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(("is packed with zstd", UNPACK)),
        [0xfd, b'7', b'z', b'X', ..] => Some(("is packed with xz", UNPACK)),
        [b'B', b'Z', b'h', b'1'..=b'9', ..] => Some(("is packed with bzip2", UNPACK)),
        _ => None,
    }
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

    /// Unpacks what is packed and passes over a byte order mark and blank lines; with the number of the line after them.
    fn open(at: impl Fn() -> Location, bytes: Box<dyn Read + Send>) -> Result<(Self, usize)> {
        let failed = |error| broken(at(), error);
        let mut bytes = Self::new(Box::new(BufReader::with_capacity(SNIFF_BYTES, bytes)));
        bytes.fill_to(2).map_err(failed)?;
        if bytes.head.starts_with(&[0x1f, 0x8b]) {
            let decoder = MultiGzDecoder::new(bytes.into_reader());
            bytes = Self::new(Box::new(BufReader::with_capacity(SNIFF_BYTES, decoder)));
        }
        bytes.fill_to(4).map_err(failed)?;
        if let Some((found, help)) = foreign(&bytes.head) {
            return Err(Error::input(at(), found, help));
        }
        if bytes.head.starts_with(b"\xef\xbb\xbf") {
            bytes.head.drain(..3);
        }
        let line = bytes.skip_blank().map_err(failed)?;
        Ok((bytes, line))
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
                    let most = RECORD.most.saturating_sub(self.head.len() as u64);
                    self.rest.by_ref().take(most).read_until(b'\n', &mut self.head)?;
                }
                InputFormat::of_first_line(self.first_line())
            }
            Some(Opening::Text) | None => InputFormat::Text,
        })
    }

    /// What of the first line has been looked at.
    fn first_line(&self) -> &[u8] {
        self.head.split(|byte| *byte == b'\n').next().unwrap_or_default()
    }

    /// The form that a name tells or a person says, or JSON where JSON Lines are spread over lines. What is
    /// evidently of another form is refused: what it is, and what to do.
    fn check_form(&self, format: InputFormat) -> Result<InputFormat, (&'static str, &'static str)> {
        let opening = Opening::of(&self.head);
        let is_json = matches!(opening, Some(Opening::Array | Opening::Object));
        match format {
            InputFormat::Csv if is_json => {
                Err(("is JSON, not CSV", "name it .json or .jsonl, or read it with --input-format json"))
            }
            InputFormat::Json | InputFormat::Jsonl if !is_json && csv::is_header(self.first_line()) => {
                Err(("is CSV, not JSON", "name it .csv, or read it with --input-format csv"))
            }
            InputFormat::Jsonl
                if opening == Some(Opening::Array) || self.first_line().trim_ascii() == b"{" =>
            {
                Ok(InputFormat::Json)
            }
            format => Ok(format),
        }
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
        assert_eq!(input.read_text(&FILE).unwrap(), "{ \"text\": \"a broker\"\n}");
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
