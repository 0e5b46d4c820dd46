//! A terminal of our own, in which the program believes that a person sits.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcgetattr, tcsetwinsize};

use super::Room;

/// How long the program may take to show what is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// The signals that whoever started the tests does not have ignored (nohup, a shell in the background): a program keeps
/// ignoring them.
pub fn heeded<const N: usize>(signals: [Signal; N]) -> impl Iterator<Item = Signal> {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored =
        status.lines().find_map(|line| u64::from_str_radix(line.strip_prefix("SigIgn:")?.trim(), 16).ok());
    let ignored = ignored.unwrap_or(0);
    signals.into_iter().filter(move |signal| ignored >> (signal.as_raw() - 1) & 1 == 0)
}

/// The program in a terminal.
pub struct Terminal {
    child: Child,
    keyboard: File,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
}

impl Terminal {
    /// Runs tagwright in a terminal of 80 by 24 characters.
    pub fn start(room: &Room, args: &[&str]) -> Self {
        Self::start_in(80, 24, room, args)
    }

    /// Runs tagwright in a terminal of `columns` by `rows` characters.
    pub fn start_in(columns: u16, rows: u16, room: &Room, args: &[&str]) -> Self {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        grantpt(&ours).unwrap();
        unlockpt(&ours).unwrap();
        let name = ptsname(&ours, Vec::new()).unwrap().into_string().unwrap();
        let theirs = OpenOptions::new().read(true).write(true).open(name).unwrap();
        let size = Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&theirs, size).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_tagwright"));
        command.current_dir(room.0.path()).args(args).env("TERM", "xterm").env_remove("NO_COLOR");
        command.stdin(theirs.try_clone().unwrap()).stdout(theirs.try_clone().unwrap()).stderr(theirs);
        let child = command.spawn().unwrap();
        // Dropped, so that only the program holds the other end.
        drop(command);
        let keyboard = File::from(ours);
        let mut display = keyboard.try_clone().unwrap();
        let (sender, output) = channel();
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            // Reading fails when the program is gone.
            while let Ok(count @ 1..) = display.read(&mut bytes) {
                if sender.send(bytes[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        let lines = |number: u16| NonZeroU16::new(number).unwrap();
        Self { child, keyboard, output, screen: vt100::Parser::new(lines(rows), lines(columns), 0) }
    }

    pub fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
    }

    /// Waits until the screen shows `text`.
    #[track_caller]
    pub fn wait_for(&mut self, text: &str) {
        let start = Instant::now();
        while !self.contents().contains(text) {
            let left = PATIENCE.saturating_sub(start.elapsed());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.screen.process(&bytes),
                Err(error) => panic!("{error}: {text:?} is not on the screen:\n{}", self.contents()),
            }
        }
    }

    /// What the screen shows.
    pub fn contents(&self) -> String {
        self.screen.screen().contents()
    }

    /// Whether keys are read one by one and not shown.
    pub fn is_raw(&self) -> bool {
        let modes = tcgetattr(&self.keyboard).unwrap().local_modes;
        !modes.contains(rustix::termios::LocalModes::ECHO)
    }

    /// Sends the program a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Kills the program as `kill -9` does.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for the end of the program; gives its status and all that the screen shows then.
    pub fn end(mut self) -> (ExitStatus, String, bool) {
        let status = self.child.wait().unwrap();
        while let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(200)) {
            self.screen.process(&bytes);
        }
        (status, self.contents(), self.is_raw())
    }
}
