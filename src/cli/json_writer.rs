//! Objects written as JSON Lines or as one JSON array.

use std::io::{self, Write};

use serde::Serialize;

/// Writes one object after the other, each on a line of its own.
pub struct JsonWriter<W> {
    out: W,
    is_array: bool,
    is_empty: bool,
}

impl<W: Write> JsonWriter<W> {
    /// JSON Lines.
    pub fn lines(out: W) -> Self {
        Self { out, is_array: false, is_empty: true }
    }

    /// One array of all objects.
    pub fn array(out: W) -> Self {
        Self { out, is_array: true, is_empty: true }
    }

    pub fn write(&mut self, object: &impl Serialize) -> io::Result<()> {
        if self.is_array {
            self.out.write_all(if self.is_empty { b"[\n" } else { b",\n" })?;
        }
        self.is_empty = false;
        serde_json::to_writer(&mut self.out, object)?;
        if self.is_array { Ok(()) } else { self.out.write_all(b"\n") }
    }

    /// Hands on what has been written so far.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Writes what is left; to be called once, at the end.
    pub fn finish(mut self) -> io::Result<()> {
        if self.is_array {
            self.out.write_all(if self.is_empty { b"[]\n" } else { b"\n]\n" })?;
        }
        self.out.flush()
    }
}
