//! How far the work is, on standard error: a bar on a terminal; otherwise a line for each stage, and in long ones one from
//! time to time.

use std::io::{self, IsTerminal};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use tagwright::learn::Progress;

use super::output::{note, say};

/// How often the bar's clock is redrawn.
const TICK: Duration = Duration::from_millis(100);

/// After so long without a word, a line says how far the stage is.
const QUIET: Duration = Duration::from_secs(30);

/// A progress of stages, each of which leaves a line with its duration.
pub struct Stages {
    /// `None` when standard error is no terminal.
    bar: Option<ProgressBar>,
    current: Mutex<Option<Stage>>,
}

struct Stage {
    name: &'static str,
    start: Instant,
    steps: usize,
    done: usize,
    /// When a line was last written.
    told: Instant,
}

impl Stage {
    /// The line for a stage that still goes on: it takes for the rest what it took so far.
    fn so_far(&self) -> String {
        let passed = self.start.elapsed().as_secs_f64();
        let left = passed * self.steps.saturating_sub(self.done) as f64 / self.done.max(1) as f64;
        let percent = 100 * self.done / self.steps.max(1);
        format!("{:<16} {passed:>7.1} s so far, {percent} %, about {left:.0} s left\n", self.name)
    }
}

impl Stages {
    pub fn new() -> Self {
        Self { bar: io::stderr().is_terminal().then(bar), current: Mutex::new(None) }
    }

    /// Ends the last stage.
    pub fn finish(self) {
        self.change(None);
    }

    /// Writes the line of the stage that ends here.
    fn change(&self, next: Option<Stage>) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Stage { name, start, .. }) = std::mem::replace(&mut *current, next) {
            let line = format!("{name:<16} {:>7.1} s\n", start.elapsed().as_secs_f64());
            self.above_the_bar(|| note(&line));
        }
    }

    fn above_the_bar(&self, write: impl FnOnce()) {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}

impl Drop for Stages {
    /// Clears the bar, so that an error after it starts on a line of its own.
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Stages {
    fn stage(&self, name: &'static str, steps: usize) {
        let now = Instant::now();
        self.change(Some(Stage { name, start: now, steps, done: 0, told: now }));
        if let Some(bar) = &self.bar {
            bar.set_message(name);
            bar.set_length(steps as u64);
            bar.reset();
            bar.enable_steady_tick(TICK);
        }
    }

    fn step(&self) {
        if let Some(bar) = &self.bar {
            bar.inc(1);
            return;
        }
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(stage) = current.as_mut() {
            stage.done += 1;
            if stage.told.elapsed() >= QUIET && stage.done < stage.steps {
                stage.told = Instant::now();
                note(&stage.so_far());
            }
        }
    }

    fn warn(&self, message: &str) {
        self.above_the_bar(|| say("warning", message));
    }
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::new(1);
    if let Ok(style) =
        ProgressStyle::with_template("{msg:16} {elapsed:>9} {wide_bar} {percent:>3}% {eta:>5} left")
    {
        bar.set_style(style);
    }
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_stage_says_how_long_it_may_still_take() {
        let told = Instant::now();
        let start = told.checked_sub(Duration::from_secs(60)).unwrap();
        let stage = Stage { name: "base level", start, steps: 8, done: 2, told };
        assert_eq!(stage.so_far(), "base level          60.0 s so far, 25 %, about 180 s left\n");
    }
}
