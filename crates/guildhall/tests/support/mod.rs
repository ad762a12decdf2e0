//! Helpers that run the real binary as a process with a database of its own.
#![allow(dead_code, unused_macros, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod small_disk;

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use guildhall_storage::testing::{self, TestDatabase};
use guildhall_storage::{DatabaseUrl, Dialect};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

/// Reached only when a test fails.
pub const TEST_TIMEOUT: Duration = Duration::from_secs(30);
pub const PASSWORD: &str = "Passw0rd!longer";

/// Runs an `async fn(Dialect)` as tests on each database: `name::{sqlite, postgres, mysql}`.
macro_rules! on_every_database {
    ($name:ident) => {
        mod $name {
            use guildhall_storage::Dialect;

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn sqlite() {
                super::$name(Dialect::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn postgres() {
                super::$name(Dialect::Postgres).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn mysql() {
                super::$name(Dialect::Mysql).await;
            }
        }
    };
}

/// An empty database that is dropped with the test.
pub struct TestStore {
    /// `None` for SQLite in the data folder.
    url: Option<String>,
    _database: Option<TestDatabase>,
}

impl TestStore {
    /// An existing database.
    pub fn at(url: &DatabaseUrl) -> Self {
        let url = match url {
            DatabaseUrl::Postgres(url) | DatabaseUrl::Mysql(url) => Some(url.to_string()),
            DatabaseUrl::SqliteFile(_) | DatabaseUrl::SqliteMemory => None,
        };
        Self { url, _database: None }
    }

    /// `None` for SQLite in the data folder.
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// `None` if tests on this dialect are disabled.
    pub async fn fresh(dialect: Dialect) -> Option<Self> {
        if !testing::is_enabled(dialect) {
            return None;
        }
        if dialect == Dialect::Sqlite {
            return Some(Self { url: None, _database: None });
        }
        let database = TestDatabase::empty(dialect).await.unwrap_or_else(|reason| panic!("{reason}"));
        let url = database.url().clone();
        Some(Self { _database: Some(database), ..Self::at(&url) })
    }
}

pub struct ServerProcess {
    child: Child,
    url: String,
    folder: TempDir,
    database: Option<String>,
    launch: Launch,
    http: reqwest::Client,
}

/// How the process is started, besides what all tests have.
#[derive(Debug, Default, Clone)]
pub struct Launch {
    /// Variables of the environment, by their whole names.
    pub environment: Vec<(String, String)>,
    /// The file that the log is appended to; without, it is the test's standard error.
    pub log: Option<PathBuf>,
}

impl Launch {
    /// Settings by their names without `GUILDHALL_`.
    pub fn settings(settings: &[(&str, &str)]) -> Self {
        let variable = |(name, value): &(&str, &str)| (format!("GUILDHALL_{name}"), (*value).to_owned());
        Self { environment: settings.iter().map(variable).collect(), log: None }
    }
}

/// Why a call failed.
#[derive(Debug)]
pub enum CallError {
    /// An error response other than 503.
    Rejected(u16, String),
    /// No response, an unreadable one, or 503.
    Unavailable(String),
}

impl CallError {
    pub fn is_rejection(&self) -> bool {
        matches!(self, Self::Rejected(..))
    }
}

/// A client with a user's token.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    token: Arc<str>,
}

impl Client {
    /// Sends bytes, and returns the JSON of the response.
    pub async fn upload(&self, path: &str, content_type: &str, bytes: Vec<u8>) -> Value {
        let request = self.http.post(format!("{}/api/v4{path}", self.url)).bearer_auth(&self.token);
        let response = request.header("content-type", content_type).body(bytes).send().await.unwrap();
        let (status, text) = (response.status(), response.text().await.unwrap());
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap()
    }

    pub async fn download(&self, path: &str) -> Vec<u8> {
        let response = self.http.get(format!("{}/api/v4{path}", self.url)).bearer_auth(&self.token).send().await.unwrap();
        assert!(response.status().is_success(), "{path}: {}", response.status());
        response.bytes().await.unwrap().to_vec()
    }

    /// Address and port.
    pub fn host(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    pub async fn call(&self, method: &str, path: &str, body: Option<Value>) -> Result<Value, CallError> {
        let mut request = self.http.request(method.parse().unwrap(), self.address(path)).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        Self::answer_to(request).await
    }

    /// Sends an encoded form.
    pub async fn send_form(&self, path: &str, form: String) -> Result<Value, CallError> {
        let request = self.http.post(self.address(path)).header("content-type", "application/x-www-form-urlencoded");
        Self::answer_to(request.body(form)).await
    }

    /// Of a path of the API, or of the server where it begins with two slashes.
    fn address(&self, path: &str) -> String {
        match path.strip_prefix("//") {
            Some(path) => format!("{}/{path}", self.url),
            None => format!("{}/api/v4{path}", self.url),
        }
    }

    async fn answer_to(request: reqwest::RequestBuilder) -> Result<Value, CallError> {
        let unavailable = |error: reqwest::Error| CallError::Unavailable(error.to_string());
        let response = request.send().await.map_err(unavailable)?;
        let status = response.status().as_u16();
        let text = response.text().await.map_err(unavailable)?;
        match status {
            200..300 => serde_json::from_str(&text).map_err(|error| CallError::Unavailable(error.to_string())),
            503 => Err(CallError::Unavailable(text)),
            _ => Err(CallError::Rejected(status, text)),
        }
    }
}

impl ServerProcess {
    pub async fn start(store: &TestStore) -> Self {
        Self::start_with_settings(store, &[]).await
    }

    /// Starts with settings, such as `("LIMITS_ENABLED", "true")`, besides those of all tests.
    pub async fn start_with_settings(store: &TestStore, settings: &'static [(&'static str, &'static str)]) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), store, settings).await
    }

    /// The same with this data folder.
    pub async fn start_in(folder: TempDir, store: &TestStore, settings: &'static [(&'static str, &'static str)]) -> Self {
        Self::launch(folder, store, Launch::settings(settings)).await
    }

    #[expect(clippy::disallowed_methods, reason = "the client of the tests")]
    pub async fn launch(folder: TempDir, store: &TestStore, launch: Launch) -> Self {
        let (child, url) = spawn(&folder, store.url.as_deref(), "127.0.0.1:0", &launch).await;
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { child, url, folder, database: store.url.clone(), launch, http }
    }

    /// The environment from the next start on.
    pub fn set_environment(&mut self, environment: Vec<(String, String)>) {
        self.launch.environment = environment;
    }

    /// Address and port.
    pub fn host(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// Kills the process (SIGKILL) and starts it again on the same data and port.
    pub async fn kill_and_restart(&mut self) {
        self.kill().await;
        self.restart().await;
    }

    /// SIGKILL.
    pub async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }

    /// Stops the process by SIGTERM, and asserts a clean exit.
    pub async fn stop(mut self) {
        self.terminate().await;
    }

    /// Stops the process by SIGTERM and starts it again on the same data and port.
    pub async fn stop_and_restart(&mut self) {
        self.terminate().await;
        self.restart().await;
    }

    /// Starts the process again on the same data and port.
    pub async fn restart(&mut self) {
        (self.child, self.url) = spawn(&self.folder, self.database.as_deref(), self.host(), &self.launch).await;
    }

    /// The exit code of a process that ends by itself.
    pub async fn exit_code(&mut self) -> Option<i32> {
        tokio::time::timeout(TEST_TIMEOUT, self.child.wait()).await.expect("the server did not end").unwrap().code()
    }

    /// The database from the next start on; `None` for SQLite in the data folder.
    pub fn set_database(&mut self, url: Option<&str>) {
        self.database = url.map(str::to_owned);
    }

    pub async fn terminate(&mut self) {
        self.signal("TERM").await;
        assert!(self.child.wait().await.unwrap().success(), "the server did not stop cleanly");
    }

    /// Sends a signal by its name, such as `STOP`.
    pub async fn signal(&self, name: &str) {
        let process = self.process().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &process]).status().await.unwrap().success());
    }

    pub fn process(&self) -> u32 {
        self.child.id().unwrap()
    }

    pub fn data_dir(&self) -> &Path {
        self.folder.path()
    }

    /// Runs a verb of the command line on the same data.
    pub async fn command(&self, words: &[&str]) -> Output {
        command(self.folder.path(), self.database.as_deref(), words).await
    }

    /// A WebSocket that has received `hello`.
    pub async fn socket(&self, token: &str) -> Socket {
        try_socket(self.host(), token).await.expect("a WebSocket")
    }

    /// A WebSocket whose token is not looked at yet, or that has none.
    pub async fn socket_without_hello(&self, token: Option<&str>) -> Socket {
        let host = self.host();
        let mut request = format!("ws://{host}/api/v4/websocket").into_client_request().unwrap();
        if let Some(token) = token {
            request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
        }
        let stream = TcpStream::connect(host).await.unwrap();
        tokio_tungstenite::client_async(request, stream).await.unwrap().0
    }

    pub fn client(&self, token: &Arc<str>) -> Client {
        Client { http: self.http.clone(), url: self.url.clone(), token: Arc::clone(token) }
    }

    pub async fn call(&self, token: &Arc<str>, method: &str, path: &str, body: Option<Value>) -> Result<Value, CallError> {
        self.client(token).call(method, path, body).await
    }

    /// The text at this path, without a session.
    pub async fn page(&self, path: &str) -> String {
        self.text_at(&format!("{}{path}", self.url)).await
    }

    /// The text at an address of another listener.
    pub async fn text_at(&self, url: &str) -> String {
        self.http.get(url).send().await.unwrap().text().await.unwrap()
    }

    /// The same for a request that a proxy forwards for this client.
    pub async fn forwarded_page(&self, path: &str, client: &str) -> String {
        let request = self.http.get(format!("{}{path}", self.url)).header("x-forwarded-for", client);
        request.send().await.unwrap().text().await.unwrap()
    }

    /// Creates an account, logs in, and returns the token.
    pub async fn sign_up(&self, username: &str) -> Arc<str> {
        let no_token: Arc<str> = "".into();
        let account = json!({"email": format!("{username}@example.com"), "username": username, "password": PASSWORD});
        self.call(&no_token, "POST", "/users", Some(account)).await.unwrap();
        self.log_in(username).await
    }

    /// Logs in with the password of all tests, and returns the token.
    pub async fn log_in(&self, username: &str) -> Arc<str> {
        let login = json!({"login_id": username, "password": PASSWORD}).to_string();
        let response = self.http.post(format!("{}/api/v4/users/login", self.url)).body(login).send().await.unwrap();
        response.headers()["token"].to_str().unwrap().into()
    }

    /// Creates a team of this user, and returns the id of its default channel.
    pub async fn town_square(&self, token: &Arc<str>) -> String {
        let team = json!({"name": "studio", "display_name": "Studio", "type": "O"});
        let team = self.call(token, "POST", "/teams", Some(team)).await.unwrap();
        let path = format!("/teams/{}/channels/name/town-square", team["id"].as_str().unwrap());
        self.call(token, "GET", &path, None).await.unwrap()["id"].as_str().unwrap().to_owned()
    }
}

/// A WebSocket that has received `hello`; `None` if the server is not there.
pub async fn try_socket(host: &str, token: &str) -> Option<Socket> {
    let mut request = format!("ws://{host}/api/v4/websocket").into_client_request().unwrap();
    request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    let stream = TcpStream::connect(host).await.ok()?;
    let (mut socket, _) = tokio_tungstenite::client_async(request, stream).await.ok()?;
    let hello = socket.next().await?.ok()?;
    assert!(hello.to_text().is_ok_and(|text| text.contains("hello")), "{hello:?}");
    Some(socket)
}

/// The next event of this name; others are skipped.
pub async fn next_event(socket: &mut Socket, name: &str) -> Value {
    let next = async {
        loop {
            let message = socket.next().await.expect("an open socket").unwrap();
            let event: Value = message.to_text().ok().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
            if event["event"] == name {
                return event;
            }
        }
    };
    tokio::time::timeout(TEST_TIMEOUT, next).await.unwrap_or_else(|_| panic!("no {name} event"))
}

pub type Socket = WebSocketStream<TcpStream>;

/// Reads until the server closes the socket, and returns the close code.
pub async fn close_code(socket: &mut Socket) -> Option<u16> {
    let close_code = async {
        loop {
            match socket.next().await {
                Some(Ok(Message::Close(frame))) => return frame.map(|frame| frame.code.into()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return None,
            }
        }
    };
    tokio::time::timeout(TEST_TIMEOUT, close_code).await.expect("the socket stayed open")
}

/// Polls a condition, and fails the test at the timeout.
pub async fn wait_until(condition: &str, mut is_met: impl FnMut() -> bool) {
    let waiting = async {
        while !is_met() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(TEST_TIMEOUT, waiting).await.unwrap_or_else(|_| panic!("timeout: {condition}"));
}

/// The binary: that of `GUILDHALL_BIN`, such as a release build, or the one that was built with the tests.
fn program() -> PathBuf {
    std::env::var_os("GUILDHALL_BIN").map_or_else(|| env!("CARGO_BIN_EXE_guildhall").into(), PathBuf::from)
}

/// Runs a verb of the command line on a data folder, whether a server runs on it or not.
pub async fn command(folder: &Path, database: Option<&str>, words: &[&str]) -> Output {
    prepare_command(folder, database, words).output().await.unwrap()
}

/// The same, to be spawned by the test.
pub fn prepare_command(folder: &Path, database: Option<&str>, words: &[&str]) -> Command {
    let mut command = Command::new(program());
    command.args(words).arg("--data-dir").arg(folder).env("GUILDHALL_SERVER_PASSWORD_MEMORY_KIB", "64");
    if let Some(url) = database {
        command.args(["--database-url", url]);
    }
    command.stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// The standard output of a verb that must succeed.
pub fn success_output(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The error message of a verb that must fail.
pub fn error_output(output: &Output) -> String {
    assert!(!output.status.success(), "{output:?}");
    String::from_utf8(output.stderr.clone()).unwrap().trim_end().to_owned()
}

async fn spawn(folder: &TempDir, database: Option<&str>, listen: &str, launch: &Launch) -> (Child, String) {
    let mut command = Command::new(program());
    command.args(["serve", "--listen", listen, "--data-dir"]).arg(folder.path());
    if let Some(url) = database {
        command.args(["--database-url", url]);
    }
    let settings = [
        ("SIGNUP_OPEN", "true"),
        ("LIMITS_ENABLED", "false"),
        ("SERVER_PASSWORD_MEMORY_KIB", "64"),
        ("INTEGRATIONS_ALLOWED_ADDRESSES", "127.0.0.1"),
    ];
    for (name, value) in settings {
        command.env(format!("GUILDHALL_{name}"), value);
    }
    command.envs(launch.environment.iter().map(|(name, value)| (name, value)));
    if let Some(log) = &launch.log {
        command.stderr(std::fs::File::options().create(true).append(true).open(log).unwrap());
    }
    let mut child = command.stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = lines.next_line().await.unwrap().expect("the server ended before it was ready");
    let url =
        line.split_whitespace().last().filter(|url| url.starts_with("http://")).unwrap_or_else(|| panic!("the server printed {line:?}"));
    (child, url.to_owned())
}
