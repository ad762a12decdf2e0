//! The database goes away under the running server: answers say so at once and in the form of errors, and when it is
//! back all goes on without a restart.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "the helpers of tests are tests")]

mod support;

use guildhall_storage::Dialect;
use guildhall_storage::testing::{Servers, is_enabled};
use serde_json::{Value, json};
use support::{CallError, PATIENCE, Running, Store};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_may_go_and_come_back() {
    may_go_and_come_back(Dialect::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mysql_may_go_and_come_back() {
    may_go_and_come_back(Dialect::Mysql).await;
}

async fn may_go_and_come_back(dialect: Dialect) {
    if !is_enabled(dialect) {
        return;
    }
    let servers = Servers::start().unwrap();
    let server = Running::start(&Store::at(&servers.database(dialect).await.unwrap())).await;
    let ada = server.sign_up("ada").await;
    let channel = server.town_square(&ada).await;
    let post = |message: &str| Some(json!({"channel_id": channel, "message": message, "pending_post_id": message}));
    server.call(&ada, "POST", "/posts", post("before")).await.unwrap();
    let posts = format!("/channels/{channel}/posts");

    // Twice: what works once may have used up what it works with.
    for round in ["first", "second"] {
        servers.crash(dialect).unwrap();
        for _ in 0..3 {
            unavailable(server.call(&ada, "GET", &posts, None)).await;
            unavailable(server.call(&ada, "POST", "/posts", post(round))).await;
            unavailable(server.call(&ada, "GET", "/users/me", None)).await;
            unavailable(server.call(&ada, "POST", "/users/login", Some(json!({"login_id": "ada", "password": "x"})))).await;
        }
        servers.revive(dialect).unwrap();
        let sent = until_served(|| server.call(&ada, "POST", "/posts", post(round))).await;
        let found = until_served(|| server.call(&ada, "GET", &posts, None)).await;
        assert_eq!(found["posts"][sent["id"].as_str().unwrap()]["message"], round);
        let times = found["posts"].as_object().unwrap().values().filter(|post| post["message"] == round).count();
        assert_eq!(times, 1, "a post that was refused is sent again and there once");
    }
    server.stop().await;
}

/// Quickly, and in the form of errors.
async fn unavailable(call: impl Future<Output = Result<Value, CallError>>) {
    let answer = tokio::time::timeout(PATIENCE, call).await.expect("an answer while people still wait for it");
    let Err(CallError::Nothing(text)) = answer else { panic!("an answer without a database: {answer:?}") };
    let body: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("no JSON: {text}"));
    assert_eq!(body["status_code"], 503, "{body}");
    assert!(body["id"].as_str().is_some_and(|id| !id.is_empty()), "{body}");
    assert!(body["message"].as_str().is_some_and(|message| !message.is_empty()), "{body}");
}

/// The first success, as a client that tries again has it.
async fn until_served<F: Future<Output = Result<Value, CallError>>>(call: impl Fn() -> F) -> Value {
    let trying = async {
        loop {
            match call().await {
                Ok(answer) => return answer,
                Err(error) => assert!(!error.is_refusal(), "{error:?}"),
            }
        }
    };
    tokio::time::timeout(PATIENCE, trying).await.expect("the server to find its database again")
}
