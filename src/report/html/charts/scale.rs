//! From values to places on the page, and the round values to mark there.

use std::ops::Range;

use plotters::coord::ranged1d::{BoldPoints, Ranged};
use plotters::coord::types::RangedCoordf64;

/// `plotters` places values on whole pixels; ours are tenths of a unit of the drawing.
const TENTHS: f64 = 10.0;

/// One axis: a range of values over a range of the drawing.
pub struct Scale {
    values: RangedCoordf64,
    places: (i32, i32),
}

impl Scale {
    /// Values `values.start` to `values.end` at the places `from` to `to`; `from` may be the larger one.
    pub fn new(values: Range<f64>, from: i32, to: i32) -> Self {
        Self { values: values.into(), places: (from * TENTHS as i32, to * TENTHS as i32) }
    }

    /// Where a value is, to a tenth of a unit.
    pub fn place(&self, value: f64) -> f64 {
        f64::from(self.values.map(&value, self.places)) / TENTHS
    }

    /// At most `most` round values, ascending.
    pub fn ticks(&self, most: usize) -> Vec<f64> {
        self.values.key_points(BoldPoints(most))
    }

    /// The first and the last place.
    pub fn ends(&self) -> (f64, f64) {
        (f64::from(self.places.0) / TENTHS, f64::from(self.places.1) / TENTHS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_the_range_are_the_ends_of_the_drawing_either_way() {
        let scale = Scale::new(0.0..1.0, 200, 10);
        let places = [0.0, 0.5, 1.0].map(|value| scale.place(value).to_string());
        assert_eq!(places, ["200", "105", "10"]);
        assert_eq!(scale.ends(), (200.0, 10.0));
    }

    #[test]
    fn ticks_are_round() {
        let ticks = |most| {
            Scale::new(0.0..most, 0, 100).ticks(6).iter().map(|tick| format!("{tick:.1}")).collect::<Vec<_>>()
        };
        assert_eq!(ticks(1.0), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(ticks(36_000.0), ["0.0", "10000.0", "20000.0", "30000.0"]);
    }
}
