//! Refreshes the planner's statistics of young tables: PostgreSQL's autovacuum looks once a minute, and until then
//! plans queries on a table that grew from nothing as if it were still small. Large tables are left to autovacuum.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use super::connection::Manager;
use crate::engine::server::Connections;
use crate::failure::Failure;

/// After a commit the counters are read twice, so much later: a busy connection reports its writes to them every second,
/// an idle one after ten.
const PAUSES: [Duration; 2] = [Duration::from_secs(3), Duration::from_secs(10)];

/// The tables that grew by half since they were last analyzed.
const OUTGROWN: &str = "SELECT quote_ident(relname) FROM pg_stat_user_tables WHERE schemaname = current_schema() \
    AND n_live_tup < 1000000 AND n_mod_since_analyze > 1000 AND n_mod_since_analyze > n_live_tup / 2";

/// Refreshes after commits, until it is aborted.
pub(super) async fn run(connections: Connections<Manager>, committed: Arc<Notify>) {
    loop {
        committed.notified().await;
        for pause in PAUSES {
            tokio::time::sleep(pause).await;
            if let Err(failure) = refresh(&connections).await {
                tracing::debug!(?failure, "statistics of young tables were not refreshed");
            }
        }
    }
}

async fn refresh(connections: &Connections<Manager>) -> Result<(), Failure> {
    let mut pooled = connections.acquire().await?;
    let client = pooled.connection()?;
    let outgrown = client.query(OUTGROWN, &[]).await?.iter().map(|row| row.try_get(0)).collect::<Result<Vec<String>, _>>()?;
    if !outgrown.is_empty() {
        client.batch_execute(&format!("ANALYZE (SKIP_LOCKED) {}", outgrown.join(", "))).await?;
    }
    pooled.release();
    Ok(())
}
