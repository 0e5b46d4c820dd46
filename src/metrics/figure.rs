//! The headline figures: what they are called, and values for all of them.

use serde::ser::{Serialize, SerializeMap, Serializer};

/// A headline figure of an evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Figure {
    /// [`precision_at`](super::precision_at) 1: the share of records whose best-scored tag is right.
    PAt1,
    /// [`precision_at`](super::precision_at) 2.
    PAt2,
    /// [`precision_at`](super::precision_at) 3.
    PAt3,
    /// [`recall_at`](super::recall_at) 1.
    RAt1,
    /// [`recall_at`](super::recall_at) 2.
    RAt2,
    /// [`recall_at`](super::recall_at) 3.
    RAt3,
    /// [`recall_at`](super::recall_at) 4.
    RAt4,
    /// [`recall_at`](super::recall_at) 5.
    RAt5,
    /// [`ndcg_at`](super::ndcg_at) 3.
    NdcgAt3,
    /// Label ranking average precision ([`lrap`](super::lrap)).
    Lrap,
    /// Mean depth of the ranking that has all gold tags ([`coverage_error`](super::coverage_error)).
    CoverageError,
    /// Precision over all decisions alike ([`micro_average`](super::micro_average)).
    MicroPrecision,
    /// Recall over all gold tags alike.
    MicroRecall,
    /// F1 over all decisions and gold tags alike.
    MicroF1,
    /// Mean precision of the tags that occur, every one alike ([`macro_average`](super::macro_average)).
    MacroPrecision,
    /// Mean recall of the tags that occur.
    MacroRecall,
    /// Mean F1 of the tags that occur.
    MacroF1,
    /// Mean precision of the tags, each by its support ([`weighted_average`](super::weighted_average)).
    WeightedPrecision,
    /// Mean recall of the tags, each by its support.
    WeightedRecall,
    /// Mean F1 of the tags, each by its support.
    WeightedF1,
    /// Mean precision of the records ([`samples_average`](super::samples_average)).
    SamplesPrecision,
    /// Mean recall of the records.
    SamplesRecall,
    /// Mean F1 of the records.
    SamplesF1,
    /// The share of records that got exactly their gold tags ([`exact_match`](super::exact_match)).
    ExactMatch,
    /// The share of records that got no tag ([`no_tag_share`](super::no_tag_share)).
    NoTagShare,
    /// How many tags a record got on average ([`mean_tags`](super::mean_tags)).
    MeanTags,
    /// Expected calibration error of the decided tags' probabilities
    /// ([`reliability_of_decided`](super::reliability_of_decided)).
    Ece,
}

/// Which values of a figure are good ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// The higher the better.
    Higher,
    /// The lower the better.
    Lower,
    /// Neither: the figure describes.
    Neither,
}

impl Figure {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 27] = [
        Self::PAt1,
        Self::PAt2,
        Self::PAt3,
        Self::RAt1,
        Self::RAt2,
        Self::RAt3,
        Self::RAt4,
        Self::RAt5,
        Self::NdcgAt3,
        Self::Lrap,
        Self::CoverageError,
        Self::MicroPrecision,
        Self::MicroRecall,
        Self::MicroF1,
        Self::MacroPrecision,
        Self::MacroRecall,
        Self::MacroF1,
        Self::WeightedPrecision,
        Self::WeightedRecall,
        Self::WeightedF1,
        Self::SamplesPrecision,
        Self::SamplesRecall,
        Self::SamplesF1,
        Self::ExactMatch,
        Self::NoTagShare,
        Self::MeanTags,
        Self::Ece,
    ];

    /// What it is called in JSON and in gates, such as `micro_f1`.
    pub fn name(self) -> &'static str {
        self.wording().0
    }

    /// What it is called for people, such as "micro F1".
    pub fn label(self) -> &'static str {
        self.wording().1
    }

    /// What it says, in half a sentence.
    pub fn meaning(self) -> &'static str {
        self.wording().2
    }

    /// Which values are good.
    pub fn better(self) -> Better {
        match self {
            Self::CoverageError | Self::Ece => Better::Lower,
            Self::NoTagShare | Self::MeanTags => Better::Neither,
            _ => Better::Higher,
        }
    }

    /// Whether it is a share, 0 to 1; the others count tags.
    pub fn is_share(self) -> bool {
        !matches!(self, Self::CoverageError | Self::MeanTags)
    }

    /// Whether it can only be had of records with a score for every tag.
    pub fn needs_scores(self) -> bool {
        matches!(self, Self::Lrap | Self::CoverageError | Self::Ece)
    }

    /// Whether it compares with gold tags: where there are none it has no value.
    pub fn needs_gold(self) -> bool {
        !matches!(
            self,
            Self::MicroPrecision
                | Self::SamplesPrecision
                | Self::ExactMatch
                | Self::NoTagShare
                | Self::MeanTags
                | Self::Ece
        )
    }

    /// Whether it is a share of the tags that were given: where there are none it has no value.
    pub fn needs_given(self) -> bool {
        matches!(
            self,
            Self::MicroPrecision
                | Self::MacroPrecision
                | Self::WeightedPrecision
                | Self::SamplesPrecision
                | Self::Ece
        )
    }

    /// The figure of that name.
    ///
    /// ```
    /// use tagwright::metrics::Figure;
    ///
    /// assert_eq!(Figure::named("micro_f1"), Some(Figure::MicroF1));
    /// assert_eq!(Figure::named("f1"), None);
    /// ```
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|figure| figure.name() == name)
    }

    fn wording(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::PAt1 => ("p_at_1", "P@1", "the best-scored tag is right"),
            Self::PAt2 => ("p_at_2", "P@2", "share of right tags among the 2 best-scored"),
            Self::PAt3 => ("p_at_3", "P@3", "share of right tags among the 3 best-scored"),
            Self::RAt1 => ("r_at_1", "R@1", "share of the right tags that is scored best"),
            Self::RAt2 => ("r_at_2", "R@2", "share of the right tags among the 2 best-scored"),
            Self::RAt3 => ("r_at_3", "R@3", "share of the right tags among the 3 best-scored"),
            Self::RAt4 => ("r_at_4", "R@4", "share of the right tags among the 4 best-scored"),
            Self::RAt5 => ("r_at_5", "R@5", "share of the right tags among the 5 best-scored"),
            Self::NdcgAt3 => {
                ("ndcg_at_3", "nDCG@3", "right tags among the 3 best-scored, early ones count more")
            }
            Self::Lrap => ("lrap", "LRAP", "how pure the ranking is down to each right tag"),
            Self::CoverageError => (
                "coverage_error",
                "coverage error",
                "how many best-scored tags hold all right ones, on average",
            ),
            Self::MicroPrecision => {
                ("micro_precision", "micro precision", "share of the given tags that is right")
            }
            Self::MicroRecall => ("micro_recall", "micro recall", "share of the right tags that was given"),
            Self::MicroF1 => ("micro_f1", "micro F1", "harmonic mean of micro precision and recall"),
            Self::MacroPrecision => {
                ("macro_precision", "macro precision", "mean precision of the tags that occur")
            }
            Self::MacroRecall => ("macro_recall", "macro recall", "mean recall of the tags that occur"),
            Self::MacroF1 => {
                ("macro_f1", "macro F1", "mean F1 of the tags that occur, the rare ones as important as any")
            }
            Self::WeightedPrecision => {
                ("weighted_precision", "weighted precision", "mean precision of the tags by their support")
            }
            Self::WeightedRecall => {
                ("weighted_recall", "weighted recall", "mean recall of the tags by their support")
            }
            Self::WeightedF1 => ("weighted_f1", "weighted F1", "mean F1 of the tags by their support"),
            Self::SamplesPrecision => {
                ("samples_precision", "samples precision", "mean precision of the records")
            }
            Self::SamplesRecall => ("samples_recall", "samples recall", "mean recall of the records"),
            Self::SamplesF1 => ("samples_f1", "samples F1", "mean F1 of the records"),
            Self::ExactMatch => {
                ("exact_match", "exact match", "share of records that got exactly their tags")
            }
            Self::NoTagShare => ("no_tag_share", "share without tags", "share of records that got no tag"),
            Self::MeanTags => ("mean_tags", "tags per record", "how many tags a record got, on average"),
            Self::Ece => (
                "ece",
                "calibration error",
                "how far the given probabilities are from the share that is right",
            ),
        }
    }
}

/// A value for each headline figure, `None` where it is not known.
///
/// In JSON an object with the figures' names, in their order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures<T>([Option<T>; Figure::ALL.len()]);

impl<T: Copy> Figures<T> {
    /// The value that `value` gives for each figure.
    pub fn of(mut value: impl FnMut(Figure) -> Option<T>) -> Self {
        Self(Figure::ALL.map(&mut value))
    }

    /// The value of a figure.
    pub fn get(&self, figure: Figure) -> Option<T> {
        self.0[figure as usize]
    }

    /// All figures with their values, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (Figure, Option<T>)> {
        Figure::ALL.into_iter().zip(self.0)
    }
}

impl<T: Serialize> Serialize for Figures<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(Figure::ALL.len()))?;
        for (figure, value) in Figure::ALL.iter().zip(&self.0) {
            map.serialize_entry(figure.name(), value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_stands_at_its_own_place_and_has_a_name_of_its_own() {
        for (place, figure) in Figure::ALL.into_iter().enumerate() {
            assert_eq!(figure as usize, place);
            assert_eq!(Figure::named(figure.name()), Some(figure));
        }
    }

    #[test]
    fn json_has_the_names_in_order_and_null_for_what_is_not_known() {
        let figures = Figures::of(|figure| (figure != Figure::Ece).then_some(0.5));
        let json = serde_json::to_string(&figures).unwrap();
        assert!(json.starts_with("{\"p_at_1\":0.5,\"p_at_2\":0.5,"), "{json}");
        assert!(json.ends_with("\"mean_tags\":0.5,\"ece\":null}"), "{json}");
    }
}
