//! Whatever is sent, the answer is a success or one of our errors, never a 5xx; and what was refused changed nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::proof::requests::{Case, Filled};
use crate::proof::spoil;
use crate::proof::world::{Role, Scene, World};
use guildhall_api::Route;
use guildhall_testkit::{Answer, TestServer};
use http::{Method, Request, StatusCode};
use tokio::sync::Mutex;

#[tokio::test(flavor = "multi_thread")]
async fn no_input_breaks_a_route() {
    let only = std::env::var("GUILDHALL_ONLY").unwrap_or_default();
    let mut routes = TestServer::start().await.routes().to_vec();
    routes.retain(|route| format!("{} {} {}", route.method, route.path, route.operation).contains(&only));
    let routes = Arc::new(Mutex::new(routes));
    let workers: Vec<_> = (0..std::thread::available_parallelism().map_or(2, usize::from))
        .map(|_| {
            let routes = Arc::clone(&routes);
            tokio::spawn(async move {
                let mut wrong = Vec::new();
                let mut world = World::new().await;
                loop {
                    let Some(route) = routes.lock().await.pop() else { return wrong };
                    world = spoil_one(&route, world, &mut wrong).await;
                }
            })
        })
        .collect();
    let mut wrong = Vec::new();
    for worker in workers {
        wrong.extend(worker.await.unwrap());
    }
    wrong.sort();
    assert!(wrong.is_empty(), "{} wrong answers\n{}", wrong.len(), wrong.join("\n"));
}

/// Returns a world for the next route: the same one where nothing was changed in it.
async fn spoil_one(route: &Route, mut world: World, wrong: &mut Vec<String>) -> World {
    let role = if route.gate == "system" { Role::Admin } else { Role::Owner };
    let mut is_changed = false;
    for case in Case::of(route).into_iter().filter(|case| case.scene == Scene::Private) {
        let mut ways = spoil::ways(&case.request(&world).await, &route.path);
        let mut state = Some(state_of(&world).await);
        for number in 0..ways.len() {
            let (what, spoilt) = &ways[number];
            let Some(answer) = send(&world, role, spoilt).await else { continue };
            if let Some(complaint) = complaint(&answer) {
                wrong.push(format!("{} {} {what}: {complaint}", route.method, route.path));
            }
            if answer.status == 401 && route.gate != "public" && !is_intact(&world, role).await {
                wrong.push(format!("{} {} {what}: the session was lost", route.method, route.path));
                world = World::new().await;
                ways = spoil::ways(&case.request(&world).await, &route.path);
            }
            if answer.status < 400 && route.method != "GET" {
                state = None;
                is_changed = true;
                if !is_intact(&world, role).await {
                    world = World::new().await;
                    ways = spoil::ways(&case.request(&world).await, &route.path);
                }
            }
        }
        // Where all was refused, all is as it was.
        if let Some(before) = state {
            let after = state_of(&world).await;
            if after != before {
                wrong.push(format!("{} {}: something was refused and written all the same\n{before}\n{after}", route.method, route.path));
            }
        }
    }
    if is_changed { World::new().await } else { world }
}

/// Whether there is still something to break.
async fn is_intact(world: &World, role: Role) -> bool {
    let post = world.post(Scene::Private)["id"].as_str().unwrap();
    world.person(role).get(&format!("/posts/{post}")).await.status == 200
}

/// None where it cannot even be put as HTTP.
async fn send(world: &World, role: Role, spoilt: &Filled) -> Option<Answer> {
    spoilt.address.parse::<http::Uri>().ok()?;
    if let Some(content_type) = &spoilt.content_type {
        http::HeaderValue::from_str(content_type).ok()?;
    }
    Some(world.person(role).send(spoilt.build()).await)
}

fn complaint(answer: &Answer) -> Option<String> {
    let text = || answer.text().chars().take(300).collect::<String>();
    if answer.status >= 500 && answer.status != 501 {
        return Some(format!("{} {}", answer.status, text()));
    }
    if answer.status < 400 {
        return None;
    }
    let body: serde_json::Value = match serde_json::from_slice(&answer.body) {
        Ok(body) => body,
        Err(_) => return Some(format!("{} without JSON: {}", answer.status, text())),
    };
    let filled = |name: &str| body[name].as_str().is_some_and(|text| !text.is_empty());
    let is_ours = filled("id") && filled("message") && filled("request_id") && body["status_code"] == answer.status;
    (!is_ours).then(|| format!("{}, not in the form of errors: {}", answer.status, text()))
}

/// What a refused request must leave as it was.
async fn state_of(world: &World) -> String {
    let owner = world.person(Role::Owner);
    let team = world.team["id"].as_str().unwrap();
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
    for scene in Scene::ALL {
        let channel = world.channel(scene)["id"].as_str().unwrap();
        paths.extend(["", "/members", "/posts", "/stats"].map(|part| format!("/channels/{channel}{part}")));
    }
    let mut state = String::new();
    for path in paths {
        let answer = owner.get(&path).await;
        state.push_str(&format!("{path} {} {}\n", answer.status, answer.text()));
    }
    // Every answer names its request anew, where it is an error.
    state.lines().map(|line| line.split("\"request_id\"").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn unknown_routes_and_methods_are_not_found() {
    let server = TestServer::start().await;
    let somebody = server.person("somebody").await;
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
            for who in [&server.nobody(), &somebody] {
                let answer = who.call(method.clone(), path, None).await;
                answer.refused(404, "api.context.404.app_error");
            }
        }
    }
    let known: BTreeSet<(String, String)> = server.routes().iter().map(|route| (route.method.to_owned(), route.path.clone())).collect();
    for path in known.iter().map(|(_, path)| path).collect::<BTreeSet<_>>() {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"] {
            // An address may also be another route's with a parameter in that place.
            let reached = known.iter().any(|(other, pattern)| other == method && matches(pattern, path));
            if reached {
                continue;
            }
            let request = Request::builder().method(method).uri(path.replace(['{', '}'], "")).body(axum::body::Body::empty()).unwrap();
            let answer = somebody.send(request).await;
            assert!(
                [StatusCode::NOT_FOUND, StatusCode::METHOD_NOT_ALLOWED].contains(&StatusCode::from_u16(answer.status).unwrap()),
                "{}",
                answer.request
            );
            assert_eq!(complaint(&answer), None, "{}", answer.request);
        }
    }
}

fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), path.split('/').collect());
    pattern.len() == path.len() && pattern.iter().zip(&path).all(|(part, other)| part == other || part.contains('{'))
}
