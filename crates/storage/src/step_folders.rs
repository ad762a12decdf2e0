//! The folders of `migrations/`, read by the build script: what is wrong with them ends the build.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

pub const DIALECTS: [&str; 3] = ["sqlite", "postgres", "mysql"];

/// A folder of `migrations/`.
#[derive(Debug, PartialEq, Eq)]
pub struct StepFolder {
    pub version: i64,
    pub name: String,
    pub path: PathBuf,
}

impl StepFolder {
    pub fn text(&self, dialect: &str) -> PathBuf {
        self.path.join(format!("{dialect}.sql"))
    }
}

/// Every step, by its number. Numbers may be left out: two branches take different ones in advance.
///
/// # Errors
/// A sentence for the developer.
pub fn read(root: &Path) -> Result<Vec<StepFolder>, String> {
    let unreadable = |error: std::io::Error| format!("{}: {error}", root.display());
    let mut paths =
        fs::read_dir(root).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, _>>()).map_err(unreadable)?;
    paths.retain(|path| path.is_dir());
    paths.sort();
    let mut steps: BTreeMap<i64, StepFolder> = BTreeMap::new();
    let mut twice = Vec::new();
    for path in paths {
        let folder = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let parsed = folder.split_once('_').and_then(|(version, name)| Some((version.parse::<i64>().ok()?, name.to_owned())));
        let Some((version, name)) = parsed.filter(|(version, name)| *version > 0 && !name.is_empty()) else {
            return Err(format!("migrations/{folder}: call it NNNN_name"));
        };
        let step = StepFolder { version, name, path };
        if let Some(dialect) = DIALECTS.iter().find(|dialect| !step.text(dialect).is_file()) {
            return Err(format!("migrations/{folder}: {dialect}.sql is missing"));
        }
        if let Some(other) = steps.insert(version, step) {
            let other = other.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            twice.push(format!("migrations/{other} and migrations/{folder} both have the number {version}"));
        }
    }
    if twice.is_empty() {
        return Ok(steps.into_values().collect());
    }
    let free = steps.keys().last().map_or(1, |version| version + 1);
    Err(format!("{}: give the one that is not in a release the next free number, {free:04}", twice.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_folders(names: &[&str]) -> Result<Vec<(i64, String)>, String> {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("README.md"), "").unwrap();
        for name in names {
            let folder = root.path().join(name);
            fs::create_dir(&folder).unwrap();
            for dialect in DIALECTS {
                if !name.ends_with(&format!("without_{dialect}")) {
                    fs::write(folder.join(format!("{dialect}.sql")), "").unwrap();
                }
            }
        }
        read(root.path()).map(|steps| steps.into_iter().map(|step| (step.version, step.name)).collect())
    }

    #[test]
    fn steps_are_in_the_order_of_their_numbers_which_may_have_gaps() {
        let steps = read_folders(&["0010_ten", "0002_two_words", "9_nine"]).unwrap();
        assert_eq!(steps, [(2, "two_words".to_owned()), (9, "nine".to_owned()), (10, "ten".to_owned())]);
    }

    #[test]
    fn a_number_that_two_branches_took_is_rejected() {
        for (folders, first, second) in
            [(["0022_backups", "0022_polls", "0023_later"], "0022_backups", "0022_polls"), (["0022_a", "22_b", "0023_c"], "0022_a", "22_b")]
        {
            let error = read_folders(&folders).unwrap_err();
            let expected = format!(
                "migrations/{first} and migrations/{second} both have the number 22: give the one that is not in a release the next free \
                 number, 0024"
            );
            assert_eq!(error, expected);
        }
    }

    #[test]
    fn other_names_and_missing_texts_are_rejected() {
        for name in ["0001", "first", "0001_", "-1_a", "0_a"] {
            assert_eq!(read_folders(&[name]).unwrap_err(), format!("migrations/{name}: call it NNNN_name"));
        }
        for dialect in DIALECTS {
            let name = format!("0001_without_{dialect}");
            assert_eq!(read_folders(&[&name]).unwrap_err(), format!("migrations/{name}: {dialect}.sql is missing"));
        }
    }
}
