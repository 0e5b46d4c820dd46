//! Advisory locks: who writes a file keeps other runs from writing it at the same time.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;

/// Opens a file and holds it until it is closed; `None` when another holder has it.
///
/// A file that is replaced while somebody waits is opened anew, so that what is held is what the name leads to. On file
/// systems without locks, and where the system has none, nobody is kept out.
///
/// # Errors
/// When the file cannot be opened.
pub fn try_hold(path: &Path, options: &OpenOptions) -> io::Result<Option<File>> {
    hold_by(try_lock, path, options)
}

/// As [`try_hold`], but waits for another holder to end.
///
/// # Errors
/// When the file cannot be opened.
pub fn hold(path: &Path, options: &OpenOptions) -> io::Result<File> {
    let held = hold_by(lock, path, options)?;
    held.ok_or_else(|| io::Error::new(io::ErrorKind::WouldBlock, "another run is writing it"))
}

fn hold_by(
    lock: impl Fn(&File) -> io::Result<bool>,
    path: &Path,
    options: &OpenOptions,
) -> io::Result<Option<File>> {
    loop {
        let file = options.open(path)?;
        if !lock(&file)? {
            return Ok(None);
        }
        if is_at(&file, path)? {
            return Ok(Some(file));
        }
    }
}

/// Whether a name still leads to this file; not when it was removed or replaced.
///
/// # Errors
/// When the system does not tell.
pub fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    match fs::metadata(path) {
        Ok(there) => Ok(file_id(path, &file.metadata()?) == file_id(path, &there)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// What tells a file from all others: its device and its number there.
#[cfg(unix)]
pub(super) type FileId = (u64, u64);

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems may not know")]
pub(super) fn file_id(_: &Path, metadata: &fs::Metadata) -> Option<FileId> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

/// What tells a file from all others, as far as its name does.
#[cfg(not(unix))]
pub(super) type FileId = std::path::PathBuf;

#[cfg(not(unix))]
pub(super) fn file_id(path: &Path, _: &fs::Metadata) -> Option<FileId> {
    fs::canonicalize(path).ok()
}

/// Waits for the lock of a file.
pub(super) fn lock(file: &File) -> io::Result<bool> {
    flock(file, true)
}

/// Takes the lock of a file; `false` when somebody has it.
pub(super) fn try_lock(file: &File) -> io::Result<bool> {
    flock(file, false)
}

#[cfg(unix)]
fn flock(file: &File, wait: bool) -> io::Result<bool> {
    use rustix::fs::{FlockOperation, flock};
    use rustix::io::{Errno, retry_on_intr};
    let operation =
        if wait { FlockOperation::LockExclusive } else { FlockOperation::NonBlockingLockExclusive };
    match retry_on_intr(|| flock(file, operation)) {
        Ok(()) | Err(Errno::NOLCK | Errno::OPNOTSUPP | Errno::NOSYS) => Ok(true),
        Err(Errno::WOULDBLOCK) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(unix))]
fn flock(_: &File, _: bool) -> io::Result<bool> {
    Ok(true)
}

#[cfg(all(test, unix))]
mod tests {
    use std::sync::mpsc::channel;
    use std::thread;
    use std::time::Duration;

    use super::*;

    fn options() -> OpenOptions {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        options
    }

    #[test]
    fn a_second_holder_is_refused_until_the_first_ends() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("held");
        let held = try_hold(&path, &options()).unwrap();
        assert!(held.is_some());
        assert!(try_hold(&path, &options()).unwrap().is_none());
        drop(held);
        assert!(try_hold(&path, &options()).unwrap().is_some());
    }

    #[test]
    fn who_waited_holds_what_the_name_leads_to() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("held");
        let first = hold(&path, &options()).unwrap();
        let (sender, receiver) = channel();
        let waiting = path.clone();
        let second = thread::spawn(move || {
            let file = hold(&waiting, &options()).unwrap();
            sender.send(()).unwrap();
            is_at(&file, &waiting).unwrap()
        });
        receiver.recv_timeout(Duration::from_millis(100)).unwrap_err();
        let new = directory.path().join("new");
        fs::write(&new, "new").unwrap();
        fs::rename(&new, &path).unwrap();
        assert!(!is_at(&first, &path).unwrap());
        drop(first);
        assert!(second.join().unwrap());
        fs::remove_file(&path).unwrap();
        let again = hold(&path, &options()).unwrap();
        fs::remove_file(&path).unwrap();
        assert!(!is_at(&again, &path).unwrap());
    }
}
