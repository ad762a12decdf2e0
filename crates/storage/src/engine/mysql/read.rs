//! Reads from MySQL: prepared once a connection, decoded row by row.

use std::time::Duration;

use guildhall_model::Result;
use mysql_async::Conn;
use mysql_async::prelude::Queryable;

use super::connection::{Server, bind};
use crate::engine::Want;
use crate::engine::pool::Connections;
use crate::failure::{Failure, FailureKind};
use crate::row::Inner;
use crate::{Dialect, FromRow, Row, Sql, Value};

pub(super) struct Reads {
    connections: Connections<Server>,
    timeout: Duration,
}

impl Reads {
    pub fn new(connections: Connections<Server>, timeout: Duration) -> Self {
        Self { connections, timeout }
    }

    pub async fn read<T: FromRow + Send + 'static>(&self, sql: Sql, params: Vec<Value>, want: Want) -> Result<Vec<T>> {
        let sql = sql.render(Dialect::Mysql);
        let outcome = match self.attempt(&sql, &params, want).await {
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

async fn query<T: FromRow>(connection: &mut Conn, sql: &str, params: &[Value], want: Want) -> Result<Vec<T>, Failure> {
    let mut rows = connection.exec_iter(sql, bind(params)).await?;
    let mut out = Vec::new();
    let mut fault = None;
    // The answer is read to its end in any case, for the connection's next user.
    while let Some(row) = rows.next().await? {
        if fault.is_some() || (want == Want::First && !out.is_empty()) {
            continue;
        }
        match T::from_row(&Row(Inner::Mysql(&row))) {
            Ok(value) => out.push(value),
            Err(error) => fault = Some(Failure::internal(error)),
        }
    }
    rows.drop_result().await?;
    fault.map_or(Ok(out), Err)
}
