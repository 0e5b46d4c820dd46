//! What a name leads to, and whether two names lead to one file.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::lock::{FileId, file_id};

/// How many symbolic links may lead from one to the next.
const MAX_LINKS: usize = 40;

/// What a path leads to, symbolic links followed.
pub(super) enum Target {
    /// A regular file, or nothing yet.
    Regular(PathBuf),
    /// A pipe or a device, or one of the streams that this process was given.
    Special(PathBuf),
}

impl Target {
    /// Where what is written to `path` goes.
    pub fn of(path: &Path) -> io::Result<Self> {
        let refused = |kind, problem: &str| Err(io::Error::new(kind, problem));
        let name = path.as_os_str().as_encoded_bytes();
        if name.is_empty() {
            return refused(io::ErrorKind::InvalidInput, "the name is empty; name a file");
        }
        let path = follow(path)?;
        if is_stream(&path) {
            return Ok(Self::Special(path));
        }
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() => {
                refused(io::ErrorKind::IsADirectory, "it is a directory; name a file")
            }
            Ok(metadata) if !metadata.is_file() => Ok(Self::Special(path)),
            Ok(_) => Ok(Self::Regular(path)),
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                refused(error.kind(), "part of the name is a file, no directory; name a file in a directory")
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let directory = directory_of(&path);
                if !directory.is_dir() {
                    let problem = format!("there is no directory {}; create it first", directory.display());
                    return refused(error.kind(), &problem);
                }
                if name.last().is_some_and(|last| std::path::is_separator(char::from(*last))) {
                    return refused(io::ErrorKind::IsADirectory, "this names a directory; name a file");
                }
                Ok(Self::Regular(path))
            }
            Err(error) => Err(error),
        }
    }
}

/// Follows symbolic links, also to where there is nothing yet, but not into a stream.
fn follow(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        match fs::read_link(&path) {
            Ok(next) if !is_stream(&path) => path = path.parent().unwrap_or(Path::new("")).join(next),
            _ => return Ok(path),
        }
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, "symbolic links lead in a circle; name a file"))
}

/// Whether a path names an open file of a process, such as its standard output, and not what that leads to.
fn is_stream(path: &Path) -> bool {
    let of_process = || {
        let parts: Vec<&OsStr> = path.strip_prefix("/proc").into_iter().flatten().collect();
        parts.len() == 3 && parts[1] == "fd"
    };
    cfg!(unix)
        && (["/dev/stdin", "/dev/stdout", "/dev/stderr"].iter().any(|stream| path == Path::new(stream))
            || path.starts_with("/dev/fd")
            || of_process())
}

/// The directory of a file.
pub(super) fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."))
}

/// A file that can be told from all others, whatever its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// A file that is there, and whether it is a regular one.
    Existing(FileId, bool),
    /// A name of a directory where there is nothing yet.
    New(PathBuf, FileId, OsString),
}

impl Identity {
    /// What a path leads to, symbolic links followed; `None` where no file can be.
    pub fn of(path: &Path) -> Option<Self> {
        if let Ok(metadata) = fs::metadata(path) {
            return Some(Self::Existing(file_id(path, &metadata)?, metadata.is_file()));
        }
        let path = follow(path).ok()?;
        let directory = directory_of(&path);
        let id = file_id(directory, &fs::metadata(directory).ok()?)?;
        Some(Self::New(directory.to_owned(), id, path.file_name()?.to_owned()))
    }

    /// The file of an open stream.
    #[cfg(unix)]
    pub fn of_stream(stream: &impl std::os::fd::AsFd) -> Option<Self> {
        let file = fs::File::from(stream.as_fd().try_clone_to_owned().ok()?);
        let metadata = file.metadata().ok()?;
        Some(Self::Existing(file_id(Path::new(""), &metadata)?, metadata.is_file()))
    }

    /// Whether what is written to it replaces what was there: not in a pipe, a device, or a terminal.
    pub fn is_regular(&self) -> bool {
        !matches!(self, Self::Existing(_, false))
    }

    /// Whether both are one file. Where neither is there yet, their file system is asked if it tells the names apart.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::New(directory, a, name), Self::New(_, b, other)) => {
                a == b && (name == other || is_one_name(directory, name, other))
            }
            _ => self == other,
        }
    }
}

/// Whether two names in a directory are one, as where case does not matter.
fn is_one_name(directory: &Path, a: &OsStr, b: &OsStr) -> bool {
    let may_be = !a.is_ascii() || !b.is_ascii() || a.eq_ignore_ascii_case(b);
    let try_out = || -> io::Result<bool> {
        let room = tempfile::Builder::new().prefix(".tagwright-").tempdir_in(directory)?;
        fs::write(room.path().join(a), "")?;
        room.path().join(b).try_exists()
    };
    may_be && try_out().unwrap_or(false)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_file_has_one_identity_under_all_its_names() {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        fs::create_dir(at("d")).unwrap();
        fs::write(at("file"), "").unwrap();
        fs::write(at("other"), "").unwrap();
        fs::hard_link(at("file"), at("hard")).unwrap();
        symlink("file", at("soft")).unwrap();
        symlink(directory.path(), at("d/up")).unwrap();
        symlink("new", at("to-new")).unwrap();
        symlink("to-new", at("to-to-new")).unwrap();
        let is_same = |a: &str, b: &str| {
            let (a, b) = (Identity::of(&at(a)).unwrap(), Identity::of(&at(b)).unwrap());
            assert_eq!(a.is_same(&b), b.is_same(&a));
            a.is_same(&b)
        };
        for name in ["file", "hard", "soft", "./file", "d/../file", "d/up/file", "d/up/soft"] {
            assert!(is_same("file", name), "{name}");
            assert!(!is_same("other", name), "{name}");
            assert!(!is_same("new", name), "{name}");
        }
        for name in ["new", "to-new", "to-to-new", "d/../new", "d/up/new", "d/up/to-to-new"] {
            assert!(is_same("new", name), "{name}");
            assert!(!is_same("newer", name), "{name}");
        }
        assert!(!is_same("d/new", "new"));
        let tells_case_apart = !at("FILE").exists();
        assert_eq!(is_same("NEW", "new"), !tells_case_apart);
        assert_eq!(is_same("Neü", "neÜ"), !tells_case_apart);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 7);
        assert_eq!(Identity::of(&at("none/new")), None);
    }

    #[test]
    fn links_in_a_circle_end() {
        let directory = tempfile::tempdir().unwrap();
        let (a, b) = (directory.path().join("a"), directory.path().join("b"));
        symlink(&a, &b).unwrap();
        symlink(&b, &a).unwrap();
        assert_eq!(Identity::of(&a), None);
        assert!(Target::of(&a).is_err());
    }
}
