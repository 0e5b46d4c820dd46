//! Which words of a text are highlighted, and how strongly.

use tagwright::explain::{Mark, MarkedText};

/// A word is highlighted when its weight is at least this share of the greatest one in the text.
const FAINTEST: f64 = 0.1;

/// A highlighted word.
pub struct Highlight<'t> {
    pub mark: &'t Mark,
    /// Its weight as a share of the greatest one in the text: above 0 to 1 for the tag, below 0 to -1 against it.
    pub share: f64,
}

/// The words of a text that stand out, in order.
pub fn highlights<'t>(text: &'t MarkedText) -> Vec<Highlight<'t>> {
    let greatest = text.marks.iter().map(|mark| mark.weight.abs()).fold(0.0, f64::max);
    let highlights = text.marks.iter().map(|mark| Highlight { mark, share: mark.weight / greatest });
    highlights.filter(|highlight| highlight.share.abs() >= FAINTEST).collect()
}
