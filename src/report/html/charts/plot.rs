//! The frame of a chart: axes with grid and labels, and what a screen reader says instead.

use maud::{Markup, html};

use super::scale::Scale;

const WIDTH: i32 = 400;
const HEIGHT: i32 = 300;
const LEFT: i32 = 56;
const RIGHT: i32 = 14;
const TOP: i32 = 12;
const BOTTOM: i32 = 44;

/// How many round values an axis has at most.
const MOST_TICKS: usize = 6;

/// An empty chart.
pub struct Plot<'a> {
    /// What the chart shows.
    pub title: &'a str,
    /// What there is to see in it, for those who do not see it.
    pub description: &'a str,
    /// The axis to the right.
    pub x: Axis<'a>,
    /// The axis upwards.
    pub y: Axis<'a>,
}

/// An axis with its label.
pub struct Axis<'a> {
    label: &'a str,
    scale: Scale,
    format: fn(f64) -> String,
}

impl<'a> Axis<'a> {
    /// Values to the right, `least` to `most`.
    pub fn x(label: &'a str, least: f64, most: f64, format: fn(f64) -> String) -> Self {
        Self { label, scale: Scale::new(least..most, LEFT, WIDTH - RIGHT), format }
    }

    /// Values upwards, `least` to `most`.
    pub fn y(label: &'a str, least: f64, most: f64, format: fn(f64) -> String) -> Self {
        Self { label, scale: Scale::new(least..most, HEIGHT - BOTTOM, TOP), format }
    }

    fn ticks(&self) -> impl Iterator<Item = (f64, String)> {
        self.scale.ticks(MOST_TICKS).into_iter().map(|value| (self.scale.place(value), (self.format)(value)))
    }
}

impl Plot<'_> {
    /// Where a point is in the drawing.
    pub fn place(&self, (x, y): (f64, f64)) -> (f64, f64) {
        (self.x.scale.place(x), self.y.scale.place(y))
    }

    /// The `d` of an SVG path through the points.
    pub fn path(&self, points: impl IntoIterator<Item = (f64, f64)>) -> String {
        let places = points.into_iter().map(|point| self.place(point));
        let path: Vec<String> = places.map(|(x, y)| format!("{x} {y}")).collect();
        format!("M{}", path.join("L"))
    }

    /// The chart with `marks` drawn over its grid.
    pub fn render(&self, marks: &Markup) -> Markup {
        html! {
            svg.chart viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" {
                title { (self.title) }
                desc { (self.description) }
                (self.grid())
                (marks)
            }
        }
    }

    fn grid(&self) -> Markup {
        let (left, right) = self.x.scale.ends();
        let (bottom, top) = self.y.scale.ends();
        html! {
            g.axis {
                @for (x, label) in self.x.ticks() {
                    line.grid x1=(x) x2=(x) y1=(bottom) y2=(top) {}
                    text.tick x=(x) y=(bottom + 15.0) text-anchor="middle" { (label) }
                }
                @for (y, label) in self.y.ticks() {
                    line.grid x1=(left) x2=(right) y1=(y) y2=(y) {}
                    text.tick x=(left - 6.0) y=(y + 4.0) text-anchor="end" { (label) }
                }
                line.baseline x1=(left) x2=(right) y1=(bottom) y2=(bottom) {}
                text.axis-label x=(f64::midpoint(left, right)) y=(bottom + 35.0) text-anchor="middle" { (self.x.label) }
                text.axis-label x="12" y=(f64::midpoint(top, bottom)) text-anchor="middle"
                    transform={ "rotate(-90 12 " (f64::midpoint(top, bottom)) ")" } { (self.y.label) }
            }
        }
    }
}
