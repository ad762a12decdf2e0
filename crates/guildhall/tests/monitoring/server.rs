//! A server process whose lines and log are read.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// Reached only when a test fails.
pub const TEST_TIMEOUT: Duration = Duration::from_secs(30);
pub const PASSWORD: &str = "Passw0rd!secret";

pub struct Server {
    child: Child,
    pub url: String,
    lines: Lines<BufReader<ChildStdout>>,
    pub http: reqwest::Client,
    folder: TempDir,
}

pub fn serve(folder: &Path, settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guildhall"));
    command.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(folder);
    for (name, value) in [("SERVER_PASSWORD_MEMORY_KIB", "64"), ("LIMITS_ENABLED", "false")].iter().chain(settings) {
        command.env(format!("GUILDHALL_{name}"), value);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

impl Server {
    #[expect(clippy::disallowed_methods, reason = "the client of the tests")]
    pub async fn start(settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut child = serve(folder.path(), settings).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let ready = lines.next_line().await.unwrap().expect("the server ended before it was ready");
        let url = ready.split_whitespace().last().unwrap().to_owned();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { child, url, lines, http, folder }
    }

    /// The rest of the first line that begins so.
    pub async fn line(&mut self, begin: &str) -> String {
        let found = async {
            while let Some(line) = self.lines.next_line().await.unwrap() {
                if let Some(rest) = line.strip_prefix(begin) {
                    return rest.to_owned();
                }
            }
            panic!("the server did not print {begin:?}");
        };
        tokio::time::timeout(TEST_TIMEOUT, found).await.expect("the line")
    }

    pub async fn send(&self, method: &str, path: &str, token: &str, body: Value) -> reqwest::Response {
        let request =
            self.http.request(method.parse().unwrap(), format!("{}{path}", self.url)).header("authorization", format!("Bearer {token}"));
        request.header("content-type", "application/json").body(body.to_string()).send().await.unwrap()
    }

    /// Creates the administrator, a team and a message, and returns the administrator's token and the channel.
    pub async fn use_it(&self, message: &str) -> (String, String) {
        let account = json!({"email": "root@example.com", "username": "root", "password": PASSWORD});
        assert!(self.send("POST", "/api/v4/users", "", account).await.status().is_success());
        let login = self.send("POST", "/api/v4/users/login", "", json!({"login_id": "root", "password": PASSWORD})).await;
        let token = login.headers()["token"].to_str().unwrap().to_owned();
        let team = self.send("POST", "/api/v4/teams", &token, json!({"name": "studio", "display_name": "Studio", "type": "O"})).await;
        let team: Value = serde_json::from_str(&team.text().await.unwrap()).unwrap();
        let path = format!("/api/v4/teams/{}/channels/name/town-square", team["id"].as_str().unwrap());
        let channel = self.send("GET", &path, &token, Value::Null).await.text().await.unwrap();
        let channel: Value = serde_json::from_str(&channel).unwrap();
        let channel = channel["id"].as_str().unwrap().to_owned();
        let post = self.send("POST", "/api/v4/posts", &token, json!({"channel_id": channel, "message": message})).await;
        assert!(post.status().is_success());
        assert!(self.send("GET", "/api/v4/nothing", &token, Value::Null).await.status().is_client_error());
        (token, channel)
    }

    /// Stops the server, and returns what it has logged.
    pub async fn stop(mut self) -> String {
        let pid = self.child.id().unwrap().to_string();
        Command::new("kill").args(["-TERM", &pid]).status().await.unwrap();
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).await.unwrap();
        assert!(self.child.wait().await.unwrap().success(), "{log}");
        drop(self.folder);
        log
    }
}
