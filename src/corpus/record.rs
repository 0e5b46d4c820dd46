//! One project.

use std::fmt;

use super::Id;

/// A tag as people write it: a name, an id, or an object with either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TagRef {
    /// A name (or an id written as text).
    Name(String),
    /// An id written as a number, or the `id` of an object without a name.
    Id(Id),
}

/// One project: any text field is enough, and unknown fields are ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// Given back as it came.
    pub id: Option<Id>,
    /// The repository's name, `owner/repo` or `repo`.
    pub name: Option<String>,
    /// The one-line description.
    pub description: Option<String>,
    /// The README, as Markdown.
    pub readme: Option<String>,
    /// Text of unknown kind: a line, or a whole README.
    pub text: Option<String>,
    /// Choose only among these tags.
    pub candidates: Option<Vec<TagRef>>,
    /// The labels, in training and evaluation data.
    pub tags: Option<Vec<TagRef>>,
}

impl fmt::Display for TagRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Id(id) => id.fmt(f),
        }
    }
}
