//! Gates: bounds that figures must keep, for scripts that ask whether a model is good enough.

use tagwright::evaluation::Evaluation;
use tagwright::metrics::{Better, Figure};

use super::output::{Outcome, say};

/// The bounds of the headline figures.
#[derive(clap::Args)]
pub struct Gates {
    /// Fail when a figure is under a bound, such as `micro_f1=0.74`; repeat it for more
    ///
    /// NAME is one of the "figures" of --json. All bounds are checked and those that do not hold are named on standard
    /// error. A figure that is not known fails, as one that compares with the records' tags when no record has any.
    #[arg(long, value_name = "NAME=VALUE", value_parser = lower_bound)]
    fail_under: Vec<Gate>,

    /// Fail when a figure is over a bound, such as `ece=0.05`; repeat it for more
    #[arg(long, value_name = "NAME=VALUE", value_parser = upper_bound)]
    fail_over: Vec<Gate>,
}

/// A bound for a figure.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Gate {
    figure: Figure,
    bound: f64,
}

impl Gates {
    /// Says which bounds do not hold.
    pub fn check(&self, evaluation: &Evaluation) -> Outcome {
        let is_under: fn(f64, f64) -> bool = |value, bound| value < bound;
        let is_over: fn(f64, f64) -> bool = |value, bound| value > bound;
        let under = self.fail_under.iter().map(|gate| (gate, is_under, "under"));
        let over = self.fail_over.iter().map(|gate| (gate, is_over, "over"));
        let mut outcome = Outcome::Done;
        for (Gate { figure, bound }, is_beyond, side) in under.chain(over) {
            let name = figure.name();
            let problem = match evaluation.figures.get(*figure) {
                Some(estimate) if is_beyond(estimate.value, *bound) => {
                    format!("{name} is {:.4}, {side} the bound of {bound}", estimate.value)
                }
                Some(_) => continue,
                None => format!("{name} is not known; {}", evaluation.why_unknown(*figure)),
            };
            say("failed", problem);
            outcome = Outcome::Failed;
        }
        outcome
    }
}

fn lower_bound(argument: &str) -> Result<Gate, String> {
    gate(argument, Better::Lower, "--fail-over")
}

fn upper_bound(argument: &str) -> Result<Gate, String> {
    gate(argument, Better::Higher, "--fail-under")
}

/// Reads a gate, unless the figure's good values lie on the other side, where `instead` bounds it.
fn gate(argument: &str, wrong: Better, instead: &str) -> Result<Gate, String> {
    let (name, value) =
        argument.split_once('=').ok_or("expected a figure and its bound, such as micro_f1=0.74")?;
    let figure = Figure::named(name.trim()).ok_or_else(|| unknown(name.trim()))?;
    let bound = value.trim().parse().ok().filter(|bound: &f64| bound.is_finite());
    let bound = bound.ok_or_else(|| format!("expected a number after {name}=, found {value:?}"))?;
    if figure.better() == wrong {
        return Err(format!("good values of {name} lie on that side; use {instead}"));
    }
    Ok(Gate { figure, bound })
}

fn unknown(name: &str) -> String {
    let names = Figure::ALL.map(Figure::name);
    let closest = names.iter().max_by(|a, b| {
        let similarity = |known: &str| strsim::jaro_winkler(name, known);
        similarity(a).total_cmp(&similarity(b))
    });
    let closest = closest.copied().unwrap_or_default();
    format!("there is no figure {name:?}; did you mean {closest:?}? The figures are {}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_is_a_figure_and_its_bound() {
        assert_eq!(lower_bound("micro_f1 = 0.74"), Ok(Gate { figure: Figure::MicroF1, bound: 0.74 }));
        assert_eq!(upper_bound("ece=0.05"), Ok(Gate { figure: Figure::Ece, bound: 0.05 }));
        assert!(lower_bound("mean_tags=1").is_ok() && upper_bound("mean_tags=2").is_ok());
    }

    #[test]
    fn a_wrong_gate_says_what_to_write() {
        assert_eq!(
            lower_bound("micro_f1").unwrap_err(),
            "expected a figure and its bound, such as micro_f1=0.74"
        );
        assert_eq!(
            lower_bound("micro_f1=high").unwrap_err(),
            "expected a number after micro_f1=, found \"high\""
        );
        assert_eq!(
            lower_bound("ece=0.1").unwrap_err(),
            "good values of ece lie on that side; use --fail-over"
        );
        assert_eq!(
            upper_bound("lrap=0.1").unwrap_err(),
            "good values of lrap lie on that side; use --fail-under"
        );
        let typo = lower_bound("micro-f1=0.7").unwrap_err();
        assert!(typo.starts_with(
            "there is no figure \"micro-f1\"; did you mean \"micro_f1\"? The figures are p_at_1,"
        ));
    }
}
