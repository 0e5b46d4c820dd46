//! Fitting a model: base level, cross-fitting, stacked level, threshold.

pub mod base;
mod folds;
mod labels;
mod progress;
mod settings;
pub mod stack;
mod train;

pub use folds::Folds;
pub use labels::Labels;
pub use progress::{Progress, Silent};
pub use settings::TrainSettings;
pub use train::{MIN_SUPPORT, Trained, train};
