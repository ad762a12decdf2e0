//! The operations on jobs. The permissions that they require depend on the job's type.

use axum::extract::State;
use guildhall_model::codes::{context, jobs as codes};
use guildhall_model::id::JobId;
use guildhall_model::job::{JobStatus, JobType};
use guildhall_services::jobs::{JobFilter, NewJob};
use guildhall_wire::common::{OK, Page, StatusOk};
use guildhall_wire::job::{self as wire, JobQuery, StatusPatch};

use crate::App;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Created, Json, Me, Path, Query};
use crate::routes::{Gate, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/jobs", Gate::SessionOrLocal, get_jobs)
        .post("/jobs", Gate::SessionOrLocal, create_job)
        .get("/jobs/type/{type}", Gate::SessionOrLocal, get_jobs_by_type)
        .get("/jobs/{job_id}", Gate::SessionOrLocal, get_job)
        .get("/jobs/{job_id}/download", Gate::SessionOrLocal, download_job)
        .post("/jobs/{job_id}/cancel", Gate::SessionOrLocal, cancel_job)
        .patch("/jobs/{job_id}/status", Gate::SessionOrLocal, update_job_status)
}

async fn get_jobs(
    State(app): State<App>,
    me: Me,
    Query(page): Query<Page>,
    Query(query): Query<JobQuery>,
) -> ApiResult<Json<Vec<wire::Job>>> {
    let invalid = |name: &'static str| ApiError(context::INVALID_URL_PARAM.with("name", name));
    let kind = parse_optional(&query.job_type, JobType::from_name).ok_or_else(|| invalid("job_type"))?;
    let status = parse_optional(&query.status, JobStatus::from_name).ok_or_else(|| invalid("status"))?;
    list(&app, &me, JobFilter { kind, status }, page).await
}

async fn get_jobs_by_type(
    State(app): State<App>,
    me: Me,
    Path(kind): Path<String>,
    Query(page): Query<Page>,
) -> ApiResult<Json<Vec<wire::Job>>> {
    let kind = JobType::from_name(&kind).ok_or_else(|| context::INVALID_URL_PARAM.with("name", "type"))?;
    list(&app, &me, JobFilter { kind: Some(kind), status: None }, page).await
}

async fn list(app: &App, me: &Me, filter: JobFilter, page: Page) -> ApiResult<Json<Vec<wire::Job>>> {
    let jobs = app.services.jobs().jobs(me, filter, page.per_page, page.offset()).await?;
    Ok(Json(jobs.into_iter().map(wire::Job::from).collect()))
}

/// `Some(None)` for an empty text, `None` for an invalid one.
fn parse_optional<T>(text: &str, from_name: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    if text.is_empty() { Some(None) } else { from_name(text).map(Some) }
}

async fn create_job(State(app): State<App>, me: Me, Json(new): Json<wire::NewJob>) -> ApiResult<Created<wire::Job>> {
    let new = NewJob { kind: new.kind, data: new.data.unwrap_or_default() };
    Ok(Created(app.services.jobs().create_job(&me, new).await?.into()))
}

async fn get_job(State(app): State<App>, me: Me, Path(id): Path<JobId>) -> ApiResult<Json<wire::Job>> {
    Ok(Json(app.services.jobs().job(&me, id).await?.into()))
}

async fn download_job(State(app): State<App>, me: Me, Path(id): Path<JobId>) -> ApiResult<()> {
    Ok(app.services.jobs().download_job(&me, id).await?)
}

async fn cancel_job(State(app): State<App>, me: Me, Path(id): Path<JobId>) -> ApiResult<Json<StatusOk>> {
    app.services.jobs().cancel_job(&me, id).await?;
    Ok(Json(OK))
}

async fn update_job_status(
    State(app): State<App>,
    me: Me,
    Path(id): Path<JobId>,
    Json(patch): Json<StatusPatch>,
) -> ApiResult<Json<StatusOk>> {
    let status = JobStatus::from_name(&patch.status).ok_or(codes::STATUS_INVALID)?;
    app.services.jobs().update_job_status(&me, id, status, patch.force).await?;
    Ok(Json(OK))
}
