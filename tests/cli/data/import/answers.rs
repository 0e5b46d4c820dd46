//! What annotators answered in Label Studio and Argilla.

use serde_json::{Value, json};

use super::{all_but, import_text, refuse_text};

/// A question of Argilla with its answers: user, value, status.
type Asked<'a> = (&'a str, &'a [(&'a str, Value, &'a str)]);

/// A record of Argilla.
fn asked(id: &str, questions: &[Asked]) -> Value {
    let responses = questions.iter().map(|(question, answers)| {
        let answer = |(user, value, status): &(&str, Value, &str)| json!({"value": value, "user_id": user, "status": status});
        ((*question).to_owned(), answers.iter().map(answer).collect())
    });
    json!({"id": id, "fields": {"text": "Counts words"}, "responses": Value::Object(responses.collect())})
}

/// The same in the three forms that have questions: nested, flattened, and of version 1.
fn forms(record: &Value) -> [Value; 3] {
    let mut flat = json!({"id": record["id"], "status": "pending", "text": record["fields"]["text"]});
    let mut by_user: Vec<Value> = Vec::new();
    for (question, answers) in record["responses"].as_object().unwrap() {
        for answer in answers.as_array().unwrap() {
            for (list, value) in [("", "value"), (".users", "user_id"), (".status", "status")] {
                let name = format!("{question}.responses{list}");
                let mut all = flat[&name].as_array().cloned().unwrap_or_default();
                all.push(answer[value].clone());
                flat[name] = all.into();
            }
            let user = by_user.iter_mut().find(|user| user["user_id"] == answer["user_id"]);
            match user {
                Some(user) => user["values"][question] = json!({"value": answer["value"]}),
                None => by_user.push(json!({
                    "user_id": answer["user_id"], "status": answer["status"], "values": {question: {"value": answer["value"]}},
                })),
            }
        }
    }
    let feedback = json!({"id": record["id"], "fields": record["fields"], "responses": by_user});
    [record.clone(), flat, feedback]
}

fn import(records: &Value, args: &[&str]) -> Vec<Value> {
    import_text("export.json", records.to_string(), args).0
}

/// The tags, and the tags that are said to be judged, of each record in every form of Argilla.
#[track_caller]
fn assert_argilla(records: &[Value], expected: &[(Value, Value)]) {
    for form in 0..3 {
        let records: Vec<Value> = records.iter().map(|record| forms(record)[form].clone()).collect();
        let imported = import(&records.into(), &["--from", "argilla"]);
        let found: Vec<_> =
            imported.iter().map(|record| (record["tags"].clone(), record["judged_tags"].clone())).collect();
        assert_eq!(found, expected, "form {form}");
    }
}

const DONE: &str = "submitted";

#[test]
fn answers_that_are_no_labels_are_no_labels() {
    let others: [Value; 5] = [
        json!(4),
        json!([{"start": 0, "end": 6, "label": "verb"}]),
        json!([{"rank": 1, "value": "cli"}]),
        json!(null),
        json!(["cli", 4]),
    ];
    for other in others {
        assert_argilla(&[asked("1", &[("quality", &[("u1", other, DONE)])])], &[(Value::Null, Value::Null)]);
    }
    assert_argilla(
        &[asked("1", &[("note", &[("u1", json!("quite good"), DONE)])])],
        &[(Value::Null, Value::Null)],
    );
}

#[test]
fn only_who_answered_the_question_of_labels_counts_for_the_majority() {
    let tags: &[_] =
        &[("u1", json!(["cli"]), DONE), ("u2", json!(["cli", "game"]), DONE), ("u3", json!([]), DONE)];
    let quality: &[_] =
        &[("u1", json!(4), DONE), ("u4", json!(2), DONE), ("u5", json!(2), DONE), ("u6", json!(1), DONE)];
    let note: &[_] = &[("u4", json!("not bad"), DONE), ("u5", json!("hm"), DONE)];
    assert_argilla(
        &[
            asked("1", &[("tags", tags), ("quality", quality), ("note", note)]),
            asked("2", &[("quality", quality)]),
        ],
        &[(json!(["cli"]), Value::Null), (Value::Null, Value::Null)],
    );
}

#[test]
fn drafts_and_discarded_responses_do_not_count_and_nothing_chosen_is_an_answer() {
    let answers: &[_] =
        &[("u1", json!(["game"]), "draft"), ("u2", json!([]), DONE), ("u3", json!(["cli"]), "discarded")];
    let drafts: &[_] = &[("u1", json!(["game"]), "draft")];
    assert_argilla(
        &[asked("1", &[("themes", answers)]), asked("2", &[("themes", drafts)])],
        &[(json!([]), Value::Null), (Value::Null, Value::Null)],
    );
}

#[test]
fn half_of_the_annotators_leave_a_tag_undecided() {
    let answers: &[_] = &[("u1", json!("cli"), DONE), ("u2", json!("game"), DONE)];
    assert_argilla(&[asked("1", &[("topic", answers)])], &[(json!([]), json!(all_but(&["cli", "game"])))]);
}

#[test]
fn a_question_for_each_tag_judges_these_tags_alone() {
    let yes = |answer: &str| vec![("u1", json!(answer), DONE)];
    let record = asked("1", &[("cli", &yes("yes")), ("web_app", &yes("No")), ("quality", &yes("yes"))]);
    let other = asked("2", &[("cli", &yes("no"))]);
    assert_argilla(
        &[record, other],
        &[(json!(["cli"]), json!(["cli", "web-app"])), (json!([]), json!(["cli"]))],
    );
}

#[test]
fn of_several_questions_with_tags_the_user_says_which() {
    let form: &[_] = &[("u1", json!("cli"), DONE)];
    let topics: &[_] = &[("u1", json!(["blockchain"]), DONE)];
    let records = json!([asked("1", &[("form", form), ("topics", topics)])]);
    refuse_text("x.json", records.to_string(), &[]).assert_refused(&[
        "x.json: tags are the answers to several questions: form, topics; ",
        "--labels-field",
    ]);
    assert_eq!(import(&records, &["--labels-field", "topics"])[0]["tags"], json!(["blockchain"]));
    assert_eq!(import(&records, &["--labels-field", "form"])[0]["tags"], json!(["cli"]));
    refuse_text("x.json", records.to_string(), &["--labels-field", "Form"])
        .assert_refused(&["x.json: no question \"Form\" is answered in it; it has form, topics"]);
    refuse_text("x.txt", "__label__cli words", &["--labels-field", "form"])
        .assert_refused(&["x.txt: only exports of Label Studio and Argilla have questions; "]);
}

#[test]
fn old_records_of_argilla_count_once_they_are_validated() {
    let record = |status: Value, annotation: Value| json!({"id": 1, "inputs": {"about": "Counts words", "by": "x"}, "annotation": annotation, "status": status});
    let tags = |status: Value, annotation: Value| {
        let imported = import(&json!([record(status, annotation)]), &[]);
        assert_eq!(imported[0]["text"], "Counts words");
        imported[0]["tags"].clone()
    };
    assert_eq!(tags(json!("Validated"), json!("cli")), json!(["cli"]));
    assert_eq!(tags(json!(null), json!(["cli"])), json!(["cli"]));
    assert_eq!(tags(json!("Validated"), json!([])), json!([]));
    assert_eq!(tags(json!("Discarded"), json!(["cli"])), Value::Null);
    assert_eq!(tags(json!("Default"), json!(null)), Value::Null);
    assert_eq!(tags(json!("Validated"), json!([["cli", 0, 6]])), Value::Null);
}

/// A task of Label Studio by the results of its annotations: control and value.
fn task(id: u32, annotations: &[&[(&str, Value)]]) -> Value {
    let annotations = annotations.iter().zip(1..).map(|(results, by)| {
        let result = |(control, value): &(&str, Value)| {
            let kind = value.as_object().and_then(|value| value.keys().next_back().cloned());
            json!({"from_name": control, "to_name": "text", "type": kind, "value": value})
        };
        json!({"completed_by": by, "was_cancelled": false, "result": results.iter().map(result).collect::<Vec<_>>()})
    });
    json!({
        "id": id, "data": {"about": "Counts words", "by": "somebody"}, "annotations": annotations.collect::<Vec<_>>(),
        "predictions": [{"result": [{"from_name": "topics", "value": {"choices": ["game"]}}]}],
    })
}

fn tags(records: &[Value]) -> Vec<Value> {
    records.iter().map(|record| record["tags"].clone()).collect()
}

#[test]
fn only_results_of_label_kind_are_answers_in_label_studio() {
    let cli = json!({"choices": ["cli"]});
    let others = [
        json!({"rating": 4}),
        json!({"text": ["cli"]}),
        json!({"number": 4}),
        json!({"datetime": "2024-05-01"}),
        json!({"start": 0, "end": 6, "text": "Counts", "labels": ["cli"]}),
        json!({"start": 0, "end": 6, "text": "Counts", "choices": ["cli"]}),
        json!({"x": 1, "y": 2, "width": 3, "rectanglelabels": ["cli"]}),
    ];
    for other in others {
        let asked = [
            task(1, &[&[("other", other.clone())]]),
            task(2, &[&[("topics", cli.clone()), ("other", other.clone())], &[("other", other.clone())]]),
            task(3, &[]),
            task(4, &[&[("topics", json!({"choices": []}))]]),
            task(5, &[&[]]),
        ];
        let imported = import(&json!(asked), &[]);
        assert_eq!(
            tags(&imported),
            [json!(null), json!(["cli"]), json!(null), json!([]), json!([])],
            "{other}"
        );
        assert_eq!((&imported[0]["id"], &imported[0]["text"]), (&json!(1), &json!("Counts words")));
        // Where nobody is known to have been asked for labels, an empty annotation says nothing of them.
        let alone = [task(1, &[&[("other", other.clone())]]), task(2, &[&[]])];
        assert_eq!(tags(&import(&json!(alone), &[])), [json!(null), json!(null)], "{other}");
    }
    assert_eq!(tags(&import(&json!([task(1, &[&[]])]), &[])), [json!([])]);
}

#[test]
fn skipped_annotations_and_old_names_are_read() {
    let mut skipped = task(1, &[&[("topics", json!({"choices": ["cli"]}))]]);
    skipped["annotations"][0]["was_cancelled"] = json!(true);
    let mut old =
        task(2, &[&[("topics", json!({"choices": ["cli"]}))], &[("topics", json!({"choices": ["game"]}))]]);
    old["completions"] = old.as_object_mut().unwrap().remove("annotations").unwrap();
    old["completions"][1]["skipped"] = json!(true);
    assert_eq!(tags(&import(&json!([skipped, old]), &[])), [json!(null), json!(["cli"])]);
}

#[test]
fn the_last_annotation_of_one_annotator_counts() {
    let mut task =
        task(1, &[&[("topics", json!({"choices": ["cli"]}))], &[("topics", json!({"choices": ["game"]}))]]);
    for (place, when) in [(0, "2024-05-02"), (1, "2024-05-01")] {
        task["annotations"][place]["updated_at"] = json!(when);
        task["annotations"][place]["completed_by"] = json!({"id": 7, "email": "x@y.test"});
    }
    let imported = import(&json!([task]), &[]);
    assert_eq!((&imported[0]["tags"], imported[0].get("judged_tags")), (&json!(["cli"]), None));
}

/// A row of JSON-MIN.
fn row(id: u32, annotator: &Value, control: &str, value: &Value) -> Value {
    json!({
        "about": "Counts words", "tags": "old stuff", "id": id, control: value, "annotator": annotator,
        "annotation_id": id * 10, "created_at": "2024-05-01T10:00:00Z", "lead_time": 2.5,
    })
}

#[test]
fn rows_of_one_task_are_joined_and_the_control_is_found() {
    let cli = json!("cli");
    let rows = [
        row(1, &json!(1), "topics", &json!({"choices": ["cli", "game"]})),
        row(2, &json!(1), "topics", &cli),
        row(1, &json!(2), "topics", &cli),
        row(1, &json!(3), "topics", &cli),
        row(2, &json!(2), "quality", &json!([{"rating": 4}])),
        row(3, &json!(2), "quality", &json!([{"rating": 4}])),
        row(4, &json!(null), "note", &json!("unanswered")),
    ];
    let imported = import(&json!(rows), &[]);
    let ids: Vec<_> = imported.iter().map(|record| record["id"].clone()).collect();
    assert_eq!(ids, [1, 2, 3, 4]);
    assert_eq!(tags(&imported), [json!(["cli"]), json!(["cli"]), json!(null), json!(null)]);
    assert!(
        imported.iter().all(|record| record["text"] == "Counts words" && record.get("judged_tags").is_none())
    );
}

#[test]
fn a_plain_column_with_tags_beside_another_is_asked_for() {
    let mut rows =
        json!([row(1, &json!(1), "topics", &json!("cli")), row(1, &json!(2), "topics", &json!("cli"))]);
    assert_eq!(tags(&import(&rows, &[])), [json!(["cli"])], "old stuff is no tag");
    for row in rows.as_array_mut().unwrap() {
        row["tags"] = json!("game");
    }
    refuse_text("x.json", rows.to_string(), &[])
        .assert_refused(&["several questions: tags, topics; ", "--labels-field"]);
    assert_eq!(tags(&import(&rows, &["--labels-field", "topics"])), [json!(["cli"])]);
    rows[0]["topics"] = json!({"choices": ["cli", "react"]});
    let imported = import(&rows, &[]);
    assert_eq!(tags(&imported), [json!(["cli"])], "choices are surely answers, a plain text perhaps not");
    assert_eq!(imported[0]["judged_tags"], json!(all_but(&["react"])));
}

#[test]
fn the_first_text_that_annotators_were_shown_is_the_text() {
    for text in [
        r#"[{"review": "Counts words", "by": "x", "id": 1, "topics": "cli", "annotator": 1, "created_at": "2024-05-01"}]"#,
        r#"[{"id": 1, "data": {"review": "Counts words", "by": "x"}, "annotations": []}]"#,
        r#"[{"id": "1", "status": "pending", "_server_id": "f", "review": "Counts words", "by": "x", "tags.responses": null}]"#,
        r#"[{"id": "1", "fields": {"review": "Counts words", "by": "x"}, "responses": {}}]"#,
    ] {
        assert_eq!(import_text("x.json", text, &[]).0[0]["text"], "Counts words", "{text}");
    }
}
