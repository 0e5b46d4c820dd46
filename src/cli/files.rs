//! Names of files that commands write.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::bail;
use tagwright::atomic::check_writable;

use super::output;

/// Finds out before long work whether its results can be written, and that they replace no input.
///
/// # Errors
/// When a file cannot be written, stands there twice, or is one of `inputs`; standard output always can.
pub fn check_outputs<'a>(
    outputs: impl IntoIterator<Item = &'a PathBuf>,
    inputs: impl IntoIterator<Item = &'a PathBuf>,
) -> anyhow::Result<()> {
    let inputs: Vec<&PathBuf> = inputs.into_iter().collect();
    let mut seen: Vec<&PathBuf> = Vec::new();
    for path in outputs.into_iter().filter(|path| !output::is_stdout(path)) {
        check_writable(path)?;
        if inputs.iter().any(|input| is_same_file(input, path)) {
            bail!("{}: would replace an input; name another file to write to", path.display());
        }
        if seen.contains(&path) {
            bail!("{}: would be written twice; name different files", path.display());
        }
        seen.push(path);
    }
    Ok(())
}

/// Whether two names lead to the same file.
pub fn is_same_file(a: &Path, b: &Path) -> bool {
    matches!((fs::canonicalize(a), fs::canonicalize(b)), (Ok(a), Ok(b)) if a == b)
}

/// A JSON Lines file that goes with another: `data.audit.jsonl` for `data.jsonl` or `data.json.gz`.
pub fn beside(path: &Path, kind: &str) -> PathBuf {
    let is_gzip = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gz"));
    let path = if is_gzip { path.with_extension("") } else { path.to_owned() };
    path.with_extension(format!("{kind}.jsonl"))
}
