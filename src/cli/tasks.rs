//! Records from the inputs as work to do, and how it went.

use std::iter;
use std::sync::mpsc::Receiver;

use tagwright::corpus::{Id, Record};

use super::candidates::{Candidates, Mask};
use super::output::{Outcome, say};
use super::read_ahead::Arrival;

/// How many records are answered together at most; fewer when no more have arrived yet.
pub const CHUNK: usize = 256;

/// What has arrived, at least one; `None` when nothing is left.
pub fn next_tasks(
    arrivals: &Receiver<Arrival>,
    candidates: &mut Candidates,
    tally: &mut Tally,
) -> Option<Vec<Task>> {
    let first = arrivals.recv().ok()?;
    let chunk = iter::once(first).chain(arrivals.try_iter()).take(CHUNK);
    Some(chunk.filter_map(|arrival| task(arrival, candidates, tally)).collect())
}

/// What there is to do for one answer.
pub enum Task {
    /// A record to score, and which tags it may have; `None` for all.
    Score(Record, Option<Mask>),
    /// The id of a bad record, if it is known, and what is wrong.
    Refuse(Option<Id>, String),
}

fn task(arrival: Arrival, candidates: &mut Candidates, tally: &mut Tally) -> Option<Task> {
    match arrival {
        Arrival::Record(at, record) => {
            tally.answered += 1;
            let mask = candidates.of(record.candidates.as_deref(), &at);
            Some(Task::Score(record, mask))
        }
        Arrival::Bad(bad) => {
            let error = bad.error.to_string();
            tally.bad += 1;
            tally.first_bad.get_or_insert_with(|| error.clone());
            Some(Task::Refuse(bad.id, error))
        }
        Arrival::Unreadable(error) => {
            tally.unreadable += 1;
            say("error", error);
            None
        }
    }
}

/// How it went so far.
#[derive(Default)]
pub struct Tally {
    answered: usize,
    bad: usize,
    first_bad: Option<String>,
    unreadable: usize,
}

impl Tally {
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
