//! Temporary files beside those that they become.
//!
//! Their writer holds them locked. Who is stopped by a signal removes its own ([`abandon`]); those of a writer that was
//! killed are locked no more, and the next one in their directory removes them ([`sweep`]).

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::lock;

const PREFIX: &str = ".tagwright-";
/// How many letters and digits come between, by chance.
const RANDOM: usize = 12;
const SUFFIX: &str = ".tmp";

/// The temporary files of this process. They are created, renamed and removed by whoever holds this.
static OURS: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn ours() -> MutexGuard<'static, Vec<PathBuf>> {
    OURS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes all temporary files of this process, for those who are about to end it: whoever writes a file afterwards
/// waits for ever, so that no other comes to be and none is half renamed.
pub fn abandon() {
    let ours = ours();
    for path in ours.iter() {
        let _ = fs::remove_file(path);
    }
    mem::forget(ours);
}

/// A temporary file; removed when it is dropped.
#[derive(Debug)]
pub(super) struct Temporary {
    pub file: File,
    path: PathBuf,
}

impl Temporary {
    /// Creates one in a directory.
    pub fn new_in(directory: &Path) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX).rand_bytes(RANDOM).suffix(SUFFIX);
        #[cfg(unix)]
        {
            // Temporary files are private by default; this one becomes an ordinary file, for the umask to narrow.
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let mut ours = ours();
        loop {
            let (file, path) = builder.tempfile_in(directory)?.keep().map_err(|error| error.error)?;
            ours.push(path.clone());
            let temporary = Self { file, path };
            // Before it is locked, another run may take it for a leftover and remove it.
            if lock::lock(&temporary.file)? && lock::is_at(&temporary.file, &temporary.path)? {
                return Ok(temporary);
            }
            ours.pop();
            mem::forget(temporary);
        }
    }

    /// Its name in its directory.
    pub fn name(&self) -> &OsStr {
        self.path.file_name().unwrap_or_default()
    }

    /// Gives each its name, all of them before a signal can end the process; the number of one that cannot have it.
    pub fn rename_all(all: &[Self], targets: &[PathBuf]) -> Result<(), (usize, io::Error)> {
        let _ours = ours();
        all.iter().zip(targets).enumerate().try_for_each(|(place, (temporary, target))| {
            fs::rename(&temporary.path, target).map_err(|error| (place, error))
        })
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        remove(&mut ours(), &self.path);
    }
}

/// Removes a temporary file of ours, if it is still there.
fn remove(ours: &mut Vec<PathBuf>, path: &Path) {
    ours.retain(|other| other != path);
    let _ = fs::remove_file(path);
}

/// Whether a name is one that [`Temporary::new_in`] gives.
pub(super) fn is_ours(name: &OsStr) -> bool {
    let random = name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX));
    random.is_some_and(|random| {
        random.len() == RANDOM && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// Removes the temporary files of writers that are no more, unless `is_needed` says so once they are known to be none.
pub(super) fn sweep(directory: &Path, is_needed: impl Fn() -> bool) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    for entry in entries.filter_map(Result::ok) {
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if !is_file || !is_ours(&entry.file_name()) {
            continue;
        }
        if let Ok(file) = File::open(entry.path())
            && matches!(lock::try_lock(&file), Ok(true))
            && !is_needed()
        {
            let _ = fs::remove_file(entry.path());
        }
    }
}
