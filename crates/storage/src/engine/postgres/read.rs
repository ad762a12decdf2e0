//! Reads from PostgreSQL: prepared once a connection, decoded row by row.

use deadpool_postgres::ClientWrapper;
use futures::TryStreamExt;
use guildhall_model::Result;

use super::connection::prepare;
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
