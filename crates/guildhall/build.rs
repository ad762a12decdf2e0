//! Tells the binary from which source and with which compiler it is built (`guildhall version`). Nothing here depends on the
//! time or the folder of the build, so that the same source gives the same binary.

use std::env;
use std::path::Path;
use std::process::Command;

/// What `git archive` fills in (`.gitattributes`): the commit and its time, for builds from a source archive.
const ARCHIVE_FILE: &str = "../../packaging/source-commit";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={ARCHIVE_FILE}");
    for name in ["GUILDHALL_COMMIT", "SOURCE_DATE_EPOCH"] {
        println!("cargo::rerun-if-env-changed={name}");
    }
    let source = Source::of_environment().or_else(Source::of_archive).or_else(Source::of_git).unwrap_or_default();
    println!("cargo::rustc-env=GUILDHALL_BUILD_COMMIT={}", source.commit);
    println!("cargo::rustc-env=GUILDHALL_BUILD_EPOCH={}", source.epoch);
    println!("cargo::rustc-env=GUILDHALL_BUILD_TARGET={}", env::var("TARGET").unwrap_or_default());
    println!("cargo::rustc-env=GUILDHALL_BUILD_PROFILE={}", env::var("PROFILE").unwrap_or_default());
    let compiler = env::var_os("RUSTC").and_then(|rustc| output(Command::new(rustc).arg("--version")));
    println!("cargo::rustc-env=GUILDHALL_BUILD_RUSTC={}", compiler.unwrap_or_default());
}

/// The commit, and its time in seconds since 1970; both empty if unknown.
#[derive(Default)]
struct Source {
    commit: String,
    epoch: String,
}

impl Source {
    /// What the scripts of a release set; `SOURCE_DATE_EPOCH` is <https://reproducible-builds.org/specs/source-date-epoch/>.
    fn of_environment() -> Option<Self> {
        let commit = env::var("GUILDHALL_COMMIT").ok().filter(|commit| !commit.is_empty())?;
        Some(Self { commit, epoch: env::var("SOURCE_DATE_EPOCH").unwrap_or_default() })
    }

    fn of_archive() -> Option<Self> {
        let text = std::fs::read_to_string(ARCHIVE_FILE).ok()?;
        let (commit, epoch) = text.trim().split_once(' ')?;
        let is_filled_in = commit.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_filled_in.then(|| Self { commit: commit.to_owned(), epoch: epoch.to_owned() })
    }

    /// Only for release builds: a development build would be compiled again after every commit.
    fn of_git() -> Option<Self> {
        if env::var("PROFILE").is_ok_and(|profile| profile != "release") {
            return None;
        }
        // The log of HEAD changes with every commit and every change of branch.
        for name in ["HEAD", "logs/HEAD"] {
            let path = output(Command::new("git").args(["rev-parse", "--path-format=absolute", "--git-path", name]))?;
            if Path::new(&path).exists() {
                println!("cargo::rerun-if-changed={path}");
            }
        }
        let shown = output(Command::new("git").args(["log", "-1", "--format=%H %ct"]))?;
        let (commit, epoch) = shown.split_once(' ')?;
        Some(Self { commit: commit.to_owned(), epoch: epoch.to_owned() })
    }
}

/// The output of a command that succeeds.
fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}
