//! Text from outside, repaired once where it enters: character sets, JSON that is not strict, and texts that are too long for
//! one message. Every body passes through here: the API's, webhooks', and the answers of other servers.

mod charset;
mod code;
pub mod json;
mod repair;
mod split;
mod tree;

pub use charset::{Charset, without_nul};
pub use code::code_ranges;
pub use split::split_message;
