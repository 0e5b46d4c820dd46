//! READMEs that are not Markdown: the few constructs of reStructuredText and `AsciiDoc` that would be misread.
//!
//! Both have titles, lists and paragraphs that read well as Markdown. What does not is rewritten line by line: odd title
//! underlines, code blocks, and directives; of the latter only their addresses are kept, as images.

use std::borrow::Cow;

/// The text as Markdown: as it is, unless it shows that it is something else.
pub fn to_markdown(text: &str) -> Cow<'_, str> {
    if text.trim_start().starts_with("= ") {
        Cow::Owned(ascii_doc(text))
    } else if is_restructured_text(text) {
        Cow::Owned(restructured_text(text))
    } else {
        Cow::Borrowed(text)
    }
}

/// A line `.. name::` or `.. _name:` tells, unless there are code fences or number-sign headings of Markdown.
fn is_restructured_text(text: &str) -> bool {
    let marked = text.starts_with(".. ") || text.contains("\n.. ");
    marked
        && text
            .lines()
            .any(|line| line.starts_with(".. ") && (line.contains("::") || line.starts_with(".. _")))
        && !text.contains("\n```")
        && !text.contains("\n## ")
}

fn restructured_text(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let line = |n: usize| lines.get(n).map_or("", |line| line.trim_end());
    let mut out = Output::default();
    // The indentation of the line that announced a code block: the block is whatever is indented more.
    let mut code: Option<usize> = None;
    let mut in_directive = false;
    for n in 0..lines.len() {
        let (current, indent) = (line(n).trim_start(), indentation(line(n)));
        if let Some(outer) = code {
            if current.is_empty() || indent > outer {
                // The options of a directive come first, then a blank line.
                in_directive &= current.is_empty() || current.starts_with(':');
                if !in_directive {
                    out.line(line(n));
                }
                continue;
            }
            out.line("```");
            code = None;
        }
        let in_options = in_directive && current.starts_with(':');
        in_directive = in_options;
        if in_options {
            out.addresses(current);
        } else if let Some(directive) = current.strip_prefix(".. ") {
            in_directive = true;
            out.line("");
            if let Some(("code" | "code-block" | "sourcecode", language)) = directive.split_once("::") {
                out.line("```");
                out.extend(language.trim());
                code = Some(indent);
            } else {
                out.addresses(directive);
            }
        } else if let Some(width) = underline(current) {
            let title = n.checked_sub(1).map_or("", line);
            if underline(title).is_some() || title.is_empty() || title.chars().count() > width {
                out.line("");
            } else if current.starts_with('=') {
                out.line(current);
            } else {
                out.line(&"-".repeat(width));
            }
        } else if let Some(paragraph) = current.strip_suffix("::") {
            out.line(paragraph);
            out.line("```");
            code = Some(indent);
            in_directive = true;
        } else {
            // Without a code block around it, an indented line is quoted prose, not code as in Markdown.
            out.line(current);
        }
    }
    out.0
}

/// The length of a line that repeats one of the characters that underline titles.
fn underline(line: &str) -> Option<usize> {
    let first = line.bytes().next().filter(|byte| b"=-~^\"'`*+#:._<>".contains(byte))?;
    (line.len() >= 3 && line.bytes().all(|byte| byte == first)).then_some(line.len())
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn ascii_doc(text: &str) -> String {
    let mut out = Output::default();
    let mut language = "";
    // The line that closes the open code block.
    let mut code: Option<&str> = None;
    for line in text.lines().map(str::trim_end) {
        let level = line.bytes().take_while(|byte| *byte == b'=').count();
        if let Some(end) = code {
            if line == end {
                code = None;
                out.line("```");
            } else {
                out.line(line);
            }
        } else if underline(line).is_some_and(|width| width >= 4) {
            out.line("");
            if line.starts_with(['-', '.']) {
                code = Some(line);
                out.line("```");
                out.extend(std::mem::take(&mut language));
            }
        } else if (1..=6).contains(&level) && line[level..].starts_with(' ') {
            out.line(&"#".repeat(level));
            out.extend(&line[level..]);
        } else if line.starts_with('[') && line.ends_with(']') {
            let mut attributes = line[1..line.len() - 1].split(',');
            let source = attributes.next() == Some("source");
            language = attributes.next().filter(|_| source).unwrap_or_default();
        } else if line.starts_with("image:") || is_attribute(line) {
            out.addresses(line);
        } else if !line.starts_with("//") {
            out.line(line);
        }
    }
    out.0
}

/// `:name: value`, as at the head of a document.
fn is_attribute(line: &str) -> bool {
    let name = line.strip_prefix(':').and_then(|rest| rest.split_once(':'));
    name.is_some_and(|(name, value)| !name.contains(' ') && (value.is_empty() || value.starts_with(' ')))
}

#[derive(Default)]
struct Output(String);

impl Output {
    fn line(&mut self, line: &str) {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.0.push_str(line);
    }

    /// Appends to the last line.
    fn extend(&mut self, text: &str) {
        self.0.push_str(text);
    }

    /// Of a line that is not prose: a paragraph with its web addresses as images.
    fn addresses(&mut self, line: &str) {
        let ends = |c: char| c.is_whitespace() || matches!(c, '[' | ']' | '<' | '>');
        for word in line.split(ends) {
            if let Some(at) = word.find("http") {
                self.line("![](<");
                self.extend(&word[at..]);
                self.extend(">)");
            }
        }
        self.line("");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_is_left_alone() {
        for text in
            ["# A\n\n=====\n", "Text\n~~~\ncode\n~~~\n", "a\n.. b\n", "## A\n\n```\n.. code:: x\n```\n"]
        {
            assert!(matches!(to_markdown(text), Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn underlined_titles_become_setext_headings() {
        let text = "=====\nParcel\n======\n\nUsage\n~~~~~\n\n.. _here: https://a.test\n\nshort\n\n~~~~\n";
        let markdown = to_markdown(text);
        assert!(markdown.starts_with("Parcel\n======\n\nUsage\n-----\n"), "{markdown}");
        assert!(!markdown.contains('~'), "{markdown}");
    }

    #[test]
    fn directives_leave_only_their_addresses() {
        let text = ".. image:: https://a.test/b.svg\n   :target: https://c.test/\n   :alt: state\nText\n";
        let expected =
            ["", "![](<https://a.test/b.svg>)", "", "![](<https://c.test/>)", "", "", "Text"].join("\n");
        assert_eq!(to_markdown(text), expected[1..]);
    }

    #[test]
    fn code_directives_and_literal_blocks_become_fences() {
        let text = ".. code-block:: python\n   :linenos:\n\n   import parcel\n\nRun::\n\n  parcel go\n\nEnd";
        let expected = "```python\n   import parcel\n\n```\nRun\n```\n  parcel go\n\n```\nEnd";
        assert_eq!(to_markdown(text).trim_start(), expected);
    }

    #[test]
    fn ascii_doc_reads_as_markdown() {
        let text = "= Parcel\n:toc: left\nimage:https://a.test/b.svg[State,link=https://c.test]\n\n== Usage\n// note\n\
                    [source,ruby]\n----\nrequire 'parcel'\n----\nEnd";
        let expected = "# Parcel\n\n![](<https://a.test/b.svg>)\n![](<https://c.test>)\n\n\n## Usage\n\n```ruby\n\
                        require 'parcel'\n```\nEnd";
        assert_eq!(to_markdown(text), expected);
    }
}
