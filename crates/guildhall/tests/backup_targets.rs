//! Targets of backups on other machines, by the real binary: a server of OpenSSH and an object storage. Also the programs that are
//! run before a backup and after a restore.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test helpers")]

#[path = "../../backup/tests/support/servers.rs"]
mod servers;
mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Output;
use std::sync::Arc;

use guildhall_storage::Dialect;
use serde_json::{Value, json};
use servers::{ACCESS_KEY, S3Server, SECRET_KEY, SshServer};
use support::{Launch, ServerProcess, TestStore, error_output, prepare_command, success_output};
use tempfile::TempDir;

type Environment = Vec<(String, String)>;

const BACKUP_PASSWORD: &str = "correct horse battery staple";

fn environment(variables: &[(&str, &str)]) -> Environment {
    let all = variables.iter().chain(&[("GUILDHALL_BACKUP_PASSWORD", BACKUP_PASSWORD)]);
    all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

async fn run(data: &Path, words: &[&str], environment: &Environment) -> Output {
    prepare_command(data, None, words).envs(environment.iter().map(|(name, value)| (name, value))).output().await.unwrap()
}

/// A server with one message.
struct Chat {
    server: ServerProcess,
    store: TestStore,
    token: Arc<str>,
    channel: String,
    environment: Environment,
}

impl Chat {
    async fn start(environment: Environment) -> Option<Self> {
        let store = TestStore::fresh(Dialect::Sqlite).await?;
        let launch = Launch { environment: environment.clone(), log: None };
        let server = ServerProcess::launch(tempfile::tempdir().unwrap(), &store, launch).await;
        let token = server.sign_up("ada").await;
        let channel = server.town_square(&token).await;
        let new = json!({"channel_id": channel, "message": "message of ada"});
        server.call(&token, "POST", "/posts", Some(new)).await.unwrap();
        Some(Self { server, store, token, channel, environment })
    }

    async fn run(&self, words: &[&str]) -> Output {
        run(self.server.data_dir(), words, &self.environment).await
    }

    async fn restore(&self, data: &Path, location: &str) -> Output {
        run(data, &["backup", "restore", "--from", location], &self.environment).await
    }

    /// A server on the restored data has the message, also for the session of that time.
    async fn check_restored(&self, data: TempDir) {
        let restored = ServerProcess::start_in(data, &self.store, &[]).await;
        let page = restored.call(&self.token, "GET", &format!("/channels/{}/posts", self.channel), None).await.unwrap();
        let messages: Vec<&Value> = page["posts"].as_object().unwrap().values().map(|post| &post["message"]).collect();
        assert!(messages.contains(&&json!("message of ada")), "{messages:?}");
        restored.stop().await;
    }
}

fn write_program(path: &Path, script: &str) {
    // Renamed into its place, as an open file cannot be run.
    let new = path.with_extension("new");
    fs::write(&new, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&new, fs::Permissions::from_mode(0o700)).unwrap();
    fs::rename(new, path).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn backups_are_made_to_an_ssh_server_and_restored_from_it() {
    let ssh = SshServer::start();
    let folder = ssh.folder().join("repository");
    let location = format!("sftp:127.0.0.1:{}:{}", ssh.port(), folder.display());
    let config = ssh.folder().join("config");
    fs::copy(ssh.ssh_config("other-client", Some("host")), &config).unwrap();
    let variables = environment(&[("GUILDHALL_BACKUPS_SSH_CONFIG", config.to_str().unwrap())]);
    let Some(chat) = Chat::start(variables).await else { return };
    let denied = error_output(&chat.run(&["backup", "target", "add", "nas", &location]).await);
    assert_eq!(denied, format!("{location} denied access: it does not accept the SSH key of the user that runs the server."));
    fs::copy(ssh.ssh_config("client", Some("host")), &config).unwrap();
    success_output(&chat.run(&["backup", "target", "add", "nas", &location, "--interval-hours", "0"]).await);
    assert!(folder.join("config").is_file());
    success_output(&chat.run(&["backup", "create", "nas"]).await);
    success_output(&chat.run(&["backup", "verify"]).await);
    let drill = success_output(&chat.run(&["backup", "drill", "--from", &location]).await);
    assert!(drill.contains("a server started with them"), "{drill}");
    let data = tempfile::tempdir().unwrap();
    let restored = success_output(&chat.restore(data.path(), &location).await);
    assert!(restored.contains("are restored and compared"), "{restored}");
    chat.check_restored(data).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn backups_are_made_to_an_object_storage_and_restored_from_it() {
    let storage = S3Server::start();
    let location = format!("s3:http://127.0.0.1:{}/chat/guildhall", storage.port());
    let keys = [("GUILDHALL_BACKUP_ACCESS_KEY", ACCESS_KEY), ("GUILDHALL_BACKUP_SECRET_KEY", SECRET_KEY)];
    let Some(chat) = Chat::start(environment(&keys)).await else { return };
    let missing = run(chat.server.data_dir(), &["backup", "target", "add", "cloud", &location], &environment(&[])).await;
    let expected = "The access key of the bucket is missing: give it by --access-key or GUILDHALL_BACKUP_ACCESS_KEY.";
    assert_eq!(error_output(&missing), expected);
    let secret = chat.server.data_dir().join("secret");
    fs::write(&secret, "another secret key\n").unwrap();
    let wrong = ["backup", "target", "add", "cloud", &location, "--secret-key-file", secret.to_str().unwrap()];
    let wrong = error_output(&chat.run(&wrong).await);
    assert_eq!(wrong, format!("{location} denied access: the secret key does not belong to the access key."));
    success_output(&chat.run(&["backup", "target", "add", "cloud", &location, "--bytes-per-second", "50000000"]).await);
    let targets = chat.server.call(&chat.token, "GET", "/backups/targets", None).await.unwrap();
    assert_eq!(targets[0]["bytes_per_second"], 50_000_000);
    assert!(!targets.to_string().contains(SECRET_KEY), "{targets}");
    success_output(&chat.run(&["backup", "create"]).await);
    success_output(&chat.run(&["backup", "verify"]).await);
    let data = tempfile::tempdir().unwrap();
    success_output(&chat.restore(data.path(), &location).await);
    chat.check_restored(data).await;
    storage.fail(100, 507, "QuotaExceeded");
    let full = error_output(&chat.run(&["backup", "create"]).await);
    assert!(full.starts_with(&format!("{location} has no space left.")), "{full}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn programs_are_run_before_a_backup_and_after_a_restore() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (program, seen, location) = (path("hook"), path("seen"), path("repository"));
    write_program(Path::new(&program), &format!("env | grep GUILDHALL | sort > {seen}"));
    let hooks = [("GUILDHALL_BACKUPS_BEFORE_HOOK", program.as_str()), ("GUILDHALL_BACKUPS_AFTER_RESTORE_HOOK", &program)];
    let Some(chat) = Chat::start(environment(&hooks)).await else { return };
    success_output(&chat.run(&["backup", "target", "add", "usb", &location, "--interval-hours", "0"]).await);
    success_output(&chat.run(&["backup", "create"]).await);
    assert_eq!(fs::read_to_string(&seen).unwrap(), format!("GUILDHALL_BACKUP_LOCATION={location}\nGUILDHALL_BACKUP_TARGET=usb\n"));
    let data = tempfile::tempdir().unwrap();
    success_output(&chat.restore(data.path(), &location).await);
    let after = fs::read_to_string(&seen).unwrap();
    assert!(after.contains("GUILDHALL_BACKUP_SNAPSHOT=") && !after.contains(BACKUP_PASSWORD), "{after}");

    write_program(Path::new(&program), "echo 'The other server does not answer.'; exit 7");
    let reason = format!("The program {program} of ");
    let failed = error_output(&chat.run(&["backup", "create"]).await);
    let expected = format!("{reason}backups.before_hook failed (exit status: 7): The other server does not answer.");
    assert!(failed.starts_with(&expected), "{failed}");
    assert_eq!(success_output(&chat.run(&["backup", "list"]).await).lines().count(), 1);
    let data = tempfile::tempdir().unwrap();
    let failed = error_output(&chat.restore(data.path(), &location).await);
    assert!(failed.contains("Everything is restored, but"), "{failed}");
    chat.check_restored(data).await;
}
