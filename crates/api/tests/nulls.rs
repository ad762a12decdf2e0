//! Fields that are `null` are as if they were not given, in every operation: Go's clients send all fields that they know.

use std::collections::BTreeSet;
use std::path::Path;

use guildhall_testkit::TestResponse;
use serde_json::{Map, Value};

use crate::proof::fixture::{Fixture, Role, Target};
use crate::proof::requests::{Case, FilledRequest};

/// The names of all fields in the types of the API.
fn names_of_fields() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../wire/src"), &mut names);
    names
}

fn collect(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, names);
            continue;
        }
        for line in std::fs::read_to_string(&path).unwrap().lines().map(str::trim) {
            let renamed = line.split_once("rename = \"").and_then(|(_, rest)| rest.split('"').next());
            let field = line.strip_prefix("pub ").and_then(|rest| rest.split_once(": ")).map(|(name, _)| name);
            let is_name = |name: &&str| !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
            names.extend([renamed, field].into_iter().flatten().filter(is_name).map(str::to_owned));
        }
    }
}

/// The objects of a body, down to the first one of each list.
fn objects(value: &mut Value) -> Vec<&mut Map<String, Value>> {
    match value {
        Value::Object(fields) => vec![fields],
        Value::Array(items) => items.first_mut().map(objects).unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// The body could not be read, whatever it asks for.
fn is_unreadable(answer: &TestResponse) -> bool {
    answer.status == 400 && answer.text().contains("api.context.invalid_body_param.app_error") && answer.text().contains("The body ")
}

async fn send(fixture: &Fixture, role: Role, request: &FilledRequest, body: &Value) -> TestResponse {
    fixture.person(role).send(FilledRequest { body: body.to_string().into_bytes(), ..request.clone() }.build()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn null_is_as_good_as_nothing_in_every_field_of_every_operation() {
    let names = names_of_fields();
    assert!(names.len() > 300 && names.contains("team_ids") && names.contains("type"), "{names:?}");
    let mut fixture = Fixture::new().await;
    let (mut violations, mut fields_count) = (Vec::new(), 0);
    for route in fixture.server.routes().to_vec() {
        let role = if route.gate == "system" { Role::Admin } else { Role::Owner };
        let Some(case) = Case::of(&route).into_iter().find(|case| case.target == Target::Private) else { continue };
        let request = case.request(&fixture).await;
        if request.content_type.as_deref() != Some("application/json") {
            continue;
        }
        let valid: Value = serde_json::from_slice(&request.body).unwrap();
        if is_unreadable(&send(&fixture, role, &request, &valid).await) {
            violations.push(format!("{} {}: the valid body", route.method, route.path));
        }
        // Those that are not in the body, all at once.
        let mut more = valid.clone();
        for fields in objects(&mut more) {
            names.iter().filter(|name| !valid.to_string().contains(&format!("\"{name}\""))).for_each(|name| {
                fields.insert(name.clone(), Value::Null);
            });
        }
        if is_unreadable(&send(&fixture, role, &request, &more).await) {
            violations.push(format!("{} {}: a field that was left out", route.method, route.path));
        }
        // Each of those that are.
        let own: Vec<String> = objects(&mut valid.clone()).into_iter().flat_map(|fields| fields.keys().cloned()).collect();
        for name in own {
            let (mut null, mut without) = (valid.clone(), valid.clone());
            objects(&mut null).into_iter().for_each(|fields| {
                fields.insert(name.clone(), Value::Null);
            });
            objects(&mut without).into_iter().for_each(|fields| {
                fields.remove(&name);
            });
            fields_count += 1;
            if is_unreadable(&send(&fixture, role, &request, &null).await)
                && !is_unreadable(&send(&fixture, role, &request, &without).await)
            {
                violations.push(format!("{} {}: {name}", route.method, route.path));
            }
        }
        let post = fixture.post(Target::Private)["id"].as_str().unwrap();
        if fixture.person(role).get(&format!("/posts/{post}")).await.status != 200 {
            fixture = Fixture::new().await;
        }
    }
    assert!(violations.is_empty(), "{} violations\n{}", violations.len(), violations.join("\n"));
    assert!(fields_count > 200, "{fields_count} fields were sent");
}
