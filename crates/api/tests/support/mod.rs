//! Another program's server, which hears what is sent to it and answers what it was told to.

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use http::{Method, StatusCode, Uri};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// Only ever waited for when a test is about to fail.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub struct Heard {
    pub method: Method,
    pub uri: Uri,
    pub body: String,
}

impl Heard {
    /// A value of the form that was sent, as the body or in the address.
    pub fn form(&self, name: &str) -> String {
        let form = if self.method == Method::GET { self.uri.query().unwrap_or_default() } else { &self.body };
        let decode = |text: &str| percent_encoding::percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
        let pairs = form.split('&').filter_map(|pair| pair.split_once('='));
        pairs.filter(|(key, _)| decode(key) == name).map(|(_, value)| decode(value)).next().unwrap_or_else(|| panic!("no {name} in {form}"))
    }
}

pub struct Program {
    pub url: String,
    heard: UnboundedReceiver<Heard>,
}

impl Program {
    /// Answers every request with this.
    pub async fn that_answers(status: u16, kind: &'static str, body: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (sender, heard) = unbounded_channel();
        let handler = move |method: Method, uri: Uri, bytes: Bytes| {
            let _ = sender.send(Heard { method, uri, body: String::from_utf8_lossy(&bytes).into_owned() });
            async move { (StatusCode::from_u16(status).unwrap(), [("content-type", kind)], body) }
        };
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(handler)).await });
        Self { url, heard }
    }

    pub async fn next(&mut self) -> Heard {
        tokio::time::timeout(PATIENCE, self.heard.recv()).await.expect("nobody called").unwrap()
    }

    pub fn was_left_alone(&mut self) -> bool {
        self.heard.try_recv().is_err()
    }
}
