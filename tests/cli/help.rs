//! The help texts, word for word.

use super::Room;

fn help(args: &[&str]) -> String {
    let run = Room::new().run(args);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    run.stdout
}

#[test]
fn help_reads_well() {
    insta::assert_snapshot!("tagwright", help(&["--help"]));
    insta::assert_snapshot!("predict", help(&["predict", "--help"]));
    insta::assert_snapshot!("explain", help(&["explain", "--help"]));
    insta::assert_snapshot!("train", help(&["train", "--help"]));
    insta::assert_snapshot!("evaluate", help(&["evaluate", "--help"]));
    insta::assert_snapshot!("apply", help(&["apply", "--help"]));
    insta::assert_snapshot!("compare", help(&["compare", "--help"]));
    insta::assert_snapshot!("cross-validate", help(&["cross-validate", "--help"]));
    insta::assert_snapshot!("data", help(&["data", "--help"]));
    for command in ["check", "stats", "split", "convert", "import"] {
        insta::assert_snapshot!(format!("data-{command}"), help(&["data", command, "--help"]));
    }
    insta::assert_snapshot!("review", help(&["review", "--help"]));
}

#[test]
fn defaults_in_help_are_those_of_the_library() {
    let help = |args: &[&str]| help(args).split_whitespace().collect::<Vec<_>>().join(" ");
    let defaults = tagwright::learn::TrainSettings::default();
    let train = help(&["train", "-h"]);
    assert!(train.contains(&format!("else {}]", defaults.seed)), "{train}");
    assert!(train.contains(&format!("else {}]", defaults.folds)), "{train}");
    let cross_validate = help(&["cross-validate", "-h"]);
    let folds = tagwright::learn::DEFAULT_FOLDS;
    assert!(cross_validate.contains(&format!("of its own [default: {folds}]")), "{cross_validate}");
    let predict = help(&["predict", "-h"]);
    let top = tagwright::decide::DecisionRule::DEFAULT_TOP;
    assert!(predict.contains(&format!("the model's own, {top}]")), "{predict}");
}

#[test]
fn without_arguments_help_is_shown() {
    let run = Room::new().run(&[]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("Usage: tagwright"), "{}", run.stderr);
}

#[test]
fn the_version_is_that_of_the_package() {
    assert_eq!(help(&["--version"]), format!("tagwright {}\n", env!("CARGO_PKG_VERSION")));
}
