//! The series of the administrators' charts.

use axum::extract::State;
use guildhall_services::monitoring::SeriesRange;
use guildhall_wire::statistics::{NodeSeries, StatisticsSeries};
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me, Query};

#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Range {
    #[default]
    Day,
    Month,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct SeriesQuery {
    range: Range,
}

/// The last 24 hours (`range=day`) or 30 days (`range=month`) of all nodes.
pub(super) async fn get_statistics_series(
    State(app): State<App>,
    me: Me,
    Query(query): Query<SeriesQuery>,
) -> ApiResult<Json<StatisticsSeries>> {
    let range = match query.range {
        Range::Day => SeriesRange::Day,
        Range::Month => SeriesRange::Month,
    };
    let series = app.services.monitoring().series(&me, range).await?;
    Ok(Json(StatisticsSeries {
        interval_ms: series.interval_ms,
        since: series.since,
        until: series.until,
        collecting_since: series.collecting_since.unwrap_or_default(),
        node_id: series.node_id,
        nodes: NodeSeries::by_node(&series.samples, series.until, &series.disk_forecasts),
    }))
}
