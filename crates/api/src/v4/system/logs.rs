//! The last lines of this node's log.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guildhall_model::codes::context;
use guildhall_model::ports::LogLine;
use guildhall_services::system::LogFilter;
use guildhall_wire::log::{LINES_PER_PAGE_MAX, Line, LogQuery};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me, Query};

/// The name of a node without a cluster.
const NODE: &str = "default";

#[derive(Deserialize)]
pub(super) struct LogPage {
    page: Option<usize>,
    logs_per_page: Option<usize>,
}

/// The pages go back in time; in each the oldest line comes first.
pub(super) async fn get_logs(State(app): State<App>, me: Me, Query(query): Query<LogPage>) -> ApiResult<Json<Vec<String>>> {
    let lines = app.services.system().log_lines(&me, &LogFilter::default())?;
    let per_page = query.logs_per_page.filter(|count| *count > 0).unwrap_or(LINES_PER_PAGE_MAX).min(LINES_PER_PAGE_MAX);
    let end = lines.len().saturating_sub(query.page.unwrap_or(0).saturating_mul(per_page));
    let page = lines.get(end.saturating_sub(per_page)..end).unwrap_or_default();
    Ok(Json(page.iter().map(text_of).collect()))
}

pub(super) async fn download_logs(State(app): State<App>, me: Me) -> ApiResult<Response> {
    let lines = app.services.system().log_lines(&me, &LogFilter::default())?;
    let text: String = lines.iter().map(text_of).collect();
    let headers = [(CONTENT_TYPE, "text/plain; charset=utf-8"), (CONTENT_DISPOSITION, "attachment; filename=\"guildhall.log\"")];
    Ok((headers, text).into_response())
}

/// By the name of the node: this one, under the name that a server without a cluster has in Mattermost.
pub(super) async fn query_logs(State(app): State<App>, me: Me, Json(query): Json<LogQuery>) -> ApiResult<Response> {
    let (from, until) = query.times().map_err(|name| context::INVALID_PARAM.with("name", name))?;
    let is_wanted = query.server_names.is_empty() || query.server_names.iter().any(|name| name == NODE);
    let filter = LogFilter { levels: query.log_levels, from, until };
    let lines = app.services.system().log_lines(&me, &filter)?;
    let lines: Vec<Line<'_>> = lines.iter().filter(|_| is_wanted).map(Line).collect();
    Ok(Json(BTreeMap::from([(NODE, lines)])).into_response())
}

/// A line as JSON, with the end of the line.
fn text_of(line: &LogLine) -> String {
    serde_json::to_string(&Line(line)).unwrap_or_default() + "\n"
}
