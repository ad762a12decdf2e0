//! Full-text search of posts: SQLite's FTS5, PostgreSQL's tsvector and MySQL's FULLTEXT over the same tokens.

mod emoji;
mod fold;
mod query;
pub mod words;

use guildhall_model::Result;
use guildhall_model::id::{ChannelId, PostId};
use guildhall_model::post::Post;

use crate::posts::{COLUMNS, FROM, within_page};
use crate::{Granted, Reader, Server, Sql, Statement, Write, params};

pub use query::{Filter, SearchableChannel, Term, Terms, find, searchable_channels};

/// What PostgreSQL takes for one row is 1,048,575 bytes, as `words::index_tokens` counts them; the names of emoji and hashtags
/// need some more. The rest of a longer text is not found.
const INDEX_BYTES_MAX: usize = 900_000;

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
    Some(Statement::new(INDEX, params![index_text(channel.key(), post)?, post.id]))
}

fn index_text(channel: ChannelId, post: &Post) -> Option<String> {
    let texts = std::iter::once(post.message.as_str()).chain(post.props.attachment_search_texts());
    let mut tokens = words::index_tokens(texts, INDEX_BYTES_MAX);
    tokens.extend(post.hashtags.split_ascii_whitespace().map(words::hashtag));
    if tokens.is_empty() {
        return None;
    }
    tokens.push(words::channel(channel));
    Some(words::join(&tokens))
}

const INDEX_AGAIN: Sql = Sql::PerDialect {
    sqlite: "INSERT INTO search_posts (words, rowid) SELECT ?, seq FROM posts WHERE id = ? AND update_at = ? AND delete_at = 0",
    postgres: "INSERT INTO search_posts (words, post_id) SELECT to_tsvector('simple', ?), id FROM posts WHERE id = ? AND update_at = ? AND delete_at = 0",
    mysql: "INSERT INTO search_posts (words, post_id) SELECT ?, id FROM posts WHERE id = ? AND update_at = ? AND delete_at = 0",
};
const REMOVE_OLD: Sql = Sql::PerDialect {
    sqlite: "DELETE FROM search_posts WHERE rowid = (SELECT seq FROM posts WHERE id = ? AND update_at = ?)",
    postgres: "DELETE FROM search_posts WHERE post_id = (SELECT id FROM posts WHERE id = ? AND update_at = ?)",
    mysql: "DELETE FROM search_posts WHERE post_id = (SELECT id FROM posts WHERE id = ? AND update_at = ?)",
};

/// A page of the living posts, in order of their ids.
pub async fn page_of_posts(db: &Reader, _server: Granted<Server>, after: PostId, limit: usize) -> Result<Vec<Post>> {
    let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE p.id > ? AND p.delete_at = 0 ORDER BY p.id LIMIT ?");
    within_page(db, sql, params![after, limit]).await
}

/// Indexes a post by today's rules, unless it was changed since it was read: then it is indexed by these already.
pub fn index_again(_server: Granted<Server, Write>, post: &Post) -> Vec<Statement> {
    let mut statements = vec![Statement::new(REMOVE_OLD, params![post.id, post.update_at])];
    if let Some(words) = index_text(post.channel_id, post).filter(|_| !post.is_system()) {
        statements.push(Statement::new(INDEX_AGAIN, params![words, post.id, post.update_at]));
    }
    statements
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
