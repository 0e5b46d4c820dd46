//! Text fields that stop growing at a limit.

/// The first `limit` bytes of `text`, or a little less: a character is never split.
pub fn cut(text: &str, limit: usize) -> &str {
    let mut end = limit.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Appends `text` after `separator`, as long as `field` stays within `limit` bytes; of a text that does not fit, whole
/// words are taken.
pub fn append(field: &mut String, separator: char, text: &str, limit: usize) {
    let lead = usize::from(!field.is_empty());
    let room = limit.saturating_sub(field.len() + lead);
    let fitting = match cut(text, room) {
        short if short.len() < text.len() => short.rsplit_once(' ').map_or(short, |(words, _)| words),
        whole => whole,
    };
    if fitting.is_empty() {
        return;
    }
    if lead == 1 {
        field.push(separator);
    }
    field.push_str(fitting);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_never_splits_a_character() {
        assert_eq!(cut("aéz", 2), "a");
        assert_eq!(cut("aéz", 3), "aé");
        assert_eq!(cut("aéz", 9), "aéz");
    }

    #[test]
    fn pieces_are_separated_and_the_last_one_is_cut_between_words() {
        let mut field = String::new();
        append(&mut field, '\n', "one two", 16);
        append(&mut field, '\n', "three four", 16);
        assert_eq!(field, "one two\nthree");
        append(&mut field, '\n', "six", 13);
        assert_eq!(field, "one two\nthree", "no separator without a text");
    }
}
