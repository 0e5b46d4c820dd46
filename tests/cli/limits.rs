//! What is too much: refused or capped by a limit that is said.

use std::thread::available_parallelism;

use serde_json::json;

use super::{Room, data, model};

#[test]
fn settings_out_of_range_are_refused_before_any_work() {
    for (settings, message) in [
        (
            "[network]\nhidden = 4611686018427387904\n",
            "s.toml:2: network.hidden: expected 0 to 4,096, found 4,6",
        ),
        ("[network]\nhidden = 1_000_000_000\n", "s.toml:2: network.hidden: expected "),
        (
            "[features]\nmin_word_count = 4611686018427387904\n",
            "s.toml:2: features.min_word_count: expected ",
        ),
        (
            "[linear]\n\nepochs = 9000000000000000000\n",
            "s.toml:3: linear.epochs: expected 1 to 1,000, found ",
        ),
        ("[stack]\nc = nan\n", "s.toml:2: stack.c: expected 0.000001 to 1,000,000, found NaN"),
        ("[network]\nlearning_rate = 1e300\n", "s.toml:2: network.learning_rate: expected "),
    ] {
        // The data do not exist: nobody has looked for them by then.
        let room = Room::new().with("s.toml", settings);
        let run = room.run(&[
            "train",
            "d",
            "--taxonomy",
            &data("taxonomy.json"),
            "--settings",
            "s.toml",
            "--out",
            "m",
        ]);
        run.assert_refused(&[message]);
    }
}

#[test]
fn any_setting_within_its_range_can_be_trained_with() {
    let blocks = "[[features.blocks]]\nname = 'a'\nfields = { name = 1000 }\nngrams = 1\nmin_df = 0\n\
        max_features = 10_000_000\nembedded = true\nweight = 0.001\n";
    for settings in [
        "folds = 4\n[linear]\nc = 1e6\nepochs = 20\ntolerance = 1e-9\n[stack]\nc = 1e6\ntolerance = 1e-12\n[network]\nhidden = 8\nlearning_rate = 10\ndrop_words = 0.99\ndrop_hidden = 0.99\n",
        "folds = 2\n[linear]\nc = 1e-6\ntolerance = 1\n[stack]\nc = 1e-6\ntolerance = 1\niterations = 1\n[network]\nlearning_rate = 1e-6\nhidden = 1\nepochs = 1\n",
        "[features.text]\nintro_chars = 0\nprose_chars = 0\ncode_chars = 0\noutline_chars = 0\n[features]\nmin_word_count = 1_000_000\n[network]\nhidden = 4\n",
        &format!("{blocks}[network]\nhidden = 40\n"),
    ] {
        let room = Room::new().with("s.toml", settings);
        let run = room.run(&[
            "train",
            &data("train.jsonl"),
            "--taxonomy",
            &data("taxonomy.json"),
            "--settings",
            "s.toml",
            "--out",
            "m",
        ]);
        assert!(
            run.code == 0 || run.stderr.starts_with("error: "),
            "{settings}: {} {}",
            run.code,
            run.stderr
        );
        if run.code == 0 {
            let run =
                room.with("a.md", "A message broker").run(&["predict", "--model", "m", "--all", "a.md"]);
            assert!(run.code == 0 && !run.stdout.contains("null"), "{settings}: {}", run.stdout);
        }
    }
}

#[test]
fn more_threads_than_are_of_use_are_capped_and_that_is_said() {
    let most = available_parallelism().unwrap().get() * 4;
    let room = Room::new().with("a.md", "A message broker").with("d.jsonl", "{\"text\":\"x\",\"tags\":[]}\n");
    for jobs in [(most + 1).to_string(), "2000".to_owned(), usize::MAX.to_string()] {
        let run = room.run(&["predict", "--model", model(), "a.md", "--jobs", &jobs]);
        assert_eq!(run.code, 0);
        let warning = format!("warning: --jobs {jobs}: {most} threads work, 4 for each processor\n");
        assert_eq!(run.stderr, warning);
        for args in [&["predict", "--model", model(), "a.md"][..], &["data", "stats", "d.jsonl"]] {
            let mut command = room.command(args);
            command.env("RAYON_NUM_THREADS", &jobs);
            let run = super::Run::of(command);
            assert_eq!((run.code, run.stderr), (0, warning.replace("--jobs", "RAYON_NUM_THREADS")));
        }
    }
    assert_eq!(room.run(&["predict", "--model", model(), "a.md", "--jobs", "2"]).stderr, "");
}

#[test]
fn more_tags_than_an_index_holds_are_refused_where_they_are_read() {
    let tags = |count: usize| {
        let tags: Vec<_> = (0..count).map(|id| json!({"id": id, "name": format!("tag-{id}")})).collect();
        json!(tags).to_string()
    };
    let room = Room::new().with("t.json", tags(65_536)).with("d.jsonl", "{\"text\":\"x\",\"tags\":[]}\n");
    let message = "t.json: a taxonomy of 65,536 tags; at most 65,535 are read";
    room.run(&["data", "check", "d.jsonl", "--taxonomy", "t.json"]).assert_refused(&[message]);
    room.run(&["train", "d.jsonl", "--taxonomy", "t.json", "--out", "m"]).assert_refused(&[message]);
}
