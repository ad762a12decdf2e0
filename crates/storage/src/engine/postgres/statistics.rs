//! Statistics for young tables: PostgreSQL looks after its own once a minute, and until it has, plans for a table that
//! grew from nothing as if it were still small. Large tables are left to it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use super::connection::Manager;
use crate::engine::pool::Connections;
use crate::failure::Failure;

/// After the first of some writes, look so much later, and once more: what a connection wrote, the server counts every
/// second while there is more, and else after ten.
const PAUSES: [Duration; 2] = [Duration::from_secs(3), Duration::from_secs(10)];

/// The tables that are half as large again as when they were last looked at.
const OUTGROWN: &str = "SELECT quote_ident(relname) FROM pg_stat_user_tables WHERE schemaname = current_schema() \
    AND n_live_tup < 1000000 AND n_mod_since_analyze > 1000 AND n_mod_since_analyze > n_live_tup / 2";

/// Looks whenever `wrote` says that there is something new, until it is aborted.
pub(super) async fn keep(connections: Connections<Manager>, wrote: Arc<Notify>) {
    loop {
        wrote.notified().await;
        for pause in PAUSES {
            tokio::time::sleep(pause).await;
            if let Err(failure) = refresh(&connections).await {
                tracing::debug!(?failure, "young tables keep the statistics that they have");
            }
        }
    }
}

async fn refresh(connections: &Connections<Manager>) -> Result<(), Failure> {
    let mut lent = connections.lend().await?;
    let client = lent.connection()?;
    let outgrown = client.query(OUTGROWN, &[]).await?.iter().map(|row| row.try_get(0)).collect::<Result<Vec<String>, _>>()?;
    if !outgrown.is_empty() {
        client.batch_execute(&format!("ANALYZE (SKIP_LOCKED) {}", outgrown.join(", "))).await?;
    }
    lent.give_back();
    Ok(())
}
