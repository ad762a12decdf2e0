//! Spans for OpenTelemetry: of reads, of commits, and of publishing. They exist only while traces are collected
//! ([`OpenOptions::is_traced`](crate::OpenOptions)), and only within a request, a job or a delivery. They are never entered, so that
//! the lines of the log keep the request as their span.

use std::borrow::Cow;

use tracing::{Span, info_span};

use crate::observer::shown_sql;
use crate::{Batch, Dialect, Sql};

/// Statements of a batch whose texts are shown.
const STATEMENTS_MAX: usize = 50;

/// Of the spans that are for traces alone; the log leaves them out.
macro_rules! target {
    () => {
        "guildhall::spans"
    };
}

/// A read, with the time that it waits for its turn.
pub(crate) fn read(dialect: Dialect, sql: &Sql) -> Span {
    if Span::current().is_none() {
        return Span::none();
    }
    let sql = sql.render(dialect);
    let operation = operation(&sql);
    info_span!(
        target: target!(), "read", otel.name = operation, otel.kind = "client",
        db.system.name = system(dialect), db.operation.name = operation, db.query.text = shown_sql(&sql),
    )
}

/// A batch, from its submission until its events are published.
pub(crate) fn commit(dialect: Dialect, batch: &Batch) -> Span {
    if Span::current().is_none() {
        return Span::none();
    }
    let texts: Vec<Cow<'_, str>> = batch.statements.iter().take(STATEMENTS_MAX).map(|statement| statement.sql.render(dialect)).collect();
    info_span!(
        target: target!(), "commit", otel.name = "COMMIT", otel.kind = "client",
        db.system.name = system(dialect), db.operation.name = "COMMIT", db.operation.batch.size = batch.len(),
        db.query.text = shown_sql(&texts.join("; ")),
    )
}

/// The publishing of events: within their commit, or, if they are of nothing that is stored, within the request.
pub(crate) fn publish(parent: &Span, events: usize) -> Span {
    if parent.is_none() {
        return Span::none();
    }
    info_span!(target: target!(), parent: parent, "publish", events)
}

const fn system(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "sqlite",
        Dialect::Postgres => "postgresql",
        Dialect::Mysql => "mysql",
    }
}

/// The first word: SELECT, WITH, INSERT, and so on.
fn operation(sql: &str) -> &str {
    sql.split_whitespace().next().unwrap_or_default()
}
