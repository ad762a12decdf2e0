//! The reference of permissions, roles and operations, `docs/reference/permissions.md`, made of the built-in roles, the pages of settings
//! and the committed table of access. `GUILDHALL_BLESS=1` rewrites it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use guildhall_model::Permission;
use guildhall_model::role;
use guildhall_model::settings::{Settings, Writer};

const INTRODUCTION: &str = "# Permissions, roles and operations

Written by `GUILDHALL_BLESS=1 cargo test -p guildhall-api --test api permissions_reference`. What roles are for and how they are changed is in
`docs/ops/roles.md`.

## Permissions, and the roles that have them by default

`system_admin` has all of them.

| Permission | Applies | Roles |
|---|---|---|
";

const OPERATIONS: &str = "
## Operations, and who succeeds with them

By the calls of `crates/api/tests/access_probe.txt`, to objects of a team and a private, public and direct channel: the *owner* has made them, the
*member* is in the team and the private channel, the *guest* in another channel of the team, the *stranger* in another team. The last
four are administrators without membership: `system_admin`, `system_manager`, `system_user_manager`, `system_read_only_admin`. Operations
that fail with the objects of the table (because there is nothing to do, or a feature is off) are not listed.

| Operation | Gate | Who |
|---|---|---|
";

const SETTINGS: &str = "
## Settings, and what it takes to see and change them

Those that only the file, the environment and the command line set are not listed.

| Setting | To see it | To change it |
|---|---|---|
";

fn reference(access: &str) -> String {
    let mut text = INTRODUCTION.to_owned();
    let roles = role::built_in();
    let mut permissions: Vec<Permission> = Permission::ALL.to_vec();
    permissions.sort_by_key(|permission| (permission.scope(), permission.name()));
    for permission in permissions {
        let has = |(name, set): &&(&str, BTreeSet<Permission>)| *name != role::SYSTEM_ADMIN && set.contains(&permission);
        let names: Vec<String> = roles.iter().filter(has).map(|(name, _)| format!("`{name}`")).collect();
        let _ = writeln!(text, "| `{}` | {} | {} |", permission.name(), permission.scope().name(), names.join(", "));
    }
    text.push_str(SETTINGS);
    for setting in Settings::SETTINGS.iter().filter(|setting| setting.writer == Writer::Administrator) {
        let (read, write) = (setting.read_permission().name(), setting.write_permission().name());
        let _ = writeln!(text, "| `{}` | `{read}` | `{write}` |", setting.path);
    }
    text.push_str(OPERATIONS);
    for ((path, method), (gate, callers)) in operations(access) {
        let _ = writeln!(text, "| `{method} {path}` | {gate} | {} |", callers.join(", "));
    }
    text
}

/// By path and method: the gate and the callers with a 2xx, in the order of the table's columns.
fn operations(access: &str) -> BTreeMap<(&str, &str), (&str, Vec<&str>)> {
    let columns: Vec<&str> = access.lines().nth(1).and_then(|line| line.split_once("| ")).unwrap().1.split(' ').collect();
    let mut succeeded: BTreeMap<(&str, &str), (&str, BTreeSet<usize>)> = BTreeMap::new();
    for line in access.lines().filter(|line| !line.starts_with('#')) {
        let (request, statuses) = line.split_once(" | ").unwrap();
        let mut words = request.split(' ');
        let (method, path, gate) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
        let entry = succeeded.entry((path, method)).or_insert((gate, BTreeSet::new()));
        entry.1.extend(statuses.split(' ').enumerate().filter(|(_, status)| status.starts_with('2')).map(|(column, _)| column));
    }
    let named =
        |(key, (gate, callers)): ((_, _), (_, BTreeSet<usize>))| (key, (gate, callers.into_iter().map(|column| columns[column]).collect()));
    succeeded.into_iter().map(named).filter(|(_, (_, callers)): &(_, (_, Vec<&str>))| !callers.is_empty()).collect()
}

#[test]
fn the_reference_is_current() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let written = reference(&std::fs::read_to_string(root.join("tests/access_probe.txt")).unwrap());
    let file = root.join("../../docs/reference/permissions.md");
    if std::env::var_os("GUILDHALL_BLESS").is_some() {
        std::fs::write(&file, &written).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(committed == written, "docs/reference/permissions.md is not current: run with GUILDHALL_BLESS=1");
}
