//! Which tags of one taxonomy are those of another.

use super::Progress;
use crate::corpus::TagRef;
use crate::error::{Error, Result};
use crate::taxonomy::{Tag, Taxonomy};

/// How many renamed tags are named.
const NAMED: usize = 3;

/// What makes two tags the same where their ids and names tell different stories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matching {
    /// The id, or else the name of a tag whose id the other taxonomy lacks.
    Id,
    /// The name alone.
    Name,
}

/// The tag of `old` that each tag of `new` is, if any.
///
/// Without `matching`, a tag with the same id and name is the same tag, and so is one with the same name under an id of its
/// own. One with the same id and a name that `old` lacks was renamed, as long as more tags have kept their names: otherwise
/// the ids are another numbering.
///
/// # Errors
/// [`Error::Training`] when, without `matching`, an id and a name of one tag are those of two, or most names are others.
pub fn matched(
    new: &Taxonomy,
    old: &Taxonomy,
    matching: Option<Matching>,
    progress: &dyn Progress,
) -> Result<Vec<Option<usize>>> {
    let by_id = |tag: &Tag| old.find(&TagRef::Id(tag.id.clone()));
    let by_name = |tag: &Tag| old.find_name(tag.key());
    let claimed: Vec<usize> = new.tags().iter().filter_map(by_id).collect();
    let pairs = new.tags().iter().map(|tag| (tag, by_id(tag), by_name(tag)));
    let free = |tag: &usize| !claimed.contains(tag);
    match matching {
        Some(Matching::Id) => Ok(pairs.map(|(_, id, name)| id.or(name.filter(free))).collect()),
        Some(Matching::Name) => Ok(pairs.map(|(.., name)| name).collect()),
        None => {
            let mut renamed = Vec::new();
            for (tag, id, name) in pairs.clone() {
                match (id, name) {
                    (Some(id), Some(name)) if id != name => {
                        return Err(contradiction(tag, &old.tags()[id], old));
                    }
                    (None, Some(name)) if claimed.contains(&name) => {
                        return Err(contradiction(tag, &old.tags()[name], old));
                    }
                    (Some(id), None) => renamed.push((tag, &old.tags()[id])),
                    _ => {}
                }
            }
            let kept = claimed.len() - renamed.len();
            if let Some((tag, known)) = renamed.first() {
                if renamed.len() > kept {
                    return Err(contradiction(tag, known, old));
                }
                let names = renamed.iter().take(NAMED);
                let names = names.map(|(tag, known)| format!("{:?} (was {:?})", tag.key(), known.key()));
                progress.warn(&format!(
                    "{} of the model's tags are taken to be renamed, since they have kept their ids: {}",
                    renamed.len(),
                    names.collect::<Vec<_>>().join(", ")
                ));
            }
            Ok(pairs.map(|(_, id, name)| id.or(name)).collect())
        }
    }
}

/// What the taxonomy and the model say of one tag.
fn contradiction(tag: &Tag, known: &Tag, old: &Taxonomy) -> Error {
    let elsewhere =
        old.find_name(tag.key()).map(|place| &old.tags()[place]).filter(|other| other.id != known.id);
    let elsewhere =
        elsewhere.map_or_else(String::new, |other| format!(", where {:?} has id {}", other.key(), other.id));
    let problem = format!(
        "the taxonomy has the tag {:?} with id {}, the model {:?} with id {}{elsewhere}",
        tag.key(),
        tag.id,
        known.key(),
        known.id
    );
    let help = "say which of the two counts: --match name when the ids are another numbering, --match id when tags were \
                renamed";
    Error::Training { problem, help: help.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::Silent;
    use crate::taxonomy::testing::tag;

    fn taxonomy(tags: &[(u64, &str)]) -> Taxonomy {
        Taxonomy::new(tags.iter().map(|(id, name)| tag(*id, name)).collect()).unwrap()
    }

    fn found(new: &[(u64, &str)], matching: Option<Matching>) -> Result<Vec<Option<usize>>, String> {
        let old = taxonomy(&[(1, "shell"), (2, "storage"), (3, "photo"), (4, "film ")]);
        matched(&taxonomy(new), &old, matching, &Silent).map_err(|error| error.to_string())
    }

    #[test]
    fn ids_and_names_that_agree_or_are_new_tell_the_tag() {
        let new = [(2, " storage"), (9, "shell"), (5, "sound"), (4, "film"), (3, "picture")];
        assert_eq!(found(&new, None).unwrap(), [Some(1), Some(0), None, Some(3), Some(2)]);
    }

    #[test]
    fn contradictions_are_refused_until_somebody_says_which_counts() {
        let shifted = [(2, "shell"), (3, "storage"), (4, "photo")];
        let error = found(&shifted, None).unwrap_err();
        assert!(
            error.contains(
                r#"the tag "shell" with id 2, the model "storage" with id 2, where "shell" has id 1; say"#
            ),
            "{error}"
        );
        assert_eq!(found(&shifted, Some(Matching::Name)).unwrap(), [Some(0), Some(1), Some(2)]);
        assert_eq!(found(&shifted, Some(Matching::Id)).unwrap(), [Some(1), Some(2), Some(3)]);

        let others = [(1, "web"), (2, "game"), (3, "photo")];
        assert!(
            found(&others, None)
                .unwrap_err()
                .contains(r#"the tag "web" with id 1, the model "shell" with id 1; say"#)
        );
        assert_eq!(found(&others, Some(Matching::Name)).unwrap(), [None, None, Some(2)]);
        assert_eq!(found(&others, Some(Matching::Id)).unwrap(), [Some(0), Some(1), Some(2)]);

        // The id of one and the name of the other lead to the same known tag.
        assert!(found(&[(1, "console"), (7, "shell"), (2, "storage"), (3, "photo")], None).is_err());
    }

    #[test]
    fn a_name_does_not_take_a_tag_that_its_id_gives_to_another() {
        let new = [(2, "shell"), (8, "storage"), (9, "shell ii")];
        assert_eq!(found(&new, Some(Matching::Id)).unwrap(), [Some(1), None, None]);
    }
}
