//! What is stored about people: every table and every column is classified, and every file of an export can be read.

use std::collections::BTreeSet;

use guildhall_model::Millis;
use guildhall_model::audit::Audit;
use guildhall_model::id::{AuditId, UserId};
use guildhall_storage::dump::snapshot;
use guildhall_storage::personal_data::{self, ExportFile, Field, Held, TABLES, export_files};
use guildhall_storage::{Database, Dialect, STEPS, Server, Statement, audits, on_every_database, params, users};

use super::fixtures::user;

const ADA: UserId = UserId::from_bytes([1; 16]);
const BOB: UserId = UserId::from_bytes([2; 16]);

fn file(name: &str) -> &'static ExportFile {
    export_files().find(|file| file.name == name).unwrap()
}

/// The values of one column, in pages of two.
async fn values(db: &Database, file: &ExportFile, column: &str) -> Vec<Field> {
    let (mut values, mut after) = (Vec::new(), None);
    loop {
        let page = personal_data::rows(db, db.grant(ADA), file, false, after.as_deref(), 2).await.unwrap();
        let value = |fields: &[(&str, Field)]| fields.iter().find(|(name, _)| *name == column).unwrap().1.clone();
        values.extend(page.iter().map(|row| value(&row.fields)));
        if page.len() < 2 {
            return values;
        }
        after = page.into_iter().next_back().map(|row| row.key);
    }
}

fn texts(names: &[&str]) -> Vec<Field> {
    names.iter().map(|name| Field::Text((*name).to_owned())).collect()
}

/// The tables that the steps of the schema make and leave.
fn tables_of(dialect: Dialect) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let code = |text: &str| text.lines().filter(|line| !line.trim_start().starts_with("--")).collect::<Vec<_>>().join("\n");
    let texts: Vec<String> = STEPS.iter().map(|step| code(step.text(dialect))).collect();
    for statement in texts.iter().flat_map(|text| text.split(';')) {
        let after = |words: &str| {
            let rest = statement.trim_start().strip_prefix(words)?.trim_start();
            rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().map(str::to_owned)
        };
        if let Some(name) = after("CREATE TABLE").or_else(|| after("CREATE VIRTUAL TABLE")) {
            names.insert(name);
        }
        if let Some(name) = after("DROP TABLE") {
            names.remove(&name);
        }
    }
    names
}

#[test]
fn every_table_is_classified() {
    let classified: BTreeSet<String> = TABLES.iter().map(|(table, ..)| (*table).to_owned()).collect();
    assert_eq!(classified.len(), TABLES.len(), "a table is classified twice");
    let mut existing = BTreeSet::new();
    for dialect in [Dialect::Sqlite, Dialect::Postgres, Dialect::Mysql] {
        let tables = tables_of(dialect);
        let missing: Vec<_> = tables.difference(&classified).collect();
        assert!(missing.is_empty(), "say in personal_data/tables.rs what these tables hold about people: {missing:?}");
        existing.extend(tables);
    }
    let gone: Vec<_> = classified.difference(&existing).collect();
    assert!(gone.is_empty(), "no step of the schema makes these tables: {gone:?}");
}

#[test]
fn what_is_exported_has_a_file_and_the_other_way_round() {
    let exported: BTreeSet<&str> = TABLES.iter().filter(|(_, held, _)| *held == Held::Exported).map(|(table, ..)| *table).collect();
    let in_files: BTreeSet<&str> = export_files().map(|file| file.table).collect();
    assert_eq!(exported, in_files);
    let names: BTreeSet<&str> = export_files().map(|file| file.name).collect();
    assert_eq!(names.len(), export_files().count(), "two files have one name");
}

on_every_database! {
    async fn every_column_is_exported_or_withheld(db) {
        let snapshot = snapshot(&db, db.grant(Server)).await.unwrap();
        for table in snapshot.tables() {
            assert!(TABLES.iter().any(|(name, ..)| *name == table.name), "{} is in no list: personal_data/tables.rs", table.name);
            let files: Vec<_> = export_files().filter(|file| file.table == table.name).collect();
            let named: BTreeSet<&str> = files.iter().flat_map(|file| file.own_columns().chain(file.withheld.iter().copied())).collect();
            let columns: BTreeSet<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
            if !files.is_empty() {
                assert_eq!(named, columns, "columns of {}: personal_data/files.rs", table.name);
            }
        }
        snapshot.close().await;
    }

    async fn every_file_can_be_read(db) {
        db.commit(users::insert(&user(1, "ada"), "").0).await.unwrap();
        for file in export_files() {
            for is_shared_only in [false, true] {
                let rows = personal_data::rows(&db, db.grant(ADA), file, is_shared_only, None, 10).await;
                assert_eq!(rows.unwrap().len(), usize::from(file.name == "account"), "{}", file.name);
            }
        }
        for is_shared_only in [false, true] {
            assert!(personal_data::own_files(&db, db.grant(ADA), is_shared_only, None, 10).await.unwrap().is_empty());
        }
    }

    async fn many_rows_are_read_in_pages(db) {
        for (user, category, name) in [(ADA, "b", "1"), (ADA, "a", "2"), (ADA, "a", "1"), (ADA, "b", "0"), (ADA, "c", "9"), (BOB, "a", "7")] {
            let sql = "INSERT INTO preferences (user_id, category, name, value) VALUES (?, ?, ?, ?)";
            db.commit(Statement::raw(sql, params![user, category, name, "x"])).await.unwrap();
        }
        assert_eq!(values(&db, file("preferences"), "name").await, texts(&["1", "2", "0", "1", "9"]));

        let record = |n: u8, at, by: Option<UserId>, about: Option<UserId>| Audit {
            id: AuditId::from_bytes([n; 16]),
            create_at: Millis(at),
            user_id: by,
            action: format!("action {n}"),
            extra_info: about.map(|id| format!("user_id={id}")).unwrap_or_default(),
            ip_address: "192.0.2.1".to_owned(),
            session_id: None,
        };
        let records = [
            record(5, 10, Some(ADA), None),
            record(4, 10, Some(ADA), Some(ADA)),
            record(3, 20, Some(ADA), None),
            record(2, 5, Some(BOB), Some(ADA)),
            record(1, 30, None, Some(ADA)),
            record(6, 30, Some(BOB), Some(BOB)),
        ];
        for record in records {
            db.commit(audits::insert(&record)).await.unwrap();
        }
        assert_eq!(values(&db, file("audit_records"), "action").await, texts(&["action 4", "action 5", "action 3"]));
        assert_eq!(values(&db, file("audit_records_about_you"), "action").await, texts(&["action 2", "action 1"]));
    }
}
