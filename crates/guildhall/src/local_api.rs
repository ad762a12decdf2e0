//! The command line's client of the API: over the local socket of the server that has locked the data folder, or, if there
//! is none, through the same router in this process. Either way as the local administrator.

use std::io;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use guildhall_api::{ACT_AS, Peer};
use http::header::{CONTENT_TYPE, HOST};
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::UnixStream;
use tower::ServiceExt;

use crate::config::Config;
use crate::data_folder::{DataFolder, SocketPath};
use crate::wiring::{Server, error_message};

/// How long a running server may take for a response.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(60);
const RESPONSE_BYTES_MAX: usize = 64 * 1024 * 1024;

pub enum LocalApi {
    Socket(http1::SendRequest<Body>),
    InProcess(Box<Server>),
}

/// Why a call failed, with a message for the user.
#[derive(Debug)]
pub struct CallError {
    /// `None` if there was no response.
    pub status: Option<StatusCode>,
    pub message: String,
}

impl From<CallError> for String {
    fn from(error: CallError) -> Self {
        error.message
    }
}

impl LocalApi {
    /// Runs a verb, and closes the connection or the server after it, whatever its result.
    pub async fn with<T>(config: Config, verb: impl AsyncFnOnce(&mut Self) -> Result<T, String>) -> Result<T, String> {
        let mut api = Self::open(config).await?;
        let result = verb(&mut api).await;
        api.close().await;
        result
    }

    /// The API of a server that is opened in this process.
    pub fn in_process(server: Server) -> Self {
        Self::InProcess(Box::new(server))
    }

    async fn open(config: Config) -> Result<Self, String> {
        let path = config.startup.server.data_dir.clone();
        match DataFolder::lock_or_connect(&path, async || connect(&path).await).await? {
            Ok(folder) => {
                let server = Server::open(config, folder).await?;
                // Not among what the verb prints.
                if let Some(line) = &server.upgraded {
                    eprintln!("{line}");
                }
                Ok(Self::in_process(server))
            }
            Err(sender) => Ok(Self::Socket(sender)),
        }
    }

    /// The response of the running server only; a folder that nobody has locked is an error.
    pub async fn call_running_server(config: &Config, path: &str) -> Result<Value, String> {
        let folder = &config.startup.server.data_dir;
        let sender = connect(folder).await;
        let sender = sender.map_err(|error| format!("No server answers in the data folder {}: {error}.", folder.display()))?;
        Self::Socket(sender).call(Method::GET, path, None).await.map_err(String::from)
    }

    /// Runs the jobs that are due where no server does: in this process.
    pub async fn run_due_jobs(&self) -> Result<(), String> {
        match self {
            Self::Socket(_) => Ok(()),
            Self::InProcess(server) => {
                let ran = server.app.services.run_due_jobs().await;
                ran.map(drop).map_err(|error| error_message("The jobs could not be run", &error))
            }
        }
    }

    /// The JSON of a successful response. `path` is below `/api/v4`.
    pub async fn call(&mut self, method: Method, path: &str, body: Option<Value>) -> Result<Value, CallError> {
        self.call_as(None, method, path, body).await
    }

    /// The text of a successful response that is not JSON.
    pub async fn text(&mut self, path: &str) -> Result<String, CallError> {
        let (status, bytes) = self.request(None, Method::GET, path, None).await?;
        if status.is_success() {
            return Ok(String::from_utf8_lossy(&bytes).into_owned());
        }
        Err(error_of(status, &serde_json::from_slice(&bytes).unwrap_or_default()))
    }

    /// The same as the account of this id, which is recorded as the author.
    pub async fn call_as(&mut self, account: Option<&str>, method: Method, path: &str, body: Option<Value>) -> Result<Value, CallError> {
        let (status, bytes) = self.request(account, method, path, body).await?;
        let json: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        if status.is_success() { Ok(json) } else { Err(error_of(status, &json)) }
    }

    async fn request(
        &mut self,
        account: Option<&str>,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<(StatusCode, bytes::Bytes), CallError> {
        let no_response = |cause: String| CallError { status: None, message: format!("The server gave no answer: {cause}.") };
        let request = Request::builder().method(method).uri(format!("/api/v4{path}")).header(HOST, "localhost");
        let request = match account {
            Some(id) => request.header(ACT_AS, id),
            None => request,
        };
        let request = match body {
            Some(body) => request.header(CONTENT_TYPE, "application/json").body(Body::from(body.to_string())),
            None => request.body(Body::empty()),
        };
        let request = request.map_err(|error| no_response(error.to_string()))?;
        let response = tokio::time::timeout(RESPONSE_TIMEOUT, self.send(request)).await;
        response.map_err(|elapsed| no_response(elapsed.to_string()))?.map_err(no_response)
    }

    async fn send(&mut self, mut request: Request<Body>) -> Result<(StatusCode, bytes::Bytes), String> {
        let response: Response = match self {
            Self::Socket(sender) => {
                sender.ready().await.map_err(|error| error.to_string())?;
                sender.send_request(request).await.map_err(|error| error.to_string())?.map(Body::new)
            }
            Self::InProcess(server) => {
                request.extensions_mut().insert(Peer::LOCAL);
                server.router.clone().oneshot(request).await.unwrap_or_else(|never| match never {})
            }
        };
        let status = response.status();
        let body = Limited::new(response.into_body(), RESPONSE_BYTES_MAX).collect().await.map_err(|error| error.to_string())?;
        Ok((status, body.to_bytes()))
    }

    pub async fn close(self) {
        match self {
            Self::Socket(_) => {}
            Self::InProcess(server) => server.close().await,
        }
    }
}

fn error_of(status: StatusCode, json: &Value) -> CallError {
    let message = json["message"].as_str().map_or_else(|| format!("The server answered {status}."), str::to_owned);
    CallError { status: Some(status), message }
}

/// Whether the server of this data folder answers at its local socket.
pub async fn answers(folder: &std::path::Path, timeout: Duration) -> bool {
    let work = async {
        let mut api = LocalApi::Socket(connect(folder).await.ok()?);
        api.call(Method::GET, "/system/ping", None).await.ok()
    };
    tokio::time::timeout(timeout, work).await.is_ok_and(|response| response.is_some())
}

pub async fn connect(folder: &std::path::Path) -> io::Result<http1::SendRequest<Body>> {
    let socket = SocketPath::in_folder(folder)?;
    let stream = UnixStream::connect(&socket.path).await?;
    #[expect(clippy::disallowed_methods, reason = "not outgoing: the socket of the local server")]
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
    tokio::spawn(connection);
    Ok(sender)
}
