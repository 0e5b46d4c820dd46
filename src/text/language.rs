//! Whether a project describes itself in English.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::stop_words::STOP_WORDS;
use super::{Document, Field, for_each_word};

/// A text is not English when more than one letter in this many belongs to a script other than Latin.
const FOREIGN_LETTERS: usize = 5;

/// Function words of German, Dutch, French, Spanish, Portuguese, Italian, Polish, Turkish and Indonesian.
///
/// A word that English has too (`in`, `an`, `was`) is in both lists and speaks for neither. Other single
/// letters and `jest` are left out: in English texts they come from code.
const FOREIGN_WORDS: &str = "\
    der die das und ist ein eine einer einen für mit von auf zu im den dem des nicht oder auch sich wird werden als bei \
    zum zur aus wie in an was am so über \
    het een voor van met niet zijn naar te op deze dit is me \
    le la les un une du et est pour avec dans sur qui que ce cette par vous au aux ou en \
    el los las del para con por su como al esta sus no \
    os do da dos em um uma não na ao as mais sua seu com \
    il lo gli di che per della nel sono è a i \
    się dla oraz nie to przez jako lub \
    ve bir bu için ile olarak \
    dan yang untuk dengan ini adalah dari";

/// Whether a text is in English.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English, or nothing says otherwise.
    English,
    /// Any other language.
    Other,
}

impl Language {
    /// The language of the description and the beginning of the README.
    pub fn of(document: &Document) -> Self {
        Self::of_text(&[document.field(Field::Description), document.field(Field::Intro)].join("\n"))
    }

    /// A guess, good enough to tell groups of records apart.
    ///
    /// A text is not English when more than a fifth of its letters are not Latin, or when it has more function words
    /// of some other languages in Latin script than of English. A text with neither counts as English:
    /// "Fast JSON parser".
    ///
    /// ```
    /// use tagwright::text::Language;
    ///
    /// assert_eq!(Language::of_text("A small web server"), Language::English);
    /// assert_eq!(Language::of_text("Un petit serveur pour le web"), Language::Other);
    /// assert_eq!(Language::of_text("基于 Rust 的网页服务器"), Language::Other);
    /// ```
    pub fn of_text(text: &str) -> Self {
        let (mut letters, mut not_latin) = (0, 0);
        for letter in text.chars().filter(|c| c.is_alphabetic()) {
            letters += 1;
            not_latin += usize::from(!is_latin(letter));
        }
        let (mut english, mut foreign) = (0, 0);
        for_each_word(text, |word| match (STOP_WORDS.binary_search(&word).is_ok(), FOREIGN.contains(word)) {
            (true, false) => english += 1,
            (false, true) => foreign += 1,
            _ => {}
        });
        let is_other = not_latin * FOREIGN_LETTERS > letters || foreign > english;
        if is_other { Self::Other } else { Self::English }
    }

    /// The name of the group of such records.
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "english",
            Self::Other => "other",
        }
    }
}

static FOREIGN: LazyLock<HashSet<&str>> = LazyLock::new(|| FOREIGN_WORDS.split_whitespace().collect());

/// The Latin letters of Unicode's blocks up to the modifiers, and the full-width and mathematical ones.
fn is_latin(letter: char) -> bool {
    matches!(letter, '\0'..='\u{2ff}' | '\u{1d00}'..='\u{1eff}' | '\u{2c60}'..='\u{2c7f}' | '\u{a720}'..='\u{a7ff}'
        | '\u{ff21}'..='\u{ff5a}' | '\u{1d400}'..='\u{1d6a5}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Record;
    use crate::text::TextSettings;

    #[track_caller]
    fn assert_all(language: Language, texts: &[&str]) {
        for text in texts {
            assert_eq!(Language::of_text(text), language, "{text}");
        }
    }

    #[test]
    fn english_sentences_are_english() {
        assert_all(
            Language::English,
            &[
                "A tiny garden planner that knows when to sow your beans.",
                "Fast JSON parser",
                "El Niño weather charts for the Pacific",
                "Learn kanji (漢字) with flash cards and a daily quiz for beginners",
                "",
                "🚀",
            ],
        );
    }

    #[test]
    fn english_around_much_code_is_english() {
        assert_all(
            Language::English,
            &[
                "let pool = Pool::new(8); pool.spawn(|| println!(\"hi\")); Run it with cargo run --release --bin pool",
                "npm install kite-ui; import { Kite } from 'kite-ui'; const kite = new Kite({ el: '#app', wind: 5, \
                 string: true }); kite.fly(); Call kite.land() to stop it. const x = kite.height(); console.log(x)",
                "React Redux Webpack Babel ESLint Prettier Jest starter",
            ],
        );
    }

    #[test]
    fn other_languages_in_latin_script_are_not() {
        assert_all(
            Language::Other,
            &[
                "Ein kleines Werkzeug, das Fotos nach Datum sortiert und doppelte löscht.",
                "Una biblioteca para leer las facturas de la luz con Python",
                "Un outil pour suivre les trains en retard",
                "Aplikasi sederhana untuk mencatat belanja dengan Laravel",
            ],
        );
    }

    #[test]
    fn other_scripts_are_not() {
        assert_all(
            Language::Other,
            &[
                "一个用来整理菜谱的小工具",
                "基于 Spring Boot 和 Vue 的图书馆管理系统",
                "釣り場の天気を調べるコマンドラインツール",
                "Бот для Telegram, который напоминает о поливе цветов",
                "날씨를 알려주는 작은 프로그램",
            ],
        );
    }

    #[test]
    fn the_beginning_of_the_readme_counts_with_the_description() {
        let readme =
            "# Rezepte\n\nDas Programm sammelt Rezepte und druckt sie auf Karten, die man aufheben kann.";
        let record = Record {
            description: Some("Recipe printer for Linux".into()),
            readme: Some(readme.into()),
            ..Record::default()
        };
        assert_eq!(Language::of(&Document::new(&record, &TextSettings::default())), Language::Other);
    }
}
