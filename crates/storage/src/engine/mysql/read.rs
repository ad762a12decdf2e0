//! Reads from MySQL: prepared once a connection, decoded row by row.

use guildhall_model::Result;
use mysql_async::Conn;
use mysql_async::prelude::Queryable;

use super::connection::bind;
use crate::dump::Lines;
use crate::failure::Failure;
use crate::row::RowSink;
use crate::{Row, Value};

pub(super) async fn query(connection: &mut Conn, sql: &str, params: &[Value], rows: &mut dyn RowSink) -> Result<(), Failure> {
    let mut result = connection.exec_iter(sql, bind(params)).await?;
    let mut fault = None;
    // The result is read to its end in any case, so that the connection can be used again.
    while let Some(row) = result.next().await? {
        if fault.is_some() || rows.is_full() {
            continue;
        }
        fault = rows.push(&Row::from(&row)).err().map(Failure::internal);
    }
    result.drop_result().await?;
    fault.map_or(Ok(()), Err)
}

pub(super) async fn stream(connection: &mut Conn, sql: &str, mut lines: Lines) -> Result<Lines, Failure> {
    // The binary protocol, whose integers are integers.
    let mut result = connection.exec_iter(sql, ()).await?;
    while let Some(row) = result.next().await? {
        lines.push(&Row::from(&row))?;
        if lines.is_piece() {
            lines.pass_on().await?;
        }
    }
    result.drop_result().await?;
    Ok(lines)
}
