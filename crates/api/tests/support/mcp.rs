//! A program that speaks the Model Context Protocol.

use axum::body::Body;
use guildhall_testkit::{TestResponse, TestUser};
use http::Request;
use http::header::{ACCEPT, CONTENT_TYPE, HOST};
use serde_json::{Value, json};

/// A request of the protocol, as the user.
pub async fn request(user: &TestUser, method: &str, params: Value) -> TestResponse {
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
    let request = Request::post("/mcp")
        .header(HOST, "chat.example.com")
        .header(CONTENT_TYPE, "application/json")
        .header(ACCEPT, "application/json, text/event-stream")
        .header("mcp-protocol-version", "2025-06-18");
    user.send(request.body(Body::from(body.to_string())).unwrap()).await
}

/// What a tool answers; the text of an error is the error.
pub async fn call(user: &TestUser, tool: &str, arguments: Value) -> Result<Value, String> {
    let answer = request(user, "tools/call", json!({"name": tool, "arguments": arguments})).await.ok();
    let result = &answer["result"];
    let text = result["content"][0]["text"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned();
    if result["isError"] == true { Err(text) } else { Ok(serde_json::from_str(&text).unwrap()) }
}

/// The same of a tool that must answer.
#[track_caller]
pub fn answer(called: Result<Value, String>) -> Value {
    called.unwrap_or_else(|error| panic!("{error}"))
}
