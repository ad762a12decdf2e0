//! Reads from PostgreSQL: prepared once a connection, decoded row by row.

use deadpool_postgres::ClientWrapper;
use futures::TryStreamExt;
use guildhall_model::Result;

use super::connection::prepare;
use crate::failure::Failure;
use crate::row::Fetch;
use crate::{FromRow, Row, Value};

pub(super) async fn query<T: FromRow>(client: &ClientWrapper, sql: &str, params: &[Value], fetch: Fetch) -> Result<Vec<T>, Failure> {
    let statement = prepare(client, sql, params.len()).await?;
    let rows = client.query_raw(&statement, params).await?;
    futures::pin_mut!(rows);
    let mut out = Vec::new();
    while let Some(row) = rows.try_next().await? {
        out.push(T::from_row(&Row::from(&row)).map_err(Failure::internal)?);
        if fetch == Fetch::First {
            break;
        }
    }
    Ok(out)
}
