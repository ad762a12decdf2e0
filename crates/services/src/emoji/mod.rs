//! Custom emoji: created by users, available on the whole server.

mod create;
mod delete;
mod find;
mod image;

pub use create::NewEmoji;
pub use find::EmojiOrder;
pub use image::EmojiImage;

noun! {
    /// Custom emoji.
    emoji::Emojis, uses: [users::Users]
}
