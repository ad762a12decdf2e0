//! Copies of whole databases: one state, loaded into each of the three, the same to the last byte.

use std::collections::BTreeMap;

use bytes::Bytes;
use guildhall_model::codes::{context, storage as codes};
use guildhall_model::id::{JobId, PostId};
use guildhall_model::post::PostProps;
use guildhall_model::{Millis, Result};
use guildhall_storage::dump::{self, Loader, Snapshot, TableShape, TableSummary};
use guildhall_storage::testing::{self, TestDatabase, is_enabled};
use guildhall_storage::{Batch, Database, Dialect, STEPS, Server, Statement, on_every_database, params, posts};
use tokio::sync::mpsc;

use super::fixtures::{create_places, create_world};
use super::posts::{insert_posts, post};

const DIALECTS: [Dialect; 3] = [Dialect::Sqlite, Dialect::Postgres, Dialect::Mysql];
const SEARCH_JOB: JobId = JobId::from_bytes([9; 16]);

type Summaries = BTreeMap<String, TableSummary>;

/// A copy in memory: for each table its shape and its lines.
struct Copy {
    schema_version: i64,
    tables: Vec<(TableShape, Vec<u8>)>,
    summaries: Summaries,
}

async fn read_table(snapshot: &mut Snapshot, table: &TableShape) -> (Vec<u8>, TableSummary) {
    let (pieces, mut received) = mpsc::channel::<Bytes>(2);
    let mut lines = Vec::new();
    let collect = async {
        while let Some(piece) = received.recv().await {
            lines.extend_from_slice(&piece);
        }
    };
    let (summary, ()) = tokio::join!(snapshot.copy_table(table, pieces), collect);
    (lines, summary.unwrap())
}

async fn copy(db: &Database) -> Copy {
    let mut snapshot = dump::snapshot(db, db.grant(Server)).await.unwrap();
    let mut copy = Copy { schema_version: snapshot.schema_version(), tables: Vec::new(), summaries: Summaries::new() };
    for table in snapshot.tables().to_vec() {
        let (lines, summary) = read_table(&mut snapshot, &table).await;
        copy.summaries.insert(table.name.clone(), summary);
        copy.tables.push((table, lines));
    }
    snapshot.close().await;
    copy
}

async fn load(copy: &Copy, db: &Database) -> Result<Summaries> {
    let mut loader = Loader::begin(db, copy.schema_version).await?;
    for (table, lines) in &copy.tables {
        let mut table = loader.table(table.header().as_bytes())?;
        for line in lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            table.push(line).await?;
        }
        table.finish().await?;
    }
    loader.finish(SEARCH_JOB, Millis(7)).await
}

async fn summaries(db: &Database) -> Summaries {
    let mut snapshot = dump::snapshot(db, db.grant(Server)).await.unwrap();
    let mut summaries = Summaries::new();
    for table in snapshot.tables().to_vec() {
        summaries.insert(table.name.clone(), snapshot.summarize_table(&table).await.unwrap());
    }
    snapshot.close().await;
    summaries
}

/// People, channels, and more posts than one statement and one commit of the loader take.
async fn fill(db: &Database) {
    let world = create_world(db).await;
    insert_posts(db, &[&post(&world, 1)]).await;
    let mut batch = Batch::new();
    for n in 0_u16..2_300 {
        let mut id = [7_u8; 16];
        id[..2].copy_from_slice(&n.to_be_bytes());
        let mut post = post(&world, 2);
        post.id = PostId::from_bytes(id);
        post.message = format!("line\n\t\"{n}\" \\ 日本語 🎉 \u{1}\u{7f}\u{2028}");
        post.props = PostProps::from_stored(format!("{{\"n\":{n}}}"));
        batch.push(posts::insert(db.grant(world.dev.id), &post));
    }
    db.commit(batch).await.unwrap();
    let large = "x".repeat(700_000);
    for (name, value) in [("text.empty", ""), ("text.large", &large), ("text.space", " a "), ("text.percent", "%_!'?$1")] {
        db.commit(Statement::raw("INSERT INTO settings (name, value) VALUES (?, ?)", params![name, value])).await.unwrap();
    }
    let upload = "INSERT INTO files (id, user_id, channel_id, create_at, update_at, delete_at, name, extension, size_bytes, mime_type, width, height, \
                  has_preview_image, mini_preview, blob_key) VALUES (?, ?, ?, 1, 1, 0, 'a', '', ?, '', 0, 0, 0, ?, '')";
    for (n, preview) in [(1, None), (2, Some(vec![])), (3, Some(vec![0, 255, 10])), (4, Some(vec![1; 16])), (5, Some(vec![2; 1000]))] {
        let params = params![[n; 16], world.ann.id, world.dev.id, i64::MAX, preview];
        db.commit(Statement::raw(upload, params)).await.unwrap();
    }
}

on_every_database! {
    async fn a_copy_is_the_same_in_every_database(db) {
        fill(&db).await;
        let copy = copy(&db).await;
        assert_eq!(copy.summaries["posts"].rows, 2_301);
        assert_eq!(copy.summaries, summaries(&db).await);
        for dialect in DIALECTS.into_iter().filter(|dialect| is_enabled(*dialect)) {
            let target = TestDatabase::empty(dialect).await.unwrap();
            let loaded = load(&copy, &target).await.unwrap();
            assert_eq!(loaded, copy.summaries, "{dialect}");
            let mut found = summaries(&target).await;
            // The job that makes the search index is new.
            found.insert("jobs".to_owned(), copy.summaries["jobs"]);
            assert_eq!(found, copy.summaries, "{dialect}");
            let jobs: Vec<(String, JobId)> = target.all("SELECT status, id FROM jobs WHERE type = 'search_index'", params![]).await.unwrap();
            assert_eq!(jobs, [("pending".to_owned(), SEARCH_JOB)]);
            assert!(target.pending_migrations().await.unwrap().is_empty());
        }
    }

    async fn an_earlier_copy_is_brought_to_what_the_database_is_now(db) {
        fill(&db).await;
        let copy = copy(&db).await;
        let changes = [
            // Names that are unique, and change places.
            "UPDATE users SET username = 'x' WHERE username = 'ann'",
            "UPDATE users SET username = 'ann' WHERE username = 'ben'",
            "UPDATE users SET username = 'ben' WHERE username = 'x'",
            "DELETE FROM posts WHERE props LIKE '%7}'",
            "UPDATE posts SET message = 'edited' WHERE props LIKE '%8}'",
            "INSERT INTO settings (name, value) VALUES ('ü.new', '1'), ('U.new', '2'), ('u.new', '3')",
            "DELETE FROM settings WHERE name = 'text.large'",
            "DELETE FROM files",
        ];
        for change in changes {
            db.commit(Statement::raw(change, params![])).await.unwrap();
        }
        let now = summaries(&db).await;
        for dialect in DIALECTS.into_iter().filter(|dialect| is_enabled(*dialect)) {
            let target = TestDatabase::empty(dialect).await.unwrap();
            load(&copy, &target).await.unwrap();
            let mut snapshot = dump::snapshot(&db, db.grant(Server)).await.unwrap();
            for table in snapshot.tables().to_vec() {
                let reconciled = dump::reconcile(&mut snapshot, &target, &table).await.unwrap();
                assert_eq!(reconciled.summary, now[&table.name], "{dialect} {}", table.name);
                let expected = match table.name.as_str() {
                    "users" => Some((2, 2)),
                    "posts" => Some((230, 460)),
                    "settings" => Some((3, 1)),
                    "files" => Some((0, 5)),
                    // The job that makes the search index is of the copy alone.
                    "jobs" => None,
                    _ => Some((0, 0)),
                };
                assert!(expected.is_none_or(|counts| counts == (reconciled.inserted, reconciled.removed)), "{dialect} {} {reconciled:?}", table.name);
                let again = dump::reconcile(&mut snapshot, &target, &table).await.unwrap();
                assert_eq!((again.inserted, again.removed, again.summary), (0, 0, now[&table.name]), "{dialect} {}", table.name);
            }
            snapshot.close().await;
            assert_eq!(summaries(&target).await, now, "{dialect}");
        }
    }

    async fn every_table_has_a_key(db) {
        let snapshot = dump::snapshot(&db, db.grant(Server)).await.unwrap();
        for table in snapshot.tables() {
            assert!(table.has_key(), "{}: its rows could not be found again when a database is moved", table.name);
        }
        snapshot.close().await;
    }

    async fn a_database_that_is_closed_for_writes_rejects_them_after_those_before(db) {
        let insert = |n: i64| Statement::raw("INSERT INTO settings (name, value) VALUES (?, 'x')", params![format!("a{n}")]);
        let pending: Vec<_> = (0..50).map(|n| db.submit(insert(n).into()).unwrap()).collect();
        db.close_for_writes().await;
        assert_eq!(db.one::<i64>("SELECT COUNT(*) FROM settings WHERE name LIKE 'a%'", params![]).await.unwrap(), 50);
        for pending in pending {
            pending.wait().await.unwrap();
        }
        assert!(db.commit(insert(50)).await.unwrap_err().is(context::READ_ONLY));
        db.open_for_writes();
        db.commit(insert(51)).await.unwrap();
    }

    async fn a_copy_has_one_state_while_others_write(db) {
        let world = create_world(&db).await;
        insert_posts(&db, &[&post(&world, 1)]).await;
        let mut snapshot = dump::snapshot(&db, db.grant(Server)).await.unwrap();
        insert_posts(&db, &[&post(&world, 2), &post(&world, 3)]).await;
        db.commit(Statement::raw("DELETE FROM users", params![])).await.unwrap();
        let tables = snapshot.tables().to_vec();
        for (name, rows) in [("channels", 3), ("posts", 1), ("users", 2), ("posts", 1)] {
            let table = tables.iter().find(|table| table.name == name).unwrap();
            assert_eq!(snapshot.summarize_table(table).await.unwrap().rows, rows, "{name}");
        }
        snapshot.close().await;
        assert_eq!(summaries(&db).await["posts"].rows, 3);
    }

    async fn the_blobs_of_a_copy_are_those_that_its_rows_refer_to(db) {
        fill(&db).await;
        let mut expected = vec!["a".repeat(64), "b".repeat(64)];
        db.commit(Statement::raw("UPDATE files SET blob_key = ?", params![&expected[0]])).await.unwrap();
        db.commit(Statement::raw("UPDATE users SET picture_key = ? WHERE username = 'ann'", params![&expected[1]])).await.unwrap();
        let mut snapshot = dump::snapshot(&db, db.grant(Server)).await.unwrap();
        db.commit(Statement::raw("UPDATE users SET picture_key = 'c'", params![])).await.unwrap();
        let mut keys = snapshot.blob_keys().await.unwrap();
        snapshot.close().await;
        keys.sort();
        keys.dedup();
        expected.sort();
        assert_eq!(keys, expected);
    }

    async fn every_table_but_the_search_index_is_copied(db) {
        let names: Vec<String> = copy(&db).await.tables.into_iter().map(|(table, _)| table.name).collect();
        let sql = match db.dialect() {
            Dialect::Sqlite => "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'",
            Dialect::Postgres => "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'",
            Dialect::Mysql => "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()",
        };
        let mut all: Vec<String> = db.all(sql, params![]).await.unwrap();
        all.retain(|name| name != "search_posts" && name != "schema_migrations");
        all.sort();
        assert_eq!(names, all);
    }

    async fn tables_of_others_in_the_same_database_are_left_alone(db) {
        db.commit(Statement::raw("CREATE TABLE of_others (x REAL)", params![])).await.unwrap();
        let copy = copy(&db).await;
        assert!(!copy.summaries.contains_key("of_others"));
        load(&copy, &TestDatabase::empty(db.dialect()).await.unwrap()).await.unwrap();
    }

    async fn a_database_with_data_is_never_written_over(db) {
        let copy = copy(&db).await;
        let error = load(&copy, &db).await.unwrap_err();
        assert!(error.is(codes::NOT_EMPTY), "{error}");
    }

    async fn a_load_that_was_interrupted_is_removed_and_nothing_else(db: empty) {
        db.commit(Statement::raw("CREATE TABLE of_others (x BIGINT)", params![])).await.unwrap();
        let source = TestDatabase::migrated(Dialect::Sqlite).await.unwrap();
        create_world(&source).await;
        let copy = copy(&source).await;
        load(&copy, &db).await.unwrap();
        Loader::discard(&db).await.unwrap();
        assert!(db.is_empty().await.unwrap());
        assert_eq!(db.one::<i64>("SELECT COUNT(*) FROM of_others", params![]).await.unwrap(), 0);
        db.commit(Statement::raw("DROP TABLE of_others", params![])).await.unwrap();
        assert_eq!(load(&copy, &db).await.unwrap(), copy.summaries);
        Loader::discard(&TestDatabase::empty(db.dialect()).await.unwrap()).await.unwrap();
    }

    async fn an_older_copy_is_brought_up_to_date(db: empty) {
        let at = STEPS.iter().position(|step| step.name == "samples").unwrap();
        testing::migrate_to(&db, &STEPS[..at]).await.unwrap();
        create_places(&db).await;
        let copy = copy(&db).await;
        assert_eq!(copy.schema_version, STEPS[at - 1].version);
        let target = TestDatabase::empty(db.dialect()).await.unwrap();
        load(&copy, &target).await.unwrap();
        let found = summaries(&target).await;
        // Channels have got a column since then, memberships none.
        assert!(found["channel_members"] == copy.summaries["channel_members"] && found["channel_members"].rows == 4);
        assert_eq!(found["channels"].rows, 3);
        assert_eq!(found["samples"].rows, 0);
    }
}

#[tokio::test]
async fn copies_that_are_damaged_or_of_another_schema_are_refused() {
    let db = TestDatabase::migrated(Dialect::Sqlite).await.unwrap();
    create_world(&db).await;
    let whole = copy(&db).await;
    let users = whole.tables.iter().position(|(table, _)| table.name == "users").unwrap();

    let load_changed = async |change: fn(&mut Copy, usize)| {
        let mut copy = Copy { schema_version: whole.schema_version, tables: whole.tables.clone(), summaries: Summaries::new() };
        change(&mut copy, users);
        load(&copy, &TestDatabase::empty(Dialect::Sqlite).await.unwrap()).await.unwrap_err()
    };
    let missing = load_changed(|copy, users| drop(copy.tables.remove(users))).await;
    assert_eq!(missing.message(), "The copy of the table users cannot be loaded: it is missing.");
    let twice = load_changed(|copy, users| copy.tables.push(copy.tables[users].clone())).await;
    assert_eq!(twice.message(), "The copy of the table users cannot be loaded: it is there twice.");
    let unknown = load_changed(|copy, users| copy.tables[users].0.name = "people".to_owned()).await;
    assert_eq!(unknown.message(), "The copy of the table people cannot be loaded: this schema has no such table.");
    let columns = load_changed(|copy, users| drop(copy.tables[users].0.columns.pop())).await;
    assert_eq!(columns.message(), "The copy of the table users cannot be loaded: its columns are not those of this schema.");
    let damaged = load_changed(|copy, users| copy.tables[users].1.truncate(40)).await;
    assert!(damaged.is(codes::DUMP_UNREADABLE), "{damaged}");
    let newer = load_changed(|copy, _| copy.schema_version = 9_999).await;
    assert!(newer.is(codes::SCHEMA_NEWER), "{newer}");
}
