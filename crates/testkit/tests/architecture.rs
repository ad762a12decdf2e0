//! The architecture: which crate may depend on which, the length of files, and that documents name existing paths.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// The allowed dependencies of each crate on other crates of the workspace.
const ALLOWED_DEPENDENCIES: &[(&str, &[&str])] = &[
    ("guildhall-cache", &[]),
    ("guildhall-markup", &[]),
    ("guildhall-metrics", &[]),
    ("guildhall-model", &[]),
    ("guildhall-simulation", &[]),
    ("guildhall-doctor", &["guildhall-model"]),
    ("guildhall-backup", &["guildhall-cache", "guildhall-model"]),
    ("guildhall-wire", &["guildhall-model"]),
    ("guildhall-tls", &[]),
    ("guildhall-storage", &["guildhall-markup", "guildhall-metrics", "guildhall-model", "guildhall-simulation", "guildhall-tls"]),
    ("guildhall-realtime", &["guildhall-model", "guildhall-simulation"]),
    ("guildhall-services", &["guildhall-cache", "guildhall-markup", "guildhall-metrics", "guildhall-model", "guildhall-storage"]),
    ("guildhall-adapters", &["guildhall-cache", "guildhall-model", "guildhall-tls", "guildhall-wire"]),
    ("guildhall-mcp", &["guildhall-model", "guildhall-services"]),
    (
        "guildhall-api",
        &["guildhall-mcp", "guildhall-metrics", "guildhall-model", "guildhall-wire", "guildhall-services", "guildhall-realtime"],
    ),
    (
        "guildhall",
        &[
            "guildhall-doctor",
            "guildhall-metrics",
            "guildhall-model",
            "guildhall-wire",
            "guildhall-storage",
            "guildhall-realtime",
            "guildhall-services",
            "guildhall-adapters",
            "guildhall-api",
            "guildhall-backup",
        ],
    ),
];

/// Maximum number of lines of a source file.
const LINES_MAX: usize = 500;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

#[test]
fn crates_have_only_allowed_dependencies() {
    let metadata = MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().unwrap();
    let allowed: BTreeMap<&str, BTreeSet<&str>> =
        ALLOWED_DEPENDENCIES.iter().map(|(name, dependencies)| (*name, dependencies.iter().copied().collect())).collect();
    let mut violations = Vec::new();
    for package in &metadata.packages {
        // The testkit may depend on all crates, because only tests depend on it.
        if package.name.as_str() == "guildhall-testkit" {
            continue;
        }
        let Some(allowed) = allowed.get(package.name.as_str()) else {
            violations.push(format!("{} has no entry in ALLOWED_DEPENDENCIES", package.name));
            continue;
        };
        for dependency in &package.dependencies {
            let is_ours = dependency.name.starts_with("guildhall");
            let is_for_tests = dependency.kind == DependencyKind::Development;
            if is_ours && !is_for_tests && !allowed.contains(dependency.name.as_str()) {
                violations.push(format!("{} uses {}", package.name, dependency.name));
            }
            if dependency.name == "guildhall-testkit" && !is_for_tests {
                violations.push(format!("{} uses the testkit outside its tests", package.name));
            }
        }
    }
    assert!(violations.is_empty(), "{violations:#?}");
}

/// `docs/decisions/0035-simulation.md`: the simulation is compiled only where its own feature is named on the command line.
#[test]
fn no_crate_enables_the_simulation() {
    let metadata = MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().unwrap();
    let (package, feature) = ("guildhall-simulation", "simulation");
    let mut violations = Vec::new();
    for member in metadata.packages.iter().filter(|member| member.name.as_str() != package) {
        for dependency in &member.dependencies {
            let is_required = dependency.name == package && !dependency.optional;
            if is_required || dependency.features.iter().any(|name| name == feature) {
                violations.push(format!("{} always has {} of the simulation", member.name, dependency.name));
            }
        }
        for (name, enabled) in member.features.iter().filter(|(name, _)| *name != feature) {
            if enabled.iter().any(|enabled| enabled.contains(feature)) {
                violations.push(format!("the feature {name} of {} enables the simulation", member.name));
            }
        }
    }
    assert!(violations.is_empty(), "{violations:#?}");
    let own = metadata.packages.iter().find(|member| member.name.as_str() == package).unwrap();
    assert!(!own.features.contains_key("default"));
}

#[test]
fn source_files_do_not_exceed_the_maximum_length() {
    let mut too_long = Vec::new();
    for file in files(&root().join("crates"), "rs")
        .into_iter()
        .chain(files(&root().join("bench/src"), "rs"))
        .chain(files(&root().join("web/src"), "ts"))
        .chain(files(&root().join("web/src"), "tsx"))
    {
        let lines = fs::read_to_string(&file).unwrap().lines().count();
        if lines > LINES_MAX {
            too_long.push(format!("{} has {lines} lines", file.strip_prefix(root()).unwrap().display()));
        }
    }
    assert!(too_long.is_empty(), "{too_long:#?}");
}

#[test]
fn every_module_begins_with_a_doc_comment() {
    let undocumented: Vec<_> = files(&root().join("crates"), "rs")
        .into_iter()
        .chain(files(&root().join("bench/src"), "rs"))
        .filter(|file| !fs::read_to_string(file).unwrap().starts_with("//!"))
        .map(|file| file.strip_prefix(root()).unwrap().display().to_string())
        .collect();
    assert!(undocumented.is_empty(), "{undocumented:#?}");
}

#[test]
fn documents_name_existing_paths() {
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

/// Code with the open database can create granted ids, that is, bypass the permission checks.
#[test]
fn only_the_access_module_uses_the_database() {
    let services = root().join("crates/services/src");
    let names_database = |text: &str| text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "Database");
    let mut violations = Vec::new();
    for file in files(&services, "rs") {
        let is_allowed = file.starts_with(services.join("access")) || file == services.join("lib.rs");
        if !is_allowed && names_database(&fs::read_to_string(&file).unwrap()) {
            violations.push(file.strip_prefix(root()).unwrap().display().to_string());
        }
    }
    assert!(violations.is_empty(), "`Database` is used outside of access: {violations:#?}");
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() && !path.ends_with("node_modules") && !path.ends_with("target") {
            paths.extend(files(&path, extension));
        } else if path.extension().is_some_and(|actual| actual == extension) {
            paths.push(path);
        }
    }
    paths.sort();
    paths
}
