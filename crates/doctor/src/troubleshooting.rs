//! The page of all findings, `docs/ops/troubleshooting.md`, generated from the index.

use std::fmt::Write;

use crate::checks::GROUPS;

const INTRODUCTION: &str = "# Troubleshooting

`guildhall doctor` looks at the machine, the network, the disks and the database, and says what is wrong and what to do. The
server runs the same checks by itself, shows them to administrators and sends them a direct message when something is wrong.
This page has each finding by its id; it is generated from the program.

    sudo guildhall doctor            # look
    sudo guildhall doctor --fix      # and mend what can be mended safely
    guildhall doctor --json          # for other programs

As root it sees most: the health of disks, the files of all users, programs at ports. Give the same options as to the server
(`--config`, `--data-dir`). The exit status is 0 if all is well, 1 if there is a problem or a warning, and 2 if the checks could
not be run. `--fix` takes permissions of others from the files of the data folder, gives the files to the server's user (as
root), and empties a large write-ahead log; it changes nothing else, and says what it did.

What is meant to be so can be muted, in the list or by `guildhall doctor mute disks.raid_none` (and `unmute`): nobody is told
of it any more, and it does not change the exit status. It stays in the list.

`--json` prints one object: `format` (1; it rises when a field changes its meaning or goes), `version`, `host_name`, `examined_at`
(milliseconds since 1970), `summary` (how many of `critical`, `warning`, `info`, `ok`, `muted`), `fixed` (sentences on what `--fix`
has done) and `findings`. Each finding has `id`, `subject` (the array, disk or address where there are several), `severity`, `summary`,
`remedy`, `details` (lines), `muted`, `title` and `meaning`. Checks that passed are findings of the severity `ok`, by the name of the
check.

The severities: **critical** (people are affected, or data is at risk), **warning** (to be dealt with in the next days), **info**
(good to know).
";

/// The page.
pub fn markdown() -> String {
    let mut text = INTRODUCTION.to_owned();
    for group in &GROUPS {
        let _ = write!(text, "\n## {}\n", group.title);
        for kind in group.kinds {
            let (id, title, severity) = (kind.id, kind.title, kind.severity.name());
            let _ = write!(text, "\n### {id}\n\n**{title}** ({severity}). {}\n\n{}\n", kind.meaning, kind.remedy);
            if !kind.help.is_empty() {
                let _ = write!(text, "\n{}\n", kind.help);
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    /// The page is in the repository, so that reviews show its changes.
    #[test]
    fn the_page_in_the_repository_is_current() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/ops/troubleshooting.md");
        if std::env::var_os("GUILDHALL_BLESS").is_some() {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, markdown()).unwrap();
        }
        let stored = fs::read_to_string(&file).unwrap_or_default();
        assert!(stored == markdown(), "docs/ops/troubleshooting.md is not current; GUILDHALL_BLESS=1 writes it");
    }
}
