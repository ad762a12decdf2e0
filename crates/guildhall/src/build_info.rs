//! From what this binary was built; `build.rs` finds it out.

use std::fmt;

use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The output of `guildhall version --json`. Fields are only added.
#[derive(Debug, Serialize)]
pub struct BuildInfo {
    pub version: &'static str,
    /// The commit of the source; `None` for development builds and for sources without one.
    pub commit: Option<&'static str>,
    /// The time of that commit (RFC 3339, UTC), not of the build: the same source gives the same binary.
    pub date: Option<String>,
    pub target: &'static str,
    /// `release` or `debug`.
    pub profile: &'static str,
    /// The databases and parts that are compiled in, in alphabetical order.
    pub features: Vec<&'static str>,
    pub rustc: &'static str,
}

impl BuildInfo {
    pub fn of_this_binary() -> Self {
        let mut features = vec!["mysql", "postgres", "sqlite"];
        if guildhall_api::has_web_client() {
            features.push("web_client");
        }
        Self {
            version: env!("CARGO_PKG_VERSION"),
            commit: Some(env!("GUILDHALL_BUILD_COMMIT")).filter(|commit| !commit.is_empty()),
            date: date(env!("GUILDHALL_BUILD_EPOCH")),
            target: env!("GUILDHALL_BUILD_TARGET"),
            profile: env!("GUILDHALL_BUILD_PROFILE"),
            features,
            rustc: env!("GUILDHALL_BUILD_RUSTC"),
        }
    }
}

/// `None` if this is no number of seconds since 1970.
fn date(epoch_seconds: &str) -> Option<String> {
    OffsetDateTime::from_unix_timestamp(epoch_seconds.parse().ok()?).ok()?.format(&Rfc3339).ok()
}

impl fmt::Display for BuildInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unknown = "unknown";
        writeln!(f, "guildhall {}", self.version)?;
        writeln!(f, "commit:   {}", self.commit.unwrap_or(unknown))?;
        writeln!(f, "date:     {}", self.date.as_deref().unwrap_or(unknown))?;
        writeln!(f, "target:   {} ({})", self.target, self.profile)?;
        writeln!(f, "features: {}", self.features.join(", "))?;
        write!(f, "compiler: {}", self.rustc)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_is_that_of_the_source() {
        assert_eq!(date("1790000000").as_deref(), Some("2026-09-21T14:13:20Z"));
        assert_eq!((date(""), date("soon")), (None, None));
    }
}
