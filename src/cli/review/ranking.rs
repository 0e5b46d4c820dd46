//! Labelled records, most suspicious first.

use std::path::Path;

use rayon::prelude::*;
use serde::Serialize;
use tagwright::atomic::{publish, write_atomic};
use tagwright::corpus::{Id, Labelled, Source, WholeRecord, draft_whole, open};
use tagwright::curate::{
    Key, Remark, Review, ReviewData, Suspect, SuspectKind, TEXT_DIGEST, check_keys, review, text_digest,
};
use tagwright::error::Error;
use tagwright::learn::Progress;
use tagwright::model::Model;
use tagwright::taxonomy::Taxonomy;

use super::super::judging::seen;
use super::{Args, ListFormat, table};
use crate::cli::output::{self, Outcome};
use crate::cli::progress::Stages;

/// A record of the list.
#[derive(Serialize)]
pub struct SuspectLine<'a> {
    pub suspicion: f64,
    pub kind: &'static str,
    pub id: Option<&'a Id>,
    pub name: Option<&'a str>,
    pub file: String,
    pub line: Option<usize>,
    pub tags: Vec<&'a str>,
    pub add: Vec<Proposal<'a>>,
    pub remove: Vec<Proposal<'a>>,
    pub reason: String,
    pub findings: Vec<FindingLine<'a>>,
}

/// A tag to add or remove.
#[derive(Serialize)]
pub struct Proposal<'a> {
    pub tag: &'a str,
    pub probability: f64,
}

/// One of the reasons why a record is listed.
#[derive(Serialize)]
pub struct FindingLine<'a> {
    kind: &'static str,
    confidence: f64,
    reason: &'a str,
}

/// Something about the data as a whole.
#[derive(Serialize)]
pub struct RemarkLine<'a> {
    pub kind: &'static str,
    pub tags: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<AliasLine<'a>>,
    pub records: usize,
    pub reason: &'a str,
}

/// An alias of a tag.
#[derive(Serialize)]
pub struct AliasLine<'a> {
    tag: &'a str,
    alias: &'a str,
}

/// Suspects, and what they were found with.
pub struct Ranking {
    pub data: ReviewData,
    pub review: Review,
    /// The model that was asked, or else one trained on the data.
    pub model: Model,
    /// Those of the examples, in their order.
    pub probabilities: Vec<Vec<f32>>,
}

impl Ranking {
    /// Ranks the records.
    pub fn new(args: &Args) -> anyhow::Result<Self> {
        let model = args.model()?;
        let taxonomy = args.taxonomy.load_or_of(model.as_ref())?;
        let progress = Stages::new();
        progress.stage("reading records", 1);
        let data = ReviewData::read(&args.data, &taxonomy)?;
        if args.suggest.is_some() || args.session.interactive {
            check_known(&data, &progress)?;
        }
        let mut test = Vec::new();
        for path in &args.test {
            for record in open(&Source::from(path.clone()), None)? {
                test.push(record?);
            }
        }
        let (model, probabilities) = if let Some(model) = model {
            let probabilities = ask(&model, &data.examples, &progress);
            (model, probabilities)
        } else {
            let trained = args.train(&data.examples, &taxonomy, &progress)?;
            (trained.model, trained.probabilities)
        };
        progress.stage("reviewing", 1);
        let seed = args.settings()?.seed;
        let mut review = review(&data.examples, &test, &taxonomy, &probabilities, seed);
        review.keep(args.top);
        progress.finish();
        if let Some(path) = &args.model {
            seen(&model, &path.display().to_string(), &data.examples);
        }
        Ok(Self { data, review, model, probabilities })
    }
}

/// Makes sure that decisions can say which record they are about; records that nothing tells apart get no suggestion.
fn check_known(data: &ReviewData, progress: &Stages) -> anyhow::Result<()> {
    check_keys(data.records.iter().map(|record| (Key::of(record), &record.at)))?;
    let mut unknown = data.examples.iter().filter(|example| Key::of_record(&example.record).is_none());
    let Some(first) = unknown.next() else { return Ok(()) };
    let others = unknown.count();
    let problem = "no decision could say which record it is about, because it has neither id nor name";
    if others + 1 == data.examples.len() {
        return Err(Error::input(first.at.clone(), problem, "give each record an id of its own").into());
    }
    let more = if others == 0 { String::new() } else { format!(" ({others} more are like it)") };
    progress.warn(&format!("{}: {problem}; it gets no suggestion{more}", first.at));
    Ok(())
}

/// Ranks the records and lists them.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    let Ranking { mut data, review, model, probabilities } = Ranking::new(args)?;
    let taxonomy = model.taxonomy();

    if let Some(path) = &args.probabilities {
        write_probabilities(path, &probabilities)?;
    }
    if let Some(path) = &args.suggest {
        suggest(&mut data, &review, taxonomy)?;
        publish(vec![draft_whole(path, args.csv.of_path(path), &data.records)?])?;
    }
    let lines = lines(&data, &review, taxonomy);
    let remarks: Vec<RemarkLine> =
        review.remarks.iter().map(|remark| remark_line(remark, taxonomy)).collect();
    match args.format() {
        ListFormat::Table => output::write_table(&table::review(&lines, &remarks))?,
        ListFormat::Jsonl => {
            output::write_lines(&lines)?;
            output::write_lines(&remarks)?;
        }
    }
    Ok(if data.bad.is_empty() { Outcome::Done } else { Outcome::Partly })
}

/// The probabilities of a model that has not seen the records.
fn ask(model: &Model, examples: &[Labelled], progress: &Stages) -> Vec<Vec<f32>> {
    progress.stage("asking", examples.len());
    let ask = |example: &Labelled| {
        let mut probabilities = model.probabilities(&example.record);
        example.keep_judged(&mut probabilities);
        progress.step();
        probabilities
    };
    examples.par_iter().map(ask).collect()
}

fn write_probabilities(path: &Path, probabilities: &[Vec<f32>]) -> anyhow::Result<()> {
    Ok(write_atomic(path, |file| {
        for row in probabilities {
            serde_json::to_writer(&mut *file, row)?;
            file.write_all(b"\n")?;
        }
        Ok(())
    })?)
}

/// Gives every listed record with a proposed change its `suggested_tags`, and all records what tells whether their
/// texts are the same when a decision is applied.
fn suggest(data: &mut ReviewData, review: &Review, taxonomy: &Taxonomy) -> serde_json::Result<()> {
    for suspect in &review.suspects {
        let Labelled { record, tags, .. } = &data.examples[suspect.record];
        if let (Some(_), Some(tags)) = (Key::of_record(record), suspect.suggested_tags(tags)) {
            let names = names(&tags, taxonomy);
            data.records[data.places[suspect.record]].set_field("suggested_tags", &names)?;
        }
    }
    for (example, place) in data.examples.iter().zip(&data.places) {
        if Key::of_record(&example.record).is_some() {
            data.records[*place].set_field(TEXT_DIGEST, &text_digest(&example.record))?;
        }
    }
    Ok(())
}

fn names<'a>(tags: &[usize], taxonomy: &'a Taxonomy) -> Vec<&'a str> {
    tags.iter().map(|tag| taxonomy.tags()[*tag].key()).collect()
}

/// The records that cannot be used, then the suspects.
fn lines<'a>(data: &'a ReviewData, review: &'a Review, taxonomy: &'a Taxonomy) -> Vec<SuspectLine<'a>> {
    let bad = data.bad.iter().map(|(place, reason)| bad_line(&data.records[*place], reason));
    let suspects = review.suspects.iter().map(|suspect| {
        let example = &data.examples[suspect.record];
        line(suspect, &data.records[data.places[suspect.record]], example, taxonomy)
    });
    bad.chain(suspects).collect()
}

fn bad_line<'a>(whole: &'a WholeRecord, reason: &'a str) -> SuspectLine<'a> {
    SuspectLine {
        suspicion: 1.0,
        kind: SuspectKind::BadRecord.name(),
        id: whole.id(),
        name: whole.record.as_ref().ok().and_then(|record| record.name.as_deref()),
        file: whole.at.path.display().to_string(),
        line: whole.at.line,
        tags: Vec::new(),
        add: Vec::new(),
        remove: Vec::new(),
        reason: reason.to_owned(),
        findings: vec![FindingLine { kind: SuspectKind::BadRecord.name(), confidence: 1.0, reason }],
    }
}

fn line<'a>(
    suspect: &'a Suspect,
    whole: &'a WholeRecord,
    example: &'a Labelled,
    taxonomy: &'a Taxonomy,
) -> SuspectLine<'a> {
    let proposals = |change: Option<(usize, f32)>| {
        let proposal = |(tag, probability): (usize, f32)| Proposal {
            tag: taxonomy.tags()[tag].key(),
            probability: rounded(probability),
        };
        change.map(proposal).into_iter().collect()
    };
    let findings = suspect.findings.iter().map(|finding| FindingLine {
        kind: finding.kind.name(),
        confidence: rounded(finding.confidence),
        reason: &finding.reason,
    });
    SuspectLine {
        suspicion: rounded(suspect.suspicion),
        kind: suspect.findings[0].kind.name(),
        id: whole.id(),
        name: example.record.name.as_deref(),
        file: whole.at.path.display().to_string(),
        line: whole.at.line,
        tags: names(&example.tags, taxonomy),
        add: proposals(suspect.add),
        remove: proposals(suspect.remove),
        reason: suspect.findings[0].reason.clone(),
        findings: findings.collect(),
    }
}

fn remark_line<'a>(remark: &'a Remark, taxonomy: &'a Taxonomy) -> RemarkLine<'a> {
    let aliases = remark.aliases.iter();
    let aliases = aliases.map(|(tag, alias)| AliasLine { tag: taxonomy.tags()[*tag].key(), alias });
    RemarkLine {
        kind: remark.kind.name(),
        tags: names(&remark.tags, taxonomy),
        aliases: aliases.collect(),
        records: remark.records,
        reason: &remark.reason,
    }
}

/// A probability with four digits, as all commands write it.
pub fn rounded(probability: f32) -> f64 {
    (f64::from(probability) * 1e4).round() / 1e4
}
