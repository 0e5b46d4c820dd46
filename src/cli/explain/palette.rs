//! The styles of explanations on a terminal.

use std::io;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

/// A word is highlighted strongly from this share of the greatest weight on.
const STRONG: f64 = 0.5;

/// The styles on a terminal; without colours all of them are plain, and words are put in brackets.
#[derive(Default)]
pub struct Palette {
    pub title: Style,
    pub given: Style,
    pub missed: Style,
    pub speaks_for: Style,
    pub speaks_against: Style,
    strongly_for: Style,
    strongly_against: Style,
    pub faint: Style,
    has_colours: bool,
}

impl Palette {
    /// Colours when standard output is a terminal that shows them, and `NO_COLOR` is not set.
    pub fn for_stdout() -> Self {
        Self::new(AutoStream::choice(&io::stdout()) != ColorChoice::Never)
    }

    /// Colours wherever the output goes, unless `NO_COLOR` is set.
    pub fn when_asked_for() -> Self {
        Self::new(std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()))
    }

    /// All styles, with colours or plain.
    pub fn new(has_colours: bool) -> Self {
        if !has_colours {
            return Self::default();
        }
        let (green, red) = (AnsiColor::Green, AnsiColor::Red);
        let strong = |colour: AnsiColor| AnsiColor::Black.on(colour);
        Self {
            title: Style::new().bold().underline(),
            given: green.on_default().bold(),
            missed: AnsiColor::Yellow.on_default().bold(),
            speaks_for: green.on_default(),
            speaks_against: red.on_default(),
            strongly_for: strong(green),
            strongly_against: strong(red),
            faint: Style::new().dimmed(),
            has_colours,
        }
    }

    /// A word with its weight as a share (-1 to 1) of the greatest one.
    pub fn highlight(&self, word: &str, share: f64) -> String {
        if !self.has_colours {
            return format!("[{}{word}]", if share > 0.0 { '+' } else { '-' });
        }
        let style = match (share > 0.0, share.abs() >= STRONG) {
            (true, true) => self.strongly_for,
            (true, false) => self.speaks_for.underline(),
            (false, true) => self.strongly_against,
            (false, false) => self.speaks_against.underline(),
        };
        format!("{style}{word}{style:#}")
    }
}
