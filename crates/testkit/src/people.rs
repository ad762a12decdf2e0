//! People in a test: each speaks to the server with their own token.

use axum::Router;
use axum::body::Body;
use guildhall_api::{App, Peer};
use guildhall_model::id::UserId;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{Answer, Ears, PASSWORD};

#[derive(Clone)]
pub struct Person {
    app: App,
    router: Router,
    /// What the listener would say of the connection.
    pub peer: Peer,
    pub token: Option<String>,
    /// All zero for nobody.
    pub id: UserId,
    pub username: String,
}

impl Person {
    pub(crate) fn nobody(app: App, router: Router) -> Self {
        Self { app, router, peer: Peer::default(), token: None, id: UserId::from_bytes([0; 16]), username: String::new() }
    }

    pub(crate) async fn sign_up(app: App, router: Router, username: &str) -> Self {
        let mut person = Self::nobody(app, router);
        let account = json!({"email": format!("{username}@example.com"), "username": username, "password": PASSWORD});
        let account = person.post("/users", account).await.ok();
        person.id = account["id"].as_str().unwrap().parse().unwrap();
        person.username = username.to_owned();
        person.log_in().await;
        person
    }

    /// A new session, used from here on.
    pub async fn log_in(&mut self) {
        self.token = None;
        let answer = self.post("/users/login", json!({"login_id": self.username, "password": PASSWORD})).await;
        answer.ok();
        self.token = Some(answer.header("token").to_owned());
    }

    /// The same person with another token (an access token, say).
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PUT, path, Some(body)).await
    }
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PATCH, path, Some(body)).await
    }
    pub async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, None).await
    }

    /// Paths are those of the API; one that starts with `//` is taken from the server's root.
    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let request = Request::builder().method(method).uri(uri(path));
        let request = match body {
            Some(body) => request.header(CONTENT_TYPE, "application/json").body(Body::from(body.to_string())),
            None => request.body(Body::empty()),
        };
        self.send(request.expect("a request")).await
    }

    /// Any request, with the person's token where it brings none.
    pub async fn send(&self, mut request: Request<Body>) -> Answer {
        if let Some(token) = &self.token
            && !request.headers().contains_key(AUTHORIZATION)
        {
            request.headers_mut().insert(AUTHORIZATION, format!("Bearer {token}").parse().expect("a token"));
        }
        request.extensions_mut().insert(self.peer);
        let name = format!("{} {} as {}", request.method(), request.uri(), if self.token.is_some() { &self.username } else { "nobody" });
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        Answer::of(name, response).await
    }

    /// A multipart upload: (part, file name, bytes); a part without a file name is a field.
    pub async fn upload(&self, path: &str, parts: &[(&str, Option<&str>, &[u8])]) -> Answer {
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

    /// A live connection: what the person's client would be sent from now on.
    pub async fn listen(&self) -> Ears {
        Ears::open(&self.app, self.token.as_deref().expect("somebody who is logged in")).await
    }

    /// A new open team of this person's.
    pub async fn team(&self, name: &str) -> Value {
        self.post("/teams", json!({"name": name, "display_name": name, "type": "O"})).await.ok()
    }

    /// A new channel of this person's: `kind` is "O" or "P".
    pub async fn channel(&self, team: &Value, name: &str, kind: &str) -> Value {
        let channel = json!({"team_id": team["id"], "name": name, "display_name": name, "type": kind});
        self.post("/channels", channel).await.ok()
    }

    /// Brings somebody into a team.
    pub async fn bring_to_team(&self, team: &Value, other: &Self) {
        let id = team["id"].as_str().unwrap();
        self.post(&format!("/teams/{id}/members"), json!({"team_id": id, "user_id": other.id})).await.ok();
    }

    /// Brings somebody into a channel.
    pub async fn bring_to_channel(&self, channel: &Value, other: &Self) {
        let id = channel["id"].as_str().unwrap();
        self.post(&format!("/channels/{id}/members"), json!({"user_id": other.id})).await.ok();
    }

    /// A message; the post comes back.
    pub async fn say(&self, channel: &Value, message: &str) -> Value {
        self.post("/posts", json!({"channel_id": channel["id"], "message": message})).await.ok()
    }
}

fn uri(path: &str) -> String {
    match path.strip_prefix("//") {
        Some(rooted) => format!("/{rooted}"),
        None => format!("/api/v4{path}"),
    }
}
