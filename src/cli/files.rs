//! Names of files that commands write.

use std::fs;
use std::path::{Path, PathBuf};

/// A JSON Lines file that goes with another: `data.audit.jsonl` for `data.jsonl` or `data.json.gz`.
pub fn beside(path: &Path, kind: &str) -> PathBuf {
    let is_gzip = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gz"));
    let path = if is_gzip { path.with_extension("") } else { path.to_owned() };
    path.with_extension(format!("{kind}.jsonl"))
}

/// Whether two names lead to the same file.
pub fn is_same_file(a: &Path, b: &Path) -> bool {
    matches!((fs::canonicalize(a), fs::canonicalize(b)), (Ok(a), Ok(b)) if a == b)
}
