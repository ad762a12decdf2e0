//! Reads from PostgreSQL: prepared once a connection, decoded row by row.

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::ClientWrapper;
use futures::TryStreamExt;
use guildhall_model::Result;

use super::connection::{Manager, Texts, prepare};
use crate::engine::Want;
use crate::engine::pool::Connections;
use crate::failure::{Failure, FailureKind};
use crate::row::Inner;
use crate::{FromRow, Row, Sql, Value};

pub(super) struct Reads {
    connections: Connections<Manager>,
    texts: Arc<Texts>,
    timeout: Duration,
}

impl Reads {
    pub fn new(connections: Connections<Manager>, texts: Arc<Texts>, timeout: Duration) -> Self {
        Self { connections, texts, timeout }
    }

    pub async fn read<T: FromRow + Send + 'static>(&self, sql: Sql, params: Vec<Value>, want: Want) -> Result<Vec<T>> {
        let sql = self.texts.of(&sql);
        let first = self.attempt(&sql, &params, want).await;
        let outcome = match first {
            // The connection was dead, as all are when the server has restarted. Reading twice does no harm.
            Err(failure) if failure.kind == FailureKind::Unavailable => {
                self.connections.forget_idle();
                self.attempt(&sql, &params, want).await
            }
            outcome => outcome,
        };
        outcome.map_err(|failure| failure.in_sql(&sql).into_error())
    }

    async fn attempt<T: FromRow + Send + 'static>(&self, sql: &str, params: &[Value], want: Want) -> Result<Vec<T>, Failure> {
        let mut lent = self.connections.lend().await?;
        let rows = tokio::time::timeout(self.timeout, query(lent.connection()?, sql, params, want)).await;
        let rows = rows.map_err(|_| Failure::unavailable("a read took too long"))?;
        if !matches!(&rows, Err(failure) if failure.kind == FailureKind::Unavailable) {
            lent.give_back();
        }
        rows
    }

    pub fn close(&self) {
        self.connections.close();
    }
}

async fn query<T: FromRow>(client: &ClientWrapper, sql: &str, params: &[Value], want: Want) -> Result<Vec<T>, Failure> {
    let statement = prepare(client, sql, params.len()).await?;
    let rows = client.query_raw(&statement, params).await?;
    futures::pin_mut!(rows);
    let mut out = Vec::new();
    while let Some(row) = rows.try_next().await? {
        out.push(T::from_row(&Row(Inner::Postgres(&row))).map_err(Failure::internal)?);
        if want == Want::First {
            break;
        }
    }
    Ok(out)
}
