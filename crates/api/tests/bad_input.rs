//! Every route with invalid input: the response is a success or one of our errors, never a 5xx, and rejected requests
//! change nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::proof::fixture::{Fixture, Role, Target};
use crate::proof::mutations::mutations;
use crate::proof::requests::{Case, FilledRequest};
use guildhall_api::Route;
use guildhall_testkit::{TestResponse, TestServer};
use http::{Method, Request, StatusCode};
use tokio::sync::Mutex;

#[tokio::test(flavor = "multi_thread")]
async fn invalid_input_never_causes_a_server_error() {
    let only = std::env::var("GUILDHALL_ONLY").unwrap_or_default();
    let mut routes = TestServer::start().await.routes().to_vec();
    routes.retain(|route| format!("{} {} {}", route.method, route.path, route.operation).contains(&only));
    let routes = Arc::new(Mutex::new(routes));
    let workers: Vec<_> = (0..std::thread::available_parallelism().map_or(2, usize::from))
        .map(|_| {
            let routes = Arc::clone(&routes);
            tokio::spawn(async move {
                let mut violations = Vec::new();
                let mut fixture = Fixture::new().await;
                loop {
                    let Some(route) = routes.lock().await.pop() else { return violations };
                    fixture = send_mutations(&route, fixture, &mut violations).await;
                }
            })
        })
        .collect();
    let mut violations = Vec::new();
    for worker in workers {
        violations.extend(worker.await.unwrap());
    }
    violations.sort();
    assert!(violations.is_empty(), "{} violations\n{}", violations.len(), violations.join("\n"));
}

/// Returns the fixture for the next route: a new one where this route changed it.
async fn send_mutations(route: &Route, mut fixture: Fixture, violations: &mut Vec<String>) -> Fixture {
    let role = if route.gate == "system" { Role::Admin } else { Role::Owner };
    let mut is_changed = false;
    for case in Case::of(route).into_iter().filter(|case| case.target == Target::Private) {
        let mut mutated_requests = mutations(&case.request(&fixture).await, &route.path);
        let mut state = Some(snapshot(&fixture).await);
        for number in 0..mutated_requests.len() {
            let (description, mutated) = &mutated_requests[number];
            let Some(answer) = send(&fixture, role, mutated).await else { continue };
            if let Some(violation) = violation_of(&answer) {
                violations.push(format!("{} {} {description}: {violation}", route.method, route.path));
            }
            if answer.status == 401 && route.gate != "public" && !can_read_post(&fixture, role).await {
                violations.push(format!("{} {} {description}: the session was lost", route.method, route.path));
                fixture = Fixture::new().await;
                mutated_requests = mutations(&case.request(&fixture).await, &route.path);
            }
            if answer.status < 400 && route.method != "GET" {
                state = None;
                is_changed = true;
                if !can_read_post(&fixture, role).await {
                    fixture = Fixture::new().await;
                    mutated_requests = mutations(&case.request(&fixture).await, &route.path);
                }
            }
        }
        // Nothing may change where all requests were rejected.
        if let Some(before) = state {
            let after = snapshot(&fixture).await;
            if after != before {
                violations.push(format!("{} {}: a rejected request changed something\n{before}\n{after}", route.method, route.path));
            }
        }
    }
    if is_changed { Fixture::new().await } else { fixture }
}

/// Whether the caller can still read the post of the fixture.
async fn can_read_post(fixture: &Fixture, role: Role) -> bool {
    let post = fixture.post(Target::Private)["id"].as_str().unwrap();
    fixture.person(role).get(&format!("/posts/{post}")).await.status == 200
}

/// `None` where the request cannot be expressed in HTTP.
async fn send(fixture: &Fixture, role: Role, mutated: &FilledRequest) -> Option<TestResponse> {
    mutated.address.parse::<http::Uri>().ok()?;
    if let Some(content_type) = &mutated.content_type {
        http::HeaderValue::from_str(content_type).ok()?;
    }
    Some(fixture.person(role).send(mutated.build()).await)
}

fn violation_of(answer: &TestResponse) -> Option<String> {
    let text = || answer.text().chars().take(300).collect::<String>();
    if answer.status >= 500 && answer.status != 501 {
        return Some(format!("{} {}", answer.status, text()));
    }
    if answer.status < 400 {
        return None;
    }
    // A person's browser is shown a page.
    if answer.request.starts_with("GET /oauth/authorize") && answer.header("content-type").starts_with("text/html") {
        return None;
    }
    let body: serde_json::Value = match serde_json::from_slice(&answer.body) {
        Ok(body) => body,
        Err(_) => return Some(format!("{} without JSON: {}", answer.status, text())),
    };
    let filled = |name: &str| body[name].as_str().is_some_and(|text| !text.is_empty());
    let is_ours = filled("id") && filled("message") && filled("request_id") && body["status_code"] == answer.status;
    // RFC 6749, section 5.2, and RFC 7591, section 3.2.2.
    let is_of_rfc = answer.request.contains("/oauth/") && filled("error") && filled("error_description");
    (!is_ours && !is_of_rfc).then(|| format!("{}, not in the form of errors: {}", answer.status, text()))
}

/// The state that a rejected request must not change.
async fn snapshot(fixture: &Fixture) -> String {
    let owner = fixture.person(Role::Owner);
    let team = fixture.team["id"].as_str().unwrap();
    let mut paths = vec![
        "/users/me".to_owned(),
        "/users/me/teams".to_owned(),
        format!("/teams/{team}"),
        format!("/teams/{team}/members"),
        format!("/teams/{team}/channels"),
        format!("/users/me/teams/{team}/channels"),
        format!("/users/me/teams/{team}/channels/categories"),
        "/users/me/preferences".to_owned(),
        "/emoji".to_owned(),
        format!("/hooks/incoming?team_id={team}"),
    ];
    for target in Target::ALL {
        let channel = fixture.channel(target)["id"].as_str().unwrap();
        paths.extend(["", "/members", "/posts", "/stats"].map(|part| format!("/channels/{channel}{part}")));
    }
    let mut state = String::new();
    for path in paths {
        let answer = owner.get(&path).await;
        state.push_str(&format!("{path} {} {}\n", answer.status, answer.text()));
    }
    // The ids of requests in errors differ.
    state.lines().map(|line| line.split("\"request_id\"").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn unknown_routes_and_methods_are_not_found() {
    let server = TestServer::start().await;
    let somebody = server.create_user("somebody").await;
    for path in [
        "//api/v4/nothing",
        "//api/v4",
        "//api/v4/",
        "//api/v5/users",
        "//api/v4/users/me/nothing",
        "//api/v4/%00",
        "//api/v4/%ff",
        "//api/v4/..%2f..",
    ] {
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            for person in [&server.anonymous(), &somebody] {
                let answer = person.call(method.clone(), path, None).await;
                answer.assert_error(404, "api.context.404.app_error");
            }
        }
    }
    let routes: BTreeSet<(String, String)> = server.routes().iter().map(|route| (route.method.to_owned(), route.path.clone())).collect();
    for path in routes.iter().map(|(_, path)| path).collect::<BTreeSet<_>>() {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"] {
            // A path may also match another route with a parameter.
            let is_routed = routes.iter().any(|(other, pattern)| other == method && matches(pattern, path));
            if is_routed {
                continue;
            }
            let request = Request::builder().method(method).uri(path.replace(['{', '}'], "")).body(axum::body::Body::empty()).unwrap();
            let answer = somebody.send(request).await;
            assert!(
                [StatusCode::NOT_FOUND, StatusCode::METHOD_NOT_ALLOWED].contains(&StatusCode::from_u16(answer.status).unwrap()),
                "{}",
                answer.request
            );
            assert_eq!(violation_of(&answer), None, "{}", answer.request);
        }
    }
}

fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), path.split('/').collect());
    pattern.len() == path.len() && pattern.iter().zip(&path).all(|(part, other)| part == other || part.contains('{'))
}
