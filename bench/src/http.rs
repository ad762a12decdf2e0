//! One keep-alive HTTP/1.1 connection, driven by the task that uses it: no pool and no second task per client.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{HeaderMap, HeaderValue, Method, Request};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use tokio::net::TcpStream;

/// A request without an answer for so long has failed.
const ANSWER_TIME: Duration = Duration::from_secs(60);
/// How much of a body an error shows.
const SHOWN_CHARS: usize = 300;

/// Where the server listens: `host:port`.
#[derive(Debug, Clone)]
pub struct Address {
    authority: String,
    host: HeaderValue,
}

impl Address {
    /// From `http://host:port`.
    pub fn parse(url: &str) -> Result<Self> {
        let authority = url.trim_end_matches('/').strip_prefix("http://").filter(|rest| !rest.contains('/') && rest.contains(':'));
        let authority = authority.ok_or_else(|| anyhow!("{url} is not of the form http://HOST:PORT"))?.to_owned();
        Ok(Self { host: HeaderValue::from_str(&authority)?, authority })
    }

    pub fn authority(&self) -> &str {
        &self.authority
    }

    pub async fn connect(&self) -> Result<TcpStream> {
        let stream = TcpStream::connect(&self.authority).await.with_context(|| format!("connecting to {}", self.authority))?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

/// A successful answer.
pub struct Answer {
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(&self.body).with_context(|| format!("an unexpected answer: {}", shown(&self.body)))
    }
}

type Connection = Pin<Box<dyn Future<Output = hyper::Result<()>> + Send>>;

pub struct HttpClient {
    sender: SendRequest<Full<Bytes>>,
    connection: Connection,
    host: HeaderValue,
    authorization: Option<HeaderValue>,
}

impl HttpClient {
    pub async fn connect(address: &Address) -> Result<Self> {
        let (sender, connection) = http1::handshake(TokioIo::new(address.connect().await?)).await?;
        Ok(Self { sender, connection: Box::pin(connection), host: address.host.clone(), authorization: None })
    }

    /// Sends the following requests as the user of this header.
    pub fn authorize(&mut self, authorization: &HeaderValue) -> &mut Self {
        self.authorization = Some(authorization.clone());
        self
    }

    pub async fn get(&mut self, path: &str) -> Result<Answer> {
        self.call(Method::GET, path, Bytes::new()).await
    }

    pub async fn post(&mut self, path: &str, body: impl Into<Bytes>) -> Result<Answer> {
        self.call(Method::POST, path, body.into()).await
    }

    /// `path` is below `/api/v4`. Anything but a 2xx is an error.
    async fn call(&mut self, method: Method, path: &str, body: Bytes) -> Result<Answer> {
        let exchange = tokio::time::timeout(ANSWER_TIME, self.exchange(method.clone(), path, body));
        match exchange.await {
            Ok(answer) => answer.with_context(|| format!("{method} {path}")),
            Err(_) => bail!("{method} {path}: no answer within {} s", ANSWER_TIME.as_secs()),
        }
    }

    async fn exchange(&mut self, method: Method, path: &str, body: Bytes) -> Result<Answer> {
        let mut request = Request::builder().method(method).uri(format!("/api/v4{path}")).header(HOST, self.host.clone());
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization.clone());
        }
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let request = request.body(Full::new(body))?;
        let sender = &mut self.sender;
        let exchange = async {
            sender.ready().await?;
            let (head, body) = sender.send_request(request).await?.into_parts();
            hyper::Result::Ok((head, body.collect().await?.to_bytes()))
        };
        let (head, body) = tokio::select! {
            biased;
            answer = exchange => answer?,
            end = &mut self.connection => bail!("the connection ended: {end:?}"),
        };
        if !head.status.is_success() {
            bail!("{}: {}", head.status, shown(&body));
        }
        Ok(Answer { headers: head.headers, body })
    }
}

fn shown(body: &[u8]) -> String {
    String::from_utf8_lossy(body).chars().take(SHOWN_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_plain_http_with_a_port() {
        assert_eq!(Address::parse("http://127.0.0.1:8065/").unwrap().authority(), "127.0.0.1:8065");
        for wrong in ["https://127.0.0.1:8065", "http://127.0.0.1", "http://127.0.0.1:1/x", "127.0.0.1:1"] {
            assert!(Address::parse(wrong).is_err(), "{wrong}");
        }
    }
}
