//! Reads from PostgreSQL: prepared once a connection, decoded row by row.

use std::sync::Arc;

use deadpool_postgres::ClientWrapper;
use futures::TryStreamExt;
use guildhall_model::Result;

use super::connection::{Manager, Texts, prepare};
use crate::engine::Want;
use crate::engine::pool::Connections;
use crate::engine::read::Read;
use crate::failure::{Failure, FailureKind};
use crate::row::Inner;
use crate::{FromRow, Row, Sql, Value};

pub(super) struct Reads {
    connections: Connections<Manager>,
    texts: Arc<Texts>,
}

impl Reads {
    pub fn new(connections: Connections<Manager>, texts: Arc<Texts>) -> Self {
        Self { connections, texts }
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
        self.texts.of(sql)
    }

    fn forget_idle(&self) {
        self.connections.forget_idle();
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
