//! Records of all inputs, fetched while earlier ones are being read and answered.

use std::io::{self, IsTerminal};
use std::iter;
use std::sync::mpsc::{self, Receiver};
use std::thread;

use tagwright::Error;
use tagwright::corpus::{BadRecord, InputFormat, Source, Unread, open_unread};

use super::files::InputFile;
use super::output::say;

/// What comes from the inputs.
pub enum Arrival {
    /// A record, not yet read.
    Record(Unread),
    /// A record that could not be read.
    Bad(BadRecord),
    /// An input that cannot be read at all.
    Unreadable(Error),
}

/// Fetches the records on a thread of its own, at most `ahead` records ahead.
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
        for arrival in sources.iter().flat_map(|source| arrivals(source, format)) {
            if sender.send(arrival).is_err() {
                return;
            }
        }
    });
    receiver
}

/// All that comes from one input.
fn arrivals(source: &Source, format: Option<InputFormat>) -> Box<dyn Iterator<Item = Arrival>> {
    match open_unread(source, format) {
        Ok(records) => Box::new(records.map(|record| record.map_or_else(Arrival::Bad, Arrival::Record))),
        Err(error) => Box::new(iter::once(Arrival::Unreadable(error))),
    }
}
