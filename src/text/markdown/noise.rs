//! Words worth reading, and what stands between them.

use std::ops::Range;

use super::hosts::Hosts;

/// A word of this many characters or more is a key, a hash, base64 or a path.
const LONG_WORD: usize = 60;
/// From here on (Thai, then the scripts of East Asia) most scripts set no space between words.
const FIRST_UNSPACED: char = '\u{e00}';

/// Appends the words of `text` to `out`, one blank between them, and notes the hosts of bare addresses.
///
/// Web and e-mail addresses, emoji shortcodes, overlong words, and words without a letter or digit are left out.
pub fn words(text: &str, out: &mut String, hosts: &mut Hosts) {
    let start = out.len();
    let mut push = |word: &str| {
        if out.len() > start {
            out.push(' ');
        }
        out.push_str(word);
    };
    let mut rest = text;
    while !rest.is_empty() {
        let mut seen = 0;
        let end = rest.bytes().position(|byte| {
            seen |= KINDS[usize::from(byte)];
            seen & BLANK != 0
        });
        let (word, after) = match end {
            Some(end) => (&rest[..end], &rest[end + 1..]),
            None => (rest, ""),
        };
        rest = after;
        // Nearly all words take this short cut: no rule below can touch them.
        if seen & (WORD | SUSPECT) == WORD
            && word.len() < LONG_WORD
            && (seen & DOT == 0 || !word.contains("www."))
        {
            push(word);
        } else {
            for word in word.split(is_blank) {
                strip(word, FINDERS, hosts, &mut push);
            }
        }
    }
}

fn is_blank(c: char) -> bool {
    c <= ' ' || (c >= '\u{7f}' && (c.is_whitespace() || c.is_control()))
}

/// Separates words.
const BLANK: u8 = 1;
/// A letter or digit.
const WORD: u8 = 2;
/// A dot: the word may be a host.
const DOT: u8 = 4;
/// Colons and at-signs make addresses and shortcodes; beyond ASCII there are blanks, and words of any length.
const SUSPECT: u8 = 8;

/// What each byte makes of a word.
const KINDS: [u8; 256] = {
    let mut kinds = [SUSPECT; 256];
    let mut byte = 0;
    while byte < 128 {
        kinds[byte as usize] = match byte {
            0..=b' ' | 0x7f => BLANK,
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => WORD,
            b'.' => DOT,
            b':' | b'@' => SUSPECT,
            _ => 0,
        };
        byte += 1;
    }
    kinds
};

/// Finds the first thing of its kind in a word.
type Finder = fn(&str) -> Option<Range<usize>>;

const FINDERS: &[Finder] = &[web_address, bare_host, mail_address, shortcode];

/// Cuts out what the finders find, one finder after the other, and keeps what is left. Each finder sees each byte once
/// or twice, so a word of any length costs linear time; the recursion is as deep as there are finders.
fn strip(text: &str, finders: &[Finder], hosts: &mut Hosts, keep: &mut impl FnMut(&str)) {
    let Some((find, others)) = finders.split_first() else {
        if text.contains(char::is_alphanumeric) && !is_long(text) {
            keep(text);
        }
        return;
    };
    let mut rest = text;
    while let Some(found) = find(rest) {
        strip(&rest[..found.start], others, hosts, keep);
        hosts.note(&rest[found.clone()]);
        rest = &rest[found.end..];
    }
    strip(rest, others, hosts, keep);
}

fn is_long(word: &str) -> bool {
    word.len() >= LONG_WORD
        && word.split(|c| c >= FIRST_UNSPACED).any(|run| run.chars().nth(LONG_WORD - 1).is_some())
}

/// Everything around `://`: `https://host/path`, `git+ssh://…`.
fn web_address(text: &str) -> Option<Range<usize>> {
    let at = text.find("://")?;
    Some(start_of(text, at, |c| matches!(c, '+' | '-' | '.'))..end_of_address(text, at))
}

/// `www.host/path`.
fn bare_host(text: &str) -> Option<Range<usize>> {
    let (at, _) = text
        .match_indices("www.")
        .find(|(at, _)| !text[..*at].ends_with(|c: char| c.is_ascii_alphanumeric()))?;
    Some(at..end_of_address(text, at))
}

/// `name@host.tld`, also with `mailto:` before it or a path behind it (`git@host.tld:path`).
fn mail_address(text: &str) -> Option<Range<usize>> {
    text.match_indices('@').find_map(|(at, _)| {
        let start = start_of(text, at, |c| matches!(c, '.' | '_' | '%' | '+' | '-'));
        let host = &text[at + 1..];
        let end =
            host.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))).unwrap_or(host.len());
        let (_, top_level) = host[..end].trim_end_matches(['.', '-']).rsplit_once('.')?;
        // The version of a package, as in `parcel@1.2.0-beta`, has digits there.
        if start == at || !top_level.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return None;
        }
        let end =
            if host[end..].starts_with([':', '/']) { end_of_address(text, at + 1) } else { at + 1 + end };
        Some(text[..start].strip_suffix("mailto:").map_or(start, str::len)..end)
    })
}

/// `:rocket:`, but not the middle of `a:b:c` or of `std::env::args`.
fn shortcode(text: &str) -> Option<Range<usize>> {
    text.match_indices(':').find_map(|(at, _)| {
        if text[..at].ends_with(|c: char| c == ':' || c.is_ascii_alphanumeric()) {
            return None;
        }
        let name = &text[at + 1..];
        let length = name.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '-')))?;
        (length > 0 && name[length..].starts_with(':')).then_some(at..at + length + 2)
    })
}

/// Where the run of ASCII letters, digits and `extra` characters that ends at `at` begins.
fn start_of(text: &str, at: usize, extra: fn(char) -> bool) -> usize {
    text[..at].trim_end_matches(|c: char| c.is_ascii_alphanumeric() || extra(c)).len()
}

/// Where the address that goes on at `at` ends: at a quote, a bracket or a character that is not ASCII.
fn end_of_address(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    let ends = |c: char| !c.is_ascii_graphic() || "\"'`<>)]|{}\\^".contains(c);
    at + rest.find(ends).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(text: &str) -> String {
        clean_and_hosts(text).0
    }

    fn clean_and_hosts(text: &str) -> (String, String) {
        let (mut out, mut hosts) = (String::new(), Hosts::default());
        words(text, &mut out, &mut hosts);
        (out, hosts.into_text())
    }

    #[test]
    fn blanks_of_all_kinds_collapse() {
        assert_eq!(clean(" \tone\n\ntwo\u{a0}three\u{3000}four\0five\u{85} "), "one two three four five");
    }

    #[test]
    fn bare_addresses_go_and_leave_their_host() {
        let (text, hosts) =
            clean_and_hosts("See (https://a.test/x_(y)), docs:http://b.test/?q=1 or www.c.test/d now");
        assert_eq!(text, "See docs: or now");
        assert_eq!(hosts, "a.test b.test c.test");
    }

    #[test]
    fn an_address_inside_unspaced_text_leaves_the_text() {
        assert_eq!(clean_and_hosts("请看https://a.test/x。谢谢"), ("请看 。谢谢".into(), "a.test".into()));
    }

    #[test]
    fn what_is_left_of_two_addresses_makes_no_third() {
        let text = clean("hthttp://x)tp://y http:a://b)//c");
        assert!(!text.contains("://"), "{text}");
    }

    #[test]
    fn mail_addresses_go() {
        assert_eq!(
            clean("write to <jo.doe@mail.test>, mailto:a@b.test or git@host.test:a/b.git today"),
            "write to or today"
        );
    }

    #[test]
    fn packages_with_a_scope_or_a_version_stay() {
        let text = "@scope/parcel parcel@1.2.0-beta tool@latest actions/checkout@v4.1";
        assert_eq!(clean(text), text);
    }

    #[test]
    fn emoji_shortcodes_go_and_other_colons_stay() {
        assert_eq!(clean(":rocket: Fast :+1::tada: (:star:)"), "Fast");
        assert_eq!(
            clean("std::env::args at 10:30:45 host:port:path note:"),
            "std::env::args at 10:30:45 host:port:path note:"
        );
    }

    #[test]
    fn overlong_words_go() {
        let key = "Ab9+/=_-".repeat(8);
        assert_eq!(clean(&format!("key {key} end {}", "x.".repeat(31))), "key end");
        assert_eq!(clean(&"a".repeat(59)).len(), 59);
    }

    #[test]
    fn long_runs_of_unspaced_scripts_stay() {
        let text = "快速消息队列".repeat(30);
        assert_eq!(clean(&text), text);
        assert_eq!(clean(&format!("快{}速", "k".repeat(60))), "");
    }

    #[test]
    fn words_without_letters_or_digits_go() {
        assert_eq!(clean("one -- two | 🚀 ===== C++ ..."), "one two C++");
    }
}
