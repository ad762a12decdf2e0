//! What checks know without looking at the machine: the configuration, the server's process, the database and the work that
//! waits in it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::backup::{BackupPause, TargetState};
use crate::changes::ContinuousState;
use crate::disk_forecast::DiskForecast;
use crate::job::QueueDepth;
use crate::proxy::UntrustedProxy;
use crate::settings::Settings;
use crate::time::Millis;
use crate::tls::TlsStatus;

/// Collected before the checks run.
#[derive(Debug, Clone)]
pub struct Facts {
    pub version: &'static str,
    /// The name of the machine.
    pub host_name: String,
    pub data_folder: PathBuf,
    /// The address that the configuration says to listen at.
    pub listen: SocketAddr,
    /// The setting `site.url`; may be empty.
    pub site_url: String,
    /// The setting `doctor.public_addresses`.
    pub public_addresses: crate::AddressList,
    /// The setting `files.free_space_reserve_bytes`.
    pub free_space_reserve_bytes: u64,
    pub mail: MailFacts,
    pub process: ProcessState,
    pub database: DatabaseState,
    /// The file of an embedded database.
    pub database_file: Option<PathBuf>,
    /// Files with secrets that are not in the data folder.
    pub secret_files: Vec<PathBuf>,
    /// What the server says about its certificate and ports; `None` where it does not run.
    pub tls: Option<TlsStatus>,
    /// Proxies that the server has seen and does not trust.
    pub untrusted_proxies: Vec<UntrustedProxy>,
    /// Of the disk of the data folder.
    pub disk_forecast: DiskForecast,
    /// Whether checks that take long are made, too.
    pub is_thorough: bool,
}

/// Whether the settings allow sending mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailFacts {
    Off,
    /// Everything but `site.url` is set.
    WithoutSiteAddress,
    On,
}

impl MailFacts {
    pub fn of(settings: &Settings) -> Self {
        let is_wanted = settings.mail.enabled && !settings.mail.server.is_empty() && !settings.mail.from_address.is_empty();
        match is_wanted {
            false => Self::Off,
            true if settings.sends_mail() => Self::On,
            true => Self::WithoutSiteAddress,
        }
    }
}

/// The process that serves this data folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProcessState {
    Stopped,
    Running {
        process: u32,
    },
    /// It holds the lock of the data folder, and does not answer at its local socket.
    Unresponsive {
        process: Option<u32>,
    },
}

impl ProcessState {
    /// Its process id, if it is known.
    pub const fn process(self) -> Option<u32> {
        match self {
            Self::Running { process } => Some(process),
            Self::Unresponsive { process } => process,
            Self::Stopped => None,
        }
    }
}

#[derive(Debug, Clone)]
pub enum DatabaseState {
    /// An embedded database before the first start.
    NotCreated,
    /// With the reason, as the driver says it.
    Unreachable(String),
    Reached(Box<DatabaseFacts>),
}

/// What a database says about itself.
#[derive(Debug, Clone, Default)]
pub struct DatabaseFacts {
    /// `sqlite`, `postgres` or `mysql`.
    pub kind: &'static str,
    /// Versions, settings and states by name, as the database prints them.
    pub values: BTreeMap<String, String>,
    /// The id of this server, by which it is recognized; absent before the first start.
    pub server_id: Option<String>,
    pub schema: SchemaState,
    /// When the values were read, by the clock of the machine: to be compared with the database's.
    pub read_at: Millis,
    /// `None` where the schema is not there yet.
    pub work: Option<WorkFacts>,
    /// `None` where the schema is not there yet.
    pub backups: Option<Vec<BackupFacts>>,
    /// Since a restore, until an administrator resumes backups.
    pub backup_pause: Option<BackupPause>,
    /// What a check of the file's structure said: `ok`, or what is damaged. `None` where it was not made.
    pub structure: Option<Vec<String>>,
}

impl DatabaseFacts {
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    pub fn number(&self, name: &str) -> Option<i64> {
        self.value(name).and_then(|text| text.parse().ok())
    }
}

/// A backup target, without what opens it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BackupFacts {
    pub name: String,
    pub create_at: Millis,
    /// 0 for backups at request only.
    pub interval_hours: i64,
    pub is_continuous: bool,
    /// How far the continuous backup is; `None` where no server runs that knows.
    pub continuous: Option<ContinuousState>,
    pub state: TargetState,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum SchemaState {
    #[default]
    Current,
    /// Steps that the next start applies.
    Pending(usize),
    /// Why this program must not use the database.
    Unusable(String),
}

/// Background work, as its tables say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkFacts {
    /// Jobs that ended with an error in the last day, by type.
    pub failed_jobs: Vec<FailedJobs>,
    /// When the most overdue periodic job should have run.
    pub oldest_due: Option<Millis>,
    pub deliveries: Vec<QueueDepth>,
    /// `None` where no mail waits for another attempt.
    pub failing_mail: Option<FailingMail>,
    /// `None` where audit records are not sent to a syslog server.
    pub audit_export: Option<AuditExportFacts>,
    /// That nobody has acknowledged.
    pub open_security_alerts: i64,
}

/// Audit records on their way to a syslog server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditExportFacts {
    /// When the oldest record was made that is not sent; `None` where all are.
    pub oldest_at: Option<Millis>,
    /// A sentence; empty where the last attempt did not fail.
    pub last_error: String,
}

/// Mails of which an attempt failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailingMail {
    pub count: i64,
    /// A sentence.
    pub last_error: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedJobs {
    pub kind: String,
    pub count: i64,
}
