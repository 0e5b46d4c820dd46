//! What holds for every evaluation.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;

use super::{Judged, Summary, TagFigures};

const TAGS: usize = 6;

/// Gold tags, decided tags and scores of a record.
type Row = (Vec<u16>, Vec<u16>, Vec<f32>);

/// Any gold tags; distinct scores; up to three decided tags in any order.
fn row() -> impl Strategy<Value = Row> {
    let tags: Vec<u16> = (0..TAGS as u16).collect();
    let scores: Vec<f32> = tags.iter().map(|tag| (f32::from(*tag) + 0.5) / TAGS as f32).collect();
    let decided = (Just(tags.clone()).prop_shuffle(), 0..=3_usize).prop_map(|(tags, n)| tags[..n].to_vec());
    (prop::sample::subsequence(tags, 0..=TAGS), decided, Just(scores).prop_shuffle())
}

fn judged<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Judged {
    let mut judged = Judged::new(TAGS);
    for (gold, decided, scores) in rows {
        judged.push(gold, decided, Some(scores)).unwrap();
    }
    judged
}

/// The same record where tag t is called `names[t]`.
fn renamed((gold, decided, scores): &Row, names: &[u16]) -> Row {
    let name = |tag: &u16| names[usize::from(*tag)];
    let mut renamed = vec![0.0; TAGS];
    for (tag, score) in scores.iter().enumerate() {
        renamed[usize::from(names[tag])] = *score;
    }
    (gold.iter().map(name).collect(), decided.iter().map(name).collect(), renamed)
}

fn assert_same(a: &Value, b: &Value) {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => a.iter().for_each(|(key, value)| assert_same(value, &b[key])),
        (Value::Array(a), Value::Array(b)) => a.iter().zip(b).for_each(|(a, b)| assert_same(a, b)),
        _ => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            assert!((a - b).abs() <= 1e-12, "{a} and {b}");
        }
    }
}

fn json(summary: &Summary) -> Value {
    serde_json::to_value(summary).unwrap()
}

/// Precision, recall and F1 of the four averages and of each tag.
fn prfs(summary: &Summary) -> impl Iterator<Item = f64> {
    let averages = [summary.micro, summary.macro_, summary.weighted, summary.samples];
    let tags = summary.tags.iter().map(|tag| tag.prf);
    averages.into_iter().chain(tags).flat_map(|prf| [prf.precision, prf.recall, prf.f1])
}

/// Every tag as the only one of a record, so that all have support, and more records with one to three tags.
fn golds() -> impl Strategy<Value = Vec<Vec<u16>>> {
    let some_tags = prop::sample::subsequence((0..TAGS as u16).collect::<Vec<_>>(), 1..=3);
    let each_tag = (0..TAGS as u16).map(|tag| vec![tag]);
    vec(some_tags, 0..12).prop_map(move |more| each_tag.clone().chain(more).collect())
}

fn shuffled<T: Clone + std::fmt::Debug + 'static>(rows: Vec<T>) -> impl Strategy<Value = (Vec<T>, Vec<T>)> {
    (Just(rows.clone()), Just(rows).prop_shuffle())
}

proptest! {
    #[test]
    fn the_order_of_records_does_not_matter((rows, shuffled) in vec(row(), 1..12).prop_flat_map(shuffled)) {
        assert_same(&json(&Summary::of(&judged(&rows))), &json(&Summary::of(&judged(&shuffled))));
    }

    #[test]
    fn the_order_of_tags_does_not_matter(
        rows in vec(row(), 1..12),
        names in Just((0..TAGS as u16).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let rows_renamed: Vec<Row> = rows.iter().map(|row| renamed(row, &names)).collect();
        let before = Summary::of(&judged(&rows));
        let mut after = Summary::of(&judged(&rows_renamed));
        let figures = |tag: usize| TagFigures { tag, ..after.tags[usize::from(names[tag])].clone() };
        after.tags = (0..TAGS).map(figures).collect();
        assert_same(&json(&before), &json(&after));
    }

    #[test]
    fn shares_lie_between_0_and_1(rows in vec(row(), 0..12)) {
        let summary = Summary::of(&judged(&rows));
        let ranking = [summary.p_at_1, summary.p_at_3, summary.r_at_3, summary.r_at_5, summary.ndcg_at_3];
        let others = [summary.exact_match, summary.no_tag_share, summary.lrap.unwrap(), summary.ece.unwrap()];
        for share in prfs(&summary).chain(ranking).chain(others) {
            prop_assert!((0.0..=1.0 + 1e-12).contains(&share), "{share}");
        }
        prop_assert!((0.0..=TAGS as f64).contains(&summary.coverage_error.unwrap()));
    }

    #[test]
    fn a_perfect_prediction_gives_1_everywhere(golds in golds()) {
        let perfect = |gold: &Vec<u16>| {
            let scores = (0..TAGS as u16).map(|tag| f32::from(u8::from(gold.contains(&tag)))).collect();
            (gold.clone(), gold.clone(), scores)
        };
        let summary = Summary::of(&judged(&golds.iter().map(perfect).collect::<Vec<_>>()));
        let ranking = [summary.p_at_1, summary.r_at_3, summary.ndcg_at_3, summary.lrap.unwrap()];
        let precisions = summary.tags.iter().map(|tag| tag.average_precision.unwrap());
        for one in prfs(&summary).chain(ranking).chain(precisions).chain([summary.exact_match]) {
            prop_assert!((one - 1.0).abs() < 1e-12, "{one}");
        }
        let mean_gold = golds.iter().map(Vec::len).sum::<usize>() as f64 / golds.len() as f64;
        prop_assert!((summary.coverage_error.unwrap() - mean_gold).abs() < 1e-12);
        prop_assert!((summary.mean_tags - mean_gold).abs() < 1e-12);
        prop_assert!(summary.ece.unwrap().abs() < 1e-12);
    }
}
