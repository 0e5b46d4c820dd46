//! Several files that take their places together.
//!
//! Before the first one does, a list of all of them is on the disk. Who is killed in between leaves the list, and the
//! next one in that directory carries it out.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::lock::{hold, try_hold};
use super::place::directory_of;
use super::temporary::{Temporary, is_ours, sweep};

/// The list in a directory; it is held locked by who works on it.
const LIST: &str = ".tagwright-pending";

/// Names of temporary files, their numbers (see [`number`]), and the names that they get.
type List = Vec<(OsString, u64, OsString)>;

/// Puts files in their places; when one cannot be put there, gives its number and why.
pub(super) fn rename(files: &[Temporary], targets: &[PathBuf]) -> Result<(), (usize, io::Error)> {
    let mut lists: BTreeMap<&Path, List> = BTreeMap::new();
    for (file, target) in files.iter().zip(targets) {
        let entry = (
            file.name().to_owned(),
            file.file.metadata().map_or(0, |file| number(&file)),
            target.file_name().unwrap_or_default().to_owned(),
        );
        lists.entry(directory_of(target)).or_default().push(entry);
    }
    let mut written = Vec::new();
    for (directory, list) in lists.iter().filter(|(_, list)| list.len() > 1) {
        let of_first = |error| {
            let first = targets.iter().position(|target| directory_of(target) == *directory);
            (first.unwrap_or_default(), error)
        };
        written.push((directory.join(LIST), write_list(directory, list).map_err(of_first)?));
    }
    let renamed = Temporary::rename_all(files, targets);
    for directory in lists.keys() {
        sync(directory);
    }
    for (list, held) in written {
        // While it is held, so that nobody else carries it out.
        let _ = fs::remove_file(list);
        drop(held);
    }
    renamed
}

/// Writes the list of a directory, after carrying out one that is there; it is held until it is closed.
fn write_list(directory: &Path, list: &List) -> io::Result<File> {
    let mut options = OpenOptions::new();
    let mut file = hold(&directory.join(LIST), options.read(true).write(true).create(true))?;
    carry_out(&mut file, directory)?;
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(&serde_json::to_vec(list)?)?;
    file.sync_all()?;
    sync(directory);
    Ok(file)
}

/// Finishes what a run was killed at while it put files of a directory in their places; the names of these files.
///
/// # Errors
/// When that cannot be done.
pub fn finish(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let path = directory.join(LIST);
    let mut list = match try_hold(&path, OpenOptions::new().read(true).write(true)) {
        Err(_) if path.symlink_metadata().is_err() => return Ok(Vec::new()),
        held => match held? {
            Some(list) => list,
            None => return Ok(Vec::new()),
        },
    };
    let finished = carry_out(&mut list, directory)?;
    fs::remove_file(path)?;
    Ok(finished)
}

/// Puts the files of a list in their places, as far as they are not there yet. Of a list that is torn nothing was put
/// there yet. Lists of other users are not believed, nor those that were copied here with all of their directory.
fn carry_out(list: &mut File, directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut bytes = Vec::new();
    if is_own(&list.metadata()?) {
        list.read_to_end(&mut bytes)?;
    }
    let list: List = serde_json::from_slice(&bytes).unwrap_or_default();
    let is_name = |name: &OsStr| Path::new(name).file_name() == Some(name);
    let mut finished = Vec::new();
    for (temporary, file, name) in
        list.iter().filter(|(temporary, _, name)| is_ours(temporary) && is_name(name))
    {
        let (temporary, target) = (directory.join(temporary), directory.join(name));
        if fs::symlink_metadata(&temporary).is_ok_and(|there| number(&there) == *file) {
            fs::rename(temporary, &target)?;
            finished.push(target);
        }
    }
    if !finished.is_empty() {
        sync(directory);
    }
    Ok(finished)
}

/// The number that a file has on its device, and no copy of it has.
#[cfg(unix)]
fn number(file: &fs::Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt;
    file.ino()
}

#[cfg(not(unix))]
fn number(_: &fs::Metadata) -> u64 {
    0
}

/// Whether a file is of the user who runs this.
#[cfg(unix)]
fn is_own(file: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    file.uid() == rustix::process::geteuid().as_raw()
}

#[cfg(not(unix))]
fn is_own(_: &fs::Metadata) -> bool {
    true
}

/// Finishes or removes what killed runs have left in a directory.
pub(super) fn tidy(directory: &Path) {
    // Who cannot, can neither write a new list, and says so.
    let _ = finish(directory);
    sweep(directory, || directory.join(LIST).exists());
}

/// Makes the names in a directory last, where the system can.
fn sync(directory: &Path) {
    if cfg!(unix) {
        let _ = File::open(directory).and_then(|directory| directory.sync_all());
    }
}
