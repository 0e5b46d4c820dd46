//! Files that are either written whole or not at all.
//!
//! What is written goes into a temporary file beside its target, which then takes the target's name. Several files can
//! be written together, all or none ([`publish`]). Temporary files are removed when the writing fails or a signal ends
//! the process ([`abandon`]), and after a kill by the next run that writes in their directory.

mod lock;
mod pending;
mod place;
mod temporary;

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

pub use lock::{hold, is_at, try_hold};
pub use pending::finish;
pub use place::Identity;
pub use temporary::abandon;

use place::{Target, directory_of};
use temporary::Temporary;

use crate::error::{Error, Result};

/// Writes a file so that nobody ever sees half of it; its permissions stay.
///
/// A symbolic link stays one: the file it points to is replaced. What is no regular file (a pipe, `/dev/null`)
/// is written to directly; when nobody reads a pipe any more, what is left is not wanted, and that is no error.
///
/// # Errors
/// [`Error::Io`] when the directory is missing or not writable, or when `write` fails; an older file then stays
/// as it was and no partial file is left.
pub fn write_atomic(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    publish(vec![Draft::write(path, write)?])
}

/// Checks that [`write_atomic`] can write there, for those who have long work to do before.
///
/// # Errors
/// [`Error::Io`] when it is a directory, or no file can be created beside it.
pub fn check_writable(path: &Path) -> Result<()> {
    let checked = Target::of(path).and_then(|target| match target {
        Target::Regular(path) => temporary_beside(&path).map(drop),
        Target::Special(_) => Ok(()),
    });
    checked.map_err(|source| Error::io(path, "write", source))
}

/// A file that is written and on the disk, but has not taken its place yet.
#[derive(Debug)]
pub struct Draft {
    /// The file as the user named it.
    path: PathBuf,
    /// What takes which place; nothing for a pipe or a device.
    file: Option<(Temporary, PathBuf)>,
}

impl Draft {
    /// Writes a file, for [`publish`] to put in its place.
    ///
    /// # Errors
    /// Those of [`write_atomic`].
    pub fn write(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<Self> {
        let written = Target::of(path).and_then(|target| match target {
            Target::Regular(target) => Ok(Some((write_beside(&target, write)?, target))),
            Target::Special(target) => write_directly(&target, write).map(|()| None),
        });
        let file = written.map_err(|source| Error::io(path, "write", source))?;
        Ok(Self { path: path.to_owned(), file })
    }
}

/// Puts files in their places: all of them, or none.
///
/// When the process is killed in the middle, those in one directory are all put there by the next run that reads or
/// writes in it (see [`finish`]).
///
/// # Errors
/// [`Error::Io`] when one cannot be put in its place.
pub fn publish(drafts: Vec<Draft>) -> Result<()> {
    let (paths, files): (Vec<PathBuf>, Vec<_>) =
        drafts.into_iter().filter_map(|draft| Some((draft.path, draft.file?))).unzip();
    let (files, targets): (Vec<Temporary>, Vec<PathBuf>) = files.into_iter().unzip();
    pending::rename(&files, &targets).map_err(|(place, source)| Error::io(&paths[place], "write", source))
}

fn write_directly(target: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    // Not to write over the beginning of a file that is our standard output.
    let mut file = BufWriter::new(fs::OpenOptions::new().append(true).open(target)?);
    match write(&mut file).and_then(|()| file.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

fn write_beside(
    target: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<Temporary> {
    pending::tidy(directory_of(target));
    let temporary = temporary_beside(target)?;
    let mut file = BufWriter::new(&temporary.file);
    write(&mut file)?;
    file.into_inner().map_err(io::IntoInnerError::into_error)?;
    if let Ok(old) = fs::metadata(target) {
        temporary.file.set_permissions(old.permissions())?;
    }
    temporary.file.sync_all()?;
    Ok(temporary)
}

fn temporary_beside(target: &Path) -> io::Result<Temporary> {
    let directory = directory_of(target);
    Temporary::new_in(directory).map_err(|error| {
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

        let (new, to_new) = (directory.path().join("new"), directory.path().join("to-new"));
        std::os::unix::fs::symlink("new", &to_new).unwrap();
        write_atomic(&to_new, |out| out.write_all(b"first")).unwrap();
        assert_eq!(fs::read_to_string(&new).unwrap(), "first");
        assert!(fs::symlink_metadata(&to_new).unwrap().is_symlink());
    }

    #[cfg(unix)]
    #[test]
    fn a_private_file_stays_private() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("private");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        write_atomic(&path, |out| out.write_all(b"new")).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn names_that_are_no_files_are_refused_with_their_mend() {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        fs::write(at("file"), "old").unwrap();
        for (path, mend) in [
            (PathBuf::new(), "cannot write: the name is empty; name a file"),
            (at("new/"), "cannot write: this names a directory; name a file"),
            (at("file/new"), "part of the name is a file, no directory; name a file in a directory"),
            (at("file/"), "part of the name is a file, no directory; name a file in a directory"),
            (at("."), "cannot write: it is a directory; name a file"),
            (at(&"long".repeat(100)), "; choose a shorter name"),
        ] {
            let checked = check_writable(&path).unwrap_err().to_string();
            assert!(checked.ends_with(mend), "{checked}");
            assert_eq!(write_atomic(&path, |_| Ok(())).unwrap_err().to_string(), checked);
        }
        assert_eq!(names_in(directory.path()), ["file"]);
    }

    #[test]
    fn drafts_take_their_places_together() {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        let draft = |name: &str| Draft::write(&at(name), |out| out.write_all(b"new")).unwrap();
        fs::write(at("b"), "old").unwrap();
        let drafts = vec![draft("a"), draft("b")];
        assert_eq!(fs::read_to_string(at("b")).unwrap(), "old");
        let failed = Draft::write(&at("c"), |_| Err(io::Error::other("the disk is full")));
        assert!(failed.is_err());
        publish(drafts).unwrap();
        for name in ["a", "b"] {
            assert_eq!(fs::read_to_string(at(name)).unwrap(), "new");
        }
        drop(draft("d"));
        assert_eq!(names_in(directory.path()).len(), 2);
    }

    /// What a run leaves that was killed while several files took their places: a temporary file and the list of them,
    /// as JSON in which `INODE` is the number of that file.
    #[cfg(unix)]
    fn killed(directory: &Path, list: &str) {
        use std::os::unix::fs::MetadataExt;
        let leftover = directory.join(".tagwright-0123456789ab.tmp");
        fs::write(&leftover, "new").unwrap();
        let inode = fs::metadata(leftover).unwrap().ino().to_string();
        fs::write(directory.join(".tagwright-pending"), list.replace("INODE", &inode)).unwrap();
    }

    /// A name in a list.
    #[cfg(unix)]
    fn listed(name: &str) -> String {
        serde_json::to_string(&std::ffi::OsString::from(name)).unwrap()
    }

    #[cfg(unix)]
    #[test]
    fn what_a_killed_run_had_begun_is_finished() {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        let names = [".tagwright-aaaaaaaaaaaa.tmp", "a", ".tagwright-0123456789ab.tmp", "b"].map(listed);
        let [a, to_a, b, to_b] = names;
        killed(directory.path(), &format!("[[{a},1,{to_a}],[{b},INODE,{to_b}]]"));
        fs::write(at("a"), "new").unwrap();
        fs::write(at("b"), "old").unwrap();
        assert_eq!(finish(directory.path()).unwrap(), [at("b")]);
        assert_eq!(fs::read_to_string(at("b")).unwrap(), "new");
        assert_eq!(names_in(directory.path()).len(), 2);
        assert!(finish(directory.path()).unwrap().is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn a_list_that_is_torn_or_not_of_here_does_nothing() {
        let names = [".tagwright-0123456789ab.tmp", "../outside", "b", "c"].map(listed);
        let [temporary, outside, b, c] = names;
        for list in [
            format!("[[{temporary},INODE,{b}"),
            format!("[[{temporary},INODE,{outside}]]"),
            format!("[[{outside},INODE,{b}]]"),
            format!("[[{b},INODE,{c}]]"),
            format!("[[{temporary},INODE0,{b}]]"),
        ] {
            let parent = tempfile::tempdir().unwrap();
            let directory = parent.path().join("d");
            fs::create_dir(&directory).unwrap();
            fs::write(directory.join("b"), "old").unwrap();
            fs::write(parent.path().join("outside"), "old").unwrap();
            killed(&directory, &list);
            write_atomic(&directory.join("a"), |_| Ok(())).unwrap();
            assert_eq!(fs::read_to_string(directory.join("b")).unwrap(), "old");
            assert_eq!(fs::read_to_string(parent.path().join("outside")).unwrap(), "old");
            let mut names = names_in(&directory);
            names.sort();
            assert_eq!(names, ["a", "b"], "{list}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn leftovers_of_the_killed_are_removed_and_nothing_else() {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        let others =
            [".tagwright-config", ".tagwright-0123456789.tmp", ".tagwright-notes-of-me.tmp", "a.tmp"];
        for name in others {
            fs::write(at(name), "mine").unwrap();
        }
        fs::create_dir(at(".tagwright-directory000.tmp")).unwrap();
        fs::write(at(".tagwright-0123456789ab.tmp"), "left").unwrap();
        let living = Draft::write(&at("later"), |out| out.write_all(b"later")).unwrap();
        write_atomic(&at("a"), |_| Ok(())).unwrap();
        publish(vec![living]).unwrap();
        assert_eq!(fs::read_to_string(at("later")).unwrap(), "later");
        let mut names = names_in(directory.path());
        names.sort();
        let mut expected: Vec<&str> =
            others.into_iter().chain([".tagwright-directory000.tmp", "a", "later"]).collect();
        expected.sort_unstable();
        assert_eq!(names, expected);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_reader_that_leaves_is_no_error() {
        use std::os::fd::AsRawFd;
        let (reader, writer) = io::pipe().unwrap();
        let path = PathBuf::from(format!("/proc/self/fd/{}", writer.as_raw_fd()));
        drop(reader);
        write_atomic(&path, |out| out.write_all(&vec![0; 100_000])).unwrap();
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_named_without_the_temporary_file() {
        let error =
            write_atomic(Path::new("/dev/full"), |out| out.write_all(b"new")).unwrap_err().to_string();
        assert!(error.starts_with("/dev/full: cannot write: No space left on device"), "{error}");
        assert!(error.ends_with("; make room, or name a file elsewhere"), "{error}");
    }
}
