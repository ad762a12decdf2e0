//! Channel templates of teams, and the projects that are made of them. Not of Mattermost.

use axum::extract::State;
use guildhall_model::Millis;
use guildhall_model::codes::channels as channel_codes;
use guildhall_model::id::{ChannelId, ChannelTemplateId, ProjectId, TeamId};
use guildhall_services::projects::{ListedProject, NewProject, NewTemplate, ProjectFilter};
use guildhall_wire::common::{OK, Page, StatusOk, empty_is_none};
use guildhall_wire::project as wire;
use serde::Deserialize;

use super::guest_links::created_link;
use crate::App;
use crate::error::ApiResult;
use crate::extract::{Created, Json, Me, Path, Query};
use crate::routes::{Gate, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/teams/{team_id}/channel_templates", Gate::Session, get_channel_templates)
        .post("/teams/{team_id}/channel_templates", Gate::Session, create_channel_template)
        .get("/channel_templates/{template_id}", Gate::Session, get_channel_template)
        .put("/channel_templates/{template_id}", Gate::Session, update_channel_template)
        .delete("/channel_templates/{template_id}", Gate::Session, delete_channel_template)
        .post("/channel_templates/{template_id}/channels", Gate::Session, create_project)
        .get("/teams/{team_id}/projects", Gate::Session, get_projects)
        .delete("/projects/{project_id}", Gate::Session, archive_project)
        .post("/projects/{project_id}/restore", Gate::Session, restore_project)
}

fn to_new(body: wire::NewTemplate) -> ApiResult<NewTemplate> {
    let (name, description) = (body.name.clone(), body.description.clone());
    let content = body.into_content().into_model().ok_or(channel_codes::KIND_INVALID)?;
    Ok(NewTemplate { name, description, content })
}

fn to_wire(listed: ListedProject) -> wire::Project {
    wire::Project::new(listed.project, listed.channels)
}

async fn get_channel_templates(State(app): State<App>, Me(me): Me, Path(team): Path<TeamId>) -> ApiResult<Json<Vec<wire::Template>>> {
    Ok(Json(app.services.projects().list_templates(&me, team).await?.into_iter().map(wire::Template::from).collect()))
}

async fn create_channel_template(
    State(app): State<App>,
    Me(me): Me,
    Path(team): Path<TeamId>,
    Json(body): Json<wire::NewTemplate>,
) -> ApiResult<Created<wire::Template>> {
    Ok(Created(app.services.projects().create_template(&me, team, to_new(body)?).await?.into()))
}

async fn get_channel_template(State(app): State<App>, Me(me): Me, Path(id): Path<ChannelTemplateId>) -> ApiResult<Json<wire::Template>> {
    Ok(Json(app.services.projects().template(&me, id).await?.into()))
}

async fn update_channel_template(
    State(app): State<App>,
    Me(me): Me,
    Path(id): Path<ChannelTemplateId>,
    Json(body): Json<wire::NewTemplate>,
) -> ApiResult<Json<wire::Template>> {
    Ok(Json(app.services.projects().update_template(&me, id, to_new(body)?).await?.into()))
}

async fn delete_channel_template(State(app): State<App>, Me(me): Me, Path(id): Path<ChannelTemplateId>) -> ApiResult<Json<StatusOk>> {
    app.services.projects().delete_template(&me, id).await?;
    Ok(Json(OK))
}

async fn create_project(
    State(app): State<App>,
    Me(me): Me,
    Path(template): Path<ChannelTemplateId>,
    Json(body): Json<wire::NewProject>,
) -> ApiResult<Created<wire::CreatedProject>> {
    let new = NewProject {
        name: body.project,
        members: body.members,
        guests: body.guests,
        guest_expires_at: Millis(body.guest_expires_at),
        with_guest_link: body.with_guest_link,
        pending_id: body.pending_id,
    };
    let created = app.services.projects().create_project(&me, template, new).await?;
    Ok(Created(wire::CreatedProject {
        project: to_wire(created.project),
        guest_link: created.guest_link.map(created_link),
        invited: created.invited,
        skipped_members: created.skipped_members,
    }))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ProjectsQuery {
    include_archived: bool,
    #[serde(deserialize_with = "empty_is_none")]
    channel_id: Option<ChannelId>,
}

async fn get_projects(
    State(app): State<App>,
    Me(me): Me,
    Path(team): Path<TeamId>,
    Query(page): Query<Page>,
    Query(query): Query<ProjectsQuery>,
) -> ApiResult<Json<Vec<wire::Project>>> {
    let filter = ProjectFilter { include_archived: query.include_archived, channel: query.channel_id };
    let projects = app.services.projects().list_projects(&me, team, filter, page.per_page, page.offset()).await?;
    Ok(Json(projects.into_iter().map(to_wire).collect()))
}

async fn archive_project(State(app): State<App>, Me(me): Me, Path(id): Path<ProjectId>) -> ApiResult<Json<wire::ArchivedProject>> {
    let archived = app.services.projects().archive_project(&me, id).await?;
    Ok(Json(wire::ArchivedProject { project: to_wire(archived.project), guests_without_channel: archived.guests_without_channel }))
}

async fn restore_project(State(app): State<App>, Me(me): Me, Path(id): Path<ProjectId>) -> ApiResult<Json<wire::Project>> {
    Ok(Json(to_wire(app.services.projects().restore_project(&me, id).await?)))
}
