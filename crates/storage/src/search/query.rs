//! Search expressions in the syntax of each database, and the posts that match.

use guildhall_model::id::{ChannelId, TeamId, UserId};
use guildhall_model::post::{COUNTED_POSTS_BYTES_MAX, Post};
use guildhall_model::{Millis, Result};

use super::words::{self, Token};
use crate::posts::{COLUMNS, FROM};
use crate::{DecodeError, Dialect, FromRow, Granted, Reader, Row, Value, in_list, in_values, params};

/// Consecutive words; the last may be only the prefix of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    pub tokens: Vec<Token>,
    pub is_prefix: bool,
}

/// Terms that a post must contain, and must not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    pub required: Vec<Term>,
    /// One of the required terms is enough.
    pub any: bool,
    pub excluded: Vec<Term>,
}

/// Selects the posts that are searched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Channels of the person who searches.
    pub channels: Vec<Granted<ChannelId>>,
    /// Any author when empty.
    pub authors: Vec<UserId>,
    pub not_authors: Vec<UserId>,
    /// Spans of `create_at`, the end not included: a post must be in all of the first and none of the second.
    pub within: Vec<(Millis, Millis)>,
    pub outside: Vec<(Millis, Millis)>,
}

/// With more channels than this the search expression does not contain them, only the condition on the posts.
const CHANNEL_TOKENS_MAX: usize = 128;

/// A channel of the person who searches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchableChannel {
    pub id: Granted<ChannelId>,
    pub name: String,
}

impl FromRow for SearchableChannel {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Ok(Self { id: Granted::new(row.get(0)?), name: row.get(1)? })
    }
}

/// The channels of a person: of one team with direct and group channels, or of all teams.
pub async fn searchable_channels(
    db: &Reader,
    user: Granted<UserId>,
    team: Option<Granted<TeamId>>,
    include_archived: bool,
) -> Result<Vec<SearchableChannel>> {
    let mut sql = "SELECT c.id, c.name FROM channel_members m JOIN channels c ON c.id = m.channel_id WHERE m.user_id = ?".to_owned();
    let mut values = params![user];
    if let Some(team) = team {
        sql.push_str(" AND (c.team_id = ? OR c.kind IN ('D', 'G'))");
        values.push(Value::from(team));
    }
    if !include_archived {
        sql.push_str(" AND c.delete_at = 0");
    }
    db.all(sql, values).await
}

/// The posts that match, the newest first.
pub async fn find(db: &Reader, terms: &Terms, filter: &Filter, offset: i64, limit: i64) -> Result<Vec<Post>> {
    if filter.channels.is_empty() {
        return Ok(Vec::new());
    }
    let dialect = db.dialect();
    let mut conditions = vec!["p.delete_at = 0".to_owned()];
    let mut values: Vec<Value> = Vec::new();
    let has_words = !terms.required.is_empty();
    let one_of_many = has_words && terms.any && dialect == Dialect::Mysql;
    if one_of_many {
        for term in &terms.required {
            values.push(Value::from(expression(dialect, std::slice::from_ref(term), false, &filter.channels)));
            values.extend(consecutive(dialect, term));
        }
    } else if has_words {
        conditions.push(matches(dialect).to_owned());
        values.push(Value::from(expression(dialect, &terms.required, terms.any, &filter.channels)));
        for pattern in terms.required.iter().filter_map(|term| consecutive(dialect, term)) {
            conditions.push(format!("{} LIKE ?", in_order("w")));
            values.push(pattern);
        }
    }
    for term in &terms.excluded {
        let pattern = consecutive(dialect, term);
        conditions.push(excludes(dialect, pattern.is_some()));
        values.push(Value::from(expression(dialect, std::slice::from_ref(term), false, &[])));
        values.extend(pattern);
    }
    conditions.push(format!("p.channel_id IN {}", in_list(filter.channels.len())));
    values.extend(in_values(&filter.channels));
    if !filter.authors.is_empty() {
        conditions.push(format!("p.user_id IN {}", in_list(filter.authors.len())));
        values.extend(in_values(&filter.authors));
    }
    if !filter.not_authors.is_empty() {
        conditions.push(format!("NOT (p.user_id IN {})", in_list(filter.not_authors.len())));
        values.extend(in_values(&filter.not_authors));
    }
    for (from, until) in &filter.within {
        conditions.push("p.create_at >= ? AND p.create_at < ?".to_owned());
        values.extend([Value::from(*from), Value::from(*until)]);
    }
    for (from, until) in &filter.outside {
        conditions.push("NOT (p.create_at >= ? AND p.create_at < ?)".to_owned());
        values.extend([Value::from(*from), Value::from(*until)]);
    }
    // Without words, system messages would match by author and date.
    conditions.push("p.kind NOT LIKE 'system!_%' ESCAPE '!'".to_owned());
    let (from, order) = match (has_words, dialect) {
        (false, _) => (FROM.to_owned(), "p.create_at DESC, p.id DESC"),
        // Row numbers rise with time, and FTS5 reads them in descending order without sorting.
        (true, Dialect::Sqlite) => {
            ("search_posts w JOIN posts p ON p.seq = w.rowid LEFT JOIN threads t ON t.thread_id = p.id".to_owned(), "w.rowid DESC")
        }
        // MySQL allows no phrases and prefixes within alternatives.
        (true, _) if one_of_many => {
            let each = |term| {
                let recheck = consecutive(dialect, term).map(|_| format!(" AND {} LIKE ?", in_order("x"))).unwrap_or_default();
                format!("SELECT x.post_id FROM search_posts x WHERE MATCH (x.words) AGAINST (? IN BOOLEAN MODE){recheck}")
            };
            let union = terms.required.iter().map(each).collect::<Vec<_>>().join(" UNION ");
            (format!("({union}) w JOIN {}", on_words()), "p.create_at DESC, p.id DESC")
        }
        (true, _) => (format!("search_posts w JOIN {}", on_words()), "p.create_at DESC, p.id DESC"),
    };
    values.extend([Value::from(limit), Value::from(offset)]);
    let sql = format!("SELECT {COLUMNS} FROM {from} WHERE {} ORDER BY {order} LIMIT ? OFFSET ?", conditions.join(" AND "));
    let mut posts = db.all_within(sql, values, COUNTED_POSTS_BYTES_MAX, Post::size_bytes).await?;
    posts.sort_by_key(|post| std::cmp::Reverse((post.create_at, post.id)));
    Ok(posts)
}

fn on_words() -> &'static str {
    "posts p ON p.id = w.post_id LEFT JOIN threads t ON t.thread_id = p.id"
}

const fn matches(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "w.search_posts MATCH ?",
        Dialect::Postgres => "w.words @@ to_tsquery('simple', ?)",
        Dialect::Mysql => "MATCH (w.words) AGAINST (? IN BOOLEAN MODE)",
    }
}

fn excludes(dialect: Dialect, recheck: bool) -> String {
    match dialect {
        Dialect::Sqlite => "p.seq NOT IN (SELECT x.rowid FROM search_posts x WHERE x.search_posts MATCH ?)".to_owned(),
        Dialect::Postgres => {
            "NOT EXISTS (SELECT 1 FROM search_posts x WHERE x.post_id = p.id AND x.words @@ to_tsquery('simple', ?))".to_owned()
        }
        Dialect::Mysql => {
            let recheck = if recheck { format!(" AND {} LIKE ?", in_order("x")) } else { String::new() };
            format!("p.id NOT IN (SELECT x.post_id FROM search_posts x WHERE MATCH (x.words) AGAINST (? IN BOOLEAN MODE){recheck})")
        }
    }
}

/// MySQL's index finds no phrase that ends in a prefix, only its words: among these, a comparison with the tokens finds the
/// phrase. Tokens have no characters that are special in a pattern.
fn consecutive(dialect: Dialect, term: &Term) -> Option<Value> {
    let is_needed = dialect == Dialect::Mysql && term.is_prefix && term.tokens.len() > 1;
    is_needed.then(|| Value::from(format!("% {}%", words::join(&term.tokens))))
}

fn in_order(table: &str) -> String {
    format!("CONCAT(' ', {table}.words)")
}

/// The terms, and one of the channels, in the syntax of the database.
fn expression(dialect: Dialect, terms: &[Term], any: bool, channels: &[Granted<ChannelId>]) -> String {
    let channels: Vec<Token> =
        if channels.len() > CHANNEL_TOKENS_MAX { Vec::new() } else { channels.iter().map(|id| words::channel(id.key())).collect() };
    let list = |separator: &str, items: Vec<String>| format!("({})", items.join(separator));
    let names = || channels.iter().map(|token| token.0.clone()).collect::<Vec<_>>();
    match dialect {
        Dialect::Sqlite => {
            let terms = list(if any { " OR " } else { " AND " }, terms.iter().map(sqlite_term).collect());
            let quoted = || channels.iter().map(|token| format!("\"{}\"", token.0)).collect();
            if channels.is_empty() { terms } else { format!("{terms} AND {}", list(" OR ", quoted())) }
        }
        Dialect::Postgres => {
            let terms = list(if any { " | " } else { " & " }, terms.iter().map(postgres_term).collect());
            if channels.is_empty() { terms } else { format!("{terms} & {}", list(" | ", names())) }
        }
        Dialect::Mysql => {
            let terms = terms.iter().map(mysql_term).collect::<Vec<_>>().join(" ");
            if channels.is_empty() { terms } else { format!("{terms} +({})", names().join(" ")) }
        }
    }
}

fn sqlite_term(term: &Term) -> String {
    format!("\"{}\"{}", words::join(&term.tokens), if term.is_prefix { " *" } else { "" })
}

fn postgres_term(term: &Term) -> String {
    let tokens: Vec<&str> = term.tokens.iter().map(|token| token.0.as_str()).collect();
    format!("({}{})", tokens.join(" <-> "), if term.is_prefix { ":*" } else { "" })
}

/// MySQL has no phrases that end in a prefix: the words before the prefix are the phrase. See [`consecutive`].
fn mysql_term(term: &Term) -> String {
    match (term.tokens.as_slice(), term.is_prefix) {
        ([single], is_prefix) => format!("+{}{}", single.0, if is_prefix { "*" } else { "" }),
        ([before @ .., last], true) => format!("+\"{}\" +{}*", words::join(before), last.0),
        (tokens, _) => format!("+\"{}\"", words::join(tokens)),
    }
}
