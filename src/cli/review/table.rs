//! The lists of a review as tables for people, at most 80 columns wide.

use super::ranking::{RemarkLine, SuspectLine};
use super::unlabelled::NextLine;
use crate::cli::tables::{table, written};
use tagwright::shown::shown;

/// The widest line, in columns.
const WIDTH: u16 = 80;
/// How far apart columns are.
const GAP: u16 = 2;

/// The records with their tags as they are and as they may have to be, then the remarks.
pub fn review(lines: &[SuspectLine], remarks: &[RemarkLine]) -> String {
    let mut records = table(["suspicion", "record", "tags", "why"], WIDTH);
    for line in lines {
        let given = line.tags.iter().map(|tag| {
            let removed = line.remove.iter().find(|proposal| proposal.tag == *tag);
            removed.map_or(format!("  {tag}"), |proposal| format!("- {tag} {:.2}", proposal.probability))
        });
        let added = line.add.iter().map(|proposal| format!("+ {} {:.2}", proposal.tag, proposal.probability));
        records.add_row([
            format!("{:.2}", line.suspicion),
            format!("{}\n{}", record(line.name, line.id), place(&line.file, line.line)),
            given.chain(added).map(|tag| shown(&tag).into_owned()).collect::<Vec<_>>().join("\n"),
            shown(&line.reason).into_owned(),
        ]);
    }
    let mut text = match lines.len() {
        0 => "no record is worth a second look\n".to_owned(),
        _ => written(records, GAP),
    };
    if !remarks.is_empty() {
        let mut data = table(["of the data", "tags", "why"], WIDTH);
        for remark in remarks {
            let tags: Vec<_> = remark.tags.iter().map(|tag| shown(tag)).collect();
            data.add_row([remark.kind.to_owned(), tags.join("\n"), shown(remark.reason).into_owned()]);
        }
        text = format!("{text}\n{}", written(data, GAP));
    }
    text
}

/// The records to label next.
pub fn next(lines: &[NextLine]) -> String {
    let mut records = table(["usefulness", "record", "for the tags", "which have"], WIDTH);
    for line in lines {
        let tags = line.tags.iter().map(|tag| format!("{} {:.2}", tag.tag, tag.probability));
        let have = line.tags.iter().map(|tag| format!("{} records", tag.labelled));
        records.add_row([
            format!("{:.3}", line.usefulness),
            format!("{}\n{}", record(line.name.as_deref(), line.id.as_ref()), place(&line.file, line.line)),
            tags.collect::<Vec<_>>().join("\n"),
            have.collect::<Vec<_>>().join("\n"),
        ]);
    }
    written(records, GAP)
}

/// What a person knows a record by.
fn record(name: Option<&str>, id: Option<&tagwright::corpus::Id>) -> String {
    let id = id.map(tagwright::corpus::Id::text);
    shown(name.or(id.as_deref()).unwrap_or("-")).into_owned()
}

fn place(file: &str, line: Option<usize>) -> String {
    let file = std::path::Path::new(file).file_name().map_or(file.into(), |name| name.to_string_lossy());
    line.map_or_else(|| file.to_string(), |line| format!("{file}:{line}"))
}
