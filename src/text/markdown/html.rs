//! Just enough HTML to read the text between the tags.

/// A part of an HTML fragment; declarations and processing instructions are passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text as it was written: [`decode`] resolves its entities.
    Text(&'a str),
    /// An opening or closing tag.
    Tag(Tag<'a>),
    /// The `<!--` that opens a comment.
    Comment,
}

/// An opening or closing tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tag<'a> {
    /// The element's name as it was written.
    pub name: &'a str,
    /// Whether this is `</name>`.
    pub closing: bool,
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    /// Reads what stands between `<` and `>`.
    fn new(inside: &'a str) -> Self {
        let (closing, inside) = match inside.strip_prefix('/') {
            Some(rest) => (true, rest),
            None => (false, inside),
        };
        let end = inside.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(inside.len());
        Self { name: &inside[..end], closing, attributes: &inside[end..] }
    }

    /// The attributes that have a value, as name and raw value.
    pub fn attributes(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let mut rest = self.attributes;
        std::iter::from_fn(move || {
            loop {
                rest = rest.trim_start_matches(|c: char| {
                    c.is_ascii_whitespace() || matches!(c, '/' | '=' | '"' | '\'')
                });
                let end = rest.find(|c: char| c == '=' || c.is_ascii_whitespace())?;
                let name = &rest[..end];
                rest = rest[end..].trim_ascii_start();
                let Some(value) = rest.strip_prefix('=') else { continue };
                let value = value.trim_ascii_start();
                let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
                let (value, after) = match quote {
                    Some(quote) => value[1..].split_once(quote)?,
                    None => value.split_once(|c: char| c.is_ascii_whitespace()).unwrap_or((value, "")),
                };
                rest = after;
                return Some((name, value));
            }
        })
    }
}

/// Iterates over the pieces of an HTML fragment in linear time: what has no end lasts to the end of the fragment.
#[derive(Debug, Clone)]
pub struct Pieces<'a> {
    rest: &'a str,
}

impl<'a> Pieces<'a> {
    /// The pieces of a fragment.
    pub fn new(fragment: &'a str) -> Self {
        Self { rest: fragment }
    }

    /// Goes on behind the next `end` in upper or lower case, or at the end of the fragment if there is none; says
    /// whether there was one.
    pub fn skip_past(&mut self, end: &str) -> bool {
        let is_end = |found: &[u8]| found.eq_ignore_ascii_case(end.as_bytes());
        let found = self.rest.as_bytes().windows(end.len()).position(is_end);
        self.rest = found.map_or("", |at| &self.rest[at + end.len()..]);
        found.is_some()
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        loop {
            let at = start_of_markup(self.rest);
            if at > 0 {
                let (text, rest) = self.rest.split_at(at);
                self.rest = rest;
                return Some(Piece::Text(text));
            }
            let inside = self.rest.get(1..)?;
            if let Some(comment) = inside.strip_prefix("!--") {
                self.rest = comment;
                return Some(Piece::Comment);
            } else if inside.starts_with('?') {
                self.skip_past("?>");
            } else if inside.starts_with('!') {
                self.skip_past(">");
            } else {
                let end = end_of_tag(inside);
                self.rest = inside.get(end + 1..).unwrap_or_default();
                return Some(Piece::Tag(Tag::new(&inside[..end])));
            }
        }
    }
}

/// The first `<` that begins a tag, a comment or a declaration.
fn start_of_markup(text: &str) -> usize {
    text.match_indices('<')
        .map(|(at, _)| at)
        .find(|at| {
            text[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'))
        })
        .unwrap_or(text.len())
}

/// The `>` that ends a tag: not one between quotes.
fn end_of_tag(inside: &str) -> usize {
    let mut quote = None;
    for (at, byte) in inside.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    inside.len()
}

/// Appends `text` with its entities resolved: the numeric ones and the five of XML; the others (`&nbsp;`, `&copy;`,
/// `&rarr;`) are blanks and signs, and become a blank.
pub fn decode(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        rest = after;
        let length = after
            .bytes()
            .take(LONGEST_ENTITY)
            .take_while(|b| b.is_ascii_alphanumeric() || *b == b'#')
            .count();
        if length > 0 && after[length..].starts_with(';') {
            out.push(entity(&after[..length]));
            rest = &after[length + 1..];
        } else {
            out.push('&');
        }
    }
    out.push_str(rest);
}

/// `&CounterClockwiseContourIntegral;` is the longest one.
const LONGEST_ENTITY: usize = 31;

fn entity(name: &str) -> char {
    let number = name.strip_prefix('#').map(|number| match number.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
        None => number.parse(),
    });
    match (number, name) {
        (Some(number), _) => number.ok().and_then(char::from_u32).unwrap_or(' '),
        (None, "amp") => '&',
        (None, "lt") => '<',
        (None, "gt") => '>',
        (None, "quot") => '"',
        (None, "apos") => '\'',
        (None, _) => ' ',
    }
}

/// Whether the element of this lower-case name stands on lines of its own.
pub fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "div"
            | "dl"
            | "dt"
            | "figcaption"
            | "figure"
            | "footer"
            | "header"
            | "hr"
            | "li"
            | "main"
            | "nav"
            | "ol"
            | "option"
            | "p"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "title"
            | "tr"
            | "ul"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(fragment: &str) -> Vec<&str> {
        let text = |piece| if let Piece::Text(text) = piece { Some(text) } else { None };
        Pieces::new(fragment).filter_map(text).collect()
    }

    fn tags(fragment: &str) -> Vec<Tag<'_>> {
        let tag = |piece| if let Piece::Tag(tag) = piece { Some(tag) } else { None };
        Pieces::new(fragment).filter_map(tag).collect()
    }

    #[test]
    fn text_and_tags_come_in_order() {
        let pieces: Vec<_> = Pieces::new("a<b>c</b>").collect();
        let tag = |closing| Piece::Tag(Tag { name: "b", closing, attributes: "" });
        assert_eq!(pieces, [Piece::Text("a"), tag(false), Piece::Text("c"), tag(true)]);
    }

    #[test]
    fn declarations_are_passed_over() {
        assert_eq!(texts("<!DOCTYPE html>a<?php echo '>' ?>b<! open"), ["a", "b"]);
    }

    #[test]
    fn a_lone_bracket_is_text() {
        assert_eq!(texts("1 < 2 <3 <"), ["1 < 2 <3 <"]);
    }

    #[test]
    fn attributes_are_read_with_any_quotes_and_across_lines() {
        let tags = tags("<img alt='a > b'\n  hidden src=\"x.png\" width=10 / >");
        let attributes: Vec<_> = tags[0].attributes().collect();
        assert_eq!(attributes, [("alt", "a > b"), ("src", "x.png"), ("width", "10")]);
    }

    #[test]
    fn an_unclosed_quote_or_tag_lasts_to_the_end() {
        assert_eq!(texts("a <b c=\"d> e"), ["a "]);
        assert_eq!(tags("<b c=\"d")[0].attributes().count(), 0);
    }

    #[test]
    fn the_rest_of_an_element_or_comment_can_be_skipped() {
        let mut pieces = Pieces::new("<!-- <b> -->a<style>b</STYLE>c");
        assert_eq!(pieces.next(), Some(Piece::Comment));
        assert!(pieces.skip_past("-->"));
        assert_eq!(pieces.next(), Some(Piece::Text("a")));
        assert!(pieces.skip_past("</style>"));
        assert_eq!(pieces.next(), Some(Piece::Text("c")));
        assert!(!Pieces::new("</sty").skip_past("</style>"));
    }

    #[test]
    fn entities_are_resolved() {
        let mut out = String::new();
        decode("R&amp;D &lt;x&gt; &#233;&#xE9; a&nbsp;b AT&T &; &#xFFFFFF;.", &mut out);
        assert_eq!(out, "R&D <x> éé a b AT&T &;  .");
    }
}
