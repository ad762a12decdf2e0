//! OAuth apps: other programs that people may let in.

mod apps;

pub use apps::OAuthAppDraft;

noun! {
    /// OAuth apps.
    oauth::OAuth, uses: [audits::Audits, preferences::Preferences]
}
