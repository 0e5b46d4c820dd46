//! How long work tells how far it is.

/// Hears of the stages of a training and of the steps within them; steps may come from several threads.
pub trait Progress: Sync {
    /// A stage of `steps` steps begins.
    fn stage(&self, name: &'static str, steps: usize);
    /// A step of the current stage is done.
    fn step(&self);
    /// Something that the user should know and may want to mend.
    fn warn(&self, message: &str);
}

/// Says nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn stage(&self, _: &'static str, _: usize) {}
    fn step(&self) {}
    fn warn(&self, _: &str) {}
}
