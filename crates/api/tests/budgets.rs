//! What one client can cause: look-ups of unknown tokens, sign-ups, typing notifications, forged addresses, and large posts.

use axum::body::Body;
use guildhall_testkit::{PASSWORD, TestServer, TestUser};
use http::Request;
use serde_json::{Value, json};

const RATE_LIMITED: &str = "api.context.rate_limited.app_error";

#[tokio::test]
async fn unknown_tokens_are_counted_before_the_database_is_asked() {
    let server = TestServer::start_with_settings(|settings| {
        settings.limits.enabled = true;
        settings.limits.requests_burst = 10;
        settings.limits.requests_per_second = 1_000_000;
    })
    .await;
    let ada = server.create_user("ada").await.connected_from("10.0.0.1");
    ada.get("/users/me").await.ok();
    let unknown = async |n: usize| ada.with_token(&format!("{n:026}")).get("/users/me").await;
    for n in 0..10 {
        assert_eq!(unknown(n).await.status, 401);
    }
    let queries = server.queries();
    for n in 10..30 {
        unknown(n).await.assert_error(429, RATE_LIMITED);
    }
    assert_eq!(server.queries(), queries);
    ada.get("/users/me").await.ok();
    ada.connected_from("10.0.0.2").with_token("y").get("/users/me").await.assert_error(401, "api.context.session_expired.app_error");
    server.clock.advance_ms(60_000);
    assert_eq!(unknown(30).await.status, 401);
}

#[tokio::test]
async fn typing_is_published_once_in_a_while() {
    let server = TestServer::start().await;
    let (ada, bob) = (server.create_user("ada").await, server.create_user("bob").await);
    let team = ada.create_team("studio").await;
    ada.add_to_team(&team, &bob).await;
    let channel = ada.create_channel(&team, "review", "O").await;
    ada.add_to_channel(&channel, &bob).await;
    let mut events = bob.subscribe().await;
    events.received_events();
    let type_often = async || {
        for _ in 0..50 {
            ada.post("/users/me/typing", json!({"channel_id": channel["id"]})).await.ok();
        }
    };
    let mut typings = || events.event_names().into_iter().filter(|name| *name == "typing").count();
    type_often().await;
    assert_eq!(typings(), 1);
    server.clock.advance_ms(1_000);
    type_often().await;
    assert_eq!(typings(), 1);
}

#[tokio::test]
async fn the_address_of_a_client_is_what_a_trusted_proxy_says() {
    let server = TestServer::start_with_settings(|settings| settings.limits.trusted_proxies = "10.0.0.9, 10.1.0.0/16".to_owned()).await;
    server.create_user("ada").await;
    let proxied = server.anonymous().connected_from("10.0.0.9");
    for (peer, header, expected) in [
        (&proxied, "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        (&proxied, "203.0.113.7:5511, 10.1.2.3", "203.0.113.7"),
        (&proxied, "forged, [2001:db8::7]:443", "2001:db8::7"),
        (&proxied, "203.0.113.7, unknown", "10.0.0.9"),
        (&server.anonymous().connected_from("10.0.0.8"), "203.0.113.7", "10.0.0.8"),
    ] {
        let login = json!({"login_id": "ada", "password": PASSWORD}).to_string();
        let request = Request::post("/api/v4/users/login").header("x-forwarded-for", header).body(Body::from(login)).unwrap();
        let response = peer.send(request).await;
        response.ok();
        let ada = server.anonymous().with_token(response.header("token"));
        let audits = ada.get("/users/me/audits").await.ok();
        assert_eq!(audits[0]["ip_address"], expected, "{header}");
        server.clock.advance_ms(1);
    }
}

/// Posts of about 60 kB each, the oldest first.
async fn create_large_posts(user: &TestUser, channel: &Value, root: &Value, count: usize) -> Vec<Value> {
    let mut posts = Vec::new();
    for _ in 0..count {
        let props = json!({"note": "x".repeat(60_000)});
        let post = json!({"channel_id": channel["id"], "root_id": root, "message": "large", "props": props});
        posts.push(user.post("/posts", post).await.ok());
    }
    posts
}

fn ids(posts: &[Value]) -> Vec<Value> {
    posts.iter().map(|post| post["id"].clone()).collect()
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap()
}

#[tokio::test]
async fn properties_are_limited() {
    let server = TestServer::start().await;
    let ada = server.create_user("ada").await;
    let team = ada.create_team("studio").await;
    let channel = ada.create_channel(&team, "review", "O").await;
    let post = |bytes: usize| json!({"channel_id": channel["id"], "message": "a", "props": {"note": "x".repeat(bytes)}});
    ada.post("/posts", post(65_000)).await.ok();
    assert_eq!(ada.post("/posts", post(66_000)).await.status, 400);
}

#[tokio::test]
async fn pages_of_large_posts_end_early_and_continue_on_the_next_page() {
    let server = TestServer::start().await;
    let ada = server.create_user("ada").await;
    let team = ada.create_team("studio").await;
    let channel = ada.create_channel(&team, "review", "O").await;
    let posts = create_large_posts(&ada, &channel, &json!(""), 150).await;
    let path = format!("/channels/{}/posts", text(&channel, "id"));

    // Backwards from the newest.
    let mut seen = Vec::new();
    let mut page = ada.get(&format!("{path}?per_page=200")).await.ok();
    loop {
        let order = page["order"].as_array().unwrap().clone();
        assert!((1..=70).contains(&order.len()), "{} posts", order.len());
        seen.extend(order.iter().cloned());
        if text(&page, "prev_post_id").is_empty() {
            break;
        }
        page = ada.get(&format!("{path}?per_page=200&before={}", order.last().unwrap().as_str().unwrap())).await.ok();
    }
    let newest_first: Vec<Value> = ids(&posts).into_iter().rev().collect();
    assert_eq!(seen[..150], newest_first);

    // Forwards from the oldest: the posts directly after it.
    let page = ada.get(&format!("{path}?per_page=200&after={}", text(&posts[0], "id"))).await.ok();
    let order = page["order"].as_array().unwrap();
    assert!(order.len() < 75);
    assert_eq!(order.last(), Some(&posts[1]["id"]));
    assert_eq!(page["next_post_id"], posts[order.len() + 1]["id"]);

    let changed = ada.get(&format!("{path}?since=1")).await.ok();
    assert!(changed["order"].as_array().unwrap().len() < 75 && changed["has_next"] == true);

    let too_many = ada.post("/posts/ids", json!(ids(&posts))).await;
    too_many.assert_error(400, "api.post.posts_by_ids.invalid_body.request_error");
    assert_eq!(ada.post("/posts/ids", json!(ids(&posts[..60]))).await.ok().as_array().unwrap().len(), 60);
}

#[tokio::test]
async fn threads_of_large_replies_have_pages() {
    let server = TestServer::start().await;
    let ada = server.create_user("ada").await;
    let team = ada.create_team("studio").await;
    let channel = ada.create_channel(&team, "review", "O").await;
    let root = ada.create_post(&channel, "the root").await;
    let replies = create_large_posts(&ada, &channel, &root["id"], 100).await;
    let path = format!("/posts/{}/thread?direction=down", text(&root, "id"));
    let first = ada.get(&path).await.ok();
    let order = first["order"].as_array().unwrap();
    assert!(order.len() < 75 && first["has_next"] == true);
    let last = &replies[order.len() - 2];
    assert_eq!(order.last(), Some(&last["id"]));
    let next = ada.get(&format!("{path}&fromPost={}&fromCreateAt={}", text(last, "id"), last["create_at"])).await.ok();
    assert_eq!((next["order"].as_array().unwrap().len(), next["has_next"] == true), (1 + 100 - (order.len() - 1), false));
}
