//! Curves over one axis, with a legend that tells them apart without colour.

use maud::{Markup, html};

use super::Plot;

/// A curve and what the legend says of it.
pub struct Line {
    /// What it shows.
    pub name: &'static str,
    /// Its points, in the order they are joined.
    pub points: Vec<(f64, f64)>,
    /// The point to mark and its value in words, such as the one in use.
    pub marked: Option<((f64, f64), String)>,
}

/// Draws the curves over `behind`, with the legend under them.
///
/// Each has a colour and a pattern of dashes of its own, by its place among them; there are four of each.
pub fn lines(plot: &Plot, behind: &Markup, lines: &[Line]) -> Markup {
    let marks = html! {
        (behind)
        @for (index, line) in lines.iter().enumerate() {
            path.line.(series(index)) d=(plot.path(line.points.iter().copied())) {}
        }
        @for (index, line) in lines.iter().enumerate() {
            @if let Some((point, words)) = &line.marked { (dot(plot, *point, &series(index), &format!("{}: {words}", line.name))) }
        }
    };
    html! {
        (plot.render(&marks))
        @if lines.len() > 1 {
            ul.legend {
                @for (index, line) in lines.iter().enumerate() {
                    li {
                        (swatch(&series(index)))
                        (line.name)
                        @if let Some((_, words)) = &line.marked { " " strong { (words) } }
                    }
                }
            }
        }
    }
}

/// A dot that says what it is when pointed at.
pub fn dot(plot: &Plot, point: (f64, f64), class: &str, words: &str) -> Markup {
    let (x, y) = plot.place(point);
    html! { circle.dot.(class) cx=(x) cy=(y) r="4.5" { title { (words) } } }
}

fn swatch(class: &str) -> Markup {
    html! { svg.swatch viewBox="0 0 26 8" aria-hidden="true" { path.line.(class) d="M1 4L25 4" {} } }
}

fn series(index: usize) -> String {
    format!("series-{}", index % 4 + 1)
}
