//! tagwright reads a project's description or README and answers with at most three tags of a fixed taxonomy.
//!
//! The folders follow the pipeline: [`corpus`] reads records, [`text`] turns them into fields and words, [`features`]
//! into sparse rows, [`learn`] fits a [`model`] on them, [`decide`] chooses the tags, [`explain`] says
//! why, and [`metrics`] and [`report`] say how good they are. ARCHITECTURE.md walks through them.

pub mod atomic;
pub mod corpus;
pub mod curate;
pub mod decide;
pub mod error;
pub mod evaluation;
pub mod explain;
pub mod features;
pub mod learn;
pub mod limits;
pub mod metrics;
pub mod model;
pub mod report;
pub mod shown;
pub mod taxonomy;
pub mod text;

pub use error::{Error, Result};

/// The logistic function, 1 / (1 + exp(-x)).
fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

/// The dot product, in eight sums side by side that the compiler can keep in one register.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    const WIDTH: usize = 8;
    let (a_chunks, b_chunks) = (a.chunks_exact(WIDTH), b.chunks_exact(WIDTH));
    let rest: f32 = a_chunks.remainder().iter().zip(b_chunks.remainder()).map(|(a, b)| a * b).sum();
    let mut sums = [0.0; WIDTH];
    for (a, b) in a_chunks.zip(b_chunks) {
        for lane in 0..WIDTH {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum::<f32>() + rest
}
