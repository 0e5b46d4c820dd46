//! The frame of every page: head, header, contents, sections, footer. One file, nothing loaded from elsewhere.

use maud::{DOCTYPE, Markup, PreEscaped, html};

/// The colours of all pages as CSS variables, in light and dark.
pub const PALETTE: &str = include_str!("palette.css");
const STYLE: &str = include_str!("style.css");
const BEHAVIOUR: &str = include_str!("behaviour.js");

/// Forbids everything but what the page itself holds, should a record's text ever get through as markup.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// A page of a report.
pub struct Page<'a> {
    /// What the browser's tab says, and the heading.
    pub title: &'a str,
    /// What was looked at, under the heading.
    pub subtitle: Markup,
    /// What follows, each with a place in the contents.
    pub sections: Vec<Section>,
}

/// A part of a page with a heading.
pub struct Section {
    /// The anchor, unique on the page.
    pub id: &'static str,
    /// The heading.
    pub title: &'static str,
    /// What stands under it.
    pub body: Markup,
}

impl Page<'_> {
    /// The whole document.
    pub fn render(&self) -> String {
        let document = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta http-equiv="Content-Security-Policy" content=(POLICY);
                    title { (self.title) }
                    style { (PreEscaped(PALETTE)) (PreEscaped(STYLE)) }
                }
                body {
                    a.skip href="#main" { "Skip to the report" }
                    header.page-header {
                        h1 { (self.title) }
                        (self.subtitle)
                    }
                    (self.contents())
                    main id="main" tabindex="-1" {
                        @for section in &self.sections { (section.render()) }
                    }
                    footer.page-footer {
                        p { "Written by tagwright " (env!("CARGO_PKG_VERSION")) ". This page is one file and loads nothing." }
                    }
                    script { (PreEscaped(BEHAVIOUR)) }
                }
            }
        };
        document.into_string()
    }

    fn contents(&self) -> Markup {
        html! {
            nav.contents aria-label="Contents" {
                ul {
                    @for section in &self.sections {
                        li { a href={ "#" (section.id) } { (section.title) } }
                    }
                }
            }
        }
    }
}

impl Section {
    fn render(&self) -> Markup {
        html! {
            section id=(self.id) aria-labelledby={ (self.id) "-title" } {
                h2 id={ (self.id) "-title" } { (self.title) }
                (self.body)
            }
        }
    }
}
