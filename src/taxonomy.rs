//! The fixed list of tags.

use std::collections::HashMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::corpus::{Id, TagRef, read_file, reason};
use crate::error::{Error, Location, Result};
use crate::limits::TAGS;

/// How close (Jaro-Winkler similarity, 0 to 1) a name must be to be offered as what was meant.
const SUGGESTION_SIMILARITY: f64 = 0.75;

/// One tag: id and name are printed exactly as the taxonomy file has them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// The tag's id, verbatim.
    pub id: Id,
    /// The tag's name, verbatim; stray spaces are kept here and ignored when matching.
    pub name: String,
    /// What the tag means, in a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<String>,
    /// Other words that usually mean this tag.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
}

impl Tag {
    /// The name without stray spaces: what names are matched by.
    pub fn key(&self) -> &str {
        self.name.trim()
    }
}

/// The tags in their file's order; a tag's index in it is its column everywhere else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taxonomy {
    tags: Vec<Tag>,
    by_name: HashMap<String, usize>,
    by_id: HashMap<String, usize>,
}

impl Taxonomy {
    /// Reads a taxonomy file: a JSON array of `{"id": …, "name": …}` with optional `definition` and `aliases`.
    ///
    /// # Errors
    /// When the file cannot be read or is not such an array, or as [`Taxonomy::new`] says.
    pub fn read(path: &Path) -> Result<Self> {
        let (line, text) = read_file(path)?;
        let tags: Vec<Tag> = serde_json::from_str(&text).map_err(|error| {
            Error::input(
                Location::line(path, line + error.line().saturating_sub(1)),
                format!("not a taxonomy: {}", reason(&error)),
                r#"expected a JSON array of {"id": 1, "name": "cli"} objects"#,
            )
        })?;
        Self::new(tags).map_err(|problem| {
            Error::input(Location::file(path), problem, "give every tag an id and a name of its own")
        })
    }

    /// Checks that the tags can be told apart.
    ///
    /// # Errors
    /// Says what is wrong when there is no tag, there are more than [`TAGS`], a name is empty, or an id or a trimmed name
    /// stands twice.
    pub fn new(tags: Vec<Tag>) -> Result<Self, String> {
        if tags.is_empty() {
            return Err("the taxonomy has no tags".to_owned());
        }
        if tags.len() > TAGS.size() {
            return Err(TAGS.problem(Some(tags.len() as u64)));
        }
        let mut by_name = HashMap::with_capacity(tags.len());
        let mut by_id = HashMap::with_capacity(tags.len());
        for (index, tag) in tags.iter().enumerate() {
            if tag.key().is_empty() {
                return Err(format!("the tag with id {} has an empty name", tag.id));
            }
            if by_name.insert(tag.key().to_owned(), index).is_some() {
                return Err(format!("the name {:?} stands twice", tag.key()));
            }
            if by_id.insert(tag.id.text(), index).is_some() {
                return Err(format!("the id {} stands twice", tag.id));
            }
        }
        Ok(Self { tags, by_name, by_id })
    }

    /// These tags and those of `other` that are not among them by name, in this order.
    ///
    /// # Errors
    /// Says which id the two give to different tags.
    pub fn union(&self, other: &Self) -> Result<Self, String> {
        let is_new = |tag: &&Tag| !self.by_name.contains_key(tag.key());
        Self::new(self.tags.iter().chain(other.tags.iter().filter(is_new)).cloned().collect())
    }

    /// All tags, in the file's order.
    pub fn tags(&self) -> &[Tag] {
        &self.tags
    }

    /// How many tags there are; never 0.
    #[expect(clippy::len_without_is_empty, reason = "a taxonomy is never empty")]
    pub fn len(&self) -> usize {
        self.tags.len()
    }

    /// The index of the tag that `reference` means: a name before an id, spaces around it ignored. Of an object with
    /// both, the name counts only where the id is none of the taxonomy's.
    pub fn find(&self, reference: &TagRef) -> Option<usize> {
        match reference {
            TagRef::Name(name) => self.find_name(name).or_else(|| self.by_id.get(name.trim()).copied()),
            TagRef::Id(id) => self.by_id.get(&id.text()).copied(),
            TagRef::Both(id, name) => self.by_id.get(&id.text()).copied().or_else(|| self.find_name(name)),
        }
    }

    /// The index of the tag with this name, spaces around it ignored.
    pub fn find_name(&self, name: &str) -> Option<usize> {
        self.by_name.get(name.trim()).copied()
    }

    /// The index of the tag that `reference` means.
    ///
    /// # Errors
    /// [`Error::UnknownTag`] with the closest known name when there is none; [`Error::Input`] when its id and its name are
    /// those of two tags.
    pub fn require(&self, reference: &TagRef, at: &Location) -> Result<usize> {
        if let TagRef::Both(id, name) = reference
            && let (Some(by_id), Some(by_name)) = (self.find(&TagRef::Id(id.clone())), self.find_name(name))
            && by_id != by_name
        {
            let problem = format!(
                "the tag {{\"id\": {id}, \"name\": {name:?}}} is two tags of the taxonomy: {id} is {:?}, and {name:?} is {}",
                self.tags[by_id].key(),
                self.tags[by_name].id
            );
            return Err(Error::input(
                at.clone(),
                problem,
                "give the id or the name alone, whichever is right",
            ));
        }
        self.find(reference).ok_or_else(|| {
            let tag = match reference {
                TagRef::Both(_, name) => name.clone(),
                other => other.to_string(),
            };
            Error::UnknownTag { at: at.clone(), suggestion: self.closest(&tag), tag }
        })
    }

    /// The known name that is spelt most like `name`, if any is close.
    fn closest(&self, name: &str) -> Option<String> {
        let name = name.trim().to_lowercase();
        self.tags
            .iter()
            .flat_map(|tag| {
                let spellings = std::iter::once(tag.key()).chain(tag.aliases.iter().map(String::as_str));
                spellings.map(|spelling| (strsim::jaro_winkler(&name, &spelling.to_lowercase()), tag.key()))
            })
            .filter(|(similarity, _)| *similarity >= SUGGESTION_SIMILARITY)
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, name)| name.to_owned())
    }
}

/// Tags for the tests of the whole library.
#[cfg(test)]
pub(crate) mod testing {
    use super::*;

    /// A tag without aliases.
    pub fn tag(id: u64, name: &str) -> Tag {
        tag_known_as(id, name, &[])
    }

    /// A tag with aliases.
    pub fn tag_known_as(id: u64, name: &str, aliases: &[&str]) -> Tag {
        let aliases = aliases.iter().map(|alias| (*alias).to_owned()).collect();
        Tag { id: Id::from(id), name: name.to_owned(), definition: None, aliases }
    }
}

#[cfg(test)]
mod tests {
    use super::testing::tag;
    use super::*;

    #[test]
    fn stray_spaces_are_matched_trimmed_and_kept_verbatim() {
        let taxonomy = Taxonomy::new(vec![tag(81, "game-engine "), tag(4, "cli")]).unwrap();
        let index = taxonomy.find(&TagRef::Name("game-engine".into())).unwrap();
        assert_eq!(taxonomy.tags()[index].name, "game-engine ");
        assert_eq!(taxonomy.find(&TagRef::Name(" cli ".into())), Some(1));
    }

    #[test]
    fn a_tag_is_found_by_its_id_written_either_way() {
        let taxonomy = Taxonomy::new(vec![tag(81, "game"), tag(4, "cli")]).unwrap();
        assert_eq!(taxonomy.find(&TagRef::Id(Id::from(4))), Some(1));
        assert_eq!(taxonomy.find(&TagRef::Name("4".into())), Some(1));
        assert_eq!(taxonomy.find(&TagRef::Id(Id::from(5))), None);
    }

    #[test]
    fn duplicates_and_nothing_are_refused() {
        let message = |tags| Taxonomy::new(tags).unwrap_err();
        assert_eq!(message(vec![tag(1, "cli"), tag(2, "cli ")]), "the name \"cli\" stands twice");
        assert_eq!(message(vec![tag(1, "cli"), tag(1, "gui")]), "the id 1 stands twice");
        assert_eq!(message(vec![tag(1, " ")]), "the tag with id 1 has an empty name");
        assert_eq!(message(vec![]), "the taxonomy has no tags");
    }

    #[test]
    fn the_union_has_every_name_once() {
        let union = |a: Vec<Tag>, b: Vec<Tag>| Taxonomy::new(a).unwrap().union(&Taxonomy::new(b).unwrap());
        let tags = union(vec![tag(4, "cli"), tag(1, "gui ")], vec![tag(1, "gui"), tag(2, "game")]).unwrap();
        assert_eq!(tags.tags().iter().map(Tag::key).collect::<Vec<_>>(), ["cli", "gui", "game"]);
        assert_eq!(union(vec![tag(1, "cli")], vec![tag(1, "gui")]).unwrap_err(), "the id 1 stands twice");
    }

    #[test]
    fn an_unknown_tag_gets_a_suggestion_from_names_and_aliases() {
        let mut k8s = tag(38, "k8s");
        k8s.aliases.push("kubernetes".into());
        let taxonomy = Taxonomy::new(vec![k8s, tag(4, "graphql")]).unwrap();
        let suggestion = |name: &str| match taxonomy
            .require(&TagRef::Name(name.into()), &Location::line("d.jsonl", 2))
            .unwrap_err()
        {
            Error::UnknownTag { suggestion, .. } => suggestion,
            other => panic!("{other}"),
        };
        assert_eq!(suggestion("graphq").as_deref(), Some("graphql"));
        assert_eq!(suggestion("kubernets").as_deref(), Some("k8s"));
        assert_eq!(suggestion("zzz"), None);
    }
}
