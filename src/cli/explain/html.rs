//! Explanations as one page for a browser, which needs nothing else.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use tagwright::explain::MarkedText;
use tagwright::report::html::PALETTE;
use tagwright::taxonomy::Taxonomy;

use super::highlights::{Highlight, highlights};
use super::subject::{Explained, ExplainedTag, Subject, Verdict};
use super::wording;

const STYLE: &str = include_str!("page.css");

/// The page, as far as it is written.
#[derive(Default)]
pub struct Page {
    records: Vec<Markup>,
}

impl Page {
    pub fn add(&mut self, explained: &Explained, subject: &Subject) {
        self.records.push(record(explained, subject));
    }

    /// The whole page.
    pub fn finish(self, subject: &Subject) -> String {
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { "Why these tags" }
                    style { (PreEscaped(PALETTE)) (PreEscaped(STYLE)) }
                }
                body {
                    header { h1 { "Why these tags" } (legend(subject)) }
                    main { @for record in &self.records { (record) } }
                }
            }
        };
        page.into_string()
    }
}

fn legend(subject: &Subject) -> Markup {
    html! {
        p {
            "A tag is given when its probability is at least "
            strong { (format!("{:.3}", subject.rule.threshold)) }
            ", and a record gets at most " strong { (subject.rule.top) } ". "
            "Its logit is the sum of the values listed, and its probability is 1 / (1 + exp(−logit)). "
            "In the texts, " mark.for style="--share: .6" { "words for the tag" } " are green and "
            mark.against style="--share: .6" { "words against it" } " red and dashed, the more solid the stronger."
        }
    }
}

fn record(explained: &Explained, subject: &Subject) -> Markup {
    html! {
        section {
            h2 { (explained.title()) }
            @match &explained.tags {
                Ok(tags) => @for (place, tag) in tags.iter().enumerate() {
                    (tag_details(explained, tag, subject, place == 0))
                },
                Err(error) => p.error { "error: " (error) },
            }
        }
    }
}

fn tag_details(explained: &Explained, tag: &ExplainedTag, subject: &Subject, is_open: bool) -> Markup {
    let is_given = tag.verdict == Verdict::Given;
    html! {
        details open[is_open] {
            summary {
                span.tag.given[is_given] { (tag.tag.key()) }
                span.verdict { (wording::verdict(tag, subject)) }
                @if let Some(objections) = wording::objections(tag, subject.taxonomy) {
                    span.verdict { (objections) }
                }
            }
            (contributions(tag, subject.taxonomy))
            @for text in subject.explainer.marked_texts(&explained.record, &tag.explanation) {
                (marked(&text))
            }
        }
    }
}

fn contributions(tag: &ExplainedTag, taxonomy: &Taxonomy) -> Markup {
    html! {
        table {
            thead { tr { th.number { "adds" } th {} th { "what" } th { "where" } } }
            tbody {
                @for share in &tag.summary {
                    tr {
                        td.number { (signed(share.value)) }
                        td { @if let Some(length) = tag.bar(share) {
                            span.bar.for[share.value > 0.0].against[share.value < 0.0]
                                style=(format!("--share: {length:.3}")) {}
                        } }
                        td { (wording::what(&share.item, taxonomy)) }
                        td.places { (wording::places(&share.item)) }
                    }
                }
            }
            tfoot {
                tr { th.number { (signed(tag.explanation.logit())) } td {} td colspan="2" { (wording::sum(tag)) } }
            }
        }
    }
}

fn signed(value: f64) -> String {
    format!("{value:+.2}").replace('-', "−")
}

/// A text with its words highlighted.
fn marked(text: &MarkedText) -> Markup {
    let mut written = 0;
    let highlights: Vec<(&str, Highlight)> = highlights(text)
        .into_iter()
        .map(|highlight| {
            let before = &text.text[written..highlight.mark.range.start];
            written = highlight.mark.range.end;
            (before, highlight)
        })
        .collect();
    html! {
        h3 { (text.field) }
        div.text tabindex="0" role="region" aria-label=(text.field) {
            @for (before, Highlight { mark, share }) in highlights {
                (before)
                mark.for[share > 0.0].against[share < 0.0]
                    style=(format!("--share: {:.2}", share.abs()))
                    title=(signed(mark.weight)) { (text.text[mark.range.clone()]) }
            }
            (text.text[written..])
        }
    }
}
