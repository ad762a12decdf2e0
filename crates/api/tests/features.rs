//! The table of features, compared with the routes and the client configuration.

use std::collections::BTreeSet;

use guildhall_model::settings::Audience;
use guildhall_testkit::TestServer;
use guildhall_wire::features::{self, State};
use serde_json::json;

use crate::operations::{normalised, operations};

fn operation_key(operation: &str) -> String {
    let (method, path) = operation.split_once(' ').expect("method and path");
    normalised(method, &format!("/api/v4{path}"))
}

#[tokio::test]
async fn a_feature_is_served_if_all_its_operations_are() {
    let server = TestServer::start().await;
    let served: BTreeSet<String> = server.routes().iter().map(|route| normalised(route.method, &route.path)).collect();
    let all_operations = operations();
    for feature in features::all() {
        let name = feature.name;
        for operation in feature.operations {
            assert!(all_operations.contains_key(&operation_key(operation)), "{name}: {operation} is not in tests/compat/operations.tsv");
        }
        let missing: Vec<_> = feature.operations.iter().filter(|operation| !served.contains(&operation_key(operation))).collect();
        match feature.state {
            State::Served => assert!(missing.is_empty(), "{name} is listed as served without {missing:?}"),
            State::Absent => assert!(!missing.is_empty(), "{name} has all its operations: it is served, or disabled for a reason"),
            State::Disabled(reason) => assert!(missing.is_empty() && !reason.is_empty(), "{name} is absent: {missing:?}"),
        }
    }
}

#[tokio::test]
async fn the_client_configuration_matches_the_features() {
    let server = TestServer::start().await;
    let ann = server.create_user("ann").await;
    let (anonymous, member) =
        (server.anonymous().get("/config/client?format=old").await.ok(), ann.get("/config/client?format=old").await.ok());
    for feature in features::all() {
        for (name, value) in feature.client_values(Audience::Public) {
            assert_eq!((&anonymous[name], &member[name]), (&json!(value), &json!(value)), "{name}");
        }
        for (name, value) in feature.client_values(Audience::LoggedIn) {
            assert_eq!((anonymous.get(name), &member[name]), (None, &json!(value)), "{name}");
        }
    }
    assert_eq!(server.anonymous().get("/license/client?format=old").await.ok(), json!(features::license()));
}
