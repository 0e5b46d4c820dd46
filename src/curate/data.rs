//! The labelled data that is reviewed, with what cannot be used in it.

use std::path::Path;

use crate::corpus::{Labelled, WholeRecord, read_whole};
use crate::error::Result;
use crate::taxonomy::Taxonomy;

/// Labelled data as it is: every record with all of its fields, and those that can be used.
#[derive(Debug)]
pub struct ReviewData {
    /// All records, in the order of the files.
    pub records: Vec<WholeRecord>,
    /// Those with text and known tags, in the same order.
    pub examples: Vec<Labelled>,
    /// The place of every example among the records.
    pub places: Vec<usize>,
    /// The place of every other record, and what is wrong with it.
    pub bad: Vec<(usize, String)>,
}

impl ReviewData {
    /// Reads all records of some files; one without text or tags, with an unknown tag or with a bad field is no error.
    ///
    /// # Errors
    /// Those of [`read_whole`].
    pub fn read(paths: &[impl AsRef<Path>], taxonomy: &Taxonomy) -> Result<Self> {
        let records = read_whole(paths)?;
        let (mut examples, mut places, mut bad) = (Vec::new(), Vec::new(), Vec::new());
        for (place, whole) in records.iter().enumerate() {
            let example = match &whole.record {
                Ok(record) => record
                    .check_text(&whole.at)
                    .and_then(|()| Labelled::new(whole.at.clone(), record.clone(), taxonomy))
                    .map_err(|error| error.to_string()),
                Err(fault) => Err(fault.to_string()),
            };
            match example {
                Ok(example) => {
                    examples.push(example);
                    places.push(place);
                }
                Err(fault) => {
                    let at = format!("{}: ", whole.at);
                    bad.push((place, fault.strip_prefix(&at).unwrap_or(&fault).to_owned()));
                }
            }
        }
        Ok(Self { records, examples, places, bad })
    }
}
