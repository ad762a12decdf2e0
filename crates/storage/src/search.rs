//! Finding posts by their words.

use guildhall_model::post::Post;

use crate::Statement;

/// Makes the post's words findable; to be in the batch that writes it.
pub fn index(_post: &Post) -> Option<Statement> {
    None
}
