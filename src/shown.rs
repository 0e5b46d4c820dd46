//! Foreign text on its way to a terminal: shown, not obeyed.
//!
//! A name, a tag or a message from somebody's data may hold escape sequences that move the cursor or change colours,
//! bidirectional controls that reorder what is read, and characters that cannot be seen. They are written as JSON writes
//! them (`\u001b`), so that JSON stays the same JSON.

use std::borrow::Cow;
use std::fmt::Write;

/// Text of one line: line breaks and tabs become blanks, and what a terminal would obey or hide is escaped.
///
/// ```
/// use tagwright::shown::shown;
///
/// assert_eq!(shown("naïve 日本 👩‍🚀"), "naïve 日本 👩‍🚀");
/// assert_eq!(shown("a\u{1b}[2Jb\u{202e}c\nd"), r"a\u001b[2Jb\u202ec d");
/// ```
pub fn shown(text: &str) -> Cow<'_, str> {
    replaced(text, |c| if c.is_whitespace() { Some(' ') } else { None })
}

/// Text of several lines: as [`shown`], but line breaks and tabs stay.
pub fn shown_lines(text: &str) -> Cow<'_, str> {
    replaced(text, |c| matches!(c, '\n' | '\t').then_some(c))
}

/// `text` with every character that [`is_obeyed`] replaced by what `white` makes of it, or else escaped.
fn replaced(text: &str, white: impl Fn(char) -> Option<char>) -> Cow<'_, str> {
    if !text.contains(|c| is_obeyed(c) && white(c) != Some(c)) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match white(c) {
            _ if !is_obeyed(c) => shown.push(c),
            Some(white) => shown.push(white),
            None => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(shown, "\\u{unit:04x}");
                }
            }
        }
    }
    Cow::Owned(shown)
}

/// Whether a terminal obeys or hides a character: controls (C0, DEL, C1), line and paragraph separators, marks and controls
/// of direction (Unicode Standard Annex 9), invisible operators and fillers, and language tags. Joiners and variation
/// selectors stay: emoji and Persian are written with them.
fn is_obeyed(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'
                | '\u{200e}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_escaped() {
        assert_eq!(shown("\u{7}\u{9b}31m\u{7f}\u{200b}\u{feff}"), r"\u0007\u009b31m\u007f\u200b\ufeff");
        assert_eq!(shown("\u{2066}x\u{2069} \u{e0041}"), r"\u2066x\u2069 \udb40\udc41");
    }

    #[test]
    fn white_space_is_one_line_or_stays() {
        assert_eq!(shown("a\r\nb\tc\u{2028}d\u{85}e"), "a  b c d e");
        assert_eq!(shown_lines("a\r\nb\tc\u{2028}d"), "a\\u000d\nb\tc\\u2028d");
    }

    #[test]
    fn ordinary_text_is_not_copied() {
        assert!(matches!(shown_lines("two\nlines"), Cow::Borrowed(_)));
        assert!(matches!(shown("ناوی‌گرد, 👨‍👩‍👧, ❤️, e\u{301}"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn nothing_obeyed_is_left_and_json_stays_the_same(text in any::<String>()) {
            prop_assert!(!shown(&text).contains(is_obeyed));
            prop_assert!(!shown_lines(&text).contains(|c| is_obeyed(c) && c != '\n' && c != '\t'));
            let json = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(serde_json::from_str::<String>(&shown_lines(&json)).unwrap(), text);
        }
    }
}
