//! The description of the API in OpenAPI 3.1, generated from the route table: routes, required permissions, and the
//! form of errors. The types of bodies are Mattermost's and are not described.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guildhall_wire::API_LEVEL;
use http::header::{CONTENT_TYPE, HeaderValue};
use serde_json::{Map, Value, json};

use crate::App;
use crate::routes::{Gate, Route, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.under("/api/v4").get("/openapi.json", Gate::Public, get_openapi)
}

async fn get_openapi(State(app): State<App>) -> Response {
    let table = app.routes.get().map(Vec::as_slice).unwrap_or_default();
    let description = app.openapi.get_or_init(|| describe(table).to_string().into()).clone();
    ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], description).into_response()
}

/// The description of these routes, as JSON with sorted keys.
pub fn describe(table: &[Route]) -> Value {
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    let mut ids = BTreeSet::new();
    for route in table {
        let mut described = operation(route);
        // One handler may serve several routes.
        if !ids.insert(described["operationId"].to_string()) {
            described["operationId"] = format!("{}_{}", route.method.to_lowercase(), route.path.replace(['/', '{', '}'], "_")).into();
        }
        paths.entry(&route.path).or_default().insert(route.method.to_lowercase(), described);
    }
    let tags: BTreeSet<&str> = table.iter().map(|route| tag(&route.path)).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Guildhall",
            "description": format!("Compatible with Mattermost's REST API v4, level {API_LEVEL}."),
            "version": API_LEVEL,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "tags": tags.into_iter().map(|name| json!({"name": name})).collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "cookie": {
                    "type": "apiKey", "in": "cookie", "name": crate::cookies::AUTH_TOKEN,
                    "description": "Writes also need the header X-CSRF-Token or X-Requested-With.",
                },
            },
            "responses": {"Error": {
                "description": "Bad input, a missing permission, or something that is not there.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
            }},
            "schemas": {"Error": {
                "type": "object",
                "required": ["id", "message", "detailed_error", "request_id", "status_code"],
                "properties": {
                    "id": {"type": "string"},
                    "message": {"type": "string"},
                    "detailed_error": {"type": "string"},
                    "request_id": {"type": "string"},
                    "status_code": {"type": "integer"},
                },
            }},
        },
    })
}

fn operation(route: &Route) -> Value {
    let mut operation = json!({
        "operationId": format!("{}_{}", route.method.to_lowercase(), route.operation),
        "summary": summary(route.operation),
        "tags": [tag(&route.path)],
        "responses": {
            "2XX": {"description": "Done."},
            "default": {"$ref": "#/components/responses/Error"},
        },
    });
    let parameters: Vec<Value> =
        parameters(&route.path).map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}})).collect();
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    operation["security"] = if route.gate == Gate::Public.name() { json!([]) } else { json!([{"token": []}, {"cookie": []}]) };
    if !route.permission.is_empty() {
        operation["x-permission"] = route.permission.into();
    }
    operation
}

fn parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|segment| segment.split_once('{')?.1.split_once('}').map(|(name, _)| name))
}

/// The resource: the first segment below the API's root.
fn tag(path: &str) -> &str {
    path.trim_start_matches("/api/v4").split('/').find(|segment| !segment.is_empty()).unwrap_or("server")
}

/// `create_post` is "Create post".
fn summary(operation: &str) -> String {
    let words = operation.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_is_described_with_its_parameters_and_gate() {
        let route = Route {
            method: "PUT",
            path: "/api/v4/channels/{channel_id}/members/{user_id}/roles".to_owned(),
            gate: "session",
            permission: "",
            operation: "update_channel_roles",
            local: true,
        };
        let described = describe(std::slice::from_ref(&route));
        let operation = &described["paths"][&route.path]["put"];
        assert_eq!(operation["summary"], "Update channel roles");
        assert_eq!(operation["tags"], json!(["channels"]));
        let names: Vec<_> = operation["parameters"].as_array().unwrap().iter().map(|parameter| parameter["name"].clone()).collect();
        assert_eq!(names, ["channel_id", "user_id"]);
        assert_eq!(operation["security"].as_array().unwrap().len(), 2);
    }
}
