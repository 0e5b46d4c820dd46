//! A review session without its terminal: what each key does.
//!
//! [`Session::press`] changes the state and says what must be written; it reads and writes nothing itself, so that
//! every way through a session can be tested.

mod item;
mod search;

use std::collections::HashMap;

use super::decision::{Decided, Decision, Key, Verdict};
use crate::corpus::TagRef;
use crate::taxonomy::Taxonomy;

pub use item::{Item, LISTED};
pub use search::Match;

const ALL_DECIDED: &str = "All are decided; q quits.";

/// A key that a session knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Press {
    /// A letter, a digit, a space.
    Char(char),
    /// The Enter key.
    Enter,
    /// The Escape key.
    Escape,
    /// The Backspace key.
    Backspace,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// Ctrl-C.
    Interrupt,
}

/// What must be done after a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Write a decision to the journal.
    Decide(Decision),
    /// Take the last decision about a record back in the journal.
    Undo(Key),
    /// End the session.
    Quit,
}

/// What the keys mean at the moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// Looking at a record.
    Review,
    /// Looking for a tag.
    Search(Search),
    /// Reading what the keys do.
    Help,
}

/// A search for a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// What was typed.
    pub query: String,
    /// What it may mean, best first.
    pub matches: Vec<Match>,
    /// The index of the chosen match.
    pub cursor: usize,
}

/// What was decided in a session.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Suggestions accepted.
    pub accepted: usize,
    /// Suggestions rejected.
    pub rejected: usize,
    /// Records given other tags.
    pub edited: usize,
    /// Records without a decision.
    pub undecided: usize,
}

/// The state of a record.
#[derive(Debug, Clone)]
struct Desk {
    item: Item,
    /// The tags listed.
    rows: Vec<usize>,
    /// The tags checked, in the order in which they will be saved.
    checked: Vec<usize>,
    /// The decisions that were not taken back, the last one standing.
    decisions: Vec<Verdict>,
}

/// The state of a session.
#[derive(Debug, Clone)]
pub struct Session<'t> {
    taxonomy: &'t Taxonomy,
    desks: Vec<Desk>,
    /// The index of the record of each decision that was not taken back, oldest first.
    history: Vec<usize>,
    current: usize,
    cursor: usize,
    scroll: usize,
    mode: Mode,
    message: Option<String>,
}

impl<'t> Session<'t> {
    /// A session over some records, in this order; `None` when there are none.
    pub fn new(items: Vec<Item>, taxonomy: &'t Taxonomy) -> Option<Self> {
        let desk = |item: Item| Desk {
            rows: item.listed(),
            checked: item.suggested.clone(),
            decisions: Vec::new(),
            item,
        };
        let desks: Vec<Desk> = items.into_iter().map(desk).collect();
        let cursor = desks.first()?.first_change();
        Some(Self {
            taxonomy,
            desks,
            history: Vec::new(),
            current: 0,
            cursor,
            scroll: 0,
            mode: Mode::Review,
            message: None,
        })
    }

    /// Takes up the decisions of former sessions, oldest first, and goes to the first record without one. Those about
    /// records that have other tags or texts by now, or whose tags are unknown, do not count: the record must be decided
    /// again.
    pub fn resume(&mut self, history: &[Decided]) {
        let places: HashMap<String, usize> =
            self.desks.iter().enumerate().map(|(index, desk)| (desk.item.key.to_string(), index)).collect();
        for Decided { decision, .. } in history {
            let Some(&index) = places.get(&decision.key.to_string()) else { continue };
            let (Some(before), Some(after)) = (self.indices(&decision.tags), self.indices(decision.after()))
            else {
                continue;
            };
            let desk = &mut self.desks[index];
            let is_same_text =
                decision.text_digest.as_ref().is_none_or(|digest| *digest == desk.item.text_digest);
            if is_same_text && (desk.item.tags == before || desk.item.tags == after) {
                desk.checked.clone_from(&after);
                after.iter().for_each(|tag| desk.list(*tag));
                desk.decisions.push(decision.verdict.clone());
                self.history.push(index);
            }
        }
        self.go_to(self.next_undecided(0).unwrap_or(0));
        if !self.history.is_empty() {
            self.message = Some(match self.tally().undecided {
                0 => ALL_DECIDED.to_owned(),
                _ => "Resumed where you left off.".to_owned(),
            });
        }
    }

    fn indices(&self, tags: &[TagRef]) -> Option<Vec<usize>> {
        tags.iter().map(|tag| self.taxonomy.find(tag)).collect()
    }

    /// The index of the record being looked at.
    pub fn current(&self) -> usize {
        self.current
    }

    /// How many records there are; never 0.
    #[expect(clippy::len_without_is_empty, reason = "a session is never empty")]
    pub fn len(&self) -> usize {
        self.desks.len()
    }

    /// The record being looked at.
    pub fn item(&self) -> &Item {
        &self.desk().item
    }

    /// The tags listed for it.
    pub fn rows(&self) -> &[usize] {
        &self.desk().rows
    }

    /// The tags checked, in the order in which they will be saved.
    pub fn checked(&self) -> &[usize] {
        &self.desk().checked
    }

    /// The decision about it, if it was made.
    pub fn verdict(&self) -> Option<&Verdict> {
        self.desk().decisions.last()
    }

    /// The index of the row that the cursor is on.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The tag that the cursor is on; `None` when no tag is listed.
    pub fn tag_at_cursor(&self) -> Option<usize> {
        self.rows().get(self.cursor).copied()
    }

    /// The first line of the text that is shown.
    pub fn scroll(&self) -> usize {
        self.scroll
    }

    /// Tells the session how far the text can be scrolled in the terminal as it is.
    pub fn limit_scroll(&mut self, last: usize) {
        self.scroll = self.scroll.min(last);
    }

    /// What the keys mean.
    pub fn mode(&self) -> &Mode {
        &self.mode
    }

    /// What the last key gave, in words.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// What was decided so far.
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for desk in &self.desks {
            match desk.decisions.last() {
                Some(Verdict::Accept) => tally.accepted += 1,
                Some(Verdict::Reject) => tally.rejected += 1,
                Some(Verdict::Edit { .. }) => tally.edited += 1,
                None => tally.undecided += 1,
            }
        }
        tally
    }

    /// Does what a key asks for. The text scrolls by `page` lines at a time.
    pub fn press(&mut self, key: Press, page: usize) -> Option<Effect> {
        self.message = None;
        if key == Press::Interrupt {
            return Some(Effect::Quit);
        }
        match std::mem::replace(&mut self.mode, Mode::Review) {
            Mode::Review => self.press_in_review(key, page),
            Mode::Search(search) => {
                self.press_in_search(key, search);
                None
            }
            // Any key leaves the help.
            Mode::Help => None,
        }
    }

    fn press_in_review(&mut self, key: Press, page: usize) -> Option<Effect> {
        match key {
            Press::Char('a') | Press::Enter => return Some(self.decide()),
            Press::Char('r') => {
                let desk = self.desk_mut();
                desk.checked.clone_from(&desk.item.tags);
                return Some(self.decide());
            }
            Press::Char('u') => return self.undo(),
            Press::Char('q') => return Some(Effect::Quit),
            Press::Char(' ' | 'x') => {
                if let Some(tag) = self.tag_at_cursor() {
                    self.desk_mut().toggle(tag);
                }
            }
            Press::Char(digit @ '1'..='9') => self.toggle_row(digit as usize - '1' as usize),
            Press::Char('/' | 's') => self.search(String::new()),
            Press::Char('?' | 'h') => self.mode = Mode::Help,
            Press::Char('n') | Press::Right => self.step(self.current + 1),
            Press::Char('p') | Press::Left => self.step(self.current.wrapping_sub(1)),
            Press::Char('j') | Press::Down => self.cursor = (self.cursor + 1).min(self.last_row()),
            Press::Char('k') | Press::Up => self.cursor = self.cursor.saturating_sub(1),
            Press::Char(']') | Press::PageDown => self.scroll += page,
            Press::Char('[') | Press::PageUp => self.scroll = self.scroll.saturating_sub(page),
            Press::Escape => {
                let desk = self.desk_mut();
                desk.checked.clone_from(&desk.item.suggested);
                self.message = Some("Back to the suggestion.".to_owned());
            }
            Press::Char(_) => self.message = Some("No such key; press ? for help.".to_owned()),
            Press::Backspace | Press::Interrupt => {}
        }
        None
    }

    fn press_in_search(&mut self, key: Press, search: Search) {
        let Search { mut query, matches, mut cursor } = search;
        match key {
            Press::Enter => {
                match matches.get(cursor) {
                    Some(found) => self.toggle_found(found.tag),
                    None => self.search(query),
                }
                return;
            }
            Press::Escape => return,
            Press::Char(letter) => {
                query.push(letter);
                return self.search(query);
            }
            Press::Backspace => {
                query.pop();
                return self.search(query);
            }
            Press::Down => cursor = (cursor + 1).min(matches.len().saturating_sub(1)),
            Press::Up => cursor = cursor.saturating_sub(1),
            Press::Left | Press::Right | Press::PageUp | Press::PageDown | Press::Interrupt => {}
        }
        self.mode = Mode::Search(Search { query, matches, cursor });
    }

    fn search(&mut self, query: String) {
        let matches = search::search(&query, self.taxonomy, &self.item().by_score());
        self.mode = Mode::Search(Search { query, matches, cursor: 0 });
    }

    fn toggle_found(&mut self, tag: usize) {
        let desk = self.desk_mut();
        desk.list(tag);
        desk.toggle(tag);
        self.cursor = self.rows().iter().position(|row| *row == tag).unwrap_or(0);
    }

    fn toggle_row(&mut self, row: usize) {
        if let Some(&tag) = self.rows().get(row) {
            self.cursor = row;
            self.desk_mut().toggle(tag);
        }
    }

    /// Saves what is checked and goes to the next record without a decision.
    fn decide(&mut self) -> Effect {
        let desk = &mut self.desks[self.current];
        let decision = desk.item.decision(&desk.checked, self.taxonomy);
        desk.decisions.push(decision.verdict.clone());
        self.history.push(self.current);
        match self.next_undecided(self.current) {
            Some(next) => self.go_to(next),
            None => self.message = Some(ALL_DECIDED.to_owned()),
        }
        Effect::Decide(decision)
    }

    /// Takes the last decision back, and goes to its record.
    fn undo(&mut self) -> Option<Effect> {
        let Some(index) = self.history.pop() else {
            self.message = Some("There is nothing to undo.".to_owned());
            return None;
        };
        let desk = &mut self.desks[index];
        // What was checked by hand stays, to be mended.
        if !matches!(desk.decisions.pop(), Some(Verdict::Edit { .. })) {
            desk.checked.clone_from(&desk.item.suggested);
        }
        self.go_to(index);
        self.message = Some("Taken back.".to_owned());
        Some(Effect::Undo(self.item().key.clone()))
    }

    fn step(&mut self, index: usize) {
        if index < self.desks.len() {
            self.go_to(index);
        } else {
            let which = if index == self.desks.len() { "last" } else { "first" };
            self.message = Some(format!("This is the {which} record."));
        }
    }

    fn go_to(&mut self, index: usize) {
        self.current = index;
        self.cursor = self.desk().first_change();
        self.scroll = 0;
    }

    /// The first record without a decision from `start` on, and then from the beginning.
    fn next_undecided(&self, start: usize) -> Option<usize> {
        let indices = (start..self.desks.len()).chain(0..start);
        indices.into_iter().find(|index| self.desks[*index].decisions.is_empty())
    }

    fn last_row(&self) -> usize {
        self.rows().len().saturating_sub(1)
    }

    fn desk(&self) -> &Desk {
        &self.desks[self.current]
    }

    fn desk_mut(&mut self) -> &mut Desk {
        &mut self.desks[self.current]
    }
}

impl Desk {
    /// The row of the first tag that shall be added or dropped.
    fn first_change(&self) -> usize {
        let Item { tags, suggested, .. } = &self.item;
        let is_change = |tag: &usize| tags.contains(tag) != suggested.contains(tag);
        self.rows.iter().position(is_change).unwrap_or(0)
    }

    fn list(&mut self, tag: usize) {
        if !self.rows.contains(&tag) {
            self.rows.push(tag);
        }
    }

    /// Checks a tag, after the others, or takes its check away.
    fn toggle(&mut self, tag: usize) {
        match self.checked.iter().position(|checked| *checked == tag) {
            Some(place) => drop(self.checked.remove(place)),
            None => self.checked.push(tag),
        }
    }
}

#[cfg(test)]
mod tests;
