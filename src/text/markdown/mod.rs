//! A README taken apart: what it says, by kind of text.

mod dialect;
mod field;
mod hosts;
mod html;
mod noise;
mod reader;
mod source;

use pulldown_cmark::{Options, Parser};

use reader::Reader;
pub(crate) use source::{front_matter, without_long_prefixes};

/// Only the first bytes of a README are read: this bounds the time that any input can cost.
pub const MAX_BYTES: usize = 200_000;

/// Each field stops growing at this many bytes.
pub const MAX_FIELD: usize = 20_000;

/// The list of hosts stops growing at this many bytes.
pub const MAX_HOSTS: usize = 4_000;

/// What a README says, by kind of text. No field is longer than [`MAX_FIELD`] bytes, `hosts` no longer
/// than [`MAX_HOSTS`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Markdown {
    /// The first heading of level 1, or else the first heading, on one line.
    pub title: String,
    /// All other headings, one a line.
    pub headings: String,
    /// Paragraphs, list items, table cells, quotes and headings in document order, one a line, as plain text: without
    /// code blocks, images, markup, addresses, emoji shortcodes and overlong words.
    pub prose: String,
    /// The texts of the links in the prose, one a line.
    pub links: String,
    /// Code blocks and code spans, a newline between them; the text of code spans is part of the prose as well.
    pub code: String,
    /// The languages that code fences name, lower case, separated by spaces; repeats are kept.
    pub languages: String,
    /// The hosts of links, images and bare addresses without `www.`, separated by spaces, without repeats; where the
    /// first segment of the path tells the ecosystem, it is kept: `img.shields.io/npm`.
    pub hosts: String,
}

/// Takes a README apart. Any text will do: Markdown with or without HTML, reStructuredText, `AsciiDoc`, plain text.
///
/// Time is linear in the length of the text up to [`MAX_BYTES`], and constant from there on.
///
/// ```
/// let readme = tagwright::text::markdown::parse("# Parcel\n\nA *small* [queue](https://queue.test).\n");
/// assert_eq!(readme.title, "Parcel");
/// assert_eq!(readme.prose, "Parcel\nA small queue.");
/// assert_eq!(readme.links, "queue");
/// assert_eq!(readme.hosts, "queue.test");
/// ```
pub fn parse(markdown: &str) -> Markdown {
    let source = source::prepare(markdown, MAX_BYTES);
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_GFM;
    let mut reader = Reader::default();
    for event in Parser::new_ext(&source, options) {
        reader.event(event);
    }
    reader.finish()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_title_is_the_first_heading_of_level_one() {
        let readme = parse("## Before\n\n# Parcel\n\n# Second\n\n### Usage");
        assert_eq!(readme.title, "Parcel");
        assert_eq!(readme.headings, "Before\nSecond\nUsage");
    }

    #[test]
    fn without_level_one_the_title_is_the_first_heading() {
        let readme = parse("### Parcel\n\n## Usage");
        assert_eq!((readme.title.as_str(), readme.headings.as_str()), ("Parcel", "Usage"));
    }

    #[test]
    fn underlined_and_html_headings_count() {
        assert_eq!(parse("## A\n\nParcel `x`\n===\n").title, "Parcel x");
        assert_eq!(parse("## A\n\n<h1 align=center>\n  Parcel<br>two\n</h1>").title, "Parcel two");
        assert_eq!(parse("<h1>\n\nParcel\n\n</h1>\n\nText").title, "Parcel");
    }

    #[test]
    fn a_heading_of_badges_is_none() {
        let readme = parse(
            "# ![Logo](https://a.test/l.png) [![State](https://b.test/s.svg)](https://c.test)\n\n# Parcel",
        );
        assert_eq!((readme.title.as_str(), readme.headings.as_str()), ("Parcel", ""));
        assert_eq!(readme.hosts, "a.test c.test b.test");
    }

    #[test]
    fn an_html_heading_that_never_closes_is_one_block_long() {
        let readme = parse("<h2>\n\nParcel\n\nText\n\nMore");
        assert_eq!((readme.title.as_str(), readme.headings.as_str()), ("Parcel", ""));
    }

    #[test]
    fn prose_has_every_kind_of_block_in_order() {
        let text = "# Parcel\n\nOne\ntwo  \nthree\n\n* item\n  * [x] inner\n\n> quote\n\n| a | b |\n|---|---|\n| c | d |\n\n\
                    ---\n1. note[^1]\n\n[^1]: foot\n";
        let lines: Vec<_> = parse(text).prose.lines().map(str::to_owned).collect();
        assert_eq!(
            lines,
            ["Parcel", "One two three", "item", "inner", "quote", "a", "b", "c", "d", "note", "foot"]
        );
    }

    #[test]
    fn emphasis_and_escapes_leave_plain_text() {
        assert_eq!(
            parse("A *small*, ~~slow~~ __fast__ un*frozen*ly \\*queue\\* R&amp;D").prose,
            "A small, slow fast unfrozenly *queue* R&D"
        );
    }

    #[test]
    fn images_leave_only_their_host() {
        let readme = parse("Text ![a *b* ![c](https://x.test/c.png)](https://y.test/d.png) end");
        assert_eq!((readme.prose.as_str(), readme.hosts.as_str()), ("Text end", "y.test x.test"));
    }

    #[test]
    fn links_keep_their_text_and_lose_their_target() {
        let readme = parse(
            "See [the `guide`](https://www.guide.test/a), [here][ref] and <https://auto.test>.\n\n[ref]: https://ref.test 'T'",
        );
        assert_eq!(readme.prose, "See the guide, here and");
        assert_eq!(readme.links, "the guide\nhere");
        assert_eq!(readme.hosts, "guide.test ref.test auto.test");
    }

    #[test]
    fn bare_addresses_split_by_markup_go_as_a_whole() {
        let readme = parse("At https://a.test/x_y_z*?q=1&b=2 now, or www.b.test, or me@mail.test.");
        assert_eq!((readme.prose.as_str(), readme.hosts.as_str()), ("At now, or or", "a.test b.test"));
    }

    #[test]
    fn code_blocks_are_code_and_not_prose() {
        let readme = parse("Run\n\n```sh\nparcel  go\n\nend\n```\n\nor\n\n    parcel stop\n\nwith `--now`.");
        assert_eq!(readme.prose, "Run\nor\nwith --now.");
        assert_eq!(readme.code, "parcel  go\n\nend\nparcel stop\n--now");
    }

    #[test]
    fn languages_are_first_words_in_order_with_repeats() {
        let text = "Rust,ignore|sh||{.python}|js:app.js|c++ title|sh".replace('|', "\nx\n```\n```");
        assert_eq!(parse(&format!("```{text}")).languages, "rust sh python js c++ sh");
    }

    #[test]
    fn html_is_read_for_its_text() {
        let text = "<div align=\"center\">\n<p>Fast &amp; small<br/>queue</p><!-- not\n\nthis -->\n\
                    <a href='https://a.test'><img src=\"https://b.test/i.png\" alt='not this'></a>\n\
                    <a href=https://c.test><b>Guide</b></a><ul><li>one<li>two</ul>\n</div>\n\nIn<sup>line</sup> <kbd>key</kbd>";
        let readme = parse(text);
        assert_eq!(readme.prose, "Fast small queue\nGuide\none\ntwo\nInline key");
        assert_eq!(readme.links, "Guide");
        assert_eq!(readme.hosts, "a.test b.test c.test");
    }

    #[test]
    fn html_code_is_code() {
        let readme =
            parse("<p>Run <code>parcel</code></p>\n\n<pre lang=sh>\nparcel go\n\n<b>end</b>\n</pre>\n\nText");
        assert_eq!(
            (readme.prose.as_str(), readme.code.as_str()),
            ("Run parcel\nText", "parcel\n\nparcel go\n\nend")
        );
    }

    #[test]
    fn scripts_styles_and_drawings_are_hidden() {
        let text = "<script>\nif (a<b) { c }\n\nx\n</script>\n\n<style>p { color: red }</style>\n\n\
                    <svg width=1>\n<title>not</title>\n\n<text>this</text></svg>\n\nOne <svg><text>nor</text> this</svg> two <style> open\n\nText";
        assert_eq!(parse(text).prose, "One two\nText");
    }

    #[test]
    fn front_matter_goes() {
        assert_eq!(parse("---\ntitle: Hidden\n---\n\nText").prose, "Text");
    }

    #[test]
    fn shortcodes_and_blobs_go() {
        let text = format!("# :rocket: Parcel\n\nKey {} end", "QUJD".repeat(500));
        assert_eq!(parse(&text).prose, "Parcel\nKey end");
    }

    #[test]
    fn restructured_text_reads_as_prose() {
        let text = "Parcel\n======\n\n.. image:: https://a.test/b.svg\n   :target: https://c.test\n\nA queue.\n\nUsage\n~~~~~\n\n\
                    .. code-block:: python\n\n   import parcel\n\nSee `the guide <https://d.test>`_.\n";
        let readme = parse(text);
        assert_eq!(readme.prose, "Parcel\nA queue.\nUsage\nSee the guide");
        assert_eq!((readme.title.as_str(), readme.headings.as_str()), ("Parcel", "Usage"));
        assert_eq!((readme.languages.as_str(), readme.hosts.as_str()), ("python", "a.test c.test d.test"));
        assert_eq!(readme.code, "   import parcel\nthe guide <https://d.test>");
    }

    #[test]
    fn full_prose_does_not_stop_the_other_fields() {
        let readme = parse(&format!(
            "{}\n\n## Late\n\n`code` [link](https://a.test)\n\n```sh\n```",
            "word ".repeat(MAX_FIELD)
        ));
        assert!(readme.prose.len() <= MAX_FIELD && readme.prose.ends_with("word"));
        assert_eq!(
            (readme.title.as_str(), readme.links.as_str(), readme.code.as_str()),
            ("Late", "link", "code")
        );
        assert_eq!((readme.languages.as_str(), readme.hosts.as_str()), ("sh", "a.test"));
    }

    #[test]
    fn scripts_of_all_directions_stay() {
        let text = "# 消息队列\n\n这是一个快速的消息队列。\n\nשלום עולם\n\nمرحبا";
        assert_eq!(parse(text).prose, "消息队列\n这是一个快速的消息队列。\nשלום עולם\nمرحبا");
    }

    #[test]
    fn hostile_texts_are_read_to_the_end() {
        let units = [
            "[", "![", "[a](", "[^a]: ", "(", "*", "*a_ ", "`", "> ", "- ", ">- a\n", "<div>", "<p>\n\n",
            "</", "<a b=\"", "<!--", "<svg>", "<h1>", "<pre>", "```\n", "~~~ a\n", "|a", "|a\n|-\n", "\0",
            "\u{fffd}", "\r", "&", "&#x", "a://", "ftp://a ", "www.", "a@", "a@b.c:", ":a", ":a:",
            ".. a::\n", "= a\n", "a\n---\n", "A+/=", "א", "漢",
        ];
        for unit in units {
            for text in [unit.repeat(100_000), format!("{}{}", unit.repeat(20_000), "a\n".repeat(60_000))] {
                let readme = parse(&text);
                assert!(readme.prose.len() <= MAX_FIELD && readme.code.len() <= MAX_FIELD, "{unit:?}");
            }
        }
    }

    #[test]
    fn what_lies_beyond_the_limit_is_not_read() {
        let text = format!("# Parcel\n\n{}\n# Late\n", "word\n".repeat(MAX_BYTES));
        assert_eq!(parse(&text).headings, "");
    }

    /// Text with much markup in it.
    fn marked_up() -> impl Strategy<Value = String> {
        let markup = "http:// https://a.test www. <div> </p> <h1> <a/href=x> </a> <pre> <code> <svg> <!-- --> ``` ]( ![ .. :: \
                      é 漢 &amp; &#58;// \0";
        let token = prop_oneof![
            "[a-z]{1,5}",
            "[\\[\\](){}<>*_`~#|:@&!.+=/\\\\-]{1,3}",
            "[ \n\t\u{a0}]{1,3}",
            prop::sample::select(markup.split(' ').collect::<Vec<_>>()).prop_map(str::to_owned),
        ];
        prop::collection::vec(token, 0..60).prop_map(|tokens| tokens.concat())
    }

    fn check(text: &str) -> Result<(), TestCaseError> {
        let readme = parse(text);
        prop_assert!(!readme.prose.contains("://"), "{:?}", readme.prose);
        for field in [&readme.prose, &readme.headings, &readme.links] {
            for line in field.lines() {
                prop_assert!(!line.is_empty() && line.trim() == line, "{:?}", field);
            }
        }
        prop_assert!(!readme.title.contains('\n'));
        prop_assert!(!readme.title.is_empty() || readme.headings.is_empty());
        Ok(())
    }

    proptest! {
        #[test]
        fn any_text_gives_clean_lines(text in any::<String>()) {
            check(&text)?;
        }

        #[test]
        fn any_markup_gives_clean_lines(text in marked_up()) {
            check(&text)?;
        }

        #[test]
        fn plain_words_come_back(words in prop::collection::vec("[a-z]{1,12}", 1..40)) {
            let text = words.join(" ");
            prop_assert_eq!(parse(&text).prose, text);
        }
    }
}
