//! Breached passwords, offline: the list that is built in, and one that administrators have built from a larger list. Both are
//! filters, which say of about one password in 65,000 that it is listed although it is not, and never the other way round.

mod build;
mod filter;
mod lines;

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use guildhall_model::Result;
use guildhall_model::codes::context;
use guildhall_model::ports::BreachedPasswords;

pub use build::{BuildOptions, Built, build};
use filter::{Filter, key_of};

/// Built by `scripts/common-passwords`.
static COMMON: &[u8] = include_bytes!("common.filter");

/// The filters of a server.
pub struct PasswordFilters(Arc<Vec<Filter>>);

impl PasswordFilters {
    /// `file` is the administrator's filter; empty for none. The error is a sentence.
    pub fn open(file: &str) -> std::result::Result<Self, String> {
        let common = Filter::of_bytes(COMMON).map_err(|error| format!("The built-in list of passwords cannot be read: {error}."))?;
        let mut filters = vec![common];
        if !file.is_empty() {
            filters.push(Filter::open(Path::new(file)).map_err(|error| {
                format!("The list of breached passwords {file} cannot be used: {error}. Build it with guildhall passwords build-filter.")
            })?);
        }
        Ok(Self(Arc::new(filters)))
    }
}

#[async_trait]
impl BreachedPasswords for PasswordFilters {
    async fn contains(&self, password: &str) -> Result<bool> {
        // People vary the case of a listed password, and the built-in list is in lower case.
        let mut keys = vec![key_of(password.as_bytes()), key_of(password.to_lowercase().as_bytes())];
        keys.dedup();
        let filters = Arc::clone(&self.0);
        let look_up = move || {
            for filter in filters.iter() {
                for key in &keys {
                    if filter.contains(*key)? {
                        return Ok(true);
                    }
                }
            }
            Ok::<bool, std::io::Error>(false)
        };
        match tokio::task::spawn_blocking(look_up).await {
            Ok(Ok(is_listed)) => Ok(is_listed),
            Ok(Err(error)) => Err(context::INTERNAL.with_source(error)),
            Err(error) => Err(context::INTERNAL.with_source(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_passwords_that_everybody_uses_are_built_in() {
        let filters = PasswordFilters::open("").unwrap();
        for common in ["12345678", "password1", "Password1", "QWERTYUIOP", "iloveyou", "baseball", "1qaz2wsx", "football1"] {
            assert!(filters.contains(common).await.unwrap(), "{common}");
        }
        for other in ["correct horse battery staple", "Passw0rd!longer", "another long one", "xk7 Quittenbaum", ""] {
            assert!(!filters.contains(other).await.unwrap(), "{other}");
        }
        assert!(COMMON.len() < 150_000, "{} bytes in each binary", COMMON.len());
    }

    #[tokio::test]
    async fn the_list_of_an_administrator_comes_on_top() {
        let folder = tempfile::tempdir().unwrap();
        let (list, filter) = (folder.path().join("list"), folder.path().join("filter"));
        std::fs::write(&list, "our-old-wifi-password\nStudio 2019\n").unwrap();
        build(&list, &filter, BuildOptions::default()).unwrap();
        let filters = PasswordFilters::open(filter.to_str().unwrap()).unwrap();
        for listed in ["our-old-wifi-password", "Our-Old-Wifi-Password", "Studio 2019", "12345678"] {
            assert!(filters.contains(listed).await.unwrap(), "{listed}");
        }
        assert!(!filters.contains("Studio 2020").await.unwrap());
        std::fs::write(&filter, "no filter").unwrap();
        let error = PasswordFilters::open(filter.to_str().unwrap()).err().unwrap();
        assert!(error.contains("it is no filter of passwords"), "{error}");
        assert!(PasswordFilters::open("/nowhere/filter").is_err());
    }
}
