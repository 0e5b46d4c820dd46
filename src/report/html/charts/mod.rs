//! Charts as inline SVG whose colours and sizes are those of `style.css`.
//!
//! `plotters` gives the scales and the round values of the axes. The drawing itself is ours: the SVG of the plotting
//! crates has its colours written in, and ours must follow the reader's light or dark theme and print.

mod interval;
mod lines;
mod plot;
mod scale;

pub use interval::{difference_interval, interval};
pub use lines::{Line, dot, lines};
pub use plot::{Axis, Plot};
