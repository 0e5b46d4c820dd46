//! The settings of a training.

use serde::{Deserialize, Serialize};

use super::adapt::AdaptSettings;
use super::base::{self, LinearSettings, NetworkSettings};
use super::stack::StackSettings;
use crate::error::Result;
use crate::features::FeatureSettings;
use crate::limits;

/// Everything that decides, with the data, what a trained model is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrainSettings {
    /// Chooses the folds and the order in which records are visited.
    pub seed: u64,
    /// The number of folds of the cross-fitting.
    pub folds: usize,
    /// Text to features.
    pub features: FeatureSettings,
    /// The first learner of the base level.
    pub linear: LinearSettings,
    /// The second learner of the base level.
    pub network: NetworkSettings,
    /// The stacked level.
    pub stack: StackSettings,
    /// The adaptation of a model to new records.
    pub adapt: AdaptSettings,
}

impl Default for TrainSettings {
    fn default() -> Self {
        Self {
            seed: 1,
            folds: 5,
            features: FeatureSettings::default(),
            linear: LinearSettings::default(),
            network: NetworkSettings::default(),
            stack: StackSettings::default(),
            adapt: AdaptSettings::default(),
        }
    }
}

impl TrainSettings {
    /// Checks every range.
    ///
    /// # Errors
    /// [`Error::Setting`](crate::Error::Setting) for the first value out of its range.
    pub fn check(&self) -> Result<()> {
        limits::FOLDS.check(self.folds as f64)?;
        self.features.check()?;
        self.linear.check()?;
        self.network.check()?;
        self.stack.check()?;
        self.adapt.check()?;
        let embedded = self.features.blocks.iter().filter(|block| block.embedded);
        let words: usize = embedded.map(|block| block.max_features).sum();
        // Named by the one of the two that is not the default.
        let by_hidden = self.network.hidden != NetworkSettings::default().hidden;
        let name = if by_hidden { "network.hidden" } else { "features.blocks" };
        limits::NETWORK_WEIGHTS.check_as(
            &format!("{name}: hidden units by max_features of the embedded blocks"),
            (self.network.hidden * words) as f64,
        )
    }

    /// The settings of the base level.
    pub fn base(&self) -> base::Settings<'_> {
        base::Settings { linear: &self.linear, network: &self.network, seed: self.seed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(change: impl Fn(&mut TrainSettings)) -> String {
        let mut settings = TrainSettings::default();
        change(&mut settings);
        settings.check().unwrap_err().to_string()
    }

    #[test]
    fn the_defaults_are_valid_and_anything_out_of_range_is_named() {
        assert!(TrainSettings::default().check().is_ok());
        assert_eq!(refused(|s| s.folds = 1), "folds: expected 2 to 100, found 1");
        assert_eq!(refused(|s| s.linear.c = 0.0), "linear.c: expected 0.000001 to 1,000,000, found 0");
        assert!(refused(|s| s.stack.tolerance = f64::NAN).starts_with("stack.tolerance: "));
        assert_eq!(
            refused(|s| s.network.drop_words = 1.0),
            "network.drop_words: expected 0 to 0.99, found 1"
        );
        assert_eq!(
            refused(|s| s.network.hidden = usize::MAX),
            "network.hidden: expected 0 to 4,096, found 18,446,744,073,709,551,616"
        );
        assert_eq!(
            refused(|s| {
                s.network.hidden = 4096;
                s.features.blocks[1].max_features = 1_000_000;
            }),
            "network.hidden: hidden units by max_features of the embedded blocks: expected 0 to 400,000,000, found 4,333,568,000"
        );
    }
}
