//! The parts of an upload, one after the other as they arrive; files pass through, short texts are kept.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use bytes::Bytes;
use futures::{Stream, StreamExt};
use guildhall_model::codes::files as codes;
use guildhall_model::ports::ByteStream;
use guildhall_model::{Error, Result};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Request};
use multer::{Field, Multipart};

/// Longest text of a part that is no file, in bytes.
const TEXT_BYTES_MAX: usize = 4 * 1024;
/// Parts of one request.
const PARTS_MAX: usize = 256;

/// A sender from whom nothing more comes for so long is gone; however long the whole may take.
const PAUSE_MAX: Duration = Duration::from_secs(120);

/// The boundary, where a request says that it has parts.
pub(crate) fn boundary(headers: &HeaderMap) -> Option<Result<String>> {
    let kind = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    if !kind.trim_start().to_ascii_lowercase().starts_with("multipart/") {
        return None;
    }
    Some(multer::parse_boundary(kind).map_err(broken))
}

pub(crate) struct Parts {
    inner: Multipart<'static>,
    left: usize,
}

impl Parts {
    pub(crate) fn of(request: Request<Body>, boundary: String) -> Self {
        Self { inner: Multipart::new(arriving(request.into_body(), PAUSE_MAX), boundary), left: PARTS_MAX }
    }

    #[cfg(test)]
    fn from_stream(stream: impl futures::Stream<Item = std::io::Result<bytes::Bytes>> + Send + 'static, boundary: &str) -> Self {
        Self { inner: Multipart::new(stream, boundary), left: PARTS_MAX }
    }

    /// The next part. The one before it must be gone by then.
    pub(crate) async fn next(&mut self) -> Result<Option<Part>> {
        self.left = self.left.checked_sub(1).ok_or(codes::BAD_MULTIPART)?;
        Ok(self.inner.next_field().await.map_err(broken)?.map(Part))
    }
}

pub(crate) struct Part(Field<'static>);

impl Part {
    pub(crate) fn name(&self) -> &str {
        self.0.name().unwrap_or_default()
    }

    pub(crate) fn filename(&self) -> &str {
        self.0.file_name().unwrap_or_default()
    }

    pub(crate) fn into_stream(self) -> ByteStream<'static> {
        Box::pin(self.0.map(|chunk| chunk.map_err(broken)))
    }

    /// The whole part, where it is short.
    pub(crate) async fn bytes(mut self, limit_bytes: usize) -> Result<Option<Vec<u8>>> {
        let mut whole = Vec::new();
        while let Some(chunk) = self.0.chunk().await.map_err(broken)? {
            if whole.len() + chunk.len() > limit_bytes {
                return Ok(None);
            }
            whole.extend_from_slice(&chunk);
        }
        Ok(Some(whole))
    }

    pub(crate) async fn text(self) -> Result<String> {
        let bytes = self.bytes(TEXT_BYTES_MAX).await?.ok_or(codes::BAD_MULTIPART)?;
        String::from_utf8(bytes).map_err(|error| codes::BAD_MULTIPART.because(error))
    }
}

/// The body as a stream that says in our words where it broke off.
pub(crate) fn body_stream(request: Request<Body>) -> ByteStream<'static> {
    Box::pin(arriving(request.into_body(), PAUSE_MAX).map(|chunk| chunk.map_err(|error| codes::INTERRUPTED.because(error))))
}

/// What the body brings, until it is whole, breaks off, or pauses for too long. Only waiting for the sender counts.
fn arriving(body: Body, pause_max: Duration) -> impl Stream<Item = Result<Bytes, axum::Error>> + Send {
    futures::stream::unfold(Some(body.into_data_stream()), move |body: Option<BodyDataStream>| async move {
        let mut body = body?;
        match tokio::time::timeout(pause_max, body.next()).await {
            Ok(chunk) => chunk.map(|chunk| (chunk, Some(body))),
            Err(late) => Some((Err(axum::Error::new(late)), None)),
        }
    })
}

fn broken(error: multer::Error) -> Error {
    match error {
        multer::Error::StreamReadFailed(_)
        | multer::Error::IncompleteFieldData { .. }
        | multer::Error::IncompleteHeaders
        | multer::Error::IncompleteStream => codes::INTERRUPTED.because(error),
        error => codes::BAD_MULTIPART.because(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &'static str) -> Parts {
        let chunks: Vec<_> = text.as_bytes().chunks(7).map(|chunk| Ok(Bytes::from_static(chunk))).collect();
        Parts::from_stream(futures::stream::iter(chunks), "b")
    }

    #[tokio::test]
    async fn parts_come_in_their_order() {
        let mut parts = parts(
            "--b\r\nContent-Disposition: form-data; name=\"channel_id\"\r\n\r\nabc\r\n\
             --b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a b.txt\"\r\n\r\nline\r\nline\r\n--b--\r\n",
        );
        let first = parts.next().await.unwrap().unwrap();
        assert_eq!((first.name(), first.filename()), ("channel_id", ""));
        assert_eq!(first.text().await.unwrap(), "abc");
        let second = parts.next().await.unwrap().unwrap();
        assert_eq!((second.name(), second.filename()), ("files", "a b.txt"));
        assert_eq!(second.bytes(100).await.unwrap().unwrap(), b"line\r\nline");
        assert!(parts.next().await.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_part_that_breaks_off_is_an_interruption() {
        for cut in ["--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a\"\r\n\r\nhalf a fi", "--b\r\nContent-Dispo", ""] {
            let mut parts = parts(cut);
            let outcome = match parts.next().await {
                Ok(Some(part)) => part.bytes(100).await.map(|_| ()),
                Ok(None) => Ok(()),
                Err(error) => Err(error),
            };
            assert!(outcome.unwrap_err().is(codes::INTERRUPTED), "{cut:?}");
        }
    }

    #[tokio::test]
    async fn a_text_is_short_and_utf8() {
        let long = format!("--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n{}\r\n--b--\r\n", "x".repeat(5000));
        let mut parts = parts(long.leak());
        assert!(parts.next().await.unwrap().unwrap().text().await.unwrap_err().is(codes::BAD_MULTIPART));
    }

    #[tokio::test]
    async fn a_sender_who_falls_silent_is_not_waited_for() {
        let sent = futures::stream::iter([Ok::<_, std::io::Error>("some")]).chain(futures::stream::pending());
        let got: Vec<_> = arriving(Body::from_stream(sent), Duration::from_millis(1)).collect().await;
        assert!(matches!(&got[..], [Ok(some), Err(_)] if some == "some"), "{got:?}");
    }
}
