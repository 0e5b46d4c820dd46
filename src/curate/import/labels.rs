//! Labels of other tools as tags.

use std::collections::{BTreeMap, HashMap, HashSet};

use indexmap::IndexMap;

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

/// What was said about one record.
#[derive(Debug, Default)]
pub struct Said {
    /// The labels that each annotator gave when asked for all; none are an answer too.
    pub votes: Vec<Vec<String>>,
    /// Answers to whether the record has one tag.
    pub verdicts: Vec<(usize, bool)>,
}

/// What follows for the record.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// Its tags, in the order in which they were first given; `None` when nobody has judged it.
    pub tags: Option<Vec<usize>>,
    /// Which tags are decided, for or against, when not all of them are.
    pub decided: Option<Vec<usize>>,
}

impl Said {
    /// A tag that more than half of those asked gave is one of the record; exactly half leave it undecided.
    ///
    /// Labels without a tag are counted, each once. Where none of the labels is a tag, they do not say that no tag fits.
    pub fn judged(&self, labels: &LabelMap, tags: usize, unmapped: &mut BTreeMap<String, usize>) -> Judged {
        // How many gave a tag, how many were asked for it alone, and the last vote that gave it.
        let mut counts: IndexMap<usize, (usize, usize, usize)> = IndexMap::new();
        let mut others: HashSet<&String> = HashSet::new();
        for (vote, label) in self
            .votes
            .iter()
            .zip(1..)
            .flat_map(|(vote, number)| vote.iter().map(move |label| (number, label)))
        {
            let Some(tag) = labels.tag(label) else {
                others.insert(label);
                continue;
            };
            let (given, _, last) = counts.entry(tag).or_default();
            if *last != vote {
                *given += 1;
                *last = vote;
            }
        }
        for (tag, yes) in &self.verdicts {
            let (given, asked, _) = counts.entry(*tag).or_default();
            *given += usize::from(*yes);
            *asked += 1;
        }
        let twice_and_asked =
            |(given, asked, _): &(usize, usize, usize)| (2 * given, self.votes.len() + asked);
        let with = |keep: fn((usize, usize)) -> bool| {
            counts.iter().filter(move |(_, count)| keep(twice_and_asked(count))).map(|(tag, _)| *tag)
        };
        let given: Vec<usize> = with(|(twice, asked)| twice > asked).collect();
        let undecided: HashSet<usize> = with(|(twice, asked)| twice == asked).collect();
        for label in &others {
            *unmapped.entry((*label).clone()).or_default() += 1;
        }
        let is_asked = |tag: &usize| !self.votes.is_empty() || counts.contains_key(tag);
        let decided: Vec<usize> = (0..tags).filter(|tag| is_asked(tag) && !undecided.contains(tag)).collect();
        if decided.is_empty() || given.is_empty() && !others.is_empty() {
            return Judged::default();
        }
        Judged { tags: Some(given), decided: (decided.len() < tags).then_some(decided) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::taxonomy::testing::tag_known_as;

    fn taxonomy() -> Taxonomy {
        let tags = [("web-app", vec!["cli"]), ("cli ", vec!["command line"]), ("game", vec![])];
        Taxonomy::new((1..).zip(tags).map(|(id, (name, known))| tag_known_as(id, name, &known)).collect())
            .unwrap()
    }

    /// The tags, those decided and the labels without a tag.
    fn judged(
        votes: &[&[&str]],
        verdicts: &[(usize, bool)],
    ) -> (Option<Vec<usize>>, Option<Vec<usize>>, Vec<String>) {
        let votes = votes.iter().map(|vote| vote.iter().map(|label| (*label).to_owned()).collect()).collect();
        let mut unmapped = BTreeMap::new();
        let said = Said { votes, verdicts: verdicts.to_vec() };
        let judged = said.judged(&LabelMap::new(&taxonomy()), 3, &mut unmapped);
        (judged.tags, judged.decided, unmapped.into_keys().collect())
    }

    #[test]
    fn a_label_is_found_by_name_id_and_alias_however_it_is_spelt() {
        let labels = LabelMap::new(&taxonomy());
        let found = ["Web_App", "CLI", "command-line", "2", "gui"].map(|label| labels.tag(label));
        assert_eq!(found, [Some(0), Some(1), Some(1), Some(1), None]);
    }

    #[test]
    fn the_majority_decides_and_half_leaves_a_tag_undecided() {
        let none = Vec::<String>::new;
        assert_eq!(judged(&[&["cli", "game"]], &[]), (Some(vec![1, 2]), None, none()));
        assert_eq!(
            judged(&[&["cli"], &["CLI", "game"], &["command line", "cli"]], &[]),
            (Some(vec![1]), None, none())
        );
        assert_eq!(judged(&[&["cli"], &["cli", "game"]], &[]), (Some(vec![1]), Some(vec![0, 1]), none()));
        assert_eq!(judged(&[&["cli"], &[]], &[]), (Some(vec![]), Some(vec![0, 2]), none()));
        assert_eq!(judged(&[&[]], &[]), (Some(vec![]), None, none()));
        assert_eq!(judged(&[], &[]), (None, None, none()));
    }

    #[test]
    fn a_tag_asked_for_alone_says_nothing_of_the_others() {
        assert_eq!(judged(&[], &[(1, true), (2, false)]), (Some(vec![1]), Some(vec![1, 2]), vec![]));
        assert_eq!(judged(&[], &[(1, true), (1, false)]), (None, None, vec![]));
        assert_eq!(judged(&[&["game"]], &[(1, true), (1, true)]), (Some(vec![2, 1]), None, vec![]));
    }

    #[test]
    fn labels_that_are_no_tags_do_not_say_that_none_fits() {
        assert_eq!(judged(&[&["gui", "gui"]], &[]), (None, None, vec!["gui".to_owned()]));
        assert_eq!(judged(&[&["gui"], &[]], &[]), (None, None, vec!["gui".to_owned()]));
        assert_eq!(judged(&[&["gui", "cli"]], &[]), (Some(vec![1]), None, vec!["gui".to_owned()]));
    }
}
