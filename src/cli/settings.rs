//! The settings file of a training.

use std::path::Path;

use tagwright::corpus::read_file;
use tagwright::error::{Error, Location, Result};
use tagwright::learn::TrainSettings;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

const HELP: &str = "mend it there, or leave it out for the default";

/// The settings of a file, or the defaults without one, with another seed where one is given.
///
/// # Errors
/// Those of [`read`].
pub fn with_seed(path: Option<&Path>, seed: Option<u64>) -> Result<TrainSettings> {
    let settings = path.map(read).transpose()?.unwrap_or_default();
    Ok(TrainSettings { seed: seed.unwrap_or(settings.seed), ..settings })
}

/// Reads a TOML file of [`TrainSettings`]; what is not in it keeps its default.
///
/// # Errors
/// When it cannot be read, or names the line and the key that is unknown or out of range.
fn read(path: &Path) -> Result<TrainSettings> {
    let (first_line, text) = read_file(path)?;
    let settings: TrainSettings = toml::from_str(&text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let (line, content) = line_at(&text, start);
        let message = error.message().replace('\n', " ");
        Error::input(Location::line(path, first_line + line), format!("{message}, in `{content}`"), HELP)
    })?;
    settings.check().map_err(|error| {
        let start = match &error {
            Error::Setting { name, .. } => find(&text, name.split(':').next().unwrap_or(name)),
            _ => None,
        };
        let at = match start {
            Some(start) => Location::line(path, first_line + line_at(&text, start).0),
            None => Location::file(path),
        };
        Error::input(at, error.to_string(), HELP)
    })?;
    Ok(settings)
}

/// The number of the line, counted from 0, that holds byte `start`, and the line.
fn line_at(text: &str, start: usize) -> (usize, &str) {
    let before = text.get(..start).unwrap_or(text);
    let number = before.matches('\n').count();
    (number, text.lines().nth(number).unwrap_or_default().trim())
}

/// Where the value of a key such as `features.blocks[1].ngrams` stands, or what of it is there.
fn find(text: &str, key: &str) -> Option<usize> {
    let table = DeTable::parse(text).ok()?;
    let mut parts = key.split(['.', '[']).map(|part| part.trim_end_matches(']'));
    let mut value: &Spanned<DeValue> = table.get_ref().get(parts.next()?)?;
    for part in parts {
        let inner = match part.parse::<usize>() {
            Ok(place) => value.get_ref().get(place),
            Err(_) => value.get_ref().get(part),
        };
        let Some(inner) = inner else { break };
        value = inner;
    }
    Some(value.span().start)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn read_text(text: &str) -> Result<TrainSettings, String> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("s.toml");
        fs::write(&path, text).unwrap();
        let prefix = format!("{}/", directory.path().display());
        read(&path).map_err(|error| error.to_string().replace(&prefix, ""))
    }

    #[test]
    fn what_is_given_replaces_the_default() {
        let settings = read_text("seed = 7\n[linear]\nc = 25\n[features.text]\nprose_chars = 100\n").unwrap();
        let mut expected = TrainSettings { seed: 7, ..TrainSettings::default() };
        expected.linear.c = 25.0;
        expected.features.text.prose_chars = 100;
        assert_eq!(settings, expected);
        assert_eq!(read_text("").unwrap(), TrainSettings::default());
    }

    #[test]
    fn a_wrong_setting_is_named_with_its_line() {
        let error = |text| read_text(text).unwrap_err();
        let unknown = error("seed = 7\n\n[linear]\nepoch = 3\n");
        assert!(unknown.starts_with("s.toml:4: unknown field `epoch`, expected "), "{unknown}");
        assert!(
            unknown.ends_with(", in `epoch = 3`; mend it there, or leave it out for the default"),
            "{unknown}"
        );
        let kind = error("folds = 'five'");
        assert!(kind.starts_with("s.toml:1: invalid type: string \"five\", expected "), "{kind}");
        assert!(kind.contains("in `folds = 'five'`"), "{kind}");
        let range = error("[stack]\niterations = 20\nc = -1.0\n");
        assert!(
            range.starts_with("s.toml:3: stack.c: expected 0.000001 to 1,000,000, found -1; "),
            "{range}"
        );
        assert!(error("folds = 1").starts_with("s.toml:1: folds: expected 2 to 100, found 1; "));
        assert!(error("folds = = 1").starts_with("s.toml:1: "));
        let block =
            "name = 'a'\nfields = { name = 1 }\nmin_df = 1\nmax_features = 9\nembedded = true\nweight = 1\n";
        let blocks = |ngrams: &str| format!("[[features.blocks]]\nngrams = {ngrams}\n{block}");
        let nested = error(&(blocks("2") + &blocks("3")));
        assert!(
            nested.starts_with("s.toml:10: features.blocks[1].ngrams: expected 1 to 2, found 3; "),
            "{nested}"
        );
    }

    #[test]
    fn no_number_is_too_odd_to_be_named() {
        for range in tagwright::limits::SETTINGS {
            let (table, key) = range.name.rsplit_once('.').map_or(("", range.name), |(t, k)| (t, k));
            if table.contains("[]") || key == "blocks" {
                continue;
            }
            let table = if table.is_empty() { String::new() } else { format!("[{table}]\n") };
            for value in [
                "-1",
                "4611686018427387904",
                "-9223372036854775808",
                "1e300",
                "nan",
                "-inf",
                "9e99",
                "99999999999999999999",
                "''",
                "[]",
            ] {
                let error = read_text(&format!("{table}{key} = {value}\n")).unwrap_err();
                let line = if table.is_empty() { 1 } else { 2 };
                assert!(error.starts_with(&format!("s.toml:{line}: ")), "{key} = {value}: {error}");
            }
        }
    }
}
