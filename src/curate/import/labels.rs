//! Labels of other tools as tags.

use std::collections::HashMap;

use crate::taxonomy::Taxonomy;

/// The tag that each spelling means.
pub struct LabelMap(HashMap<String, usize>);

impl LabelMap {
    /// Names and ids go before aliases, and earlier tags before later ones.
    pub fn new(taxonomy: &Taxonomy) -> Self {
        let mut tags = HashMap::new();
        let mut add = |spelling: &str, tag| {
            tags.entry(spelt(spelling)).or_insert(tag);
        };
        for (index, tag) in taxonomy.tags().iter().enumerate() {
            add(tag.key(), index);
        }
        for (index, tag) in taxonomy.tags().iter().enumerate() {
            add(&tag.id.text(), index);
        }
        for (index, tag) in taxonomy.tags().iter().enumerate() {
            tag.aliases.iter().for_each(|alias| add(alias, index));
        }
        Self(tags)
    }

    /// The tag that has the label as its name, id or alias.
    pub fn tag(&self, label: &str) -> Option<usize> {
        self.0.get(&spelt(label)).copied()
    }
}

/// Case does not matter, nor whether words are joined by blanks, underscores or hyphens.
fn spelt(label: &str) -> String {
    label.trim().to_lowercase().replace([' ', '_'], "-")
}

/// The labels that more than half of the annotators gave, in the order in which they were first given.
pub fn majority(votes: &[Vec<String>]) -> Vec<String> {
    let mut labels: Vec<&String> = Vec::new();
    for label in votes.iter().flatten() {
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    let given = |label: &String| votes.iter().filter(|vote| vote.contains(label)).count();
    labels.into_iter().filter(|label| 2 * given(label) > votes.len()).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::taxonomy::testing::tag_known_as;

    #[test]
    fn a_label_is_found_by_name_id_and_alias_however_it_is_spelt() {
        let taxonomy = Taxonomy::new(vec![
            tag_known_as(1, "web-app", &["cli"]),
            tag_known_as(2, "cli ", &["command line"]),
        ])
        .unwrap();
        let labels = LabelMap::new(&taxonomy);
        let found = ["Web_App", "CLI", "command-line", "2", "gui"].map(|label| labels.tag(label));
        assert_eq!(found, [Some(0), Some(1), Some(1), Some(1), None]);
    }

    #[test]
    fn the_majority_decides() {
        let votes = [["a", "b"], ["b", "c"], ["b", "a"]].map(|vote| vote.map(str::to_owned).to_vec());
        assert_eq!(majority(&votes), ["a", "b"]);
        assert_eq!(majority(&votes[..1]), ["a", "b"]);
        assert_eq!(majority(&votes[..2]), ["b"]);
        assert!(majority(&[]).is_empty());
    }
}
