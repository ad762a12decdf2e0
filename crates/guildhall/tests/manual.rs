//! The manual pages and the completions of shells in `packaging/generated`, made from the command line's description.
//! `GUILDHALL_BLESS=1` writes them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test helpers")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::CommandFactory;
use clap_complete::Shell;
use guildhall::cli::Cli;

#[test]
fn manual_and_completions_are_those_of_the_command_line() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packaging/generated");
    let made = tempfile::tempdir().unwrap();
    fs::create_dir(made.path().join("man")).unwrap();
    clap_mangen::generate_to(Cli::command(), made.path().join("man")).unwrap();
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
        clap_complete::generate_to(shell, &mut Cli::command(), "guildhall", made.path()).unwrap();
    }
    let (expected, found) = (files(made.path()), files(&folder));
    if std::env::var_os("GUILDHALL_BLESS").is_some() {
        for name in found.keys() {
            fs::remove_file(folder.join(name)).unwrap();
        }
        for (name, text) in &expected {
            fs::create_dir_all(folder.join(name).parent().unwrap()).unwrap();
            fs::write(folder.join(name), text).unwrap();
        }
        return;
    }
    let names = |files: &BTreeMap<PathBuf, String>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&expected), names(&found), "run this test with GUILDHALL_BLESS=1");
    for (name, text) in expected {
        assert!(found[&name] == text, "{} is not current: run this test with GUILDHALL_BLESS=1", name.display());
    }
}

/// The texts of the files in the folder and in the folder `man` below it.
fn files(folder: &Path) -> BTreeMap<PathBuf, String> {
    let paths = |folder: PathBuf| fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    let paths = paths(folder.to_owned()).chain(paths(folder.join("man"))).filter(|path| path.is_file());
    paths.map(|path| (path.strip_prefix(folder).unwrap().to_owned(), fs::read_to_string(&path).unwrap())).collect()
}
