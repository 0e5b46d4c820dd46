//! The figures of groups: kinds of record, languages, frequent and rare tags.

use std::cmp::Reverse;

use serde::Serialize;

use super::{Judged, TagCounts, count_tags, macro_average, micro_average, precision_at, recall_at};

/// The figures of some of the records, or of some of the tags.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    /// What the groups differ in: `kind`, `language`, `frequency`.
    pub by: &'static str,
    /// Which group it is, such as `readme`.
    pub name: &'static str,
    /// How many records it has; of a group of tags, the records that have one of them or got one.
    pub records: usize,
    /// How many of its tags its records have: those that `macro_f1` is the mean of.
    pub tags: usize,
    /// [`precision_at`] 1; `None` for a group of tags, as the ranking is of all tags.
    pub p_at_1: Option<f64>,
    /// [`recall_at`] 3; likewise.
    pub r_at_3: Option<f64>,
    /// F1 over all decisions of the group alike.
    pub micro_f1: f64,
    /// Mean F1 of the tags that the group's records have.
    ///
    /// The macro-F1 of a [`Summary`](super::Summary) is over all tags instead: a small group lacks many.
    pub macro_f1: f64,
}

/// The groups of the records with the same label, in the order of `names`; a group without records is left out.
///
/// `labels` are those of the records, in their order.
///
/// ```
/// use tagwright::metrics::{Judged, groups_of_records};
///
/// let mut judged = Judged::new(2);
/// judged.push(&[0], &[0], Some(&[0.9, 0.2]))?;
/// judged.push(&[1], &[0], Some(&[0.7, 0.1]))?;
/// let groups = groups_of_records(&judged, "kind", &["description", "readme"], &["readme", "description"]);
/// assert_eq!((groups[0].name, groups[0].p_at_1), ("description", Some(0.0)));
/// assert_eq!((groups[1].name, groups[1].p_at_1), ("readme", Some(1.0)));
/// # Ok::<(), String>(())
/// ```
pub fn groups_of_records(
    judged: &Judged,
    by: &'static str,
    names: &[&'static str],
    labels: &[&str],
) -> Vec<Group> {
    let group = |name: &&'static str| {
        let labelled = judged.records().iter().zip(labels).filter(|(_, label)| *label == name);
        let records: Vec<_> = labelled.map(|(record, _)| record).collect();
        let counts = count_tags(records.iter().copied(), judged.n_tags());
        (!records.is_empty()).then(|| Group {
            p_at_1: Some(precision_at(records.iter().copied(), 1)),
            r_at_3: Some(recall_at(records.iter().copied(), 3)),
            ..Group::new(by, name, records.len(), &counts)
        })
    };
    names.iter().filter_map(group).collect()
}

/// The groups of the `head`, `middle` and `tail` thirds of the tags by how many records they were trained on.
///
/// `support` is that number for each tag. Among equals, the tag that the taxonomy has first is the more frequent one.
/// A third whose tags no record has is left out. There are no groups when `support` is not that of the judged tags, as
/// with a model that does not know it.
///
/// ```
/// use tagwright::metrics::{Judged, groups_of_tags};
///
/// let mut judged = Judged::new(3);
/// judged.push(&[0, 1], &[1], None)?;
/// let groups = groups_of_tags(&judged, &[5, 70, 6]);
/// assert_eq!((groups[0].name, groups[0].micro_f1), ("head", 1.0));
/// assert_eq!((groups[1].name, groups[1].micro_f1), ("tail", 0.0));
/// assert!(groups_of_tags(&judged, &[]).is_empty());
/// # Ok::<(), String>(())
/// ```
pub fn groups_of_tags(judged: &Judged, support: &[usize]) -> Vec<Group> {
    let n_tags = judged.n_tags();
    if support.len() != n_tags {
        return Vec::new();
    }
    let mut by_frequency: Vec<usize> = (0..n_tags).collect();
    by_frequency.sort_by_key(|tag| Reverse(support[*tag]));
    let all_counts = count_tags(judged.records(), n_tags);
    let third = |(part, name)| {
        let mut is_member = vec![false; n_tags];
        by_frequency[part * n_tags / 3..(part + 1) * n_tags / 3]
            .iter()
            .for_each(|tag| is_member[*tag] = true);
        let counts: Vec<_> = all_counts
            .iter()
            .zip(&is_member)
            .filter(|(_, member)| **member)
            .map(|(counts, _)| *counts)
            .collect();
        let concerned = judged.records().iter().filter(|record| {
            record.gold().iter().chain(record.decided()).any(|tag| is_member[usize::from(*tag)])
        });
        Group::new("frequency", name, concerned.count(), &counts)
    };
    [(0, "head"), (1, "middle"), (2, "tail")].into_iter().map(third).filter(|group| group.tags > 0).collect()
}

impl Group {
    /// A group of which no ranking is known.
    fn new(by: &'static str, name: &'static str, records: usize, counts: &[TagCounts]) -> Self {
        let supported: Vec<TagCounts> = counts.iter().filter(|tag| tag.support() > 0).copied().collect();
        Self {
            by,
            name,
            records,
            tags: supported.len(),
            p_at_1: None,
            r_at_3: None,
            micro_f1: micro_average(counts).f1,
            macro_f1: macro_average(&supported).f1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// | record | gold | decided |
    /// |---|---|---|
    /// | a | 0, 1 | 0, 2 |
    /// | b | 0 | 0 |
    /// | c | 3 | 1 |
    fn judged() -> Judged {
        let mut judged = Judged::new(5);
        judged.push(&[0, 1], &[0, 2], Some(&[0.9, 0.1, 0.8, 0.0, 0.0])).unwrap();
        judged.push(&[0], &[0], Some(&[0.9, 0.1, 0.2, 0.0, 0.0])).unwrap();
        judged.push(&[3], &[1], Some(&[0.1, 0.6, 0.2, 0.3, 0.0])).unwrap();
        judged
    }

    fn close(found: f64, expected: f64) -> bool {
        (found - expected).abs() < 1e-12
    }

    #[test]
    fn groups_of_records_come_in_order_and_only_when_they_have_some() {
        let groups = groups_of_records(&judged(), "kind", &["x", "none", "y"], &["y", "y", "x"]);
        assert_eq!(
            groups.iter().map(|group| (group.name, group.records)).collect::<Vec<_>>(),
            [("x", 1), ("y", 2)]
        );
        assert_eq!((groups[0].p_at_1, groups[0].r_at_3, groups[0].tags), (Some(0.0), Some(1.0), 1));
    }

    #[test]
    fn macro_f1_is_over_the_tags_that_the_records_have_and_micro_f1_over_all_decisions() {
        let group = &groups_of_records(&judged(), "kind", &["y"], &["y", "y", "x"])[0];
        assert_eq!(group.tags, 2);
        assert!(close(group.micro_f1, 4.0 / 6.0) && close(group.macro_f1, 0.5), "{group:?}");
    }

    #[test]
    fn one_group_of_all_records_has_the_figures_of_all() {
        let judged = judged();
        let group = &groups_of_records(&judged, "kind", &["all"], &["all"; 3])[0];
        let counts = count_tags(judged.records(), 5);
        assert!(close(group.micro_f1, micro_average(&counts).f1));
        assert_eq!(group.p_at_1, Some(precision_at(judged.records(), 1)));
    }

    #[test]
    fn tags_fall_into_thirds_by_training_count() {
        // From the most frequent to the least: 4 | 1, 3 | 0, 2.
        let groups = groups_of_tags(&judged(), &[3, 7, 2, 7, 9]);
        let figures: Vec<_> = groups.iter().map(|group| (group.name, group.records, group.tags)).collect();
        assert_eq!(figures, [("middle", 2, 2), ("tail", 2, 1)]);
        assert!(close(groups[0].micro_f1, 0.0) && groups[0].p_at_1.is_none());
        assert!(close(groups[1].micro_f1, 4.0 / 5.0) && close(groups[1].macro_f1, 1.0), "{groups:?}");
    }

    #[test]
    fn fewer_than_three_tags_and_unknown_training_counts_are_no_problem() {
        let mut judged = Judged::new(1);
        judged.push(&[0], &[0], None).unwrap();
        let groups = groups_of_tags(&judged, &[3]);
        assert_eq!(groups.iter().map(|group| (group.name, group.tags)).collect::<Vec<_>>(), [("tail", 1)]);
        assert!(groups_of_tags(&judged, &[3, 4]).is_empty());
    }
}
