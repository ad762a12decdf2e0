//! Where the servers for tests are, and names on them.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::Dialect;

/// Set by `scripts/test-databases`.
const POSTGRES_URL: &str = "GUILDHALL_TEST_POSTGRES_URL";
const MYSQL_URL: &str = "GUILDHALL_TEST_MYSQL_URL";

/// The error and its cause, for the message of a failed test.
pub fn explain(error: &guildhall_model::Error) -> String {
    match &error.source {
        Some(source) => format!("{error} ({source})"),
        None => error.to_string(),
    }
}

pub(super) fn url_variable(dialect: Dialect) -> &'static str {
    if dialect == Dialect::Mysql { MYSQL_URL } else { POSTGRES_URL }
}

pub(super) fn admin_url(dialect: Dialect) -> Result<url::Url, String> {
    let variable = url_variable(dialect);
    let text = std::env::var(variable).map_err(|_| {
        format!("there is no {dialect} database to test on ({variable} is not set): run make test, or scripts/test-databases")
    })?;
    url::Url::parse(&text).map_err(|error| format!("{variable}: {error}"))
}

pub(super) fn with_database(admin: &url::Url, name: &str) -> url::Url {
    let mut url = admin.clone();
    url.set_path(name);
    url
}

#[expect(clippy::disallowed_methods, reason = "tests of several processes share the servers")]
pub(super) fn unique_name() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("guildhall_test_{}_{count}_{:08x}", std::process::id(), rand::random::<u32>())
}
