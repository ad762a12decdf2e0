//! Text from outside, repaired once where it enters: character sets, and JSON that is not strict. Every body passes through
//! here: the API's, webhooks', and the answers of other servers.

mod charset;
pub mod json;
mod repair;
mod tree;

pub use charset::{Charset, without_nul};
