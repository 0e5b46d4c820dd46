//! How long each stage of a prediction takes, and one pass of the solver, on made-up records.

mod records;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tagwright::corpus::Record;
use tagwright::features::{AliasMatcher, SparseMatrix};
use tagwright::learn::Labels;
use tagwright::learn::base::linear::{self, LinearSettings};
use tagwright::learn::stack::{Evidence, Row};
use tagwright::model::Model;
use tagwright::text::{Document, markdown};

fn stages(criterion: &mut Criterion) {
    let model = Model::embedded().expect("the model inside is sound");
    let features = model.features();
    let record = records::record(1);
    let json = records::json(&record);
    let readme = record.readme.clone().unwrap_or_default();
    let document = Document::new(&record, &features.settings().text);
    let encoded = features.encode(&document);
    let row = features.row(&encoded);
    let words = features.words(&row);
    let aliases = AliasMatcher::new(model.taxonomy(), features.vocabulary());
    let evidence = Evidence {
        logits: model.base().logits(&row, &words),
        mentions: aliases.mentions(&encoded),
        has_readme: true,
    };
    let probabilities = model.probabilities(&record);

    let mut group = criterion.benchmark_group("stage");
    group.throughput(Throughput::Bytes(json.len() as u64));
    group.bench_function("json", |b| {
        b.iter(|| serde_json::from_str::<Record>(black_box(&json)).expect("sound JSON"));
    });
    group.throughput(Throughput::Bytes(readme.len() as u64));
    group.bench_function("markdown", |b| b.iter(|| markdown::parse(black_box(&readme))));
    group.bench_function("document", |b| {
        b.iter(|| Document::new(black_box(&record), &features.settings().text));
    });
    group.throughput(Throughput::Elements(1));
    group.bench_function("tokens", |b| b.iter(|| features.encode(black_box(&document))));
    group.bench_function("features", |b| b.iter(|| features.row(black_box(&encoded))));
    group.bench_function("mentions", |b| b.iter(|| aliases.mentions(black_box(&encoded))));
    group
        .bench_function("base level", |b| b.iter(|| model.base().logits(black_box(&row), black_box(&words))));
    group.bench_function("stacked level", |b| {
        b.iter(|| {
            let row = Row::new(black_box(&evidence));
            let logits = model.stack().iter().enumerate().map(|(tag, stacked)| stacked.logit(&row, tag));
            logits.sum::<f32>()
        });
    });
    group.bench_function("decide", |b| b.iter(|| model.rule().decide(black_box(&probabilities), |_| true)));
    group.finish();
}

/// Everything between a record and its probabilities, over many records, so that no cache holds all that is needed.
fn whole(criterion: &mut Criterion) {
    let model = Model::embedded().expect("the model inside is sound");
    let records: Vec<Record> = (0..500).map(records::record).collect();
    let mut group = criterion.benchmark_group("whole");
    group.throughput(Throughput::Elements(records.len() as u64));
    group.bench_function("probabilities of 500 records", |b| {
        b.iter(|| records.iter().map(|record| model.probabilities(record)[0]).sum::<f32>());
    });
    group.throughput(Throughput::Elements(1));
    group.bench_function("model load", |b| b.iter(Model::embedded));
    group.finish();
}

/// One visit of 2,000 records by the solver of 90 linear models.
fn solver(criterion: &mut Criterion) {
    let model = Model::embedded().expect("the model inside is sound");
    let features = model.features();
    let tags = model.taxonomy().len();
    let mut matrix = SparseMatrix::new(features.terms().len());
    for seed in 0..2_000 {
        let document = Document::new(&records::record(seed), &features.settings().text);
        matrix.push(&features.row(&features.encode(&document)));
    }
    let labels = Labels::new(tags, (0..matrix.rows()).map(|row| vec![(row % tags) as u16]).collect());
    let rows: Vec<usize> = (0..matrix.rows()).collect();
    let settings = LinearSettings { epochs: 1, ..LinearSettings::default() };
    let mut group = criterion.benchmark_group("training");
    group.sample_size(10).throughput(Throughput::Elements(matrix.rows() as u64));
    group.bench_function("one pass of the solver", |b| {
        b.iter(|| linear::fit(&matrix, &labels, &rows, &settings, 1, None, &|| ()));
    });
    group.finish();
}

criterion_group!(benches, stages, whole, solver);
criterion_main!(benches);
