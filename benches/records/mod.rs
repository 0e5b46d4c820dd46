//! Made-up records of the usual size and make: a README of some 6 kB with badges, code, lists and links.

use rand::SeedableRng;
use rand::seq::IndexedRandom;
use rand_pcg::Pcg64Mcg;
use tagwright::corpus::Record;

const WORDS: &str = "a and broker build cache client cluster code command compiler component config container data \
    database deploy desktop docker editor engine event fast file for framework from game go graph http image in \
    install interface is java javascript json kernel key language layer library light line linux list local log \
    machine memory message mobile model module monitor mqtt native network node of open operator package page parser \
    path pipeline platform plugin process program project protocol proxy python query queue react real render request \
    router rust scheduler schema script search secure server service simple small sql state storage store stream \
    swift table task template terminal test text the theme time tool tree type typescript user value vector version \
    video view web widget window with worker write yaml your zero";

/// The record of a number; the same number gives the same record.
pub fn record(seed: u64) -> Record {
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let mut text = |count: usize| {
        (0..count).filter_map(|_| words.choose(&mut random).copied()).collect::<Vec<_>>().join(" ")
    };
    let mut readme = vec![format!("# {}\n\n", text(2))];
    for badge in ["npm/v/parcel", "github/stars/acme/parcel", "badge/licence-MIT-blue"] {
        readme.push(format!(
            "[![state](https://img.shields.io/{badge}.svg)](https://parcel.test/{})\n",
            text(1)
        ));
    }
    for _ in 0..8 {
        readme.push(format!(
            "\n## {}\n\n{}, **{}** and [{}](https://docs.parcel.test/{}).\n\n",
            text(2),
            text(60),
            text(2),
            text(3),
            text(1)
        ));
        readme.push(format!(
            "- `{}`: {}\n- <b>{}</b>\n\n```sh\n{}\n{}\n```\n",
            text(1),
            text(8),
            text(5),
            text(6),
            text(4)
        ));
    }
    Record {
        name: Some(format!("acme/{}", text(1))),
        description: Some(text(9)),
        readme: Some(readme.concat()),
        ..Record::default()
    }
}

/// The record as a line of JSON Lines.
pub fn json(record: &Record) -> String {
    serde_json::json!({"id": 7, "name": record.name, "description": record.description, "readme": record.readme})
        .to_string()
}
