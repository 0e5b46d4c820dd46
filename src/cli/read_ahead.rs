//! Records of all inputs, fetched while earlier ones are being read and answered.

use std::io::{self, IsTerminal};
use std::iter;
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;

use tagwright::Error;
use tagwright::corpus::{BadRecord, InputFormat, Source, Unread, open_unread};
use tagwright::limits::AHEAD;

use super::files::InputFile;
use super::output::say;

/// What comes from the inputs.
pub enum Arrival {
    /// A record, not yet read, and what it takes of the room that there is.
    Record(Unread, Share),
    /// A record that could not be read.
    Bad(BadRecord),
    /// An input that cannot be read at all.
    Unreadable(Error),
}

/// How many bytes of records are on their way, and who waits for there being fewer.
#[derive(Default)]
struct Room(Mutex<usize>, Condvar);

/// What a record takes of the room until it is answered.
pub struct Share(usize, Arc<Room>);

impl Share {
    /// Waits until there is room for so many bytes; alone, any record may have it.
    fn wait(bytes: usize, room: &Arc<Room>) -> Self {
        let taken = room.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = |taken: &mut usize| *taken > 0 && *taken + bytes > AHEAD.size();
        *room.1.wait_while(taken, is_full).unwrap_or_else(PoisonError::into_inner) += bytes;
        Self(bytes, Arc::clone(room))
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        *self.1.0.lock().unwrap_or_else(PoisonError::into_inner) -= self.0;
        self.1.1.notify_one();
    }
}

/// Fetches the records on a thread of its own, at most `ahead` records and [`AHEAD`] bytes ahead.
///
/// The thread is not waited for: when nobody wants our output any more, it may still be waiting for input.
pub fn read_ahead(paths: Vec<InputFile>, format: Option<InputFormat>, ahead: usize) -> Receiver<Arrival> {
    let mut sources: Vec<Source> = paths.into_iter().map(Source::from).collect();
    if sources.is_empty() {
        sources.push(Source::Stdin);
    }
    if sources.contains(&Source::Stdin) && io::stdin().is_terminal() {
        say("note", "reading what you type; end it with Ctrl-D on a line of its own");
    }
    let (sender, receiver) = mpsc::sync_channel(ahead);
    thread::spawn(move || {
        let room = Arc::default();
        for arrival in sources.iter().flat_map(|source| arrivals(source, format, &room)) {
            if sender.send(arrival).is_err() {
                return;
            }
        }
    });
    receiver
}

/// All that comes from one input.
fn arrivals<'a>(
    source: &Source,
    format: Option<InputFormat>,
    room: &'a Arc<Room>,
) -> Box<dyn Iterator<Item = Arrival> + 'a> {
    let arrival = |record: Unread| {
        let share = Share::wait(record.size(), room);
        Arrival::Record(record, share)
    };
    match open_unread(source, format) {
        Ok(records) => Box::new(records.map(move |record| record.map_or_else(Arrival::Bad, arrival))),
        Err(error) => Box::new(iter::once(Arrival::Unreadable(error))),
    }
}
