//! Reads from PostgreSQL: prepared once a connection, decoded row by row.

use deadpool_postgres::ClientWrapper;
use futures::TryStreamExt;
use guildhall_model::Result;

use super::connection::prepare;
use crate::dump::Lines;
use crate::failure::Failure;
use crate::row::RowSink;
use crate::{Row, Value};

pub(super) async fn query(client: &ClientWrapper, sql: &str, params: &[Value], rows: &mut dyn RowSink) -> Result<(), Failure> {
    let statement = prepare(client, sql, params.len()).await?;
    let result = client.query_raw(&statement, params).await?;
    futures::pin_mut!(result);
    while let Some(row) = result.try_next().await? {
        rows.push(&Row::from(&row)).map_err(Failure::internal)?;
        if rows.is_full() {
            break;
        }
    }
    Ok(())
}

pub(super) async fn stream(client: &ClientWrapper, sql: &str, mut lines: Lines) -> Result<Lines, Failure> {
    let statement = prepare(client, sql, 0).await?;
    let result = client.query_raw(&statement, &[] as &[Value]).await?;
    futures::pin_mut!(result);
    while let Some(row) = result.try_next().await? {
        lines.push(&Row::from(&row))?;
        if lines.is_piece() {
            lines.pass_on().await?;
        }
    }
    Ok(lines)
}
