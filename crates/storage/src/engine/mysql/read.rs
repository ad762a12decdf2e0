//! Reads from MySQL: prepared once a connection, decoded row by row.

use std::sync::Arc;

use guildhall_model::Result;
use mysql_async::Conn;
use mysql_async::prelude::Queryable;

use super::connection::{Server, bind};
use crate::engine::Want;
use crate::engine::pool::Connections;
use crate::engine::read::Read;
use crate::failure::{Failure, FailureKind};
use crate::row::Inner;
use crate::{Dialect, FromRow, Row, Sql, Value};

pub(super) struct Reads {
    connections: Connections<Server>,
}

impl Reads {
    pub fn new(connections: Connections<Server>) -> Self {
        Self { connections }
    }

    pub fn close(&self) {
        self.connections.close();
    }
}

impl Read for Reads {
    async fn query<T: FromRow + Send>(&self, sql: &str, params: &[Value], want: Want) -> Result<Vec<T>, Failure> {
        let mut lent = self.connections.lend().await?;
        let rows = query(lent.connection()?, sql, params, want).await;
        if !matches!(&rows, Err(failure) if failure.kind == FailureKind::Unavailable) {
            lent.give_back();
        }
        rows
    }

    fn text(&self, sql: &Sql) -> Arc<str> {
        sql.render(Dialect::Mysql).into()
    }

    fn forget_idle(&self) {
        self.connections.forget_idle();
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
