//! Fitting a model: base level, cross-fitting, stacked level, threshold; and adapting one to new records.

mod adapt;
pub mod base;
mod examples;
mod folds;
mod labels;
mod progress;
mod settings;
pub mod stack;
mod stacking;
mod train;
mod trained;

pub use adapt::{AdaptSettings, adapt};
pub use examples::MIN_SUPPORT;
pub use folds::Folds;
pub use labels::Labels;
pub use progress::{Progress, Silent};
pub use settings::TrainSettings;
pub use train::train;
pub use trained::Trained;
