//! What holds for every evaluation.

use proptest::collection::vec;
use proptest::prelude::*;

use super::{
    Contribution, Curves, Figure, Figures, Judged, TagCounts, Tally, average_precision, bootstrap,
    randomisation_test, reliability_of_tag,
};
use crate::decide::DecisionRule;

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

fn assert_close(a: f64, b: f64) {
    assert!((a - b).abs() <= 1e-12, "{a} and {b}");
}

fn assert_same(a: &Figures<f64>, b: &Figures<f64>) {
    for ((figure, a), (_, b)) in a.iter().zip(b.iter()) {
        assert_eq!(a.is_some(), b.is_some(), "{figure:?}");
        assert_close(a.unwrap_or_default(), b.unwrap_or_default());
    }
}

/// Precision, recall, F1, average precision and calibration error of each tag, and 0 for what has no value.
fn of_tags(judged: &Judged) -> Vec<[f64; 5]> {
    let records = judged.records();
    let of_tag = |(tag, counts): (usize, &TagCounts)| {
        let [precision, recall, f1] = counts.prf().into();
        let calibration = reliability_of_tag(records, tag).unwrap().expected_calibration_error();
        [precision, recall, f1, average_precision(records, tag).unwrap_or_default(), calibration]
    };
    Tally::of(judged).tags().iter().enumerate().map(of_tag).collect()
}

fn contributions(judged: &Judged) -> Vec<Contribution> {
    judged.records().iter().map(Contribution::from).collect()
}

/// B − A of the headline figures.
fn differences(a: &Tally, b: &Tally) -> Vec<Option<f64>> {
    Figure::ALL.into_iter().map(|figure| Some(b.figure(figure)? - a.figure(figure)?)).collect()
}

/// The p-values of the differences between two answers to the same records.
fn p_values(a: &[Contribution], b: &[Contribution]) -> Vec<Option<f64>> {
    randomisation_test(a.len(), |exchanged| {
        let (mut first, mut second) = (Tally::new(TAGS), Tally::new(TAGS));
        for ((a, b), exchanged) in a.iter().zip(b).zip(exchanged) {
            first.add(if *exchanged { b } else { a }, 1);
            second.add(if *exchanged { a } else { b }, 1);
        }
        differences(&first, &second)
    })
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
        let (before, after) = (judged(&rows), judged(&shuffled));
        assert_same(&Tally::of(&before).figures(), &Tally::of(&after).figures());
        for (before, after) in of_tags(&before).iter().zip(of_tags(&after)) {
            before.iter().zip(after).for_each(|(before, after)| assert_close(*before, after));
        }
    }

    #[test]
    fn the_order_of_tags_does_not_matter(
        rows in vec(row(), 1..12),
        names in Just((0..TAGS as u16).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let (before, after) = (judged(&rows), judged(&rows.iter().map(|row| renamed(row, &names)).collect::<Vec<_>>()));
        assert_same(&Tally::of(&before).figures(), &Tally::of(&after).figures());
        let (before, after) = (of_tags(&before), of_tags(&after));
        for (tag, before) in before.iter().enumerate() {
            let after = &after[usize::from(names[tag])];
            before.iter().zip(after).for_each(|(before, after)| assert_close(*before, *after));
        }
    }

    #[test]
    fn shares_lie_between_0_and_1(rows in vec(row(), 0..12)) {
        let judged = judged(&rows);
        let figures = Tally::of(&judged).figures();
        let shares = figures.iter().filter(|(figure, _)| figure.is_share()).filter_map(|(_, value)| value);
        let curves = Curves::of(&judged, DecisionRule { top: 2, threshold: 0.5 });
        let points = curves.iter().flat_map(|curves| {
            curves.precision_recall.iter().chain(&curves.decisions).chain([&curves.operating_point])
        });
        let points = points.flat_map(|point| <[f64; 3]>::from(point.micro));
        for share in shares.chain(of_tags(&judged).into_iter().flatten()).chain(points) {
            prop_assert!((0.0..=1.0 + 1e-12).contains(&share), "{share}");
        }
        for figure in [Figure::CoverageError, Figure::MeanTags] {
            prop_assert!(figures.get(figure).is_none_or(|tags| (0.0..=TAGS as f64).contains(&tags)));
        }
    }

    #[test]
    fn a_perfect_prediction_gives_1_everywhere(golds in golds()) {
        let perfect = |gold: &Vec<u16>| {
            let scores = (0..TAGS as u16).map(|tag| f32::from(u8::from(gold.contains(&tag)))).collect();
            (gold.clone(), gold.clone(), scores)
        };
        let judged = judged(&golds.iter().map(perfect).collect::<Vec<_>>());
        let mean_gold = golds.iter().map(Vec::len).sum::<usize>() as f64 / golds.len() as f64;
        for (figure, value) in Tally::of(&judged).figures().iter() {
            let expected = match figure {
                Figure::CoverageError | Figure::MeanTags => mean_gold,
                Figure::NoTagShare | Figure::Ece => 0.0,
                // A record with one gold tag cannot have two right ones.
                Figure::PAt2 | Figure::PAt3 | Figure::RAt1 | Figure::RAt2 => continue,
                _ => 1.0,
            };
            assert_close(value.unwrap(), expected);
        }
        for [precision, recall, f1, average_precision, calibration_error] in of_tags(&judged) {
            [precision, recall, f1, average_precision].into_iter().for_each(|figure| assert_close(figure, 1.0));
            assert_close(calibration_error, 0.0);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn intervals_contain_the_figure(rows in vec(row(), 0..12)) {
        let (judged, contributions) = (judged(&rows), contributions(&judged(&rows)));
        let figures = Tally::of(&judged).figures();
        let estimates = bootstrap(rows.len(), |times| {
            Tally::resampled(TAGS, &contributions, times).figures().iter().map(|(_, value)| value).collect()
        });
        for ((_, value), estimate) in figures.iter().zip(estimates) {
            prop_assert_eq!(estimate.is_some(), value.is_some());
            let Some(estimate) = estimate else { continue };
            assert_close(estimate.value, value.unwrap());
            prop_assert!(estimate.low <= estimate.value && estimate.value <= estimate.high, "{estimate:?}");
        }
    }

    #[test]
    fn nothing_differs_from_itself(rows in vec(row(), 0..8)) {
        let records = contributions(&judged(&rows));
        p_values(&records, &records).into_iter().flatten().for_each(|p| assert_close(p, 1.0));
    }

    #[test]
    fn the_order_of_the_two_that_are_compared_does_not_matter(rows in vec((row(), row()), 1..8)) {
        let gold = |(a, b): &(Row, Row)| (a.0.clone(), b.1.clone(), b.2.clone());
        let a = contributions(&judged(rows.iter().map(|(a, _)| a)));
        let b = contributions(&judged(&rows.iter().map(gold).collect::<Vec<_>>()));
        prop_assert_eq!(p_values(&a, &b), p_values(&b, &a));
    }
}
