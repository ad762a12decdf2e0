//! The guide for administrators (`docs/ops`, and the reference of settings and metrics), built into the binary and served as pages at `/help/`, without a session: the
//! server that cannot be logged in to is the one that needs the guide.

mod page;

pub(crate) use page::escape;

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::LazyLock;

use axum::response::{IntoResponse, Redirect, Response};
use flate2::read::GzDecoder;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use crate::edge;
use crate::extract::Path;
use crate::routes::{Gate, Routes};

/// Every document by its name, as JSON (`build.rs`).
static PACKED_TEXTS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/help.json.gz"));

static STYLE: &str = include_str!("../../data/help.css");

/// The pages in the order in which an administrator reads them.
const PAGES: &[&str] = &[
    "install",
    "plan",
    "https",
    "proxy",
    "mail",
    "passwords",
    "second-factors",
    "guests",
    "integrations",
    "privacy",
    "projects",
    "messages",
    "roles",
    "moderation",
    "drafts",
    "groups",
    "profile-attributes",
    "oauth",
    "mcp",
    "announcements",
    "audit",
    "security-alerts",
    "limits",
    "monitoring",
    "disks",
    "backup",
    "upgrade",
    "FAULTS",
    "troubleshooting",
    "settings",
    "permissions",
    "metrics",
];

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.under("").get("/help", Gate::Public, redirect_to_help).get("/help/", Gate::Public, get_help_index).get(
        "/help/{page}",
        Gate::Public,
        get_help_page,
    )
}

/// Relative, so that it works below a path as well.
async fn redirect_to_help() -> Redirect {
    Redirect::permanent("help/")
}

async fn get_help_index() -> Response {
    html(page::index(&DOCUMENTS))
}

async fn get_help_page(Path(name): Path<String>) -> Response {
    if name == "style.css" {
        return ([(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "no-cache")], STYLE).into_response();
    }
    match DOCUMENTS.iter().position(|document| document.name == name) {
        Some(index) => html(page::page(&DOCUMENTS, index)),
        None => edge::not_found().await,
    }
}

fn html(page: String) -> Response {
    ([(CONTENT_TYPE, "text/html; charset=utf-8"), (CACHE_CONTROL, "no-cache")], page).into_response()
}

/// A page as it is written.
struct Document {
    name: &'static str,
    title: String,
    markdown: String,
}

/// Unpacked when a page is first read.
static DOCUMENTS: LazyLock<Vec<Document>> = LazyLock::new(|| {
    let mut texts = texts();
    let read = |name: &&'static str| {
        let markdown = texts.remove(*name)?;
        let title = markdown.lines().next().unwrap_or_default().trim_start_matches("# ").to_owned();
        Some(Document { name, title, markdown })
    };
    PAGES.iter().filter_map(read).collect()
});

fn texts() -> BTreeMap<String, String> {
    let mut json = String::new();
    let unpacked = GzDecoder::new(PACKED_TEXTS).read_to_string(&mut json);
    if let Err(error) = unpacked {
        tracing::error!(%error, "the help pages cannot be unpacked");
    }
    serde_json::from_str(&json).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_document_is_a_page() {
        let files: BTreeSet<String> = texts().into_keys().collect();
        let listed: BTreeSet<String> = PAGES.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(files, listed);
        assert!(DOCUMENTS.iter().all(|document| document.markdown.starts_with("# ")));
    }

    /// Links lead to a page, and to one of its headings.
    #[test]
    fn links_lead_somewhere() {
        let pages: Vec<(String, String)> =
            DOCUMENTS.iter().enumerate().map(|(index, document)| (document.name.to_owned(), page::page(&DOCUMENTS, index))).collect();
        for (name, html) in &pages {
            for link in html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
                let (target, heading) = link.split_once('#').unwrap_or((link, ""));
                let is_elsewhere = target.starts_with("https://") || ["./", "style.css"].contains(&target);
                let target = if target.is_empty() { name } else { target };
                let page = pages.iter().find(|(name, _)| name == target);
                assert!(is_elsewhere || page.is_some(), "{name}: {link}");
                let has_heading = page.is_some_and(|(_, html)| html.contains(&format!("id=\"{heading}\"")));
                assert!(heading.is_empty() || has_heading, "{name}: {link}");
            }
        }
    }
}
