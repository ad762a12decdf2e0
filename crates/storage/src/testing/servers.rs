//! Database servers of a single test, which it may kill: the servers that all tests share must stay up.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::environment::{explain, unique_name, url_variable, with_database};
use super::{mysql, postgres};
use crate::{DatabaseUrl, Dialect};

/// PostgreSQL and MariaDB by `scripts/test-databases`, stopped when dropped.
pub struct Servers {
    folder: PathBuf,
    /// The script's output: environment variables with the addresses of the servers.
    env: String,
}

impl Servers {
    pub fn start() -> Result<Self, String> {
        Self::start_with_connections(500)
    }

    /// The same with so many connections at most, on PostgreSQL.
    pub fn start_with_connections(connections: usize) -> Result<Self, String> {
        let folder = tempfile::Builder::new().prefix("guildhall-own-").tempdir().map_err(|error| error.to_string())?.keep();
        let env = run(script("start", &folder, None).env("GUILDHALL_TEST_CONNECTIONS", connections.to_string()))?;
        Ok(Self { folder, env })
    }

    /// Creates an empty database.
    pub async fn database(&self, dialect: Dialect) -> Result<DatabaseUrl, String> {
        let variable = url_variable(dialect);
        let admin = self.env.lines().filter_map(|line| line.split_once('=')).find(|(name, _)| name.ends_with(variable));
        let (_, admin) = admin.ok_or_else(|| format!("scripts/test-databases did not print {variable}"))?;
        let admin = url::Url::parse(admin).map_err(|error| format!("{variable}: {error}"))?;
        let name = unique_name();
        match dialect {
            Dialect::Mysql => mysql::create(&admin, &name).await?,
            _ => postgres::create(&admin, &name, None).await?,
        }
        DatabaseUrl::parse(with_database(&admin, &name).as_str()).map_err(|error| explain(&error))
    }

    /// Kills the server, as a power cut would.
    pub fn crash(&self, dialect: Dialect) -> Result<(), String> {
        run(&mut script("crash", &self.folder, Some(dialect))).map(drop)
    }

    /// Starts the server again, on the same port and data.
    pub fn revive(&self, dialect: Dialect) -> Result<(), String> {
        run(&mut script("revive", &self.folder, Some(dialect))).map(drop)
    }

    /// Lets the server hang: it answers nothing, and closes no connection.
    pub fn pause(&self, dialect: Dialect) -> Result<(), String> {
        run(&mut script("pause", &self.folder, Some(dialect))).map(drop)
    }

    pub fn resume(&self, dialect: Dialect) -> Result<(), String> {
        run(&mut script("resume", &self.folder, Some(dialect))).map(drop)
    }

    /// Adds a synchronous standby to PostgreSQL; returns its port.
    pub fn add_standby(&self) -> Result<u16, String> {
        let port = run(&mut script("standby", &self.folder, None))?;
        port.trim().parse().map_err(|_| format!("scripts/test-databases standby printed {port:?}"))
    }

    /// Makes the standby the primary.
    pub fn promote_standby(&self) -> Result<(), String> {
        run(&mut script("promote", &self.folder, None)).map(drop)
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        if let Err(reason) = run(&mut script("stop", &self.folder, None)) {
            eprintln!("{reason}");
        }
    }
}

fn script(verb: &str, folder: &Path, dialect: Option<Dialect>) -> Command {
    let server = dialect.map(|dialect| if dialect == Dialect::Mysql { "mariadb" } else { "postgres" });
    let mut command = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/test-databases"));
    command.arg(verb).arg(folder).args(server);
    command
}

fn run(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)));
    }
    String::from_utf8(output.stdout).map_err(|error| error.to_string())
}
