//! Calling an integration: a request with JSON through the client that reaches no address that is not allowed.

use bytes::Bytes;
use guildhall_model::codes::{actions as codes, outgoing};
use guildhall_model::ports::{Method, OutgoingRequest, OutgoingResponse};
use guildhall_model::{Error, Result};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::actions::Actions;
use crate::webhooks::is_http_url;
use crate::worker::describe;

impl Actions<'_> {
    /// The answer; an empty one is the default. Every error is for the user whose press called the integration.
    pub(super) async fn call_integration<T: DeserializeOwned + Default>(&self, url: &str, body: &Value) -> Result<T> {
        if !is_http_url(url) {
            return Err(codes::ACTION_FAILED.with_source("its address is not an http or https one"));
        }
        let settings = self.settings();
        let json = "application/json".to_owned();
        let request = OutgoingRequest {
            method: Method::Post,
            url: url.to_owned(),
            headers: vec![("Content-Type".to_owned(), json.clone()), ("Accept".to_owned(), json)],
            body: Bytes::from(body.to_string()),
            timeout_ms: settings.integrations.timeout_ms,
            max_response_bytes: settings.posts.max_integration_response_bytes(),
        };
        let answer = self.outgoing.send(request).await.map_err(to_users_error).and_then(read_answer);
        if let Err(error) = &answer {
            tracing::info!(error = describe(error), "the integration of a button or dialog failed");
        }
        answer
    }
}

fn to_users_error(error: Error) -> Error {
    let code = if error.is(outgoing::REFUSED) { codes::ACTION_REFUSED } else { codes::ACTION_FAILED };
    code.with_source(error)
}

fn read_answer<T: DeserializeOwned + Default>(response: OutgoingResponse) -> Result<T> {
    use guildhall_model::text::{Charset, json};

    if !(200..300).contains(&response.status) {
        return Err(codes::ACTION_FAILED.with_source(format!("status {}", response.status)));
    }
    let charset = Charset::of_content_type(response.header("content-type").unwrap_or_default());
    if response.body.trim_ascii().is_empty() {
        return Ok(T::default());
    }
    json::from_slice_in(&response.body, charset).map_err(|error| codes::ACTION_FAILED.with_source(error))
}

#[cfg(test)]
mod tests {
    use serde_json::Map;

    use super::*;

    fn read(status: u16, body: &'static str) -> Result<Map<String, Value>> {
        read_answer(OutgoingResponse { status, headers: Vec::new(), body: Bytes::from_static(body.as_bytes()) })
    }

    #[test]
    fn an_answer_is_json_or_nothing() {
        assert!(read(200, "").unwrap().is_empty() && read(204, " \n").unwrap().is_empty());
        assert_eq!(read(201, r#"{"a":1}"#).unwrap().len(), 1);
        for (status, body) in [(500, "{}"), (302, ""), (200, "ok"), (200, "[]")] {
            assert!(read(status, body).unwrap_err().is(codes::ACTION_FAILED), "{status} {body}");
        }
    }
}
