//! From the events of the Markdown parser to the fields of a README.

use pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};

use super::hosts::Hosts;
use super::html::{self, Piece, Pieces};
use super::{MAX_FIELD, Markdown};
use super::{field, noise};

/// Collects the fields while the events pass by. The text of one block is gathered as it is written and cleaned as a
/// whole when the block ends, because the parser may split a word, such as a bare address, over many events.
#[derive(Default)]
pub struct Reader {
    out: Markdown,
    hosts: Hosts,
    /// The level of the title, 0 if there is none yet.
    title_level: u8,
    /// The text of the open block.
    block: String,
    /// The HTML of the open HTML block.
    html: String,
    /// Scratch: the cleaned text of a block or a link.
    clean: String,
    /// The level of the open heading, 0 outside of headings.
    heading: u8,
    /// Where the text of the open link begins in `block`.
    link: Option<usize>,
    /// Where the text of the open HTML `<code>` begins in `block`.
    code_span: Option<usize>,
    /// How many images are open, one in the description of the other.
    images: usize,
    /// Whether a code block or a `<pre>` is open.
    in_code: bool,
    /// What ends the HTML element or comment whose content is not shown.
    hidden: Option<&'static str>,
}

impl Reader {
    /// Takes the next event of the parser.
    pub fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Html(line) => self.html.push_str(&line),
            _ if self.images > 0 => {}
            Event::Text(text) => self.text(&text),
            Event::Code(code) => {
                field::append(&mut self.out.code, '\n', &code, MAX_FIELD);
                self.text(&code);
            }
            Event::InlineHtml(tag) => self.html(&tag),
            Event::SoftBreak | Event::HardBreak => self.block.push('\n'),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough => {}
            Tag::Link { dest_url, .. } => {
                self.hosts.note(&dest_url);
                self.link = Some(self.block.len());
            }
            Tag::Image { dest_url, .. } => {
                self.hosts.note(&dest_url);
                self.images += 1;
            }
            Tag::Heading { level, .. } => {
                self.end_block();
                self.forget_open_html();
                self.heading = level as u8;
            }
            Tag::CodeBlock(kind) => {
                self.start_code();
                if let CodeBlockKind::Fenced(info) = kind {
                    self.language(&info);
                }
            }
            _ => self.end_block(),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => {}
            TagEnd::Link => self.end_link(),
            TagEnd::Image => self.images = self.images.saturating_sub(1),
            TagEnd::HtmlBlock => {
                let html = std::mem::take(&mut self.html);
                self.html(&html);
                self.html = html;
                self.html.clear();
                self.end_block();
            }
            TagEnd::CodeBlock => self.end_code(),
            TagEnd::Heading(_) => {
                self.end_block();
                self.heading = 0;
                self.forget_open_html();
            }
            _ => {
                self.end_block();
                self.forget_open_html();
            }
        }
    }

    fn text(&mut self, text: &str) {
        let Some(text) = self.shown(text) else { return };
        if self.in_code {
            let room = MAX_FIELD.saturating_sub(self.out.code.len());
            self.out.code.push_str(field::cut(text, room));
        } else {
            self.block.push_str(text);
        }
    }

    /// What is shown of a text; it may end a comment.
    fn shown<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        let Some(end) = self.hidden else { return Some(text) };
        let (_, after) = text.split_once(end)?;
        self.hidden = None;
        Some(after)
    }

    /// The first word of the info string: `rust,ignore`, `{.python}`, `js:app.js`.
    fn language(&mut self, info: &str) {
        let ends = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '{' | '}' | '=' | '"');
        if let Some(name) =
            info.split(ends).map(|name| name.trim_start_matches('.')).find(|name| !name.is_empty())
        {
            field::append(&mut self.out.languages, ' ', &name.to_lowercase(), MAX_FIELD);
        }
    }

    /// Reads a whole HTML block, or one inline tag.
    fn html(&mut self, fragment: &str) {
        let mut pieces = Pieces::new(fragment);
        loop {
            if let Some(end) = self.hidden {
                if !pieces.skip_past(end) {
                    return;
                }
                self.hidden = None;
            }
            match pieces.next() {
                None => return,
                Some(Piece::Text(text)) => {
                    let mut decoded = std::mem::take(&mut self.clean);
                    decoded.clear();
                    html::decode(text, &mut decoded);
                    self.text(&decoded);
                    self.clean = decoded;
                }
                Some(Piece::Tag(tag)) => self.html_tag(tag),
                Some(Piece::Comment) => self.hidden = Some("-->"),
            }
        }
    }

    fn html_tag(&mut self, tag: html::Tag<'_>) {
        let mut has_target = false;
        for (name, value) in tag.attributes() {
            has_target |= name.eq_ignore_ascii_case("href");
            if ["href", "src", "srcset"].iter().any(|wanted| name.eq_ignore_ascii_case(wanted)) {
                self.hosts.note(value);
            }
        }
        let name = tag.name.to_ascii_lowercase();
        match (name.as_str(), tag.closing) {
            ("a", false) if has_target => self.link = Some(self.block.len()),
            ("a", true) => self.end_link(),
            ("br", _) => self.block.push('\n'),
            ("code", false) => self.code_span = Some(self.block.len()),
            ("code", true) => self.end_code_span(),
            ("h1" | "h2" | "h3" | "h4" | "h5" | "h6", closing) => {
                self.end_block();
                self.heading = if closing { 0 } else { name.as_bytes()[1] - b'0' };
            }
            ("pre", false) => self.start_code(),
            ("pre", true) => self.end_code(),
            ("script", false) => self.hidden = Some("</script>"),
            ("style", false) => self.hidden = Some("</style>"),
            ("svg", false) => self.hidden = Some("</svg>"),
            (name, _) if html::is_block(name) => self.end_block(),
            _ => {}
        }
    }

    fn start_code(&mut self) {
        self.end_block();
        self.in_code = true;
        if !self.out.code.is_empty() && self.out.code.len() < MAX_FIELD {
            self.out.code.push('\n');
        }
    }

    fn end_code(&mut self) {
        self.in_code = false;
        self.out.code.truncate(self.out.code.trim_end().len());
    }

    fn end_link(&mut self) {
        let Some(text) = self.link.take().and_then(|start| self.block.get(start..)) else { return };
        self.clean.clear();
        noise::words(text, &mut self.clean, &mut self.hosts);
        field::append(&mut self.out.links, '\n', &self.clean, MAX_FIELD);
    }

    fn end_code_span(&mut self) {
        if let Some(text) = self.code_span.take().and_then(|start| self.block.get(start..)) {
            field::append(&mut self.out.code, '\n', text, MAX_FIELD);
        }
    }

    /// Cleans the text gathered so far and adds it to the prose, and to the headings if it is one.
    fn end_block(&mut self) {
        if self.block.trim_ascii().is_empty() {
            self.block.clear();
            self.link = self.link.map(|_| 0);
            return;
        }
        self.end_link();
        self.end_code_span();
        self.clean.clear();
        noise::words(&self.block, &mut self.clean, &mut self.hosts);
        self.block.clear();
        if self.clean.is_empty() {
            return;
        }
        field::append(&mut self.out.prose, '\n', &self.clean, MAX_FIELD);
        if self.heading > 0 {
            self.add_heading(self.heading);
            // An HTML heading that is never closed is one block long.
            self.heading = 0;
        }
    }

    fn add_heading(&mut self, level: u8) {
        let Markdown { title, headings, .. } = &mut self.out;
        if self.title_level == 0 || (level == 1 && self.title_level > 1) {
            // The stand-in comes before all other headings.
            let others = std::mem::take(headings);
            field::append(headings, '\n', title, MAX_FIELD);
            field::append(headings, '\n', &others, MAX_FIELD);
            title.clear();
            field::append(title, ' ', &self.clean, MAX_FIELD);
            self.title_level = level;
        } else {
            field::append(headings, '\n', &self.clean, MAX_FIELD);
        }
    }

    /// HTML elements opened inside a Markdown block do not outlast it.
    fn forget_open_html(&mut self) {
        self.hidden = None;
        self.in_code = false;
        self.link = None;
    }

    /// The fields, when all events have passed.
    pub fn finish(mut self) -> Markdown {
        self.end_block();
        self.end_code();
        self.out.hosts = self.hosts.into_text();
        self.out
    }
}
