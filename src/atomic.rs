//! Files that are either written whole or not at all.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::{Error, Result};

/// Writes a file so that nobody ever sees half of it: into a temporary file beside it, which then takes its name.
///
/// A symbolic link stays one: the file it points to is replaced. What is no regular file (a pipe, `/dev/null`)
/// is written to directly.
///
/// # Errors
/// [`Error::Io`] when the directory is missing or not writable, or when `write` fails; an older file then stays
/// as it was and no partial file is left.
pub fn write_atomic(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    let written = target(path).and_then(|target| match target {
        Target::Regular(path) => replace(&path, write),
        Target::Special(path) => write_directly(&path, write),
    });
    written.map_err(|source| Error::io(path, "write", source))
}

/// Checks that [`write_atomic`] can write there, for those who have long work to do before.
///
/// # Errors
/// [`Error::Io`] when it is a directory, or no file can be created beside it.
pub fn check_writable(path: &Path) -> Result<()> {
    let checked = target(path).and_then(|target| match target {
        Target::Regular(path) => temporary_beside(&path).map(drop),
        Target::Special(_) => Ok(()),
    });
    checked.map_err(|source| Error::io(path, "write", source))
}

/// What a path leads to, symbolic links followed.
enum Target {
    /// A regular file, or nothing yet.
    Regular(PathBuf),
    /// A pipe or a device.
    Special(PathBuf),
}

fn target(path: &Path) -> io::Result<Target> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    match fs::metadata(&target) {
        Ok(metadata) if metadata.is_dir() => {
            Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a directory; name a file"))
        }
        Ok(metadata) if !metadata.is_file() => Ok(Target::Special(target)),
        _ => Ok(Target::Regular(target)),
    }
}

fn write_directly(target: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut file = BufWriter::new(fs::OpenOptions::new().write(true).open(target)?);
    write(&mut file)?;
    file.flush()
}

fn replace(target: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut file = BufWriter::new(temporary_beside(target)?);
    write(&mut file)?;
    let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.as_file().sync_all()?;
    file.persist(target).map_err(|error| error.error)?;
    Ok(())
}

fn temporary_beside(target: &Path) -> io::Result<NamedTempFile> {
    let directory = match target.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    if !directory.is_dir() {
        let problem = format!("there is no directory {}; create it first", directory.display());
        return Err(io::Error::new(io::ErrorKind::NotFound, problem));
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(".tagwright-");
    #[cfg(unix)]
    {
        // Temporary files are private by default; this one becomes an ordinary file, for the umask to narrow.
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(&directory).map_err(|error| {
        // The error of tempfile names the temporary file, which means nothing to the user.
        let problem = format!("no file can be created in {} ({})", directory.display(), error.kind());
        io::Error::new(error.kind(), problem)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_in(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).unwrap();
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn a_file_is_created_and_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("model");
        for text in ["first", "second, longer", "3"] {
            write_atomic(&path, |out| out.write_all(text.as_bytes())).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        assert_eq!(names_in(directory.path()), ["model"]);
    }

    #[test]
    fn a_failed_write_leaves_the_old_file_and_nothing_else() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("model");
        fs::write(&path, "old").unwrap();
        let error = write_atomic(&path, |out| {
            out.write_all(b"half of the ne")?;
            Err(io::Error::other("the disk is full"))
        })
        .unwrap_err();
        assert_eq!(error.to_string(), format!("{}: cannot write: the disk is full", path.display()));
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(names_in(directory.path()), ["model"]);
    }

    #[test]
    fn a_missing_directory_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let missing = directory.path().join("missing");
        let path = missing.join("model");
        let error = write_atomic(&path, |_| Ok(())).unwrap_err();
        let expected = format!(
            "{}: cannot write: there is no directory {}; create it first",
            path.display(),
            missing.display()
        );
        assert_eq!(error.to_string(), expected);
        assert_eq!(check_writable(&path).unwrap_err().to_string(), expected);
    }

    #[test]
    fn checking_leaves_nothing_behind() {
        let directory = tempfile::tempdir().unwrap();
        check_writable(&directory.path().join("model")).unwrap();
        assert!(names_in(directory.path()).is_empty());
        assert!(check_writable(directory.path()).is_err());
    }

    #[test]
    fn a_directory_is_not_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let error = write_atomic(directory.path(), |_| Ok(())).unwrap_err();
        assert!(error.to_string().ends_with("cannot write: it is a directory; name a file"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn the_umask_decides_who_may_read_the_file() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let (ours, ordinary) = (directory.path().join("ours"), directory.path().join("ordinary"));
        write_atomic(&ours, |_| Ok(())).unwrap();
        fs::write(&ordinary, "").unwrap();
        let mode = |path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&ours), mode(&ordinary));
    }

    #[cfg(unix)]
    #[test]
    fn links_stay_links_and_devices_stay_devices() {
        let directory = tempfile::tempdir().unwrap();
        let (file, link) = (directory.path().join("file"), directory.path().join("link"));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write_atomic(&link, |out| out.write_all(b"new")).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());

        let null = directory.path().join("null");
        std::os::unix::fs::symlink("/dev/null", &null).unwrap();
        write_atomic(&null, |out| out.write_all(b"gone")).unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
}
