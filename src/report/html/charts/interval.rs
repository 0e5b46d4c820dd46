//! A figure with its interval on a line, as small as a word; hidden from screen readers, as the numbers stand beside it.

use maud::{Markup, html};

use super::scale::Scale;
use crate::metrics::Estimate;

const WIDTH: i32 = 160;
const HEIGHT: i32 = 16;

/// A share, on a line from 0 to 1.
pub fn interval(share: &Estimate) -> Markup {
    draw(share, &Scale::new(0.0..1.0, 5, WIDTH - 5), &[0.0, 0.5, 1.0])
}

/// A difference, on a line from `-widest` to `widest` with a mark at 0.
pub fn difference_interval(difference: &Estimate, widest: f64) -> Markup {
    draw(difference, &Scale::new(-widest..widest, 5, WIDTH - 5), &[0.0])
}

fn draw(estimate: &Estimate, scale: &Scale, marks: &[f64]) -> Markup {
    let (left, right) = scale.ends();
    let middle = f64::from(HEIGHT) / 2.0;
    html! {
        svg.interval viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } aria-hidden="true" {
            line.grid x1=(left) x2=(right) y1=(middle) y2=(middle) {}
            @for mark in marks.iter().map(|mark| scale.place(*mark)) {
                line.baseline x1=(mark) x2=(mark) y1=(middle - 5.0) y2=(middle + 5.0) {}
            }
            line.whisker x1=(scale.place(estimate.low)) x2=(scale.place(estimate.high)) y1=(middle) y2=(middle) {}
            circle.dot.series-1 cx=(scale.place(estimate.value)) cy=(middle) r="3.5" {}
        }
    }
}
