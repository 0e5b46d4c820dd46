//! How many records were read, and which were not.

use tagwright::Error;

use super::output::{Outcome, say};

/// How it went so far.
#[derive(Default)]
pub struct Tally {
    answered: usize,
    bad: usize,
    first_bad: Option<String>,
    unreadable: usize,
}

impl Tally {
    /// Counts a record that could be read.
    pub fn count(&mut self) {
        self.answered += 1;
    }

    /// Counts a record that could not be read; gives what to say in its place.
    pub fn count_bad(&mut self, error: &Error) -> String {
        let error = error.to_string();
        self.bad += 1;
        self.first_bad.get_or_insert_with(|| error.clone());
        error
    }

    /// Counts an input that cannot be read at all, and says so.
    pub fn count_unreadable(&mut self, error: Error) {
        self.unreadable += 1;
        say("error", error);
    }

    /// The outcome, after saying which record was bad, or how many were.
    pub fn outcome(&self) -> Outcome {
        match &self.first_bad {
            Some(only) if self.bad == 1 => say("error", only),
            Some(first) => say("error", format!("{} bad records, the first: {first}", self.bad)),
            None => {}
        }
        match (self.answered, self.bad + self.unreadable) {
            (_, 0) => Outcome::Done,
            (0, _) => Outcome::Nothing,
            _ => Outcome::Partly,
        }
    }
}
