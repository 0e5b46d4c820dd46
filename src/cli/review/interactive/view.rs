//! What a session looks like.

use std::ops::Range;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Paragraph};
use tagwright::curate::Verdict;
use tagwright::curate::session::{LISTED, Mode, Search, Session};
use tagwright::decide::DecisionRule;
use tagwright::explain::MarkedText;
use tagwright::taxonomy::Taxonomy;

use super::passages::lines;
use super::theme::Theme;
use super::wrap::wrap;

/// The smallest terminal in which all parts have a place.
const SMALLEST: (u16, u16) = (60, 16);
/// From this width on, the tags stand beside the text.
const WIDE: u16 = 112;
/// The width of the tags then.
const TAGS_WIDTH: u16 = 52;

/// What is shown of the session's current record.
pub struct Sheet<'a> {
    /// The file being reviewed.
    pub file: &'a str,
    /// The record's id, name or both.
    pub title: &'a str,
    /// Why it deserves a look.
    pub why: Option<&'a str>,
    /// Its texts, with the evidence for the tag under the cursor.
    pub texts: &'a [MarkedText<'a>],
    pub taxonomy: &'a Taxonomy,
    pub theme: Theme,
}

/// How all fitted.
#[derive(Debug, Clone, Copy)]
pub struct Fit {
    /// Whether all is shown that would be decided, or help.
    pub is_shown: bool,
    /// The lines of a page.
    pub page: usize,
    /// The furthest that the text can be scrolled.
    pub last: usize,
}

impl Fit {
    /// The terminal is too small.
    pub const HIDDEN: Self = Self { is_shown: false, page: 1, last: usize::MAX };
    /// Help is shown in place of the record; it is left before anything is decided.
    pub const HELP: Self = Self { is_shown: true, ..Self::HIDDEN };
}

/// Draws a session.
pub fn draw(frame: &mut Frame, session: &Session, sheet: &Sheet) -> Fit {
    let area = frame.area();
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        let problem = format!("This terminal has {} x {} characters.", area.width, area.height);
        let mend = format!("Please make it {} x {} or larger.", SMALLEST.0, SMALLEST.1);
        return hide(frame, &problem, &mend);
    }
    let [header, title, why, body, footer] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Length(u16::from(sheet.why.is_some())),
        Constraint::Min(0),
        Constraint::Length(1),
    ])
    .areas(area);
    let (text_area, tags_area, outcome) = split(body, session, sheet);
    // A rule, and at least one row of the list.
    if usize::from(tags_area.height) < outcome.len() + 2 {
        return hide(frame, "The tags of this record do not fit in this terminal.", "Please make it larger.");
    }
    frame.render_widget(
        ends(&format!(" {}", sheet.file), &progress(session), header).style(Theme::bar()),
        header,
    );
    frame.render_widget(Paragraph::new(title_line(session, sheet)), title);
    let message = session.message().map(|message| format!(" {message} ")).unwrap_or_default();
    frame.render_widget(Line::styled(message, sheet.theme.message()).right_aligned(), title);
    frame.render_widget(Line::from(format!(" {}", sheet.why.unwrap_or_default())), why);
    frame.render_widget(Line::from(keys(session, area.width)).style(Theme::bar()), footer);
    if *session.mode() == Mode::Help {
        frame.render_widget(Paragraph::new(help()).block(rule(" Keys ")), body);
        return Fit::HELP;
    }
    draw_tags(frame, session, sheet, outcome, tags_area);
    draw_text(frame, session, sheet, text_area)
}

/// Says why no record is shown.
fn hide(frame: &mut Frame, problem: &str, mend: &str) -> Fit {
    let text = format!("{problem}\n{mend}\nn and p go on and back, q quits;\nall decisions are saved.");
    frame.render_widget(Paragraph::new(text), frame.area());
    Fit::HIDDEN
}

/// The places of text and tags, side by side or one above the other, and what will be saved.
fn split<'a>(body: Rect, session: &Session, sheet: &Sheet<'a>) -> (Rect, Rect, Vec<Line<'a>>) {
    if body.width >= WIDE {
        let [text, tags] =
            Layout::horizontal([Constraint::Min(0), Constraint::Length(TAGS_WIDTH)]).spacing(1).areas(body);
        return (text, tags, outcome(session, sheet, tags.width));
    }
    let outcome = outcome(session, sheet, body.width);
    let rows = (body.height / 3).clamp(4, LISTED as u16);
    // A rule above the rows.
    let height = rows + 1 + outcome.len() as u16;
    let [text, tags] = Layout::vertical([Constraint::Min(0), Constraint::Length(height)]).areas(body);
    (text, tags, outcome)
}

/// A line with text at both ends.
fn ends(left: &str, right: &str, area: Rect) -> Line<'static> {
    let gap = usize::from(area.width).saturating_sub(Span::raw(left).width() + Span::raw(right).width());
    Line::from(format!("{left}{}{right}", " ".repeat(gap)))
}

fn progress(session: &Session) -> String {
    let undecided = session.tally().undecided;
    let decided = session.len() - undecided;
    format!("{}/{}   {decided} decided, {undecided} left ", session.current() + 1, session.len())
}

fn title_line<'a>(session: &Session, sheet: &Sheet<'a>) -> Line<'a> {
    let theme = sheet.theme;
    let mut line = Line::from(vec![Span::raw(" "), Span::styled(sheet.title, Theme::strong())]);
    let decided = match session.verdict() {
        None => return line,
        Some(Verdict::Accept) => "accepted",
        Some(Verdict::Reject) => "rejected",
        Some(Verdict::Edit { .. }) => "edited",
    };
    line.push_span(Span::styled(format!("  [{decided}]"), theme.message()));
    line
}

/// The keys of the moment; in a narrow terminal the most important ones.
fn keys(session: &Session, width: u16) -> &'static str {
    let is_edited = session.checked() != session.item().suggested;
    match (session.mode(), is_edited) {
        (Mode::Search(_), _) => " type some letters  up, down choose  Enter takes it  Esc back",
        (Mode::Help, _) => " any key goes back",
        (Mode::Review, true) if width < 80 => " a save edit  Esc reset  r reject  u undo  ? help  q quit",
        (Mode::Review, false) if width < 80 => " a accept  r reject  / search  u undo  ? help  q quit",
        (Mode::Review, true) => {
            " a save edit  Esc reset  r reject  1-9 check  / search  u undo  ? help  q quit"
        }
        (Mode::Review, false) => {
            " a accept  r reject  1-9 check  / search  u undo  n next  p back  ? help  q quit"
        }
    }
}

fn rule<'a>(title: impl Into<Line<'a>>) -> Block<'a> {
    Block::new().borders(Borders::TOP).border_style(Theme::faint()).title(title)
}

fn draw_text(frame: &mut Frame, session: &Session, sheet: &Sheet, area: Rect) -> Fit {
    let page = usize::from(area.height).saturating_sub(1);
    // A space on either side.
    let lines = lines(sheet.texts, usize::from(area.width).saturating_sub(2), sheet.theme);
    let last = lines.len().saturating_sub(page);
    let start = session.scroll().min(last);
    let more = lines.len().saturating_sub(start + page);
    let shown: Vec<Line> = lines.into_iter().skip(start).take(page).collect();
    let mut block = rule(evidence(session, sheet));
    if more > 0 || start > 0 {
        let position = if more > 0 { format!(" {more} more lines: PgDn ") } else { " end: PgUp ".to_owned() };
        block = block.title(Line::styled(position, Theme::faint()).right_aligned());
    }
    frame.render_widget(Paragraph::new(shown).block(block), area);
    Fit { is_shown: true, page, last }
}

/// What the marks in the text mean.
fn evidence<'a>(session: &Session, sheet: &Sheet<'a>) -> Line<'a> {
    let theme = sheet.theme;
    let Some(tag) = session.tag_at_cursor() else { return Line::default() };
    if sheet.texts.iter().all(|text| text.marks.is_empty()) {
        return Line::styled(" Text ", Theme::faint());
    }
    Line::from(vec![
        Span::raw(" Words "),
        Span::styled("for", theme.plus()),
        Span::raw(" and "),
        Span::styled("against", theme.minus()),
        Span::raw(" "),
        Span::styled(sheet.taxonomy.tags()[tag].key(), theme.cursor()),
        Span::raw(" "),
    ])
}

fn draw_tags(frame: &mut Frame, session: &Session, sheet: &Sheet, outcome: Vec<Line>, area: Rect) {
    let (title, lines, cursor) = match session.mode() {
        Mode::Search(search) => {
            (format!(" Search a tag: {}_ ", search.query), found(session, search, sheet), search.cursor)
        }
        _ => (" Tags ".to_owned(), rows(session, sheet), session.cursor()),
    };
    // The rule, as many rows as there is room for, and the outcome; a longer list is shown around the cursor.
    let height = lines.len().min(usize::from(area.height).saturating_sub(1 + outcome.len()));
    let heights = [height + 1, outcome.len()].map(|height| Constraint::Length(height as u16));
    let [list, below, _] = Layout::vertical([heights[0], heights[1], Constraint::Min(0)]).areas(area);
    let start = (cursor + 1).saturating_sub(height);
    let shown: Vec<Line> = lines.into_iter().skip(start).collect();
    let block = rule(Line::styled(title, Theme::strong()));
    frame.render_widget(Paragraph::new(shown).block(block), list);
    frame.render_widget(Paragraph::new(outcome), below);
}

/// The tags with their checks, scores and suggestions.
fn rows<'a>(session: &Session, sheet: &Sheet<'a>) -> Vec<Line<'a>> {
    let item = session.item();
    let row = |(index, &tag): (usize, &usize)| {
        let digit = if index < LISTED { (index + 1).to_string() } else { " ".to_owned() };
        let check = if session.checked().contains(&tag) { "[x]" } else { "[ ]" };
        let (label, style) = match (item.tags.contains(&tag), item.suggested.contains(&tag)) {
            (true, true) => ("has it", Theme::faint()),
            (false, true) => ("suggested: add", sheet.theme.plus()),
            (true, false) => ("suggested: drop", sheet.theme.minus()),
            (false, false) => ("", Theme::text()),
        };
        tag_line(
            index == session.cursor(),
            &format!("{digit} {check}"),
            tag,
            session,
            (label.to_owned(), style),
            sheet,
        )
    };
    session.rows().iter().enumerate().map(row).collect()
}

/// The tags that a search has found.
fn found<'a>(session: &Session, search: &Search, sheet: &Sheet<'a>) -> Vec<Line<'a>> {
    if search.matches.is_empty() {
        return vec![Line::styled("   No tag is like this.", Theme::faint())];
    }
    let line = |(index, found): (usize, &tagwright::curate::session::Match)| {
        let check = if session.checked().contains(&found.tag) { "[x]" } else { "[ ]" };
        let alias = found.alias.as_ref().map(|alias| format!("also {alias}")).unwrap_or_default();
        tag_line(index == search.cursor, check, found.tag, session, (alias, Theme::faint()), sheet)
    };
    search.matches.iter().enumerate().map(line).collect()
}

fn tag_line<'a>(
    is_chosen: bool,
    check: &str,
    tag: usize,
    session: &Session,
    (label, style): (String, Style),
    sheet: &Sheet<'a>,
) -> Line<'a> {
    let theme = sheet.theme;
    let (pointer, name_style) = if is_chosen { (">", theme.cursor()) } else { (" ", Theme::text()) };
    Line::from(vec![
        Span::styled(format!("{pointer}{check} "), name_style),
        Span::styled(format!("{:<20}", sheet.taxonomy.tags()[tag].key()), name_style),
        Span::styled(format!(" {:.2}  ", session.item().scores[tag]), Theme::faint()),
        Span::styled(label, style),
    ])
}

/// The record's tags, and what they will be, on as many lines as they need.
fn outcome<'a>(session: &Session, sheet: &Sheet<'a>, width: u16) -> Vec<Line<'a>> {
    let names = |tags: &[usize]| match tags {
        [] => "none".to_owned(),
        tags => tags.iter().map(|tag| sheet.taxonomy.tags()[*tag].key()).collect::<Vec<_>>().join(", "),
    };
    let lines = |label: &str, names: String, style: Style| -> Vec<Line<'a>> {
        let ranges = wrap(&names, usize::from(width).saturating_sub(label.len()));
        let line = |(number, range): (usize, Range<usize>)| {
            let label = if number == 0 { label.to_owned() } else { " ".repeat(label.len()) };
            Line::from(vec![
                Span::styled(label, Theme::faint()),
                Span::styled(names[range].to_owned(), style),
            ])
        };
        ranges.into_iter().enumerate().map(line).collect()
    };
    let checked = session.checked();
    let mut outcome = lines("   now   ", names(&session.item().tags), Theme::faint());
    outcome.extend(lines("   after ", names(checked), Theme::strong()));
    if checked.len() > DecisionRule::DEFAULT_TOP {
        let many = format!("  ({} tags; at most {} are usual)", checked.len(), DecisionRule::DEFAULT_TOP);
        let many = Span::styled(many, sheet.theme.message());
        match outcome.last_mut() {
            Some(last) if last.width() + many.width() <= usize::from(width) => last.push_span(many),
            _ => outcome.push(many.into()),
        }
    }
    outcome
}

/// What each key does.
fn help() -> Vec<Line<'static>> {
    const KEYS: [(&str, &str); 13] = [
        ("a, Enter", "save the checked tags: those suggested, unless you changed them"),
        ("r", "reject the suggestion: the record keeps its tags"),
        ("1-9, Space", "check a tag, or take its check away; checked again it comes last"),
        ("Esc", "check what is suggested again"),
        ("up, down", "choose a tag; the words for and against it are marked"),
        ("/", "search a tag by its name or an alias"),
        ("u", "take the last decision back"),
        ("n, right", "go to the next record, this one undecided"),
        ("p, left", "go back to the record before"),
        ("PgUp, PgDn", "scroll the text; also [ and ]"),
        ("?", "this help"),
        ("q, Ctrl-C", "quit; the same command goes on where you left"),
        ("", ""),
    ];
    let key = |(key, meaning): &(&'static str, &'static str)| {
        Line::from(vec![Span::styled(format!("  {key:<12}"), Theme::strong()), Span::raw(*meaning)])
    };
    let mut lines: Vec<Line> = KEYS.iter().map(key).collect();
    lines.push(Line::raw("  Each decision is on the disk before the next record is shown."));
    lines.push(Line::raw("  The number beside a tag is its probability by the model."));
    lines
}

#[cfg(test)]
mod tests;
