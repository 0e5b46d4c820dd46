//! Splitting text into words, the same words that the model's `tokenizer.json` describes.
//!
//! A word is a run of letters and digits, in lower case after NFKC normalisation, with the `++` or `#` of a
//! language's name (`c++`, `f#`). Chinese and Japanese write no spaces: every Han character is a word of its own
//! (pairs of them become features as bigrams), runs of Hiragana and of Katakana are words.

use std::iter;
use std::ops::Range;

use unicode_normalization_alignments::UnicodeNormalization;

/// Han characters, as the inside of a regular expression's class.
pub const HAN: &str = r"々〆㐀-䶿一-鿿豈-﫿\x{20000}-\x{3FFFF}";
/// Hiragana, likewise.
pub const HIRAGANA: &str = r"ぁ-ゟ";
/// Katakana with the long vowel mark, likewise.
pub const KATAKANA: &str = r"ァ-ヺー-ヿㇰ-ㇿ";

/// What each ASCII byte is.
const ASCII: [Class; 128] = {
    let mut classes = [Class::Other; 128];
    let mut byte = 0;
    while byte < 128 {
        if (byte as u8).is_ascii_alphanumeric() {
            classes[byte] = Class::Letter;
        }
        byte += 1;
    }
    classes
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Han,
    Hiragana,
    Katakana,
    Other,
}

fn class(c: char) -> Class {
    match c {
        '\0'..='\x7f' => ASCII[c as usize],
        '々' | '〆' | '㐀'..='䶿' | '一'..='鿿' | '豈'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => {
            Class::Han
        }
        'ぁ'..='ゟ' => Class::Hiragana,
        'ァ'..='ヺ' | 'ー'..='ヿ' | 'ㇰ'..='ㇿ' => Class::Katakana,
        c if c.is_alphanumeric() => Class::Letter,
        _ => Class::Other,
    }
}

/// The regular expression that says what [`for_each_word`] does, for `tokenizer.json`.
pub fn pattern() -> String {
    format!(
        r"[{HAN}]|[{HIRAGANA}]+|[{KATAKANA}]+|[\p{{Alphabetic}}\p{{N}}--{HAN}{HIRAGANA}{KATAKANA}]+(?:\+\+|#)?"
    )
}

/// Calls `found` with every word of `text`, in order.
///
/// ```
/// let mut words = Vec::new();
/// tagwright::text::for_each_word("MQTT-Broker in C++, 日本", |word| words.push(word.to_owned()));
/// assert_eq!(words, ["mqtt", "broker", "in", "c++", "日", "本"]);
/// ```
pub fn for_each_word(text: &str, mut found: impl FnMut(&str)) {
    let text = folded(text);
    word_ranges(&text).for_each(|range| found(&text[range]));
}

/// Where the words of `text` stand, in bytes and in order.
///
/// The text is taken as it is, without normalisation. So these are the words of [`for_each_word`] unless normalisation
/// joins or splits some: a letter with its accent as a second character ends a word here.
///
/// ```
/// let text = "C++ für Broker";
/// let words: Vec<&str> = tagwright::text::word_ranges(text).map(|range| &text[range]).collect();
/// assert_eq!(words, ["C++", "für", "Broker"]);
/// ```
pub fn word_ranges(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut start = 0;
    iter::from_fn(move || {
        while let Some(first) = text[start..].chars().next() {
            let rest = &text[start..];
            let kind = class(first);
            let mut length = match kind {
                Class::Han => first.len_utf8(),
                _ => end_of_run(rest, kind),
            };
            if kind == Class::Letter {
                length += match &rest.as_bytes()[length..] {
                    [b'+', b'+', ..] => 2,
                    [b'#', ..] => 1,
                    _ => 0,
                };
            }
            let word = start..start + length;
            start = word.end;
            if kind != Class::Other {
                return Some(word);
            }
        }
        None
    })
}

/// Where the characters of one class that `text` begins with end.
fn end_of_run(text: &str, kind: Class) -> usize {
    // Nearly all text is ASCII, which needs no decoding.
    let ascii = text.bytes().position(|byte| ASCII.get(usize::from(byte)) != Some(&kind));
    let ascii = ascii.unwrap_or(text.len());
    match text.as_bytes().get(ascii) {
        Some(byte) if !byte.is_ascii() => {
            text[ascii..].find(|c| class(c) != kind).map_or(text.len(), |length| ascii + length)
        }
        _ => ascii,
    }
}

/// NFKC and lower case, in that order and with the tables of the `tokenizers` crate.
///
/// A blank composes with nothing, so that what stands between two of them is folded by itself, and ASCII has no other
/// forms than upper and lower case.
pub(super) fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for part in text.split_inclusive([' ', '\n']) {
        if part.is_ascii() {
            folded.push_str(part);
        } else {
            folded.extend(part.nfkc().flat_map(|(c, _)| c.to_lowercase()));
        }
    }
    folded.make_ascii_lowercase();
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let mut words = Vec::new();
        for_each_word(text, |word| words.push(word.to_owned()));
        words
    }

    #[test]
    fn punctuation_separates_words() {
        assert_eq!(words("Node.js, my_lib & k8s!"), ["node", "js", "my", "lib", "k8s"]);
    }

    #[test]
    fn names_of_languages_keep_their_signs() {
        assert_eq!(words("C++ C# F#: a+b #tag"), ["c++", "c#", "f#", "a", "b", "tag"]);
    }

    #[test]
    fn text_without_spaces_is_split_by_script() {
        assert_eq!(words("日本語のライブラリです"), ["日", "本", "語", "の", "ライブラリ", "です"]);
        assert_eq!(words("Vue组件库"), ["vue", "组", "件", "库"]);
    }

    #[test]
    fn compatibility_forms_and_capitals_are_folded() {
        assert_eq!(words("ＦＡＳＴ ﬁle ÉCLAIR Straße"), ["fast", "file", "éclair", "straße"]);
    }

    #[test]
    fn nothing_gives_nothing() {
        assert!(words("").is_empty());
        assert!(words(" \u{0}\u{fffd} 🚀 --- ").is_empty());
    }
}
