//! The operations on backups and their targets. They are not Mattermost's.

use axum::extract::State;
use guildhall_model::Permission;
use guildhall_model::backup::TargetKeys;
use guildhall_model::id::BackupTargetId;
use guildhall_model::ports::Secret;
use guildhall_services::backups::{NewTarget, Operation, TargetChange};
use guildhall_wire::backup::{Backup, BackupPause, BackupTarget, BackupTargetPatch, CheckRequest, NewBackupTarget};
use guildhall_wire::common::{OK, StatusOk};
use guildhall_wire::job::Job;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Created, Json, Me, Path};
use crate::routes::{Gate, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    let read = Gate::System(Permission::SysconsoleReadEnvironmentDatabase);
    let write = Gate::System(Permission::SysconsoleWriteEnvironmentDatabase);
    // A backup contains everything, also what the pages of the console do not show.
    let targets = Gate::System(Permission::ManageSystem);
    routes
        .get("/backups/pause", read, get_backup_pause)
        .delete("/backups/pause", write, resume_backups)
        .get("/backups/targets", read, get_backup_targets)
        .post("/backups/targets", targets, create_backup_target)
        .put("/backups/targets/{target_id}", targets, patch_backup_target)
        .delete("/backups/targets/{target_id}", targets, delete_backup_target)
        .get("/backups/targets/{target_id}/backups", read, get_backups)
        .post("/backups/targets/{target_id}/backups", write, create_backup)
        .post("/backups/targets/{target_id}/check", write, check_backups)
        .post("/backups/targets/{target_id}/drill", write, drill_backup)
}

async fn get_backup_pause(State(app): State<App>, me: Me) -> ApiResult<Json<BackupPause>> {
    let pause = app.services.backups().pause(&me).await?;
    Ok(Json(pause.map(Into::into).unwrap_or_default()))
}

async fn resume_backups(State(app): State<App>, me: Me) -> ApiResult<Json<StatusOk>> {
    app.services.backups().resume(&me).await?;
    Ok(Json(OK))
}

async fn get_backup_targets(State(app): State<App>, me: Me) -> ApiResult<Json<Vec<BackupTarget>>> {
    let targets = app.services.backups().targets(&me).await?;
    let states = app.services.backups().continuous_states();
    Ok(Json(targets.into_iter().map(|target| BackupTarget::from(target).with_continuous(&states)).collect()))
}

async fn create_backup_target(State(app): State<App>, me: Me, Json(new): Json<NewBackupTarget>) -> ApiResult<Created<BackupTarget>> {
    let NewBackupTarget { name, location, password, access_key, secret_key, interval_hours, keep, bytes_per_second, is_continuous } = new;
    let keys = TargetKeys { password: Secret::new(password), access_key, secret_key: Secret::new(secret_key) };
    let new = NewTarget { name, location, keys, interval_hours, retention: keep.into(), bytes_per_second, is_continuous };
    Ok(Created(app.services.backups().add_target(&me, new).await?.into()))
}

async fn patch_backup_target(
    State(app): State<App>,
    me: Me,
    Path(id): Path<BackupTargetId>,
    Json(patch): Json<BackupTargetPatch>,
) -> ApiResult<Json<BackupTarget>> {
    let change = TargetChange {
        name: patch.name,
        location: patch.location,
        password: patch.password.map(Secret::new),
        access_key: patch.access_key,
        secret_key: patch.secret_key.map(Secret::new),
        interval_hours: patch.interval_hours,
        retention: patch.keep.map(Into::into),
        bytes_per_second: patch.bytes_per_second,
        is_continuous: patch.is_continuous,
    };
    Ok(Json(app.services.backups().change_target(&me, id, change).await?.into()))
}

async fn delete_backup_target(State(app): State<App>, me: Me, Path(id): Path<BackupTargetId>) -> ApiResult<Json<StatusOk>> {
    app.services.backups().remove_target(&me, id).await?;
    Ok(Json(OK))
}

async fn get_backups(State(app): State<App>, me: Me, Path(id): Path<BackupTargetId>) -> ApiResult<Json<Vec<Backup>>> {
    let backups = app.services.backups().backups_of_target(&me, id).await?;
    Ok(Json(backups.into_iter().map(Into::into).collect()))
}

/// Begins a backup; `GET /jobs/{job_id}` has its progress and result.
async fn create_backup(State(app): State<App>, me: Me, Path(id): Path<BackupTargetId>) -> ApiResult<Created<Job>> {
    let job = app.services.backups().start(&me, id, Operation::Backup).await?;
    Ok(Created(job.into()))
}

/// Begins to read the repository of a target; `GET /jobs/{job_id}` has its progress and result.
async fn check_backups(
    State(app): State<App>,
    me: Me,
    Path(id): Path<BackupTargetId>,
    Json(request): Json<CheckRequest>,
) -> ApiResult<Created<Job>> {
    let job = app.services.backups().start(&me, id, Operation::Check { percent: request.percent }).await?;
    Ok(Created(job.into()))
}

/// Begins to restore the newest backup as a test; `GET /jobs/{job_id}` has its progress and result.
async fn drill_backup(State(app): State<App>, me: Me, Path(id): Path<BackupTargetId>) -> ApiResult<Created<Job>> {
    let job = app.services.backups().start(&me, id, Operation::Drill).await?;
    Ok(Created(job.into()))
}
