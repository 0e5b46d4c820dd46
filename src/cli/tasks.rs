//! Records from the inputs as work to do.

use std::iter;
use std::sync::mpsc::Receiver;

use rayon::prelude::*;
use tagwright::corpus::{BadRecord, Id, Record};
use tagwright::error::{Error, Location};

use super::candidates::{Candidates, Mask};
use super::read_ahead::{Arrival, Share};
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
    let chunk: Vec<Arrival> = iter::once(first).chain(arrivals.try_iter()).take(CHUNK).collect();
    let read: Vec<Read> = chunk.into_par_iter().map(read).collect();
    Some(read.into_iter().filter_map(|read| task(read, candidates, tally)).collect())
}

/// A record, or what is wrong with it; or why an input cannot be read at all.
type Read = Result<Result<(Location, Record, Share), BadRecord>, Error>;

fn read(arrival: Arrival) -> Read {
    match arrival {
        Arrival::Record(unread, share) => Ok(unread.read().map(|(at, record)| (at, record, share))),
        Arrival::Bad(bad) => Ok(Err(bad)),
        Arrival::Unreadable(error) => Err(error),
    }
}

/// What there is to do for one answer.
pub enum Task {
    /// A record to score, and which tags it may have; `None` for all. Its share of the room goes when it is answered.
    Score(Record, Option<Mask>, Share),
    /// The id of a bad record, if it is known, and what is wrong.
    Refuse(Option<Id>, String),
}

fn task(read: Read, candidates: &mut Candidates, tally: &mut Tally) -> Option<Task> {
    match read {
        Ok(Ok((at, record, share))) => {
            tally.count();
            let mask = candidates.of(record.candidates.as_deref(), &at);
            Some(Task::Score(record, mask, share))
        }
        Ok(Err(bad)) => Some(Task::Refuse(bad.id, tally.count_bad(&bad.error))),
        Err(error) => {
            tally.count_unreadable(error);
            None
        }
    }
}
