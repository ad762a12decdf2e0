//! Finding posts by their words: SQLite's FTS5, PostgreSQL's tsvector and MySQL's FULLTEXT over the same tokens.

mod query;
pub mod words;

use guildhall_model::id::{ChannelId, PostId};
use guildhall_model::post::Post;

use crate::{Granted, Sql, Statement, Write, params};

pub use query::{Filter, Place, Term, Terms, find, places};

const INDEX: Sql = Sql::PerDialect {
    sqlite: "INSERT INTO search_posts (words, rowid) SELECT ?, seq FROM posts WHERE id = ?",
    postgres: "INSERT INTO search_posts (words, post_id) VALUES (to_tsvector('simple', ?), ?)",
    mysql: "INSERT INTO search_posts (words, post_id) VALUES (?, ?)",
};
const REMOVE: Sql = Sql::PerDialect {
    sqlite: "DELETE FROM search_posts WHERE rowid = (SELECT seq FROM posts WHERE id = ?)",
    postgres: "DELETE FROM search_posts WHERE post_id = ?",
    mysql: "DELETE FROM search_posts WHERE post_id = ?",
};

/// Makes the post findable by the words of its message and of `more` (its attachments); to be in the batch that writes
/// it, after it. Messages of the server are not looked for.
pub fn index(channel: Granted<ChannelId, Write>, post: &Post) -> Option<Statement> {
    if post.is_system() {
        return None;
    }
    let mut tokens = words::tokens(&post.message);
    tokens.extend(post.props.attachment_texts().flat_map(words::tokens));
    tokens.extend(post.hashtags.split_ascii_whitespace().map(words::hashtag));
    if tokens.is_empty() {
        return None;
    }
    tokens.push(words::channel(channel.key()));
    Some(Statement::new(INDEX, params![joined(&tokens), post.id]))
}

/// The post is not found any more.
pub fn remove(id: Granted<PostId, Write>) -> Statement {
    Statement::new(REMOVE, params![id])
}

const REMOVE_REPLIES: Sql = Sql::PerDialect {
    sqlite: "DELETE FROM search_posts WHERE rowid IN (SELECT seq FROM posts WHERE root_id = ?)",
    postgres: "DELETE FROM search_posts WHERE post_id IN (SELECT id FROM posts WHERE root_id = ?)",
    mysql: "DELETE FROM search_posts WHERE post_id IN (SELECT id FROM posts WHERE root_id = ?)",
};

/// Nor are the replies of a thread that is gone.
pub fn remove_replies(root: Granted<PostId, Write>) -> Statement {
    Statement::new(REMOVE_REPLIES, params![root])
}

fn joined(tokens: &[words::Token]) -> String {
    let mut text = String::with_capacity(tokens.len() * 8);
    for token in tokens {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&token.0);
    }
    text
}
