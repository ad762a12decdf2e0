//! Requests to an object storage, by the project's own client of HTTP.

use std::error::Error as StdError;
use std::time::Duration;

use bytes::Bytes;
use guildhall_model::codes::outgoing;
use guildhall_model::ports::{Method, OutgoingHttp, OutgoingRequest, OutgoingResponse};
use url::Url;

use super::address::S3Address;
use super::answer;
use crate::storage::StorageError;
use crate::storage::remote::{Failure, Timing};

/// From the moment of a request on; a server whose clock differs by more says so.
pub(super) const SIGNATURE_VALIDITY: Duration = Duration::from_secs(15 * 60);
/// Slower lines are taken for broken ones.
const BYTES_PER_SECOND_MIN: u64 = 32 * 1024;
/// Of lists and errors: a page of 1000 names has about 400 KB.
const TEXT_BYTES_MAX: usize = 4 * 1024 * 1024;

pub(super) struct Requests<'a> {
    pub address: &'a S3Address,
    pub http: &'a dyn OutgoingHttp,
    pub timing: Timing,
}

/// A part of an object.
pub(super) struct Received {
    pub body: Bytes,
    /// Of the whole object, where the server tells.
    pub total_bytes: Option<u64>,
}

impl Requests<'_> {
    /// An object, a range of it (offset, length), or a list. Beyond the end there is nothing.
    pub async fn get(&self, url: Url, range: Option<(u64, u64)>, file: Option<&str>) -> Result<Received, Failure> {
        let headers = range.map(|(offset, length)| ("range".to_owned(), format!("bytes={offset}-{}", offset + length.saturating_sub(1))));
        let length = range.map_or(0, |(_, length)| usize::try_from(length).unwrap_or(usize::MAX));
        let answer = self.send(Method::Get, url, headers.into_iter().collect(), Bytes::new(), length).await?;
        match (answer.status, range) {
            (416, Some(_)) => Ok(Received { body: Bytes::new(), total_bytes: None }),
            (200..=299, Some((offset, _))) => {
                // A server that knows no ranges sends the whole object.
                let is_part = answer.status == 206;
                let total = answer.header("content-range").and_then(|range| range.rsplit_once('/')?.1.parse().ok());
                let whole = usize::try_from(offset).unwrap_or(usize::MAX);
                let body = if is_part { answer.body } else { answer.body.slice(whole.min(answer.body.len())..) };
                Ok(Received { body, total_bytes: total })
            }
            (200..=299, None) => Ok(Received { body: answer.body, total_bytes: None }),
            _ => Err(answer::failure(self.address, &answer, file)),
        }
    }

    /// The entity tag of what was stored.
    pub async fn put(&self, url: Url, body: Bytes) -> Result<String, Failure> {
        let answer = self.succeed(Method::Put, url, body).await?;
        Ok(answer.header("etag").unwrap_or_default().to_owned())
    }

    pub async fn post(&self, url: Url, body: Bytes) -> Result<Bytes, Failure> {
        self.succeed(Method::Post, url, body).await.map(|answer| answer.body)
    }

    /// Completes an upload. The status comes before the end of the work, so that an error may follow in the body.
    pub async fn complete(&self, url: Url, body: Bytes) -> Result<(), Failure> {
        let answer = self.succeed(Method::Post, url, body).await?;
        if String::from_utf8_lossy(&answer.body).contains("<Error>") {
            let late = OutgoingResponse { status: 500, ..answer };
            return Err(answer::failure(self.address, &late, None));
        }
        Ok(())
    }

    /// What is absent is no error.
    pub async fn delete(&self, url: Url) -> Result<(), Failure> {
        let answer = self.send(Method::Delete, url, Vec::new(), Bytes::new(), 0).await?;
        match answer.status {
            200..=299 => Ok(()),
            404 if !String::from_utf8_lossy(&answer.body).contains("<Code>NoSuchBucket</Code>") => Ok(()),
            _ => Err(answer::failure(self.address, &answer, None)),
        }
    }

    async fn succeed(&self, method: Method, url: Url, body: Bytes) -> Result<OutgoingResponse, Failure> {
        let answer = self.send(method, url, Vec::new(), body, 0).await?;
        if (200..=299).contains(&answer.status) { Ok(answer) } else { Err(answer::failure(self.address, &answer, None)) }
    }

    async fn send(
        &self,
        method: Method,
        url: Url,
        headers: Vec<(String, String)>,
        body: Bytes,
        length: usize,
    ) -> Result<OutgoingResponse, Failure> {
        let transfer = Duration::from_secs((body.len() + length) as u64 / BYTES_PER_SECOND_MIN);
        let timeout = self.timing.answer + transfer;
        let request = OutgoingRequest {
            method,
            url: url.into(),
            headers,
            body,
            // Told apart from other failures by who waits: the client's own limit is a little later.
            timeout_ms: u64::try_from((timeout * 2).as_millis()).unwrap_or(u64::MAX),
            max_response_bytes: length.saturating_add(TEXT_BYTES_MAX),
        };
        let location = self.address.to_string();
        match tokio::time::timeout(timeout, self.http.send(request)).await {
            Ok(Ok(answer)) => Ok(answer),
            Err(_) => Err(Failure::Passing(StorageError::TimedOut { location })),
            Ok(Err(error)) => {
                let unusable = |reason| StorageError::Unusable { location, reason };
                if error.is(outgoing::FAILED) {
                    Err(Failure::Passing(unusable(last_cause(&error))))
                } else {
                    Err(Failure::Lasting(unusable(last_cause(&error))))
                }
            }
        }
    }

    /// An answer in another syntax: perhaps no object storage at all.
    pub fn unreadable(&self, error: &dyn StdError) -> Failure {
        tracing::debug!(%error, "an object storage has answered in another syntax");
        let location = self.address.to_string();
        Failure::Lasting(StorageError::Unusable { location, reason: "it does not answer like an object storage (S3)".to_owned() })
    }
}

/// The innermost error says what has happened: "Connection refused".
fn last_cause(error: &(dyn StdError + 'static)) -> String {
    let (mut text, mut cause) = (error.to_string(), error.source());
    while let Some(error) = cause {
        text = error.to_string();
        cause = error.source();
    }
    text.trim_end_matches('.').to_owned()
}
