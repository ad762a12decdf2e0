//! A test's user: sends requests to the server with its own token.

use axum::Router;
use axum::body::Body;
use guildhall_api::{App, Peer};
use guildhall_model::id::UserId;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{EventStream, PASSWORD, TestResponse};

#[derive(Clone)]
pub struct TestUser {
    app: App,
    router: Router,
    /// The connection's properties as the listener would set them.
    pub peer: Peer,
    pub token: Option<String>,
    /// All zero without an account.
    pub id: UserId,
    pub username: String,
}

impl TestUser {
    pub(crate) fn anonymous(app: App, router: Router) -> Self {
        Self { app, router, peer: Peer::default(), token: None, id: UserId::from_bytes([0; 16]), username: String::new() }
    }

    pub(crate) async fn sign_up(app: App, router: Router, username: &str) -> Self {
        let mut user = Self::anonymous(app, router);
        let account = json!({"email": format!("{username}@example.com"), "username": username, "password": PASSWORD});
        let account = user.post("/users", account).await.ok();
        user.id = account["id"].as_str().unwrap().parse().unwrap();
        user.username = username.to_owned();
        user.log_in().await;
        user
    }

    /// Creates a session and uses its token from now on.
    pub async fn log_in(&mut self) {
        self.token = None;
        let response = self.post("/users/login", json!({"login_id": self.username, "password": PASSWORD})).await;
        response.ok();
        self.token = Some(response.header("token").to_owned());
    }

    /// The same user with another token, e.g. an access token.
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The same user, connected from this address.
    pub fn connected_from(&self, address: &str) -> Self {
        let address = std::net::SocketAddr::new(address.parse().expect("an address"), 1_000);
        Self { peer: Peer::tcp(address), ..self.clone() }
    }

    pub async fn get(&self, path: &str) -> TestResponse {
        self.call(Method::GET, path, None).await
    }
    pub async fn post(&self, path: &str, body: Value) -> TestResponse {
        self.call(Method::POST, path, Some(body)).await
    }
    pub async fn put(&self, path: &str, body: Value) -> TestResponse {
        self.call(Method::PUT, path, Some(body)).await
    }
    pub async fn patch(&self, path: &str, body: Value) -> TestResponse {
        self.call(Method::PATCH, path, Some(body)).await
    }
    pub async fn delete(&self, path: &str) -> TestResponse {
        self.call(Method::DELETE, path, None).await
    }

    /// `path` is relative to the API; a path that starts with `//` is relative to the server's root.
    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> TestResponse {
        let request = Request::builder().method(method).uri(uri(path));
        let request = match body {
            Some(body) => request.header(CONTENT_TYPE, "application/json").body(Body::from(body.to_string())),
            None => request.body(Body::empty()),
        };
        self.send(request.expect("a request")).await
    }

    /// Sends any request, with the user's token unless the request has one.
    pub async fn send(&self, mut request: Request<Body>) -> TestResponse {
        if let Some(token) = &self.token
            && !request.headers().contains_key(AUTHORIZATION)
        {
            request.headers_mut().insert(AUTHORIZATION, format!("Bearer {token}").parse().expect("a token"));
        }
        request.extensions_mut().insert(self.peer);
        let user = if self.token.is_some() { &self.username } else { "anonymous" };
        let description = format!("{} {} as {user}", request.method(), request.uri());
        let response = self.router.clone().oneshot(request).await.expect("a response");
        TestResponse::new(description, response).await
    }

    /// Sends a multipart request of (part, file name, bytes); a part without a file name is a field.
    pub async fn upload(&self, path: &str, parts: &[(&str, Option<&str>, &[u8])]) -> TestResponse {
        let mut body = Vec::new();
        for (name, file, bytes) in parts {
            let file = file.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
            body.extend_from_slice(format!("--frontier\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--frontier--\r\n");
        let request = Request::post(uri(path)).header(CONTENT_TYPE, "multipart/form-data; boundary=frontier");
        self.send(request.body(Body::from(body)).expect("a request")).await
    }

    /// Connects to the realtime hub and receives the user's events from now on.
    pub async fn subscribe(&self) -> EventStream {
        EventStream::open(&self.app, self.token.as_deref().expect("a user who is logged in")).await
    }

    /// Creates an open team.
    pub async fn create_team(&self, name: &str) -> Value {
        self.post("/teams", json!({"name": name, "display_name": name, "type": "O"})).await.ok()
    }

    /// Creates a channel; `kind` is "O" or "P".
    pub async fn create_channel(&self, team: &Value, name: &str, kind: &str) -> Value {
        let channel = json!({"team_id": team["id"], "name": name, "display_name": name, "type": kind});
        self.post("/channels", channel).await.ok()
    }

    /// Adds another user to a team.
    pub async fn add_to_team(&self, team: &Value, other: &Self) {
        let id = team["id"].as_str().unwrap();
        self.post(&format!("/teams/{id}/members"), json!({"team_id": id, "user_id": other.id})).await.ok();
    }

    /// Adds another user to a channel.
    pub async fn add_to_channel(&self, channel: &Value, other: &Self) {
        let id = channel["id"].as_str().unwrap();
        self.post(&format!("/channels/{id}/members"), json!({"user_id": other.id})).await.ok();
    }

    /// Creates a post and returns it.
    pub async fn create_post(&self, channel: &Value, message: &str) -> Value {
        self.post("/posts", json!({"channel_id": channel["id"], "message": message})).await.ok()
    }
}

fn uri(path: &str) -> String {
    match path.strip_prefix("//") {
        Some(rooted) => format!("/{rooted}"),
        None => format!("/api/v4{path}"),
    }
}
