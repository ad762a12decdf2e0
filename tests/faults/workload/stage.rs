//! The server of a scenario with its people, and all rounds that were played on it.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::json;
use tempfile::TempDir;
use tokio::sync::watch;

use super::{Person, Round};
use crate::ledger::Verdict;
use crate::support::{Launch, ServerProcess, TestStore};

const WRITERS: usize = 6;
const READERS: usize = 4;
/// The first readers are removed and added; the others stay.
pub const MOVERS: usize = 2;
const CHANNELS: usize = 3;

pub struct Stage {
    pub server: ServerProcess,
    pub administrator: Person,
    pub writers: Vec<Person>,
    pub readers: Vec<Person>,
    team: String,
    up: watch::Sender<bool>,
    rounds: Vec<Round>,
    number: usize,
    log: TempDir,
    settings: Vec<(String, String)>,
}

impl Stage {
    /// Starts a server on this data folder, and creates the people.
    pub async fn start(folder: TempDir, store: &TestStore, launch: Launch) -> Self {
        let log = tempfile::tempdir().unwrap();
        let launch = Launch { log: Some(log.path().join("log")), ..launch };
        let settings = launch.environment.clone();
        let server = ServerProcess::launch(folder, store, launch).await;
        let administrator = sign_up(&server, "ada").await;
        let team = json!({"name": "studio", "display_name": "Studio", "type": "O"});
        let team = administrator.client.call("POST", "/teams", Some(team)).await.unwrap();
        let team = team["id"].as_str().unwrap().to_owned();
        let (mut writers, mut readers) = (Vec::new(), Vec::new());
        for (people, role, count) in [(&mut writers, "writer", WRITERS), (&mut readers, "reader", READERS)] {
            for number in 0..count {
                let person = sign_up(&server, &format!("{role}{number}")).await;
                let member = json!({"team_id": team, "user_id": &*person.id});
                administrator.client.call("POST", &format!("/teams/{team}/members"), Some(member)).await.unwrap();
                people.push(person);
            }
        }
        Self { server, administrator, writers, readers, team, up: watch::Sender::new(true), rounds: Vec::new(), number: 0, log, settings }
    }

    /// On a data folder of its own, in the temporary folder.
    pub async fn on(store: &TestStore) -> Self {
        Self::start(tempfile::tempdir().unwrap(), store, Launch::default()).await
    }

    /// Nobody calls the server from now on, as it is about to go.
    pub fn down(&self) {
        self.up.send_replace(false);
    }

    pub fn up(&self) {
        self.up.send_replace(true);
    }

    pub fn is_up(&self) -> watch::Receiver<bool> {
        self.up.subscribe()
    }

    /// Kills the server under load, and starts it again.
    pub async fn kill_and_restart(&mut self) {
        // The kill meets open requests: it comes before anybody knows.
        self.server.kill().await;
        self.down();
        self.server.restart().await;
        self.up();
    }

    /// Stops the server in order, and starts it again in this environment.
    pub async fn stop_and_restart_with(&mut self, more: &[(&str, &str)]) {
        self.down();
        self.server.terminate().await;
        self.set_environment(more);
        self.server.restart().await;
        self.up();
    }

    /// What the environment has besides the settings, from the next start on.
    pub fn set_environment(&mut self, more: &[(&str, &str)]) {
        let more = more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.server.set_environment(self.settings.iter().cloned().chain(more).collect());
    }

    /// Ends the load of the round, and verifies it.
    pub async fn finish(&mut self, mut round: Round) {
        round.settle().await;
        let verdict = round.verify().await;
        self.rounds.push(round);
        let broken: Vec<_> = verdict.broken().take(20).collect();
        assert!(verdict.is_kept(), "round {}: {broken:#?}\n{}", self.number, self.read_log());
    }

    /// Verifies all rounds once more, as a later fault may have damaged an earlier one's messages, and stops the server.
    pub async fn end(self) -> Verdict {
        let verdict = self.verify_all().await;
        assert!(!self.read_log().contains("panicked"), "{}", self.read_log());
        self.server.stop().await;
        verdict
    }

    pub async fn verify_all(&self) -> Verdict {
        let mut sum = Verdict::default();
        for round in &self.rounds {
            sum += round.verify().await;
        }
        sum
    }

    pub fn rounds(&self) -> usize {
        self.rounds.len()
    }

    pub fn log_file(&self) -> PathBuf {
        self.log.path().join("log")
    }

    pub fn read_log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    /// Creates the channels of the next round with everybody in them; returns the round's name and their ids.
    pub async fn create_channels(&mut self) -> (String, Vec<Arc<str>>) {
        self.number += 1;
        let mut channels = Vec::new();
        for number in 0..CHANNELS {
            let name = format!("round-{}-{number}", self.number);
            let channel = json!({"team_id": self.team, "name": name, "display_name": name, "type": "P"});
            let channel = self.administrator.client.call("POST", "/channels", Some(channel)).await.unwrap();
            let id: Arc<str> = channel["id"].as_str().unwrap().into();
            for person in self.writers.iter().chain(&self.readers) {
                let member = json!({"user_id": &*person.id});
                self.administrator.client.call("POST", &format!("/channels/{id}/members"), Some(member)).await.unwrap();
            }
            channels.push(id);
        }
        (format!("round {}", self.number), channels)
    }
}

async fn sign_up(server: &ServerProcess, name: &str) -> Person {
    let token = server.sign_up(name).await;
    let client = server.client(&token);
    let id = client.call("GET", "/users/me", None).await.unwrap()["id"].as_str().unwrap().into();
    Person { id, token, client }
}
