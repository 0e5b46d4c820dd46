//! The settings of a training.

use serde::{Deserialize, Serialize};

use super::adapt::AdaptSettings;
use super::base::{self, LinearSettings, NetworkSettings};
use super::stack::StackSettings;
use crate::error::{Error, Result};
use crate::features::FeatureSettings;

/// Everything that decides, with the data, what a trained model is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrainSettings {
    /// Chooses the folds and the order in which records are visited.
    pub seed: u64,
    /// The number of folds of the cross-fitting, 2 or more.
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
    /// [`Error::Setting`] for the first value out of its range.
    pub fn check(&self) -> Result<()> {
        if self.folds < 2 {
            return Err(Error::Setting {
                name: "folds".to_owned(),
                expected: "2 or more".to_owned(),
                found: self.folds.to_string(),
            });
        }
        self.features.check()?;
        self.linear.check()?;
        self.network.check()?;
        self.stack.check()?;
        self.adapt.check()
    }

    /// The settings of the base level.
    pub fn base(&self) -> base::Settings<'_> {
        base::Settings { linear: &self.linear, network: &self.network, seed: self.seed }
    }
}

/// Refuses a setting that is not a number above 0.
pub(super) fn above_zero(name: &str, value: f64) -> Result<()> {
    if value.is_finite() && value > 0.0 {
        return Ok(());
    }
    Err(Error::Setting {
        name: name.to_owned(),
        expected: "a number above 0".to_owned(),
        found: value.to_string(),
    })
}

/// Refuses a setting that is not at least 0 and below 1.
pub(super) fn below_one(name: &str, value: f64) -> Result<()> {
    if (0.0..1.0).contains(&value) {
        return Ok(());
    }
    Err(Error::Setting {
        name: name.to_owned(),
        expected: "a share, at least 0 and below 1".to_owned(),
        found: value.to_string(),
    })
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
        assert_eq!(refused(|s| s.folds = 1), "folds: expected 2 or more, found 1");
        assert_eq!(refused(|s| s.linear.c = 0.0), "linear.c: expected a number above 0, found 0");
        assert!(refused(|s| s.stack.tolerance = f64::NAN).starts_with("stack.tolerance: "));
        let dropped = refused(|s| s.network.drop_words = 1.0);
        assert_eq!(dropped, "network.drop_words: expected a share, at least 0 and below 1, found 1");
    }
}
