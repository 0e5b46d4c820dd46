//! Records from the inputs as work to do.

use std::iter;
use std::sync::mpsc::Receiver;

use tagwright::corpus::{Id, Record};

use super::candidates::{Candidates, Mask};
use super::read_ahead::Arrival;
use super::tally::Tally;

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
            tally.count();
            let mask = candidates.of(record.candidates.as_deref(), &at);
            Some(Task::Score(record, mask))
        }
        Arrival::Bad(bad) => Some(Task::Refuse(bad.id, tally.count_bad(&bad.error))),
        Arrival::Unreadable(error) => {
            tally.count_unreadable(error);
            None
        }
    }
}
