//! OAuth apps: external programs that users may authorize.

mod apps;

pub use apps::OAuthAppDraft;

noun! {
    /// OAuth apps.
    oauth::OAuth, uses: [preferences::Preferences]
}
