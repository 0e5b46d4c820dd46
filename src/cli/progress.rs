//! How far the work is, on standard error: a bar on a terminal, a line for each stage otherwise.

use std::io::{self, IsTerminal};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use tagwright::learn::Progress;

use super::output::{note, say};

/// How often the bar's clock is redrawn.
const TICK: Duration = Duration::from_millis(100);

/// A progress of stages, each of which leaves a line with its duration.
pub struct Stages {
    /// `None` when standard error is no terminal.
    bar: Option<ProgressBar>,
    current: Mutex<Option<(&'static str, Instant)>>,
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
    fn change(&self, next: Option<(&'static str, Instant)>) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((name, start)) = std::mem::replace(&mut *current, next) {
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
        self.change(Some((name, Instant::now())));
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
        }
    }

    fn warn(&self, message: &str) {
        self.above_the_bar(|| say("warning", message));
    }
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::new(1);
    if let Ok(style) = ProgressStyle::with_template("{msg:16} {elapsed:>9} {wide_bar} {percent:>3}%") {
        bar.set_style(style);
    }
    bar
}
