//! What happened in a run, in its order: every delivery, every fault and, if wanted, every decision of the scheduler.

use std::fmt::{Arguments, Write};

use parking_lot::Mutex;

/// The last lines that a failure prints.
const SHOWN_LINES: usize = 400;

pub struct Log {
    pub keeps_schedule: bool,
    text: Mutex<String>,
}

impl Log {
    pub fn new(keeps_schedule: bool) -> Self {
        Self { keeps_schedule, text: Mutex::default() }
    }

    pub fn line(&self, line: Arguments<'_>) {
        let mut text = self.text.lock();
        text.write_fmt(line).unwrap();
        text.push('\n');
    }

    pub fn take(&self) -> String {
        std::mem::take(&mut self.text.lock())
    }

    /// Without the decisions of the scheduler.
    pub fn print_end(&self) {
        let text = self.text.lock();
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("task ")).collect();
        lines[lines.len().saturating_sub(SHOWN_LINES)..].iter().for_each(|line| eprintln!("{line}"));
    }
}
