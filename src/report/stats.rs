//! What labelled data is like, as plain text.

use super::numbers::{count, percent};
use super::sheet::Sheet;
use crate::curate::Stats;

/// How many pairs of tags are shown.
const PAIRS: usize = 10;

/// Counts of records, lengths, tags and pairs of tags, at most 80 columns wide.
pub fn stats_text(stats: &Stats) -> String {
    let labelled = stats.records - stats.unlabelled;
    let share = |records: usize, whole: usize| percent(records as f64 / whole.max(1) as f64);

    let mut classes = Sheet::new(2, ["records by", "", "records", "share"]);
    let mut last = "";
    for class in &stats.classes {
        let by = if class.by == last { "" } else { class.by };
        last = class.by;
        let cells = [by.to_owned(), class.name.to_owned(), class.records.to_string()];
        classes.row(cells.into_iter().chain([share(class.records, stats.records)]));
    }

    let mut lengths = Sheet::new(1, ["characters of", "records", "10 %", "median", "90 %", "longest"]);
    for field in &stats.lengths {
        let numbers = [field.records, field.tenth, field.median, field.nine_tenths, field.longest];
        lengths.row([field.field.to_owned()].into_iter().chain(numbers.map(|number| number.to_string())));
    }

    let mut per_record = Sheet::new(1, ["tags of a record", "records", "share"]);
    for (tags, records) in stats.tags_per_record.iter().enumerate() {
        per_record.row([tags.to_string(), records.to_string(), share(*records, labelled)]);
    }

    let mut pairs = Sheet::new(2, ["together", "", "records"]);
    for pair in stats.co_occurrences.iter().take(PAIRS) {
        let [a, b] = &pair.tags;
        pairs.row([a.label().to_owned(), b.label().to_owned(), pair.records.to_string()]);
    }

    let mut tags = Sheet::new(1, ["tag", "records", "share"]);
    for tag in &stats.tags {
        tags.row([tag.tag.label().to_owned(), tag.records.to_string(), share(tag.records, labelled)]);
    }

    let mut unknown = Sheet::new(1, ["tag that the taxonomy does not have", "records"]);
    stats.unknown_tags.iter().for_each(|tag| unknown.row([tag.tag.clone(), tag.records.to_string()]));

    let title = format!("{}, {labelled} of them with tags", count(stats.records, "record"));
    let sheets = [classes, lengths, per_record, pairs, tags, unknown];
    let sheets = sheets.into_iter().filter(|sheet| !sheet.is_empty()).map(|sheet| sheet.text());
    [title].into_iter().chain(sheets).collect::<Vec<_>>().join("\n\n") + "\n"
}
