//! Finding a tag by a few letters.

use crate::taxonomy::{Tag, Taxonomy};

/// How close (Jaro-Winkler similarity, 0 to 1) a mistyped name must be to be found.
const TYPO_SIMILARITY: f64 = 0.8;

/// A tag that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// Its index in the taxonomy.
    pub tag: usize,
    /// The alias by which it was found, if not by its name.
    pub alias: Option<String>,
}

/// The tags that `query` may mean, best first; among equals those that come first in `order`, which lists all tags.
///
/// Better than another is a name that begins with the query, then one that holds it, then an alias that does, then the
/// letters of the query in their order, and last what looks like a slip of the finger.
pub(super) fn search(query: &str, taxonomy: &Taxonomy, order: &[usize]) -> Vec<Match> {
    let query = query.trim().to_lowercase();
    let graded = order.iter().filter_map(|&tag| {
        let (grade, alias) = grade(&query, &taxonomy.tags()[tag])?;
        Some((grade, Match { tag, alias: alias.map(str::to_owned) }))
    });
    let mut graded: Vec<(u8, Match)> = graded.collect();
    graded.sort_by_key(|(grade, _)| *grade);
    graded.into_iter().map(|(_, found)| found).collect()
}

/// How well a tag answers the query, 0 being best, and the alias that does.
fn grade<'t>(query: &str, tag: &'t Tag) -> Option<(u8, Option<&'t str>)> {
    let name = tag.key().to_lowercase();
    if name.starts_with(query) {
        return Some((0, None));
    }
    if name.contains(query) {
        return Some((1, None));
    }
    if let Some(alias) = tag.aliases.iter().find(|alias| alias.to_lowercase().contains(query)) {
        return Some((2, Some(alias)));
    }
    if is_subsequence(query, &name) {
        return Some((3, None));
    }
    (strsim::jaro_winkler(query, &name) >= TYPO_SIMILARITY).then_some((4, None))
}

fn is_subsequence(query: &str, name: &str) -> bool {
    let mut letters = name.chars();
    query.chars().all(|wanted| letters.any(|letter| letter == wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::taxonomy::testing::tag_known_as;

    fn found(query: &str) -> Vec<(String, Option<String>)> {
        let tags = vec![
            tag_known_as(1, "database", &["sql"]),
            tag_known_as(2, "message-queue", &["mqtt"]),
            tag_known_as(3, "data", &[]),
            tag_known_as(4, "graphql", &[]),
        ];
        let taxonomy = Taxonomy::new(tags).unwrap();
        let matches = search(query, &taxonomy, &[2, 0, 1, 3]);
        matches.into_iter().map(|found| (taxonomy.tags()[found.tag].name.clone(), found.alias)).collect()
    }

    fn names(query: &str) -> Vec<String> {
        found(query).into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn better_matches_come_first_and_equal_ones_in_the_given_order() {
        assert_eq!(names("data"), ["data", "database"]);
        assert_eq!(names("base"), ["database"]);
        assert_eq!(names(""), ["data", "database", "message-queue", "graphql"]);
        assert_eq!(names("QL"), ["graphql", "database"]);
    }

    #[test]
    fn aliases_letters_and_slips_find_a_tag() {
        assert_eq!(found("mqtt"), [("message-queue".to_owned(), Some("mqtt".to_owned()))]);
        assert_eq!(names("mq"), ["message-queue"]);
        assert_eq!(names("msgq"), ["message-queue"]);
        assert_eq!(names("grpahql"), ["graphql"]);
        assert!(names("zzz").is_empty());
    }
}
