//! Full-text search of posts: SQLite's FTS5, PostgreSQL's tsvector and MySQL's FULLTEXT over the same tokens.

mod query;
pub mod words;

use guildhall_model::id::{ChannelId, PostId};
use guildhall_model::post::Post;

use crate::{Granted, Sql, Statement, Write, params};

pub use query::{Filter, SearchableChannel, Term, Terms, find, searchable_channels};

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

/// Indexes the words of the message, its attachments and its hashtags. Belongs into the batch that writes the post, after
/// it. System messages are not indexed.
pub fn index(channel: Granted<ChannelId, Write>, post: &Post) -> Option<Statement> {
    if post.is_system() {
        return None;
    }
    let mut tokens = words::tokenize(&post.message);
    tokens.extend(post.props.attachment_texts().flat_map(words::tokenize));
    tokens.extend(post.hashtags.split_ascii_whitespace().map(words::hashtag));
    if tokens.is_empty() {
        return None;
    }
    tokens.push(words::channel(channel.key()));
    Some(Statement::new(INDEX, params![words::join(&tokens), post.id]))
}

/// Removes the post from the index.
pub fn remove(id: Granted<PostId, Write>) -> Statement {
    Statement::new(REMOVE, params![id])
}

const REMOVE_REPLIES: Sql = Sql::PerDialect {
    sqlite: "DELETE FROM search_posts WHERE rowid IN (SELECT seq FROM posts WHERE root_id = ?)",
    postgres: "DELETE FROM search_posts WHERE post_id IN (SELECT id FROM posts WHERE root_id = ?)",
    mysql: "DELETE FROM search_posts WHERE post_id IN (SELECT id FROM posts WHERE root_id = ?)",
};

/// Removes the replies of a thread from the index.
pub fn remove_replies(root: Granted<PostId, Write>) -> Statement {
    Statement::new(REMOVE_REPLIES, params![root])
}
