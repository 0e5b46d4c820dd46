//! On which lines the parts of a text stand.

/// Counts the lines of a text once, however many places in it are asked for.
pub struct Lines<'a> {
    text: &'a str,
    seen: usize,
    line: usize,
}

impl<'a> Lines<'a> {
    /// A text that starts on the given line.
    pub fn new(text: &'a str, first_line: usize) -> Self {
        Self { text, seen: 0, line: first_line }
    }

    /// The line of a byte; it must not stand before those already asked for.
    pub fn at(&mut self, byte: usize) -> usize {
        if byte > self.seen {
            self.line += self.text[self.seen..byte].matches('\n').count();
            self.seen = byte;
        }
        self.line
    }

    /// The line of a part of the text itself.
    pub fn of(&mut self, part: &str) -> usize {
        self.at(part.as_ptr().addr().saturating_sub(self.text.as_ptr().addr()).min(self.text.len()))
    }
}
