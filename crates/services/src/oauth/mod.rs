//! OAuth apps: other programs that people may let in.

mod apps;

pub use apps::OAuthAppDraft;
