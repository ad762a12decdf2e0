//! The table of figures, `docs/ops/FAULTS.md`: each scenario of the long form replaces its own row.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::is_long;
use crate::ledger::Verdict;

const HEAD: &str = "\
# What happens to messages when things fail

`make faults` breaks the server on purpose while people write, read, join and are removed. Afterwards it checks for every reader
that each message that the server had confirmed is there, once, in the same order for everybody, and that nobody read anything after
their removal was confirmed. What is promised under which fault, and what is not: `docs/decisions/0034-faults.md`.

The table is written by `make faults` itself, the row of the soak by `scripts/soak HOURS`.

- **Runs**: how often the fault was made, each time in new channels. At the end all channels are read once more.
- **Acknowledged**: messages that the server had confirmed. **Files**: uploads that it had confirmed.
- **Lost**, **Doubled**, **Order differences**, **Read after removal**: how many messages that happened to. Anything but 0 is a
  failure, except in the row named *control*: there the disk is told to lie about what it has stored, which must lose messages,
  or the rows with 0 would prove nothing. Files count there, too.
";

const COLUMNS: &str = "\
| Fault | On | Runs | Acknowledged | Files | Lost | Doubled | Order differences | Read after removal | Note | Date |
|---|---|--:|--:|--:|--:|--:|--:|--:|---|---|
";

/// What was done.
pub struct Row<'a> {
    pub fault: &'a str,
    /// The database or the file system.
    pub on: &'a str,
    pub runs: usize,
    pub note: &'a str,
}

/// Writes the row in the long form; the short form changes nothing.
pub fn write(row: Row<'_>, verdict: &Verdict) {
    let counts = [verdict.lost.len(), verdict.doubled.len(), verdict.reordered.len(), verdict.read_after_removal.len()];
    let counts = counts.map(|count| count.to_string()).join(" | ");
    let cells = format!("{} | {} | {} | {counts} | {} | {}", row.runs, verdict.acknowledged, verdict.files, row.note, today());
    let key = format!("{} | {}", row.fault, row.on);
    eprintln!("{key} | {cells}");
    if is_long() {
        let file = file();
        let text = updated(&fs::read_to_string(&file).unwrap_or_default(), &machine(), &key, &cells);
        fs::write(file, text).unwrap();
    }
}

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/ops/FAULTS.md")
}

/// The text with this row. Rows of another machine are dropped: figures of two machines are not comparable.
fn updated(before: &str, machine: &str, key: &str, cells: &str) -> String {
    let mut rows = BTreeMap::new();
    if before.lines().any(|line| line == machine) {
        for line in before.lines().filter(|line| line.starts_with("| ")).skip(1) {
            let mut parts = line.trim_matches(['|', ' ']).splitn(3, " | ");
            if let (Some(fault), Some(on), Some(cells)) = (parts.next(), parts.next(), parts.next()) {
                rows.insert(format!("{fault} | {on}"), cells.to_owned());
            }
        }
    }
    rows.insert(key.to_owned(), cells.to_owned());
    let mut text = format!("{HEAD}\n{machine}\n\n{COLUMNS}");
    for (key, cells) in rows {
        let _ = writeln!(text, "| {key} | {cells} |");
    }
    text
}

/// What the figures were measured on.
fn machine() -> String {
    let output = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).output().ok();
        output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
    };
    format!("Machine: {} cores, Linux {}. Command: `make faults`.", output("nproc", &[]), output("uname", &["-r"]))
}

fn today() -> String {
    let output = Command::new("date").args(["-u", "+%Y-%m-%d"]).output().unwrap();
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_replaces_the_one_of_its_scenario() {
        let text = updated("", "Machine: a", "kill | sqlite", "3 | 100");
        let text = updated(&text, "Machine: a", "cut | ext4", "1 | 50");
        let text = updated(&text, "Machine: a", "kill | sqlite", "50 | 9000");
        let rows: Vec<_> = text.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
        assert_eq!(rows, ["| cut | ext4 | 1 | 50 |", "| kill | sqlite | 50 | 9000 |"]);
        assert!(text.starts_with("# What happens"));
    }

    #[test]
    fn rows_of_another_machine_are_dropped() {
        let text = updated("", "Machine: a", "kill | sqlite", "3 | 100");
        let text = updated(&text, "Machine: b", "cut | ext4", "1 | 50");
        assert!(!text.contains("kill |"));
    }
}
