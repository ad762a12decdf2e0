//! Each of Mattermost's operations is either in the route table or in `tests/compat/unimplemented.txt`.
//! `GUILDHALL_BLESS=1` rewrites the list.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use guildhall_testkit::TestServer;

fn compat(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/compat").join(file)
}

/// Method and path without the names of parameters. `me` counts as a parameter.
pub fn normalised(method: &str, path: &str) -> String {
    let segments: Vec<String> = path
        .split('/')
        .map(|segment| match segment.split_once('{') {
            _ if segment == "me" => "{}".to_owned(),
            Some((before, rest)) => format!("{before}{{}}{}", rest.split_once('}').map_or("", |(_, after)| after)),
            None => segment.to_owned(),
        })
        .collect();
    format!("{method} {}", segments.join("/"))
}

/// The operations by normalised route, with the line to print.
pub fn operations() -> BTreeMap<String, String> {
    let text = fs::read_to_string(compat("operations.tsv")).unwrap();
    let rows = text.lines().skip(1).filter(|line| !line.is_empty());
    rows.map(|line| {
        let fields: Vec<&str> = line.split('\t').collect();
        let [method, path, operation] = fields[..] else { panic!("three fields: {line}") };
        (normalised(method, path), format!("{method} {path} {operation}"))
    })
    .collect()
}

#[tokio::test]
async fn every_operation_is_served_or_listed() {
    let server = TestServer::start().await;
    let served: BTreeSet<String> = server.routes().iter().map(|route| normalised(route.method, &route.path)).collect();
    let operations = operations();
    let missing: BTreeSet<&str> = operations.iter().filter(|(key, _)| !served.contains(*key)).map(|(_, line)| line.as_str()).collect();

    let file = compat("unimplemented.txt");
    if std::env::var_os("GUILDHALL_BLESS").is_some() {
        fs::write(&file, missing.iter().map(|line| format!("{line}\n")).collect::<String>()).unwrap();
    }
    let listed = fs::read_to_string(&file).unwrap_or_default();
    let listed: BTreeSet<&str> = listed.lines().filter(|line| !line.is_empty()).collect();
    let unlisted: Vec<_> = missing.difference(&listed).collect();
    let served_now: Vec<_> = listed.difference(&missing).collect();
    assert!(unlisted.is_empty(), "neither served nor listed: {unlisted:#?}");
    assert!(served_now.is_empty(), "listed, but served (or no operation at all): {served_now:#?}");
}

/// No two operations normalise to the same route.
#[test]
fn operations_are_distinct() {
    let rows = fs::read_to_string(compat("operations.tsv")).unwrap().lines().skip(1).count();
    assert_eq!(operations().len(), rows);
}

/// The OpenAPI description is committed, so that changes show in review.
#[tokio::test]
async fn the_openapi_description_matches_the_reference() {
    let server = TestServer::start().await;
    let described = server.anonymous().get("/openapi.json").await.ok();
    let text = format!("{}\n", serde_json::to_string_pretty(&described).unwrap());
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/openapi.json");
    if std::env::var_os("GUILDHALL_BLESS").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, &text).unwrap();
    }
    let committed = fs::read_to_string(&file).unwrap_or_default();
    assert!(committed == text, "docs/reference/openapi.json is outdated; GUILDHALL_BLESS=1 rewrites it");
    let ids: Vec<&serde_json::Value> = described["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|path| path.as_object().unwrap().values())
        .map(|operation| &operation["operationId"])
        .collect();
    let distinct: BTreeSet<String> = ids.iter().map(ToString::to_string).collect();
    assert_eq!(distinct.len(), server.routes().len(), "each operation has an id of its own");
}
