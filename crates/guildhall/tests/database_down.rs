//! An outage of the database of a running server: requests fail fast with 503, and succeed without a restart when the
//! database is back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test helpers")]

mod support;

use guildhall_storage::Dialect;
use guildhall_storage::testing::{Servers, is_enabled};
use serde_json::{Value, json};
use support::{CallError, ServerProcess, TEST_TIMEOUT, TestStore};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_survives_an_outage_of_postgres() {
    survives_an_outage(Dialect::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_survives_an_outage_of_mysql() {
    survives_an_outage(Dialect::Mysql).await;
}

async fn survives_an_outage(dialect: Dialect) {
    if !is_enabled(dialect) {
        return;
    }
    let servers = Servers::start().unwrap();
    let server = ServerProcess::start(&TestStore::at(&servers.database(dialect).await.unwrap())).await;
    let ada = server.sign_up("ada").await;
    let channel = server.town_square(&ada).await;
    let post = |message: &str| Some(json!({"channel_id": channel, "message": message, "pending_post_id": message}));
    server.call(&ada, "POST", "/posts", post("before")).await.unwrap();
    let posts = format!("/channels/{channel}/posts");

    // Twice, to find resources that the first recovery used up.
    for round in ["first", "second"] {
        servers.crash(dialect).unwrap();
        for _ in 0..3 {
            assert_unavailable(server.call(&ada, "GET", &posts, None)).await;
            assert_unavailable(server.call(&ada, "POST", "/posts", post(round))).await;
            assert_unavailable(server.call(&ada, "GET", "/users/me", None)).await;
            assert_unavailable(server.call(&ada, "POST", "/users/login", Some(json!({"login_id": "ada", "password": "x"})))).await;
        }
        servers.revive(dialect).unwrap();
        let sent = retry_until_served(|| server.call(&ada, "POST", "/posts", post(round))).await;
        let found = retry_until_served(|| server.call(&ada, "GET", &posts, None)).await;
        assert_eq!(found["posts"][sent["id"].as_str().unwrap()]["message"], round);
        let times = found["posts"].as_object().unwrap().values().filter(|post| post["message"] == round).count();
        assert_eq!(times, 1, "a rejected post that is sent again is stored once");
    }
    server.stop().await;
}

/// Asserts a prompt 503 in the form of API errors.
async fn assert_unavailable(call: impl Future<Output = Result<Value, CallError>>) {
    let result = tokio::time::timeout(TEST_TIMEOUT, call).await.expect("a response before the timeout");
    let Err(CallError::Unavailable(text)) = result else { panic!("a response without a database: {result:?}") };
    let body: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("no JSON: {text}"));
    assert_eq!(body["status_code"], 503, "{body}");
    assert!(body["id"].as_str().is_some_and(|id| !id.is_empty()), "{body}");
    assert!(body["message"].as_str().is_some_and(|message| !message.is_empty()), "{body}");
}

/// Repeats a call until it succeeds, as clients do.
async fn retry_until_served<F: Future<Output = Result<Value, CallError>>>(call: impl Fn() -> F) -> Value {
    let retries = async {
        loop {
            match call().await {
                Ok(answer) => return answer,
                Err(error) => assert!(!error.is_rejection(), "{error:?}"),
            }
        }
    };
    tokio::time::timeout(TEST_TIMEOUT, retries).await.expect("the server did not reconnect")
}
