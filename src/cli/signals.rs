//! Signals that end the program: nothing half done is left, neither on the disk nor on the screen.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// What the terminal needs at the end.
static AT_END: Mutex<Option<fn()>> = Mutex::new(None);

fn at_end() -> MutexGuard<'static, Option<fn()>> {
    AT_END.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Does something when it is dropped, or when a signal ends the program before.
#[must_use]
pub struct AtEnd(());

impl AtEnd {
    /// There is one at a time.
    pub fn new(action: fn()) -> Self {
        *at_end() = Some(action);
        Self(())
    }
}

impl Drop for AtEnd {
    fn drop(&mut self) {
        run_at_end();
    }
}

/// Runs what is to be done at the end, once; who comes second waits for it.
fn run_at_end() {
    let mut action = at_end();
    if let Some(action) = action.take() {
        action();
    }
}

/// Ends the program tidily when a signal asks it to; a shell shows 128 and the signal's number.
#[cfg(unix)]
pub fn watch() -> std::io::Result<()> {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXCPU, SIGXFSZ};

    let ignored = ignored();
    let is_watched = |signal: &i32| ignored & (1 << (signal - 1)) == 0;
    let signals = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXCPU].into_iter().filter(is_watched);
    let mut signals = signal_hook::iterator::Signals::new(signals)?;
    // Writing more than a file may have is an error then, and does not end the program.
    signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)))?;
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            tagwright::atomic::abandon();
            run_at_end();
            // As a shell expects it: it ends a loop when its command dies of Ctrl-C, not when that exits by itself.
            let _ = signal_hook::low_level::emulate_default_handler(signal);
            std::process::exit(128 + signal);
        }
    });
    Ok(())
}

/// The signals that we were started with as ignored, a bit for each: `nohup` does that, and shells do for what runs in
/// the background. Where the system does not tell, nohup has its way.
#[cfg(unix)]
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.unwrap_or(1 << (signal_hook::consts::SIGHUP - 1))
}

#[cfg(not(unix))]
pub fn watch() -> std::io::Result<()> {
    Ok(())
}
