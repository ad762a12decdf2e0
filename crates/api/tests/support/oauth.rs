//! An app, and the person who authorizes it, as they speak to the OAuth provider.

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use guildhall_testkit::{TestResponse, TestServer, TestUser};
use http::Request;
use http::header::{CONTENT_TYPE, LOCATION};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub const CALLBACK: &str = "https://app.example.com/back";
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

pub fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER))
}

/// An app as its own server or device knows it.
#[derive(Clone)]
pub struct OAuthClient {
    pub anonymous: TestUser,
    pub id: String,
    /// Empty for a public app.
    pub secret: String,
}

/// A pair of tokens.
#[derive(Debug, Clone)]
pub struct Tokens {
    pub access: String,
    pub refresh: String,
    pub answer: Value,
}

pub fn encode(fields: &[(&str, &str)]) -> String {
    let escape = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    fields.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect::<Vec<_>>().join("&")
}

/// A parameter of an address.
pub fn param(address: &str, name: &str) -> Option<String> {
    let (_, query) = address.split_once('?')?;
    let value = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")))?;
    Some(percent_decode_str(&value.replace('+', " ")).decode_utf8().unwrap().into_owned())
}

impl OAuthClient {
    /// An app that an administrator makes, with these fields changed.
    pub async fn create(server: &TestServer, root: &TestUser, changes: Value) -> Self {
        let mut app = json!({
            "name": "Calendar", "description": "Meetings", "callback_urls": [CALLBACK, "http://127.0.0.1/back"],
            "homepage": "https://app.example.com",
        });
        for (name, value) in changes.as_object().unwrap() {
            app[name] = value.clone();
        }
        let made = root.post("/oauth/apps", app).await.ok();
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        Self { anonymous: server.anonymous(), id: text("id"), secret: text("client_secret") }
    }

    /// What the web client sends when the person allows it.
    pub fn request(&self) -> Value {
        json!({
            "response_type": "code", "client_id": self.id, "redirect_uri": CALLBACK, "state": "a b", "scope": "user",
            "code_challenge": challenge(), "code_challenge_method": "S256",
        })
    }

    pub async fn authorize(&self, person: &TestUser) -> TestResponse {
        person.post("//oauth/authorize", self.request()).await
    }

    pub async fn code(&self, person: &TestUser) -> String {
        let redirect = self.authorize(person).await.ok()["redirect"].as_str().unwrap().to_owned();
        param(&redirect, "code").unwrap_or_else(|| panic!("no code in {redirect}"))
    }

    /// A browser that comes from the app: the page, or where it goes on.
    pub async fn open(&self, person: &TestUser, changes: &[(&str, &str)]) -> TestResponse {
        let request = self.request();
        let mut fields: Vec<(&str, &str)> =
            request.as_object().unwrap().iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
        for (name, value) in changes {
            fields.retain(|(other, _)| other != name);
            fields.push((name, value));
        }
        person.get(&format!("//oauth/authorize?{}", encode(&fields))).await
    }

    pub async fn token_request(&self, fields: &[(&str, &str)]) -> TestResponse {
        let request = Request::post("/oauth/access_token").header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.anonymous.send(request.body(Body::from(encode(fields))).unwrap()).await
    }

    pub async fn exchange(&self, code: &str) -> TestResponse {
        self.token_request(&[
            ("grant_type", "authorization_code"),
            ("client_id", &self.id),
            ("client_secret", &self.secret),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ])
        .await
    }

    pub async fn refresh(&self, refresh: &str) -> TestResponse {
        let fields =
            [("grant_type", "refresh_token"), ("client_id", &self.id), ("client_secret", &self.secret), ("refresh_token", refresh)];
        self.token_request(&fields).await
    }

    /// The tokens of a person who allows it.
    pub async fn tokens(&self, person: &TestUser) -> Tokens {
        tokens_of(&self.exchange(&self.code(person).await).await)
    }
}

#[track_caller]
pub fn tokens_of(answer: &TestResponse) -> Tokens {
    let answer = answer.ok();
    let text = |name: &str| answer[name].as_str().unwrap().to_owned();
    Tokens { access: text("access_token"), refresh: text("refresh_token"), answer: answer.clone() }
}

#[track_caller]
pub fn assert_rfc_error(answer: &TestResponse, status: u16, error: &str) {
    let body = answer.json();
    assert_eq!((answer.status, &body["error"]), (status, &json!(error)), "{}: {body}", answer.request);
    assert!(body["error_description"].as_str().is_some_and(|text| !text.is_empty()), "{body}");
    assert_eq!(answer.header("cache-control"), "no-store");
}

pub fn location(answer: &TestResponse) -> &str {
    assert_eq!(answer.status, 302, "{}: {}", answer.request, answer.text());
    answer.header(LOCATION.as_str())
}
