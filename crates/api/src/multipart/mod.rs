//! The parts of a multipart request, read one after the other: files are streamed, short texts are buffered.

mod disposition;

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use bytes::Bytes;
use futures::{Stream, StreamExt};
use guildhall_model::codes::files as codes;
use guildhall_model::ports::ByteStream;
use guildhall_model::text::Charset;
use guildhall_model::{Error, Result};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderMap, Request};
use multer::{Field, Multipart};

use disposition::Disposition;

/// Longest part that is not a file, in bytes.
const TEXT_BYTES_MAX: usize = 4 * 1024;
/// Most parts of one request.
const PARTS_MAX: usize = 256;

/// A body is interrupted when nothing arrives for this long; the total time is not limited.
const IDLE_TIMEOUT: Duration = Duration::from_secs(120);

/// The boundary of a multipart request; `None` for other content types.
pub(crate) fn boundary(headers: &HeaderMap) -> Option<Result<String>> {
    let kind = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    if !kind.trim_start().to_ascii_lowercase().starts_with("multipart/") {
        return None;
    }
    Some(multer::parse_boundary(kind).map_err(to_error))
}

pub(crate) struct Parts {
    inner: Multipart<'static>,
    parts_left: usize,
}

impl Parts {
    pub(crate) fn new(request: Request<Body>, boundary: String) -> Self {
        Self { inner: Multipart::new(with_idle_timeout(request.into_body(), IDLE_TIMEOUT), boundary), parts_left: PARTS_MAX }
    }

    #[cfg(test)]
    fn from_stream(stream: impl futures::Stream<Item = std::io::Result<bytes::Bytes>> + Send + 'static, boundary: &str) -> Self {
        Self { inner: Multipart::new(stream, boundary), parts_left: PARTS_MAX }
    }

    /// The next part. The previous one has to be dropped before.
    pub(crate) async fn next(&mut self) -> Result<Option<Part>> {
        self.parts_left = self.parts_left.checked_sub(1).ok_or(codes::BAD_MULTIPART)?;
        Ok(self.inner.next_field().await.map_err(to_error)?.map(Part::new))
    }
}

pub(crate) struct Part {
    disposition: Disposition,
    field: Field<'static>,
}

impl Part {
    fn new(field: Field<'static>) -> Self {
        let header = field.headers().get(CONTENT_DISPOSITION).map(|value| value.as_bytes()).unwrap_or_default();
        Self { disposition: Disposition::parse(header), field }
    }

    pub(crate) fn name(&self) -> &str {
        &self.disposition.name
    }

    pub(crate) fn filename(&self) -> &str {
        &self.disposition.filename
    }

    /// The character set that the part names.
    pub(crate) fn charset(&self) -> Charset {
        charset_of(self.field.headers())
    }

    pub(crate) fn into_stream(self) -> ByteStream<'static> {
        Box::pin(self.field.map(|chunk| chunk.map_err(to_error)))
    }

    /// The complete part; `None` where it is longer than `limit_bytes`.
    pub(crate) async fn bytes(mut self, limit_bytes: usize) -> Result<Option<Vec<u8>>> {
        let mut bytes = Vec::new();
        while let Some(chunk) = self.field.chunk().await.map_err(to_error)? {
            if bytes.len() + chunk.len() > limit_bytes {
                return Ok(None);
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(Some(bytes))
    }

    pub(crate) async fn text(self) -> Result<String> {
        let charset = self.charset();
        let bytes = self.bytes(TEXT_BYTES_MAX).await?.ok_or(codes::BAD_MULTIPART)?;
        Ok(charset.decode_text(&bytes))
    }
}

/// The character set that a request or a part names in its `Content-Type`.
pub(crate) fn charset_of(headers: &HeaderMap) -> Charset {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type.map_or_else(Charset::default, Charset::of_content_type)
}

/// The body as a stream whose errors are ours.
pub(crate) fn body_stream(request: Request<Body>) -> ByteStream<'static> {
    Box::pin(with_idle_timeout(request.into_body(), IDLE_TIMEOUT).map(|chunk| chunk.map_err(|error| codes::INTERRUPTED.with_source(error))))
}

/// The body's chunks until it is complete, interrupted, or idle for too long. Only the time that we wait for the client
/// counts.
fn with_idle_timeout(body: Body, idle_timeout: Duration) -> impl Stream<Item = Result<Bytes, axum::Error>> + Send {
    futures::stream::unfold(Some(body.into_data_stream()), move |body: Option<BodyDataStream>| async move {
        let mut body = body?;
        match tokio::time::timeout(idle_timeout, body.next()).await {
            Ok(chunk) => chunk.map(|chunk| (chunk, Some(body))),
            Err(elapsed) => Some((Err(axum::Error::new(elapsed)), None)),
        }
    })
}

fn to_error(error: multer::Error) -> Error {
    match error {
        multer::Error::StreamReadFailed(_)
        | multer::Error::IncompleteFieldData { .. }
        | multer::Error::IncompleteHeaders
        | multer::Error::IncompleteStream => codes::INTERRUPTED.with_source(error),
        error => codes::BAD_MULTIPART.with_source(error),
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
    async fn parts_are_read_in_order() {
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
    async fn an_incomplete_part_is_reported_as_interrupted() {
        for cut in ["--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a\"\r\n\r\nhalf a fi", "--b\r\nContent-Dispo", ""] {
            let mut parts = parts(cut);
            let result = match parts.next().await {
                Ok(Some(part)) => part.bytes(100).await.map(|_| ()),
                Ok(None) => Ok(()),
                Err(error) => Err(error),
            };
            assert!(result.unwrap_err().is(codes::INTERRUPTED), "{cut:?}");
        }
    }

    #[tokio::test]
    async fn a_text_that_is_too_long_is_rejected() {
        let long = format!("--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n{}\r\n--b--\r\n", "x".repeat(5000));
        let mut parts = parts(long.leak());
        assert!(parts.next().await.unwrap().unwrap().text().await.unwrap_err().is(codes::BAD_MULTIPART));
    }

    #[tokio::test]
    async fn an_idle_body_is_interrupted() {
        let sent = futures::stream::iter([Ok::<_, std::io::Error>("some")]).chain(futures::stream::pending());
        let chunks: Vec<_> = with_idle_timeout(Body::from_stream(sent), Duration::from_millis(1)).collect().await;
        assert!(matches!(&chunks[..], [Ok(some), Err(_)] if some == "some"), "{chunks:?}");
    }
}
