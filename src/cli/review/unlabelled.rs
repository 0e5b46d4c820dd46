//! Unlabelled records, most useful first.

use anyhow::bail;
use rayon::prelude::*;
use serde::Serialize;
use tagwright::corpus::{Id, Labelled, Record, Source, open, read_labelled};
use tagwright::curate::{Next, NextSettings, next_to_label};
use tagwright::error::Location;
use tagwright::learn::Progress;
use tagwright::taxonomy::Taxonomy;
use tagwright::text::{Document, Shingles, TextSettings};

use super::ranking::rounded;
use super::{Args, ListFormat, table};
use crate::cli::output::{self, Outcome};
use crate::cli::progress::Stages;

/// A record of the list.
#[derive(Serialize)]
pub struct NextLine<'a> {
    pub usefulness: f64,
    pub kind: &'static str,
    pub id: Option<Id>,
    pub name: Option<String>,
    pub file: String,
    pub line: Option<usize>,
    pub tags: Vec<For<'a>>,
    pub reason: String,
}

/// A tag that a record is chosen for.
#[derive(Serialize)]
pub struct For<'a> {
    pub tag: &'a str,
    pub probability: f64,
    /// How many labelled records have it.
    pub labelled: usize,
}

/// Chooses the records to label next.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    let given = args.model()?;
    let taxonomy = args.taxonomy.load_or_of(given.as_ref())?;
    let progress = Stages::new();
    progress.stage("reading records", 1);
    let labelled = read_labelled(&args.data, &taxonomy)?;
    let (mut pool, mut bad) = (Vec::new(), 0_usize);
    for path in &args.unlabelled {
        for record in open(&Source::from(path.clone()), None)? {
            match record {
                Ok(record) => pool.push(record),
                Err(fault) => {
                    bad += 1;
                    progress.warn(&format!("left out: {fault}"));
                }
            }
        }
    }
    if pool.is_empty() {
        bail!("there is no unlabelled record to choose from; give a file that has some");
    }
    let model = match given {
        Some(model) => model,
        None => args.train(&labelled, &taxonomy, &progress)?.model,
    };
    // Without labelled records, what the model was trained on counts.
    let support = if labelled.is_empty() && model.card().support.len() == taxonomy.len() {
        model.card().support.clone()
    } else {
        support(&labelled, &taxonomy)
    };
    progress.stage("asking", pool.len());
    let (probabilities, texts): (Vec<Vec<f32>>, Vec<Shingles>) = pool
        .par_iter()
        .map(|(_, record)| {
            let asked = (model.probabilities(record), shingles(record));
            progress.step();
            asked
        })
        .unzip();
    let known: Vec<Shingles> = labelled.par_iter().map(|example| shingles(&example.record)).collect();
    progress.stage("choosing", 1);
    let settings = NextSettings {
        batch: args.batch,
        per_tag: args.per_tag.map(std::num::NonZeroUsize::get),
        seed: args.settings()?.seed,
    };
    let chosen = next_to_label(&probabilities, &support, &texts, &known, settings);
    progress.finish();

    let lines: Vec<NextLine> =
        chosen.iter().map(|next| line(next, &pool[next.record], &support, &taxonomy)).collect();
    match args.format() {
        ListFormat::Table => output::write_table(&table::next(&lines))?,
        ListFormat::Jsonl => output::write_lines(&lines)?,
    }
    Ok(if bad == 0 { Outcome::Done } else { Outcome::Partly })
}

fn shingles(record: &Record) -> Shingles {
    Shingles::of(&Document::new(record, &TextSettings::default()))
}

/// How many records have each tag.
fn support(labelled: &[Labelled], taxonomy: &Taxonomy) -> Vec<usize> {
    let mut support = vec![0; taxonomy.len()];
    labelled.iter().flat_map(|example| &example.tags).for_each(|tag| support[*tag] += 1);
    support
}

fn line<'a>(
    next: &Next,
    (at, record): &(Location, Record),
    support: &[usize],
    taxonomy: &'a Taxonomy,
) -> NextLine<'a> {
    let tags: Vec<For> = next
        .tags
        .iter()
        .map(|&(tag, probability)| For {
            tag: taxonomy.tags()[tag].key(),
            probability: rounded(probability),
            labelled: support[tag],
        })
        .collect();
    let reasons =
        tags.iter().map(|tag| format!("{} ({:.2}, {} labelled)", tag.tag, tag.probability, tag.labelled));
    NextLine {
        usefulness: rounded(next.usefulness),
        kind: "unlabelled",
        reason: format!("may teach {}", reasons.collect::<Vec<_>>().join(", ")),
        id: record.id.clone(),
        name: record.name.clone(),
        file: at.path.display().to_string(),
        line: at.line,
        tags,
    }
}
