//! The three texts of every step make the same schema.

use std::collections::{BTreeMap, BTreeSet};

use guildhall_storage::testing::{TestDatabase, is_enabled};
use guildhall_storage::{Database, Dialect, params};

#[derive(Debug, PartialEq, Eq, Default)]
struct Table {
    /// Name to (type in our terms, whether it may be NULL).
    columns: BTreeMap<String, (&'static str, bool)>,
    /// Columns in order, and whether they are unique together; names differ between databases.
    indexes: BTreeMap<(Vec<String>, bool), usize>,
}

/// Columns that only SQLite has: its full-text index refers to a post by a number.
const SQLITE_ONLY: &[(&str, &str)] = &[("posts", "seq")];

type Schema = BTreeMap<String, Table>;

/// Full-text indexes are each database's own, and so are the tables that hold them.
async fn full_text(db: &Database) -> BTreeSet<String> {
    let sql = match db.dialect() {
        Dialect::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE %'",
        Dialect::Postgres => {
            "SELECT DISTINCT table_name::text FROM information_schema.columns WHERE table_schema = 'public' AND data_type = 'tsvector'"
        }
        Dialect::Mysql => {
            "SELECT DISTINCT table_name FROM information_schema.statistics WHERE table_schema = DATABASE() AND index_type = 'FULLTEXT'"
        }
    };
    db.all::<String>(sql, params![]).await.unwrap().into_iter().collect()
}

/// SQLite's search index needs a number for each row, under a name of its own.
const ROW_NUMBER: &str = "seq";

fn kind(name: &str) -> &'static str {
    match name.to_ascii_lowercase().split('(').next().unwrap_or_default().trim() {
        "tsvector" => "words",
        "blob" | "bytea" | "binary" | "varbinary" | "longblob" | "mediumblob" => "bytes",
        // SQLite has one integer type.
        "bigint" | "smallint" | "integer" | "int" => "integer",
        "varchar" | "character varying" | "char" | "text" | "mediumtext" | "longtext" => "text",
        other => panic!("{other} is none of the column types that we use: see the README"),
    }
}

async fn schema(db: &Database) -> Schema {
    let mut schema = match db.dialect() {
        Dialect::Sqlite => sqlite(db).await,
        Dialect::Postgres => postgres(db).await,
        Dialect::Mysql => mysql(db).await,
    };
    for (table, column) in SQLITE_ONLY {
        if let Some(table) = schema.get_mut(*table) {
            table.columns.remove(*column);
            table.indexes.remove(&(vec![(*column).to_owned()], true));
        }
    }
    for name in full_text(db).await {
        schema.insert(name, Table::default());
    }
    schema
}

fn add_index(table: &mut Table, columns: Vec<String>, unique: bool) {
    *table.indexes.entry((columns, unique)).or_default() += 1;
}

async fn sqlite(db: &Database) -> Schema {
    let mut schema = Schema::new();
    // Without virtual tables and their shadow tables.
    let tables = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'";
    for name in db.all::<String>(tables, params![]).await.unwrap() {
        let mut table = Table::default();
        let columns = "SELECT name, type, \"notnull\" FROM pragma_table_info(?)";
        for (column, type_name, not_null) in db.all::<(String, String, bool)>(columns, params![&name]).await.unwrap() {
            if column == ROW_NUMBER {
                continue;
            }
            table.columns.insert(column, (kind(&type_name), !not_null));
        }
        let key: Vec<String> = db.all("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", params![&name]).await.unwrap();
        if key != [ROW_NUMBER] {
            add_index(&mut table, key, true);
        }
        let indexes = "SELECT name, \"unique\" FROM pragma_index_list(?) WHERE origin <> 'pk'";
        for (index, unique) in db.all::<(String, bool)>(indexes, params![&name]).await.unwrap() {
            let columns = db.all("SELECT name FROM pragma_index_info(?) ORDER BY seqno", params![index]).await.unwrap();
            add_index(&mut table, columns, unique);
        }
        schema.insert(name, table);
    }
    schema
}

async fn postgres(db: &Database) -> Schema {
    let mut schema = Schema::new();
    let columns = "SELECT table_name::text, column_name::text, data_type::text, is_nullable = 'YES' FROM information_schema.columns \
                   WHERE table_schema = 'public'";
    for (table, column, type_name, nullable) in db.all::<(String, String, String, bool)>(columns, params![]).await.unwrap() {
        schema.entry(table).or_default().columns.insert(column, (kind(&type_name), nullable));
    }
    let indexes = "SELECT t.relname::text, i.relname::text, x.indisunique, a.attname::text FROM pg_index x \
                   JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid \
                   JOIN pg_namespace s ON s.oid = t.relnamespace JOIN pg_am m ON m.oid = i.relam \
                   CROSS JOIN LATERAL unnest(x.indkey) WITH ORDINALITY AS k(attnum, position) \
                   JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum \
                   WHERE s.nspname = 'public' AND m.amname = 'btree' ORDER BY 1, 2, k.position";
    let rows = db.all::<(String, String, bool, String)>(indexes, params![]).await.unwrap();
    add_indexes(&mut schema, rows);
    schema
}

async fn mysql(db: &Database) -> Schema {
    let mut schema = Schema::new();
    let columns = "SELECT table_name, column_name, CAST(column_type AS CHAR), is_nullable = 'YES' FROM information_schema.columns \
                   WHERE table_schema = DATABASE()";
    for (table, column, type_name, nullable) in db.all::<(String, String, String, bool)>(columns, params![]).await.unwrap() {
        schema.entry(table).or_default().columns.insert(column, (kind(&type_name), nullable));
    }
    let indexes = "SELECT table_name, index_name, non_unique = 0, column_name FROM information_schema.statistics \
                   WHERE table_schema = DATABASE() AND index_type = 'BTREE' ORDER BY table_name, index_name, seq_in_index";
    let rows = db.all::<(String, String, bool, String)>(indexes, params![]).await.unwrap();
    add_indexes(&mut schema, rows);
    let wrong = "SELECT CONCAT(table_name, ' ', COALESCE(engine, ''), ' ', COALESCE(table_collation, '')) FROM information_schema.tables \
                 WHERE table_schema = DATABASE() AND NOT (engine = 'InnoDB' AND table_collation = 'utf8mb4_bin')";
    let wrong: Vec<String> = db.all(wrong, params![]).await.unwrap();
    assert!(wrong.is_empty(), "not ENGINE=InnoDB COLLATE=utf8mb4_bin: {wrong:?}");
    schema
}

/// Rows of (table, index, unique, column), the columns of an index in order and together.
fn add_indexes(schema: &mut Schema, rows: Vec<(String, String, bool, String)>) {
    let mut indexes: BTreeMap<(String, String, bool), Vec<String>> = BTreeMap::new();
    for (table, index, unique, column) in rows {
        indexes.entry((table, index, unique)).or_default().push(column);
    }
    for ((table, _, unique), columns) in indexes {
        add_index(schema.entry(table).or_default(), columns, unique);
    }
}

/// Types that SQLite does not distinguish: booleans and small numbers are smallints, the rest is bigint, on both servers alike.
async fn integers(db: &Database) -> Vec<(String, String, String)> {
    let of = if db.dialect() == Dialect::Postgres { "table_schema = 'public'" } else { "table_schema = DATABASE()" };
    let cast = if db.dialect() == Dialect::Postgres { "TEXT" } else { "CHAR" };
    let sql = format!(
        "SELECT CAST(table_name AS {cast}), CAST(column_name AS {cast}), CAST(data_type AS {cast}) FROM information_schema.columns \
         WHERE {of} AND data_type IN ('bigint', 'smallint', 'integer', 'int')"
    );
    let mut found: Vec<(String, String, String)> = db.all(sql, params![]).await.unwrap();
    let own = full_text(db).await;
    found.retain(|(table, _, _)| !own.contains(table));
    found.sort();
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_two_servers_have_the_same_integers() {
    if is_enabled(Dialect::Postgres) && is_enabled(Dialect::Mysql) {
        let postgres = integers(&TestDatabase::migrated(Dialect::Postgres).await.unwrap()).await;
        let mysql = integers(&TestDatabase::migrated(Dialect::Mysql).await.unwrap()).await;
        for (left, right) in postgres.iter().zip(&mysql) {
            assert_eq!(left, right, "postgres (left) and mysql (right)");
        }
        assert_eq!(postgres.len(), mysql.len());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_three_schemas_are_the_same() {
    let sqlite = schema(&TestDatabase::migrated(Dialect::Sqlite).await.unwrap()).await;
    for dialect in [Dialect::Postgres, Dialect::Mysql] {
        if !is_enabled(dialect) {
            continue;
        }
        let other = schema(&TestDatabase::migrated(dialect).await.unwrap()).await;
        assert_eq!(sqlite.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>(), "the tables of sqlite and {dialect}");
        for (name, table) in &sqlite {
            assert_eq!(table, &other[name], "the table {name} in sqlite (left) and {dialect} (right)");
        }
    }
}
