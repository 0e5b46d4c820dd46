//! Which tags may be chosen.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use anyhow::bail;
use tagwright::corpus::{TagRef, read_file, reason};
use tagwright::error::{Error, Location};
use tagwright::limits::NAMED;
use tagwright::taxonomy::Taxonomy;

use super::files::{FileArgument, Role};
use super::output::say;

/// For each tag of the taxonomy, whether it may be chosen.
pub type Mask = Arc<[bool]>;

/// What `--candidates` says: a file when there is one of that name, else tags separated by commas.
#[derive(Debug, Clone)]
pub struct FileOrTags(String);

impl From<String> for FileOrTags {
    fn from(argument: String) -> Self {
        Self(argument)
    }
}

impl FileArgument for FileOrTags {
    const ROLE: Role = Role::Read;

    fn path(&self) -> Option<&Path> {
        let path = Path::new(&self.0);
        path.exists().then_some(path)
    }
}

impl FileOrTags {
    /// The tags.
    pub fn tags(&self) -> tagwright::Result<Vec<TagRef>> {
        self.path().map_or_else(|| Ok(names(self.0.split(','))), read)
    }

    /// Where messages say that the tags stand.
    pub fn location(&self, option: &str) -> Location {
        Location::file(self.path().unwrap_or(Path::new(option)))
    }
}

/// Looks up candidates, and names each one that the model does not know once.
pub struct Candidates<'m> {
    taxonomy: &'m Taxonomy,
    /// The candidates of records that name none themselves.
    default: Option<Mask>,
    unknown: HashSet<String>,
}

impl<'m> Candidates<'m> {
    /// `option` gives the candidates of records that name none themselves.
    pub fn new(option: Option<&FileOrTags>, taxonomy: &'m Taxonomy) -> anyhow::Result<Self> {
        let mut candidates = Self { taxonomy, default: None, unknown: HashSet::new() };
        let Some(given) = option else { return Ok(candidates) };
        let (path, FileOrTags(option)) = (given.path(), given);
        let tags = given.tags()?;
        let is_file = path.is_some();
        let mask = candidates.mask(&tags, if is_file { option } else { "--candidates" });
        if !mask.contains(&true) {
            let no_file = if is_file { "" } else { "there is no such file, and " };
            bail!(
                "--candidates {option}: {no_file}the model knows none of these tags; give names or ids that it has"
            );
        }
        candidates.default = Some(mask);
        Ok(candidates)
    }

    /// The candidates of a record: its own, else those of `--candidates`; `None` for all tags.
    pub fn of(&mut self, own: Option<&[TagRef]>, at: &Location) -> Option<Mask> {
        match own {
            Some(own) => Some(self.mask(own, at)),
            None => self.default.clone(),
        }
    }

    fn mask(&mut self, tags: &[TagRef], at: impl std::fmt::Display) -> Mask {
        let mut mask = vec![false; self.taxonomy.len()];
        for tag in tags {
            match self.taxonomy.find(tag) {
                Some(index) => mask[index] = true,
                None if self.unknown.len() < NAMED.size() && self.unknown.insert(tag.to_string()) => {
                    let tag = tag.to_string();
                    say(
                        "warning",
                        format!("{at}: the model does not know the candidate {tag:?}; it is ignored"),
                    );
                    if self.unknown.len() == NAMED.size() {
                        say("warning", "further candidates that it does not know are not named");
                    }
                }
                None => {}
            }
        }
        mask.into()
    }
}

/// The tags of a file: a JSON array of names, ids or objects, or text with a tag on each line.
fn read(path: &Path) -> tagwright::Result<Vec<TagRef>> {
    let (line, text) = read_file(path)?;
    if !text.starts_with('[') {
        return Ok(names(text.lines()));
    }
    serde_json::from_str(&text).map_err(|error| {
        let help =
            r#"give a JSON array of names, ids or {"id": 1, "name": "cli"} objects, or a name on each line"#;
        Error::input(Location::line(path, line + error.line().saturating_sub(1)), reason(&error), help)
    })
}

fn names<'a>(names: impl Iterator<Item = &'a str>) -> Vec<TagRef> {
    names.map(str::trim).filter(|name| !name.is_empty()).map(|name| TagRef::Name(name.to_owned())).collect()
}
