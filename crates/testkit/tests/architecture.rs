//! The shape of the house: which crate may use which, how long files are, and that the documents name real paths.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// Who may use whom. What is not here is not allowed.
const EDGES: &[(&str, &[&str])] = &[
    ("guildhall-model", &[]),
    ("guildhall-wire", &["guildhall-model"]),
    ("guildhall-storage", &["guildhall-model"]),
    ("guildhall-realtime", &["guildhall-model"]),
    ("guildhall-services", &["guildhall-model", "guildhall-storage"]),
    ("guildhall-adapters", &["guildhall-model", "guildhall-wire"]),
    ("guildhall-api", &["guildhall-model", "guildhall-wire", "guildhall-services", "guildhall-realtime"]),
    (
        "guildhall",
        &[
            "guildhall-model",
            "guildhall-wire",
            "guildhall-storage",
            "guildhall-realtime",
            "guildhall-services",
            "guildhall-adapters",
            "guildhall-api",
        ],
    ),
];

/// Lines that a source file may have.
const LINES_MAX: usize = 500;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

#[test]
fn crates_use_only_whom_they_may() {
    let metadata = MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().unwrap();
    let allowed: BTreeMap<&str, BTreeSet<&str>> = EDGES.iter().map(|(name, uses)| (*name, uses.iter().copied().collect())).collect();
    let mut wrong = Vec::new();
    for package in &metadata.packages {
        // The testkit stands outside: only tests use it, and it may use everything.
        if package.name.as_str() == "guildhall-testkit" {
            continue;
        }
        let Some(allowed) = allowed.get(package.name.as_str()) else {
            wrong.push(format!("{} has no place in the architecture", package.name));
            continue;
        };
        for dependency in &package.dependencies {
            let is_ours = dependency.name.starts_with("guildhall");
            let is_for_tests = dependency.kind == DependencyKind::Development;
            if is_ours && !is_for_tests && !allowed.contains(dependency.name.as_str()) {
                wrong.push(format!("{} uses {}", package.name, dependency.name));
            }
            if dependency.name == "guildhall-testkit" && !is_for_tests {
                wrong.push(format!("{} uses the testkit outside its tests", package.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn files_stay_short_enough_to_read() {
    let mut long = Vec::new();
    for file in files(&root().join("crates"), "rs")
        .into_iter()
        .chain(files(&root().join("bench/src"), "rs"))
        .chain(files(&root().join("web/src"), "ts"))
        .chain(files(&root().join("web/src"), "tsx"))
    {
        let lines = fs::read_to_string(&file).unwrap().lines().count();
        if lines > LINES_MAX {
            long.push(format!("{} has {lines} lines", file.strip_prefix(root()).unwrap().display()));
        }
    }
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent: Vec<_> = files(&root().join("crates"), "rs")
        .into_iter()
        .chain(files(&root().join("bench/src"), "rs"))
        .filter(|file| !fs::read_to_string(file).unwrap().starts_with("//!"))
        .map(|file| file.strip_prefix(root()).unwrap().display().to_string())
        .collect();
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn the_documents_name_paths_that_exist() {
    let mut missing = Vec::new();
    let documents = files(&root().join("docs"), "md").into_iter().chain(["README.md", "CONTRIBUTING.md"].map(|name| root().join(name)));
    for document in documents {
        let text = fs::read_to_string(&document).unwrap();
        for path in text.split('`').skip(1).step_by(2) {
            let is_path = ["crates/", "web/", "docs/", "scripts/", "tests/", "bench/"].iter().any(|start| path.starts_with(start));
            let is_literal = !path.contains(['<', '*', ' ', '{']);
            if is_path && is_literal && !root().join(path).exists() {
                missing.push(format!("{}: {path}", document.strip_prefix(root()).unwrap().display()));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// Whoever has the open database makes granted ids and opens what nobody checked.
#[test]
fn the_database_is_in_the_hands_of_access() {
    let services = root().join("crates/services/src");
    let holds = |text: &str| text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "Database");
    let mut wrong = Vec::new();
    for file in files(&services, "rs") {
        let may_hold = file.starts_with(services.join("access")) || file == services.join("lib.rs");
        if !may_hold && holds(&fs::read_to_string(&file).unwrap()) {
            wrong.push(file.strip_prefix(root()).unwrap().display().to_string());
        }
    }
    assert!(wrong.is_empty(), "the database is named outside of access: {wrong:#?}");
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() && !path.ends_with("node_modules") && !path.ends_with("target") {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}
