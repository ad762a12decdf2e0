//! SQL texts: one for all three databases where that is possible, and the few forms where they differ.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::{Dialect, Value};

/// A statement's text, with `?` for every parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sql {
    /// The same text for all three.
    Same(Cow<'static, str>),
    /// A text for each, where the portable subset does not reach.
    PerDialect { sqlite: &'static str, postgres: &'static str, mysql: &'static str },
    /// Inserts one row, or changes the row that has the same `key`. `key` must be a unique key of the table, and the
    /// table's only one that the row can meet (MySQL looks at all of them). Parameters are in the order of `columns`.
    Upsert { table: &'static str, columns: &'static [&'static str], key: &'static [&'static str], update: &'static [Set] },
    /// Inserts one row, or leaves the row that has the same `key` as it is. Takes no `expect_rows`.
    InsertIgnore { table: &'static str, columns: &'static [&'static str], key: &'static [&'static str] },
}

/// What an upsert does with a column of an existing row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Set {
    /// Takes the new value.
    New(&'static str),
    /// Adds the new value to the old one.
    Sum(&'static str),
    /// Keeps the larger of the two.
    Max(&'static str),
}

impl Sql {
    /// The text for a database, with `?` as placeholders.
    pub(crate) fn render(&self, dialect: Dialect) -> Cow<'_, str> {
        match self {
            Self::Same(text) => Cow::Borrowed(text),
            Self::PerDialect { sqlite, postgres, mysql } => Cow::Borrowed(match dialect {
                Dialect::Sqlite => sqlite,
                Dialect::Postgres => postgres,
                Dialect::Mysql => mysql,
            }),
            Self::Upsert { table, columns, key, update } => Cow::Owned(upsert(dialect, table, columns, key, update)),
            Self::InsertIgnore { table, columns, key } => Cow::Owned(insert_ignore(dialect, table, columns, key)),
        }
    }
}

/// A text, of literals, whose subquery ends between the two: it locks the rows that it reads until the commit. So a statement that
/// requires a row of another table is executed before a change of that row is, or after its commit, never beside it. SQLite has one
/// writer and needs no locks.
macro_rules! with_locking_subquery {
    ($subquery:expr, $after:expr) => {
        $crate::Sql::PerDialect {
            sqlite: concat!($subquery, $after),
            postgres: concat!($subquery, " FOR SHARE", $after),
            mysql: concat!($subquery, " LOCK IN SHARE MODE", $after),
        }
    };
}
pub(crate) use with_locking_subquery;

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Self {
        Self::Same(Cow::Borrowed(text))
    }
}

impl From<String> for Sql {
    fn from(text: String) -> Self {
        Self::Same(Cow::Owned(text))
    }
}

fn insert(table: &str, columns: &[&str]) -> String {
    format!("INSERT INTO {table} ({}) VALUES {}", columns.join(", "), placeholders(columns.len()))
}

fn upsert(dialect: Dialect, table: &str, columns: &[&str], key: &[&str], update: &[Set]) -> String {
    let set = |change: &Set| {
        let (Set::New(column) | Set::Sum(column) | Set::Max(column)) = change;
        let new = match dialect {
            Dialect::Mysql => format!("VALUES({column})"),
            Dialect::Sqlite | Dialect::Postgres => format!("excluded.{column}"),
        };
        match (change, dialect) {
            (Set::New(_), _) => format!("{column} = {new}"),
            (Set::Sum(_), _) => format!("{column} = {table}.{column} + {new}"),
            (Set::Max(_), Dialect::Sqlite) => format!("{column} = max({table}.{column}, {new})"),
            (Set::Max(_), _) => format!("{column} = GREATEST({table}.{column}, {new})"),
        }
    };
    let sets = update.iter().map(set).collect::<Vec<_>>().join(", ");
    match dialect {
        Dialect::Mysql => format!("{} ON DUPLICATE KEY UPDATE {sets}", insert(table, columns)),
        Dialect::Sqlite | Dialect::Postgres => {
            format!("{} ON CONFLICT ({}) DO UPDATE SET {sets}", insert(table, columns), key.join(", "))
        }
    }
}

fn insert_ignore(dialect: Dialect, table: &str, columns: &[&str], key: &[&str]) -> String {
    match dialect {
        // INSERT IGNORE would also swallow a text that is too long or a NULL that is not allowed.
        Dialect::Mysql => {
            let same = key.first().copied().unwrap_or_default();
            format!("{} ON DUPLICATE KEY UPDATE {same} = {table}.{same}", insert(table, columns))
        }
        Dialect::Sqlite | Dialect::Postgres => {
            format!("{} ON CONFLICT ({}) DO NOTHING", insert(table, columns), key.join(", "))
        }
    }
}

/// `(?,?,?)`.
fn placeholders(count: usize) -> String {
    let mut text = String::with_capacity(2 * count + 2);
    text.push('(');
    for index in 0..count {
        text.push_str(if index == 0 { "?" } else { ",?" });
    }
    text.push(')');
    text
}

/// The longest list to put into one statement; take longer ones in `chunks(MAX_IN_LIST)`.
pub const MAX_IN_LIST: usize = 1024;

/// How many placeholders a list of `count` values has: few different lengths keep the caches of prepared statements small.
fn padded_len(count: usize) -> usize {
    if count <= MAX_IN_LIST { count.next_power_of_two() } else { count.next_multiple_of(MAX_IN_LIST) }
}

/// The placeholders of `WHERE column IN {list}` for `count` values; give it the parameters of [`in_values`].
/// An empty list is `(NULL)`, which no value is in (do not negate it).
pub fn in_list(count: usize) -> String {
    if count == 0 { "(NULL)".to_owned() } else { placeholders(padded_len(count)) }
}

/// The parameters that go with [`in_list`]: the values, the last one repeated for the remaining placeholders.
pub fn in_values<T: Into<Value>>(values: impl IntoIterator<Item = T>) -> Vec<Value> {
    let mut params: Vec<Value> = values.into_iter().map(Into::into).collect();
    if let Some(last) = params.last().cloned() {
        params.resize(padded_len(params.len()), last);
    }
    params
}

/// The placeholders of a multi-row `INSERT ... VALUES {rows}`: `(?,?),(?,?)`.
pub fn value_rows(rows: usize, columns: usize) -> String {
    let row = placeholders(columns);
    vec![row.as_str(); rows].join(",")
}

/// A text to be found literally by `LIKE ? ESCAPE '!'` (that clause is needed: the databases' own defaults differ).
/// Add the `%` around it yourself. `LIKE` is case-sensitive in all three.
pub fn like_escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        if matches!(c, '%' | '_' | '!') {
            out.push('!');
        }
        out.push(c);
    }
    out
}

/// `?` to `$1`, `$2`, ... outside of literals, quoted names and comments.
pub(crate) fn number_placeholders(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len() + 16);
    let mut count = 0;
    for piece in pieces(sql) {
        match piece {
            Piece::Code(code) => {
                for c in code.chars() {
                    if c == '?' {
                        count += 1;
                        let _ = write!(out, "${count}");
                    } else {
                        out.push(c);
                    }
                }
            }
            Piece::Opaque(text) => out.push_str(text),
        }
    }
    out
}

/// The statements of a file, split at the `;` between them, without comments and empty ones.
pub(crate) fn split_statements(file: &str) -> Vec<String> {
    let mut statements = Vec::new();
    let mut current = String::new();
    for piece in pieces(file) {
        match piece {
            Piece::Code(code) => {
                let mut parts = code.split(';');
                current.push_str(parts.next().unwrap_or_default());
                for part in parts {
                    statements.push(std::mem::take(&mut current));
                    current.push_str(part);
                }
            }
            Piece::Opaque(text) if text.starts_with("--") || text.starts_with("/*") => current.push(' '),
            Piece::Opaque(text) => current.push_str(text),
        }
    }
    statements.push(current);
    statements.into_iter().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).collect()
}

enum Piece<'a> {
    Code(&'a str),
    /// A literal, a quoted name or a comment, with its delimiters.
    Opaque(&'a str),
}

fn pieces(sql: &str) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    let mut rest = sql;
    while let Some(start) = next_opaque(rest) {
        let (code, opaque) = rest.split_at(start);
        out.push(Piece::Code(code));
        let (opaque, after) = opaque.split_at(opaque_len(opaque));
        out.push(Piece::Opaque(opaque));
        rest = after;
    }
    out.push(Piece::Code(rest));
    out
}

fn next_opaque(sql: &str) -> Option<usize> {
    let bytes = sql.as_bytes();
    (0..bytes.len()).find(|&i| match bytes[i] {
        b'\'' | b'"' | b'`' => true,
        b'-' => bytes.get(i + 1) == Some(&b'-'),
        b'/' => bytes.get(i + 1) == Some(&b'*'),
        _ => false,
    })
}

/// Length of the opaque piece that `text` begins with; one that is not closed reaches to the end. A doubled quote
/// inside a literal reads as two literals side by side, which comes to the same.
fn opaque_len(text: &str) -> usize {
    let (skip, end) = match text.as_bytes().first() {
        Some(b'\'') => (1, "'"),
        Some(b'"') => (1, "\""),
        Some(b'`') => (1, "`"),
        Some(b'-') => (2, "\n"),
        _ => (2, "*/"),
    };
    text.get(skip..).and_then(|inner| inner.find(end)).map_or(text.len(), |at| skip + at + end.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params;

    #[test]
    fn placeholders_are_numbered_outside_of_literals_and_comments() {
        let sql = "SELECT '?', \"a?\", x -- why?\nFROM t /* ? */ WHERE a = ? AND b = 'it''s ?' AND c = ?";
        let expected = "SELECT '?', \"a?\", x -- why?\nFROM t /* ? */ WHERE a = $1 AND b = 'it''s ?' AND c = $2";
        assert_eq!(number_placeholders(sql), expected);
        assert_eq!(number_placeholders("a = 'never closed ?"), "a = 'never closed ?");
        assert_eq!(number_placeholders("é = ? AND 'ü?' = ?"), "é = $1 AND 'ü?' = $2");
    }

    #[test]
    fn a_file_is_split_between_its_statements() {
        let file = "-- one; two\nCREATE TABLE a (x TEXT DEFAULT ';'); /* ; */\n\n;INSERT INTO a VALUES ('it''s; so');";
        assert_eq!(split_statements(file), ["CREATE TABLE a (x TEXT DEFAULT ';')", "INSERT INTO a VALUES ('it''s; so')"]);
        assert!(split_statements(" -- nothing\n").is_empty());
    }

    #[test]
    fn lists_have_few_lengths() {
        assert_eq!(in_list(0), "(NULL)");
        assert_eq!(in_list(1), "(?)");
        assert_eq!(in_list(3), "(?,?,?,?)");
        assert_eq!(in_values([1_i64, 2, 3]), params![1_i64, 2_i64, 3_i64, 3_i64]);
        assert!(in_values(Vec::<i64>::new()).is_empty());
        assert_eq!(in_values(vec![7_i64; 1500]).len(), in_list(1500).matches('?').count());
        assert_eq!(value_rows(2, 2), "(?,?),(?,?)");
    }

    #[test]
    fn an_upsert_is_rendered_in_each_dialect() {
        let sql =
            Sql::Upsert { table: "t", columns: &["k", "v", "n", "m"], key: &["k"], update: &[Set::New("v"), Set::Sum("n"), Set::Max("m")] };
        assert_eq!(
            sql.render(Dialect::Sqlite),
            "INSERT INTO t (k, v, n, m) VALUES (?,?,?,?) ON CONFLICT (k) DO UPDATE SET v = excluded.v, n = t.n + excluded.n, m = max(t.m, excluded.m)"
        );
        assert!(sql.render(Dialect::Postgres).ends_with("m = GREATEST(t.m, excluded.m)"));
        assert!(
            sql.render(Dialect::Mysql)
                .ends_with("ON DUPLICATE KEY UPDATE v = VALUES(v), n = t.n + VALUES(n), m = GREATEST(t.m, VALUES(m))")
        );
    }

    #[test]
    fn wildcards_are_escaped() {
        assert_eq!(like_escape("50%_off!"), "50!%!_off!!");
    }
}
