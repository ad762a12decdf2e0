//! What the checks must know: the settings, and what the database says about itself.

use std::time::Duration;

use guildhall_model::disk_forecast::DiskForecast;
use guildhall_model::finding::{BackupFacts, DatabaseFacts, DatabaseState, Facts, MailFacts, WorkFacts};
use guildhall_model::sample::{COARSE_INTERVAL_MS, COARSE_RETENTION_MS};
use guildhall_model::{AddressList, Result};
use guildhall_storage::{backup_pause, backup_targets, diagnosis, samples};

use crate::access::{SystemGrant, Writing};
use crate::findings::Findings;
use crate::worker::describe;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// Of one question; a database that does not answer by then is unreachable.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The structure of a file of some 100 GB can be checked within it.
const STRUCTURE_TIMEOUT: Duration = Duration::from_secs(15 * 60);

impl Findings<'_> {
    pub(super) async fn facts(&self, is_thorough: bool) -> Facts {
        let settings = self.settings();
        let base = self.examiner.base_facts();
        let database = match tokio::time::timeout(TIMEOUT, self.database_facts()).await {
            Ok(Ok(facts)) => DatabaseState::Reached(Box::new(facts)),
            Ok(Err(error)) => DatabaseState::Unreachable(describe(&error)),
            Err(_elapsed) => DatabaseState::Unreachable(format!("no answer within {} seconds", TIMEOUT.as_secs())),
        };
        let forecast = tokio::time::timeout(TIMEOUT, self.disk_forecast()).await;
        let disk_forecast = forecast.ok().and_then(Result::ok).unwrap_or_default();
        let mut facts = Facts {
            disk_forecast,
            site_url: settings.site.url.clone(),
            public_addresses: AddressList::parse_networks(&settings.doctor.public_addresses).unwrap_or_default(),
            free_space_reserve_bytes: settings.files.free_space_reserve_bytes,
            mail: MailFacts::of(&settings),
            is_thorough,
            database,
            ..base
        };
        if let DatabaseState::Reached(database) = &mut facts.database
            && is_thorough
        {
            database.structure = self.structure().await;
        }
        facts
    }

    async fn database_facts(&self) -> Result<DatabaseFacts> {
        let grant = self.access.system("the checks read figures, and nothing of anybody");
        let (db, server) = (self.access.read(&grant), grant.server());
        let now = self.clock.now();
        Ok(DatabaseFacts {
            kind: db.dialect().name(),
            values: diagnosis::values(db, server).await?,
            read_at: now,
            server_id: Some(self.server_id().await?),
            // A server only runs with the schema of its version.
            schema: guildhall_model::finding::SchemaState::Current,
            work: Some(WorkFacts {
                audit_export: self.audits().export_facts(&grant).await?,
                ..diagnosis::work(db, server, now.minus_ms(DAY_MS)).await?
            }),
            backups: Some(self.backup_facts(&grant).await?),
            backup_pause: backup_pause::get(db, server).await?,
            structure: None,
        })
    }

    async fn backup_facts(&self, grant: &Writing<SystemGrant>) -> Result<Vec<BackupFacts>> {
        backup_targets::facts(self.access.read(grant), grant.server(), &self.continuous_backup.states()).await
    }

    /// By what this node has measured.
    async fn disk_forecast(&self) -> Result<DiskForecast> {
        let grant = self.access.system("a node's figures belong to the server");
        let since = self.clock.now().minus_ms(COARSE_RETENTION_MS);
        let samples = samples::of_node(self.access.read(&grant), grant.server(), COARSE_INTERVAL_MS, since, self.node).await?;
        Ok(DiskForecast::of_samples(&samples))
    }

    async fn server_id(&self) -> Result<String> {
        Ok(self.system().server_info().await?.server_id)
    }

    async fn structure(&self) -> Option<Vec<String>> {
        let grant = self.access.system("the checks read the structure of the file, and nothing of anybody");
        let work = diagnosis::structure(self.access.read(&grant), grant.server());
        match tokio::time::timeout(STRUCTURE_TIMEOUT, work).await {
            Ok(Ok(lines)) => lines,
            Ok(Err(error)) => Some(vec![describe(&error)]),
            Err(_elapsed) => None,
        }
    }
}
