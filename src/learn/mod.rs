//! Fitting a model: base level, cross-fitting, stacked level, threshold; adapting one to new records; and
//! cross-validation.

mod adapt;
pub mod base;
mod cross_validation;
mod examples;
mod folds;
mod labels;
mod matching;
mod progress;
mod reference;
mod settings;
pub mod stack;
mod stacking;
mod stratify;
mod train;
mod trained;

pub use adapt::{AdaptSettings, adapt};
pub use cross_validation::{CrossValidated, DEFAULT_FOLDS, cross_validate};
pub use examples::MIN_SUPPORT;
pub use folds::Folds;
pub use labels::Labels;
pub use matching::Matching;
pub use progress::{Progress, Silent};
pub use settings::TrainSettings;
pub use stratify::stratify;
pub use train::train;
pub use trained::Trained;
