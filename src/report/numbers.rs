//! How numbers are written.

use crate::decide::DecisionRule;
use crate::evaluation::Subject;
use crate::metrics::Estimate;

/// What stands for a figure that is not known.
pub(super) const UNKNOWN: &str = "-";

/// A figure: `0.746`.
pub(super) fn number(figure: f64) -> String {
    format!("{figure:.3}")
}

/// A figure that may not be known.
pub(super) fn number_or_dash(figure: Option<f64>) -> String {
    figure.map_or_else(|| UNKNOWN.to_owned(), number)
}

/// A figure and its interval: `0.746 (0.721–0.770)`.
pub(super) fn estimate(estimate: Estimate) -> String {
    let Estimate { value, low, high } = estimate;
    format!("{value:.3} ({low:.3}–{high:.3})")
}

/// An estimate that may not be known.
pub(super) fn estimate_or_dash(figure: Option<Estimate>) -> String {
    figure.map_or_else(|| UNKNOWN.to_owned(), estimate)
}

/// An estimate that may not be known, without its interval.
pub(super) fn value_or_dash(figure: Option<Estimate>) -> String {
    number_or_dash(figure.map(|estimate| estimate.value))
}

/// A difference and its interval, with their signs: `+0.012 (-0.004 to +0.028)`.
pub(super) fn difference(estimate: Estimate) -> String {
    let Estimate { value, low, high } = estimate;
    format!("{} ({} to {})", signed(value), signed(low), signed(high))
}

/// A number with its sign, unless it is nothing.
pub(super) fn signed(value: f64) -> String {
    let rounded = format!("{value:+.3}");
    if rounded.ends_with("0.000") { "0.000".to_owned() } else { rounded }
}

/// A p-value.
pub(super) fn p_value(p: f64) -> String {
    if p < 0.001 { "<0.001".to_owned() } else { number(p) }
}

/// A share, 0 to 1, in percent.
pub(super) fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// A number of things: `1 record`, `2 records`.
pub fn count(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

/// What was judged and by which rule: "my.safetensors; at most 3 tags of probability 0.29 or more".
pub(super) fn judged(subject: &Subject) -> String {
    let rule = match subject.rule {
        Some(DecisionRule { top, threshold }) => {
            format!("at most {} of probability {threshold:.3} or more", count(top, "tag"))
        }
        None => "the tags in the order they were predicted".to_owned(),
    };
    let seen = subject.seen_in_training().map_or_else(String::new, |seen| format!("; {seen}"));
    format!("{}; {rule}{seen}", subject.title)
}

/// By which records: "held-out.jsonl: 700 records, without name".
pub(super) fn data(subject: &Subject) -> String {
    let without = match subject.without.as_slice() {
        [] => String::new(),
        fields => format!(", without {}", fields.join(" and ")),
    };
    format!("{}: {}{without}", subject.data.join(" "), count(subject.records, "record"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_have_a_sign_unless_they_are_nothing() {
        let estimate = Estimate { value: 0.0123, low: -0.0041, high: 0.02 };
        assert_eq!(difference(estimate), "+0.012 (-0.004 to +0.020)");
        assert_eq!(difference(Estimate { value: -0.0001, ..Estimate::default() }), "0.000 (0.000 to 0.000)");
    }
}
