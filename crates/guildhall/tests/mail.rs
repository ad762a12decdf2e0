//! Mail by the real binary and a real mail server (aiosmtpd): encryption, log-in, rejections, servers that hang or hang up, and a
//! server that is killed before its mail is sent.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test helpers")]

#[macro_use]
mod support;

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use guildhall_storage::Dialect;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use serde_json::{Value, json};
use support::{CallError, Launch, PASSWORD, ServerProcess, TEST_TIMEOUT, TestStore, error_output, success_output};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

const USER: &str = "chat";
const SMTP_PASSWORD: &str = "s3cret – ü";

struct SmtpServer {
    _process: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    ports: Value,
    folder: TempDir,
}

impl SmtpServer {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        write_certificate(&folder);
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut process = Command::new(root.join("tests/.venv/bin/python"))
            .arg(root.join("tests/lib/smtp_server.py"))
            .args([folder.path().join("server.pem"), folder.path().join("server.key")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("aiosmtpd is installed by scripts/install-test-tools");
        let (input, output) = (process.stdin.take().unwrap(), BufReader::new(process.stdout.take().unwrap()).lines());
        let mut server = Self { _process: process, input, output, ports: Value::Null, folder };
        server.ports = server.next().await;
        server
    }

    async fn next(&mut self) -> Value {
        let line = tokio::time::timeout(TEST_TIMEOUT, self.output.next_line()).await.expect("the mail server says nothing");
        serde_json::from_str(&line.unwrap().expect("the mail server ended")).unwrap()
    }

    /// The next mail that it takes.
    async fn mail(&mut self) -> Value {
        let line = self.next().await;
        assert!(line["mail"].is_object(), "{line}");
        line["mail"].clone()
    }

    /// What it does at a step of the next mail: an answer, `hang` or `close`.
    async fn tell(&mut self, at: &str, answer: &str) {
        self.input.write_all(format!("{}\n", json!({"at": at, "answer": answer})).as_bytes()).await.unwrap();
        assert_eq!(self.next().await["told"], at);
    }

    async fn expect_done(&mut self, at: &str) {
        assert_eq!(self.next().await["done"], at);
    }

    /// Settings in the names of Mattermost's configuration.
    fn config(&self, kind: &str, security: &str) -> Value {
        let port = self.ports[kind].as_u64().unwrap().to_string();
        json!({"SMTPServer": "localhost", "SMTPPort": port, "ConnectionSecurity": security, "FeedbackEmail": "chat@example.com"})
    }

    fn certificate_authority(&self) -> PathBuf {
        self.folder.path().join("root.pem")
    }
}

fn write_certificate(folder: &TempDir) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &root).unwrap();
    for (name, text) in [("root.pem", root.pem()), ("server.pem", certificate.pem()), ("server.key", key.serialize_pem())] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
}

/// A server with its administrator, who may trust the authority of the mail server's certificate.
struct Fixture {
    smtp: SmtpServer,
    server: ServerProcess,
    root: Arc<str>,
}

impl Fixture {
    async fn start(store: &TestStore, trusts_authority: bool) -> Self {
        let smtp = SmtpServer::start().await;
        let mut launch = Launch::settings(&[("SITE_URL", "https://chat.example.com"), ("SITE_NAME", "Bücher & Co")]);
        if trusts_authority {
            launch.environment.push(("SSL_CERT_FILE".to_owned(), smtp.certificate_authority().display().to_string()));
        }
        let server = ServerProcess::launch(tempfile::tempdir().unwrap(), store, launch).await;
        let root = server.sign_up("root").await;
        Self { smtp, server, root }
    }

    async fn sqlite(trusts_authority: bool) -> Self {
        Self::start(&TestStore::fresh(Dialect::Sqlite).await.unwrap(), trusts_authority).await
    }

    /// Sends the test mail; the message of the error if there is one.
    async fn test(&self, mut config: Value, more: Value) -> Result<(), String> {
        config.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        match self.server.call(&self.root, "POST", "/email/test", Some(json!({"EmailSettings": config}))).await {
            Ok(_) => Ok(()),
            Err(CallError::Rejected(_, body)) => Err(serde_json::from_str::<Value>(&body).unwrap()["message"].as_str().unwrap().to_owned()),
            Err(error) => panic!("{error:?}"),
        }
    }

    async fn set_email(&self, email: &str) {
        let patch = json!({"email": email, "password": PASSWORD});
        self.server.call(&self.root, "PUT", "/users/me/patch", Some(patch)).await.unwrap();
    }

    async fn use_mail(&self, config: &Value) {
        self.server.call(&self.root, "PUT", "/config/patch", Some(json!({"EmailSettings": config}))).await.unwrap();
    }

    /// Causes the mail about a changed password.
    async fn change_password(&self) {
        let change = json!({"current_password": PASSWORD, "new_password": PASSWORD});
        self.server.call(&self.root, "PUT", "/users/me/password", Some(change)).await.unwrap();
    }
}

fn log_in(password: &str) -> Value {
    json!({"SMTPUsername": USER, "SMTPPassword": password})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mails_go_over_encrypted_connections_with_a_log_in() {
    let mut fixture = Fixture::sqlite(true).await;
    for (kind, security) in [("starttls", "STARTTLS"), ("tls", "TLS")] {
        let config = fixture.smtp.config(kind, security);
        // The second one over the connection of the first.
        for _ in 0..2 {
            fixture.test(config.clone(), log_in(SMTP_PASSWORD)).await.unwrap();
            let mail = fixture.smtp.mail().await;
            assert_eq!((&mail["is_encrypted"], &mail["user"]), (&json!(true), &json!(USER)), "{kind}");
        }
        let error = fixture.test(config.clone(), log_in("wrong")).await.unwrap_err();
        assert!(error.contains("did not accept the log-in") && error.contains("535"), "{error}");
        let error = fixture.test(config, json!({})).await.unwrap_err();
        assert!(error.contains("530"), "{error}");
    }
    // No encryption where it is asked for: nothing is sent.
    let error = fixture.test(fixture.smtp.config("plain", "STARTTLS"), log_in(SMTP_PASSWORD)).await.unwrap_err();
    assert!(error.contains("could not encrypt"), "{error}");
    fixture.server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_that_is_not_trusted_is_an_error_unless_it_is_not_verified() {
    let mut fixture = Fixture::sqlite(false).await;
    for (kind, security) in [("starttls", "STARTTLS"), ("tls", "TLS")] {
        let config = fixture.smtp.config(kind, security);
        let error = fixture.test(config.clone(), log_in(SMTP_PASSWORD)).await.unwrap_err();
        assert!(error.to_lowercase().contains("certificate"), "{error}");
        let mut unverified = log_in(SMTP_PASSWORD);
        unverified["SkipServerCertificateVerification"] = json!(true);
        fixture.test(config, unverified).await.unwrap();
        fixture.smtp.mail().await;
    }
    fixture.server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_server_that_rejects_hangs_or_hangs_up_gives_a_plain_sentence() {
    let mut fixture = Fixture::sqlite(true).await;
    let config = fixture.smtp.config("plain", "");
    let short = json!({"SMTPServerTimeout": 1});
    for (at, answer, expected) in [
        ("mail", "550 5.7.1 Not allowed to send as chat@example.com", "550 5.7.1 Not allowed to send as chat@example.com"),
        ("rcpt", "450 4.2.0 Greylisted", "450 4.2.0 Greylisted"),
        ("data", "hang", "did not take the mail within 1 seconds"),
        ("data", "close", "did not take the mail"),
        ("end", "554 5.6.0 Spam", "554 5.6.0 Spam"),
        ("end", "hang", "did not take the mail within 1 seconds"),
    ] {
        fixture.smtp.tell(at, answer).await;
        let error = fixture.test(config.clone(), short.clone()).await.unwrap_err();
        assert!(error.contains(expected), "{at} {answer}: {error}");
        fixture.smtp.expect_done(at).await;
        // The connection before is not used again, and its late answers are not those of the next mail.
        fixture.test(config.clone(), short.clone()).await.unwrap();
        fixture.smtp.mail().await;
    }
    let nowhere = json!({"SMTPPort": "1"});
    let error = fixture.test(config, nowhere).await.unwrap_err();
    assert!(error.contains("The mail server localhost:1 could not be reached"), "{error}");
    fixture.server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn letters_of_all_languages_arrive() {
    let mut fixture = Fixture::sqlite(true).await;
    let locale = json!({"locale": "de"});
    fixture.server.call(&fixture.root, "PUT", "/users/me/patch", Some(locale)).await.unwrap();
    fixture.set_email("ada+chat@bücher.example").await;
    let (plain, tls) = (fixture.smtp.config("plain", ""), fixture.smtp.config("tls", "TLS"));
    fixture.test(tls.clone(), log_in(SMTP_PASSWORD)).await.unwrap();
    let mail = fixture.smtp.mail().await;
    assert_eq!((&mail["to"], &mail["is_ascii"]), (&json!(["ada+chat@xn--bcher-kva.example"]), &json!(true)));
    let headers = &mail["headers"];
    assert_eq!((headers["subject"].as_str(), headers["auto-submitted"].as_str()), (Some("E-Mail funktioniert"), Some("auto-generated")));
    assert_eq!(headers["from"], "Bücher & Co <chat@example.com>");
    assert!(headers["message-id"].as_str().unwrap().ends_with("@chat.example.com>") && headers["date"].is_string());
    assert!(mail["text"].as_str().unwrap().contains("Bücher & Co hat diese E-Mail über localhost gesendet"), "{mail}");
    assert!(mail["html"].as_str().unwrap().contains("Bücher &amp; Co"), "{mail}");

    // Letters before the @ take a mail server that knows them (RFC 6531).
    fixture.set_email("jörg@bücher.example").await;
    fixture.test(plain, json!({})).await.unwrap();
    assert_eq!(fixture.smtp.mail().await["to"], json!(["jörg@xn--bcher-kva.example"]));
    let error = fixture.test(tls, log_in(SMTP_PASSWORD)).await.unwrap_err();
    assert!(error.contains("SMTPUTF8"), "{error}");
    fixture.server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_makes_a_link_for_a_new_password_on_the_machine() {
    let store = TestStore::fresh(Dialect::Sqlite).await.unwrap();
    let launch = Launch::settings(&[("SITE_URL", "https://chat.example.com")]);
    let server = ServerProcess::launch(tempfile::tempdir().unwrap(), &store, launch).await;
    let ada = server.sign_up("ada").await;
    let link = success_output(&server.command(&["user", "reset-link", "ada@example.com"]).await);
    let token = link.trim().strip_prefix("https://chat.example.com/reset_password_complete?token=").unwrap();
    let reset = json!({"token": token, "new_password": "An0ther!longer"});
    server.call(&"".into(), "POST", "/users/password/reset", Some(reset)).await.unwrap();
    assert!(server.call(&ada, "GET", "/users/me", None).await.is_err_and(|error| error.is_rejection()), "all sessions end");
    assert!(error_output(&server.command(&["user", "reset-link", "nobody"]).await).contains("There is no account"));
    server.stop().await;
}

on_every_database!(a_mail_arrives_once_after_failures_and_a_crash);

async fn a_mail_arrives_once_after_failures_and_a_crash(dialect: Dialect) {
    let Some(store) = TestStore::fresh(dialect).await else { return };
    let mut fixture = Fixture::start(&store, true).await;
    let config = fixture.smtp.config("plain", "");
    fixture.use_mail(&config).await;

    // Killed while the mail server has not taken the mail yet: the next start sends it.
    fixture.smtp.tell("data", "hang").await;
    fixture.change_password().await;
    fixture.smtp.expect_done("data").await;
    fixture.server.kill_and_restart().await;
    let mail = fixture.smtp.mail().await;
    assert_eq!(mail["to"], json!(["root@example.com"]));

    // Rejected for now: sent later.
    fixture.smtp.tell("rcpt", "451 4.7.1 Greylisted, try again").await;
    fixture.change_password().await;
    fixture.smtp.expect_done("rcpt").await;
    let again = fixture.smtp.mail().await;
    assert_ne!(again["headers"]["message-id"], mail["headers"]["message-id"]);

    // Rejected for good: never again, also not at the next start. The next mail is another one.
    fixture.smtp.tell("rcpt", "550 5.1.1 No such user").await;
    fixture.change_password().await;
    fixture.smtp.expect_done("rcpt").await;
    fixture.server.stop_and_restart().await;
    fixture.test(config, json!({})).await.unwrap();
    assert_eq!(fixture.smtp.mail().await["headers"]["subject"], "Mail works");
    fixture.server.stop().await;
}

on_every_database!(a_message_is_mailed_though_the_server_is_killed_after_its_commit);

async fn a_message_is_mailed_though_the_server_is_killed_after_its_commit(dialect: Dialect) {
    let Some(store) = TestStore::fresh(dialect).await else { return };
    let mut fixture = Fixture::start(&store, true).await;
    let bob = fixture.server.sign_up("bob").await;
    let me = fixture.server.call(&bob, "GET", "/users/me", None).await.unwrap();
    let at_once = json!([{"user_id": me["id"], "category": "notifications", "name": "email_interval", "value": "30"}]);
    fixture.server.call(&bob, "PUT", "/users/me/preferences", Some(at_once)).await.unwrap();
    let mut config = fixture.smtp.config("plain", "");
    config["EmailBatchingInterval"] = json!(1);
    fixture.use_mail(&config).await;
    let root = fixture.server.call(&fixture.root, "GET", "/users/me", None).await.unwrap();
    let direct = fixture.server.call(&fixture.root, "POST", "/channels/direct", Some(json!([root["id"], me["id"]]))).await.unwrap();
    let post = json!({"channel_id": direct["id"], "message": "Grüße, **Bob**"});
    fixture.server.call(&fixture.root, "POST", "/posts", Some(post)).await.unwrap();
    fixture.server.kill_and_restart().await;
    let mail = fixture.smtp.mail().await;
    assert_eq!((&mail["to"], &mail["headers"]["subject"]), (&json!(["bob@example.com"]), &json!("root sent you a message")));
    assert!(mail["text"].as_str().unwrap().contains("    Grüße, Bob\r\n"), "{mail}");
    let unsubscribe = mail["headers"]["list-unsubscribe"].as_str().unwrap();
    assert!(unsubscribe.starts_with("<https://chat.example.com/unsubscribe?token=") && unsubscribe.ends_with('>'), "{unsubscribe}");
    assert_eq!(mail["headers"]["list-unsubscribe-post"], "List-Unsubscribe=One-Click");
    fixture.server.stop().await;
}
