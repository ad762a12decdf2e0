//! Reads from MySQL: prepared once a connection, decoded row by row.

use guildhall_model::Result;
use mysql_async::Conn;
use mysql_async::prelude::Queryable;

use super::connection::bind;
use crate::failure::Failure;
use crate::row::Fetch;
use crate::{FromRow, Row, Value};

pub(super) async fn query<T: FromRow>(connection: &mut Conn, sql: &str, params: &[Value], fetch: Fetch) -> Result<Vec<T>, Failure> {
    let mut rows = connection.exec_iter(sql, bind(params)).await?;
    let mut out = Vec::new();
    let mut fault = None;
    // The result is read to its end in any case, so that the connection can be used again.
    while let Some(row) = rows.next().await? {
        if fault.is_some() || (fetch == Fetch::First && !out.is_empty()) {
            continue;
        }
        match T::from_row(&Row::from(&row)) {
            Ok(value) => out.push(value),
            Err(error) => fault = Some(Failure::internal(error)),
        }
    }
    rows.drop_result().await?;
    fault.map_or(Ok(out), Err)
}
