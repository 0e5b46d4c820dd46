//! Any text as a README: fields, words, an answer and its explanation.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tagwright::corpus::Record;
use tagwright::explain::Explainer;
use tagwright::text::{Document, Field, Language, TextSettings, for_each_word, word_ranges};
use tagwright_fuzz::{check_probabilities, small_model};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes).into_owned();
    word_ranges(&text).for_each(|range| assert!(!text[range].is_empty()));
    let short: String = text.chars().take(80).collect();
    for record in [
        Record { readme: Some(text.clone()), ..Record::default() },
        Record { text: Some(text.clone()), name: Some(short), ..Record::default() },
        Record { description: Some(text), ..Record::default() },
    ] {
        let settings = TextSettings::default();
        let document = Document::new(&record, &settings);
        assert!(document.field(Field::Prose).chars().count() <= settings.prose_chars);
        assert!(document.field(Field::Code).chars().count() <= settings.code_chars);
        assert_eq!(document, Document::new(&record, &settings));
        for_each_word(document.field(Field::Prose), |word| assert!(!word.contains(char::is_whitespace)));
        Language::of(&document);

        let model = small_model();
        let probabilities = model.probabilities(&record);
        check_probabilities(&probabilities);
        let explainer = Explainer::new(model);
        for explanation in explainer.explain(&record, &[0, 3]) {
            let probability = 1.0 / (1.0 + (-explanation.logit()).exp());
            assert!((probability - f64::from(probabilities[explanation.tag])).abs() < 1e-4);
            for marked in explainer.marked_texts(&record, &explanation) {
                let mut end = 0;
                for mark in marked.marks {
                    assert!(mark.range.start >= end && !marked.text[mark.range.clone()].is_empty());
                    end = mark.range.end;
                }
            }
        }
    }
});
