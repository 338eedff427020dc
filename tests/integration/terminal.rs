//! A program in a terminal of its own, with a screen to look at.
//!
//! Nothing here depends on how fast anything is: a test types, and waits until the screen shows what it should.

use std::io::{Read as _, Write as _};
use std::num::NonZero;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

const ROWS: NonZero<u16> = NonZero::new(40).expect("rows");
const COLUMNS: NonZero<u16> = NonZero::new(110).expect("columns");

/// How long a program may take to show something before it counts as hanging.
const HANGS: Duration = Duration::from_secs(90);

/// A program in a terminal.
pub(crate) struct Terminal {
    child: Child,
    keys: ChildStdin,
    bytes: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    /// All that was written to the terminal so far.
    written: Vec<u8>,
}

impl Terminal {
    /// Runs `line` (for `sh`) in the surroundings of `command`, whose program and arguments are not looked at.
    pub(crate) fn run(line: &str, surroundings: &Command) -> Self {
        let mut script = Command::new("script");
        script.env_clear().env("SHELL", "/bin/sh").env("TERM", "xterm");
        for (name, value) in surroundings.get_envs() {
            script.env(name, value.expect("a value"));
        }
        script.current_dir(surroundings.get_current_dir().expect("a folder"));
        let line = format!("stty rows {ROWS} cols {COLUMNS}; exec {line}");
        script.args(["--quiet", "--flush", "--return", "--command", &line, "/dev/null"]);
        script.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = script.spawn().expect("`script` runs");
        let keys = child.stdin.take().expect("a pipe");
        let mut output = child.stdout.take().expect("a pipe");
        let (sender, bytes) = channel();
        std::thread::spawn(move || {
            let mut piece = vec![0; 1 << 16];
            while let Ok(count @ 1..) = output.read(&mut piece) {
                if sender.send(piece[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self { child, keys, bytes, screen: vt100::Parser::new(ROWS, COLUMNS, 0), written: Vec::new() }
    }

    /// Types `keys`.
    pub(crate) fn keys(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).and_then(|()| self.keys.flush()).expect("a terminal that listens");
    }

    /// What is on the screen.
    pub(crate) fn screen(&self) -> String {
        self.screen.screen().contents()
    }

    /// All that was written to the terminal so far, what is gone from the screen included.
    pub(crate) fn written(&self) -> String {
        String::from_utf8_lossy(&self.written).into_owned()
    }

    /// Whether a person sees where they type.
    pub(crate) fn shows_cursor(&self) -> bool {
        !self.screen.screen().hide_cursor()
    }

    /// Waits until the screen is as it should be; whether it was within `patience`.
    pub(crate) fn shows_within(&mut self, patience: Duration, fits: impl Fn(&str) -> bool) -> bool {
        let end = Instant::now() + patience;
        while !fits(&self.screen()) {
            match self.bytes.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(bytes) => {
                    self.screen.process(&bytes);
                    self.written.extend(bytes);
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return false,
            }
        }
        true
    }

    /// Waits until the screen is as it should be.
    pub(crate) fn shows(&mut self, what: &str, fits: impl Fn(&str) -> bool) {
        let shown = self.shows_within(HANGS, fits);
        assert!(shown, "{what} never came; the screen is\n{}", self.screen());
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
