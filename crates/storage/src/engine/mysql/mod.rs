//! MySQL and MariaDB: pooled connections with prepared statements for reading, group writers for writing.

mod commit;
mod connection;
mod migrate;
mod read;
pub(crate) mod row;

use std::sync::Arc;
use std::time::Duration;

use guildhall_model::Result;

use crate::dispatch::Dispatcher;
use crate::engine::group::Writers;
use crate::engine::{Want, read as engine_read};
use crate::migrate::{Applied, Step};
use crate::{Batch, FromRow, OpenOptions, Sql, Value};
use connection::Server;

/// Connections for reading, where the setting leaves it to us.
const READERS: usize = 16;

pub(crate) struct Mysql {
    reads: Arc<read::Reads>,
    timeout: Duration,
    commits: Arc<commit::Commits>,
    writers: Writers,
    server: Server,
}

impl Mysql {
    pub fn open(url: &url::Url, options: &OpenOptions, dispatcher: &Arc<Dispatcher>) -> Result<Self> {
        let server = Server::new(url, options)?;
        let timeout = Duration::from_millis(options.statement_timeout_ms);
        let readers = if options.readers == 0 { READERS } else { options.readers };
        let reads = Arc::new(read::Reads::new(server.connections(readers, options)?));
        let commits = Arc::new(commit::Commits::new(server.connections(options.writers.max(1), options)?));
        let writers = Writers::start(&commits, dispatcher, options);
        Ok(Self { reads, timeout, commits, writers, server })
    }

    pub async fn read<T: FromRow + Send + 'static>(&self, sql: Sql, params: Vec<Value>, want: Want) -> Result<Vec<T>> {
        engine_read::read(&self.reads, sql, params, want, self.timeout).await
    }

    pub async fn commit(&self, batch: Batch) -> Result<()> {
        self.writers.commit(batch).await
    }

    pub async fn migrate(&self, steps: &'static [Step]) -> Result<()> {
        migrate::run(&self.server, steps).await
    }

    pub async fn applied_steps(&self) -> Result<Vec<Applied>> {
        migrate::applied(&self.server).await
    }

    pub async fn close(&self) {
        self.writers.close().await;
        self.commits.close();
        self.reads.close();
    }
}
