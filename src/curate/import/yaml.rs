//! YAML as far as front matter needs it: texts, lists and mappings.
//!
//! The parser gives one event after the other and never recurses. No value here is nested more deeply than [`DEPTH`],
//! so nothing that walks or drops one can overflow; and aliases share what they repeat.

use std::collections::HashMap;
use std::path::Path;
use std::rc::Rc;

use indexmap::IndexMap;
use saphyr_parser::{Event, Parser, ScalarStyle};

use crate::error::{Error, Location, Result};
use crate::limits::{ALIASES, DEPTH};

/// A value.
#[derive(Debug)]
pub struct Yaml {
    value: Value,
    /// How many levels it has.
    levels: usize,
    /// What its parts and texts come to, about in bytes.
    size: usize,
}

/// A mapping with the values of the keys that are texts.
pub type Mapping = IndexMap<String, Rc<Yaml>>;

#[derive(Debug)]
enum Value {
    Null,
    Text(String),
    List(Vec<Rc<Yaml>>),
    Mapping(Mapping),
}

impl Yaml {
    /// A text that is not blank; numbers and the like are texts too.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    /// The elements of a list.
    pub fn list(&self) -> Option<&[Rc<Self>]> {
        if let Value::List(elements) = &self.value { Some(elements) } else { None }
    }

    /// A mapping.
    pub fn mapping(&self) -> Option<&Mapping> {
        if let Value::Mapping(mapping) = &self.value { Some(mapping) } else { None }
    }
}

/// A list or mapping that has not ended, with its anchor.
struct Open {
    value: Value,
    /// The key whose value comes next.
    key: Option<Rc<Yaml>>,
    levels: usize,
    size: usize,
    anchor: usize,
}

impl Open {
    fn new(value: Value, anchor: usize) -> Self {
        Self { value, key: None, levels: 0, size: 1, anchor }
    }

    /// Takes in a key, a value or an element; `false` when the key is there already.
    fn add(&mut self, part: Rc<Yaml>) -> bool {
        self.levels = self.levels.max(part.levels);
        self.size += part.size;
        match (&mut self.value, self.key.take()) {
            (Value::List(elements), _) => elements.push(part),
            (Value::Mapping(_), None) => self.key = Some(part),
            (Value::Mapping(mapping), Some(key)) => {
                return key.text().is_none_or(|key| mapping.insert(key.to_owned(), part).is_none());
            }
            _ => {}
        }
        true
    }
}

/// The documents of a text that starts on the given line.
///
/// # Errors
/// With the line of what is no YAML, is nested too deeply or repeated too often.
pub fn parse(path: &Path, first_line: usize, text: &str) -> Result<Vec<Rc<Yaml>>> {
    let mut documents = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut anchors: HashMap<usize, Rc<Yaml>> = HashMap::new();
    let mut repeated = 0;
    for event in Parser::new_from_str(text) {
        let at = |line: usize| Location::line(path, first_line + line - 1);
        let bad = |line, problem: &str| {
            Error::input(at(line), format!("bad YAML: {problem}"), "mend the front matter there")
        };
        let (event, span) = event.map_err(|error| bad(error.marker().line(), error.info()))?;
        let line = span.start.line();
        let (part, anchor) = match event {
            Event::SequenceStart(..) | Event::MappingStart(..) if open.len() >= DEPTH.size() => {
                return Err(DEPTH.exceeded(at(line), None));
            }
            Event::SequenceStart(anchor, _) => {
                open.push(Open::new(Value::List(Vec::new()), anchor));
                continue;
            }
            Event::MappingStart(anchor, _) => {
                open.push(Open::new(Value::Mapping(Mapping::new()), anchor));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(Open { value, levels, size, anchor, .. }) = open.pop() else { continue };
                (Rc::new(Yaml { value, levels: levels + 1, size }), anchor)
            }
            Event::Scalar(text, style, anchor, _) => {
                let is_null =
                    style == ScalarStyle::Plain && matches!(&*text, "" | "~" | "null" | "Null" | "NULL");
                let size = text.len() + 1;
                let value = if is_null { Value::Null } else { Value::Text(text.into_owned()) };
                (Rc::new(Yaml { value, levels: 0, size }), anchor)
            }
            Event::Alias(anchor) => {
                let Some(part) = anchors.get(&anchor).cloned() else {
                    return Err(bad(line, "an alias of what it stands in"));
                };
                repeated += part.size;
                ALIASES.check(&at(line), repeated)?;
                if open.len() + part.levels > DEPTH.size() {
                    return Err(DEPTH.exceeded(at(line), None));
                }
                (part, 0)
            }
            _ => continue,
        };
        if anchor > 0 {
            anchors.insert(anchor, Rc::clone(&part));
        }
        let Some(parent) = open.last_mut() else {
            documents.push(part);
            continue;
        };
        if !parent.add(part) {
            return Err(bad(line, "a key that stands twice in its mapping"));
        }
    }
    Ok(documents)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        parse(Path::new("a.md"), 2, text).unwrap_err().to_string()
    }

    #[test]
    fn texts_lists_and_mappings_are_read() {
        let text = "name: &n a/b\nstars: 12\nnone: ~\nblank: ''\n? [x]\n: y\ntags: [cli, *n, 'null']\n";
        let documents = parse(Path::new("a.md"), 2, text).unwrap();
        let mapping = documents[0].mapping().unwrap();
        let texts = ["name", "stars", "none", "blank", "tags"].map(|key| mapping[key].text());
        assert_eq!(texts, [Some("a/b"), Some("12"), None, None, None]);
        let tags: Vec<_> = mapping["tags"].list().unwrap().iter().map(|tag| tag.text()).collect();
        assert_eq!(tags, [Some("cli"), Some("a/b"), Some("null")]);
        assert_eq!(mapping.len(), 5);
    }

    #[test]
    fn whatever_nests_is_bounded() {
        let deep = "a.md:2: nesting of more than 128 levels";
        for unit in ["- ", "? ", "- ? ", "? - ", ": ", "!t - ", "&a - ", "{a: ", "[a, {b: "] {
            for times in [8_000, 100_000] {
                assert!(refusal(&unit.repeat(times)).starts_with("a.md:2: "), "{unit}");
            }
        }
        for unit in ["- ", "? ", "- ? "] {
            assert!(refusal(&format!("{}a", unit.repeat(8_000))).starts_with(deep), "{unit}");
        }
        let indented: Vec<String> = (0..500).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
        assert!(refusal(&indented.concat()).starts_with("a.md:130: nesting of more than 128 levels"));
        assert!(parse(Path::new("a.md"), 1, &format!("{}a", "- ".repeat(128))).is_ok());
    }

    #[test]
    fn aliases_add_neither_depth_nor_size_without_end() {
        let chain = |link: fn(usize) -> String| (1..5_000).map(link).collect::<String>();
        let values = chain(|place| format!("k{place}: &a{place} [*a{}]\n", place - 1));
        assert!(refusal(&format!("k: &a0 x\n{values}")).contains("nesting of more than 128 levels"));
        let keys = chain(|place| format!("k{place}: &a{place} {{? *a{} : x}}\n", place - 1));
        assert!(refusal(&format!("k: &a0 x\n{keys}")).contains("nesting of more than 128 levels"));
        let bomb =
            chain(|place| format!("k{place}: &a{place} [{}]\n", format!("*a{}, ", place - 1).repeat(9)));
        assert!(refusal(&format!("k: &a0 x\n{bomb}")).contains("repeated by YAML aliases"));
        let long = format!("k: &a0 {}\nb: [{}]", "x".repeat(10_000), "*a0, ".repeat(10_000));
        assert!(refusal(&long).starts_with("a.md:3: text repeated by YAML aliases"));
        assert!(refusal("a: &a [*a]").starts_with("a.md:2: bad YAML: "));
    }

    #[test]
    fn a_key_that_stands_twice_is_named() {
        assert!(refusal("a: 1\nb: 2\na: 3\n").starts_with("a.md:4: bad YAML: a key that stands twice"));
    }
}
