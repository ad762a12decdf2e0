//! Reads from a server: on whichever connection is free, once more when that one was dead, and to their end even
//! when whoever asked has gone, so that the connection stays of use.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use guildhall_model::Result;
use guildhall_model::codes::context;

use crate::engine::Want;
use crate::failure::{Failure, FailureKind};
use crate::{FromRow, Sql, Value};

/// How a database reads.
pub(super) trait Read: Send + Sync + 'static {
    fn query<T: FromRow + Send>(&self, sql: &str, params: &[Value], want: Want) -> impl Future<Output = Result<Vec<T>, Failure>> + Send;

    /// The text as the database takes it.
    fn text(&self, sql: &Sql) -> Arc<str>;

    /// A connection was dead: the other idle ones hardly live.
    fn forget_idle(&self);
}

pub(super) async fn read<R, T>(database: &Arc<R>, sql: Sql, params: Vec<Value>, want: Want, timeout: Duration) -> Result<Vec<T>>
where
    R: Read,
    T: FromRow + Send + 'static,
{
    let database = Arc::clone(database);
    let reading = tokio::spawn(async move {
        let sql = database.text(&sql);
        let outcome = match tokio::time::timeout(timeout, on_living_connection(&*database, &sql, &params, want)).await {
            Ok(outcome) => outcome,
            Err(_) => {
                database.forget_idle();
                Err(Failure::unavailable("a read took too long"))
            }
        };
        outcome.map_err(|failure| failure.in_sql(&sql).into_error())
    });
    reading.await.unwrap_or_else(|error| Err(context::INTERNAL.with_source(error)))
}

/// A pooled connection may have died since it was used. Reading twice does no harm.
async fn on_living_connection<R: Read, T: FromRow + Send>(
    database: &R,
    sql: &str,
    params: &[Value],
    want: Want,
) -> Result<Vec<T>, Failure> {
    match database.query(sql, params, want).await {
        Err(failure) if failure.kind == FailureKind::Unavailable => {
            database.forget_idle();
            database.query(sql, params, want).await
        }
        outcome => outcome,
    }
}
