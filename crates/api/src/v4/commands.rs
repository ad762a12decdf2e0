//! The operations on slash commands.

use axum::extract::State;
use guildhall_model::codes::context;
use guildhall_model::id::{CommandId, TeamId};
use guildhall_services::commands::{CommandArgs, CommandDraft, CommandResponse, ListedCommand};
use guildhall_wire::command as wire;
use guildhall_wire::common::{OK, StatusOk, empty_is_none, opt_id};
use guildhall_wire::integration_call::IntegrationCall;
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Created, Json, Me, Path, PostJson, Query};
use crate::routes::{Gate, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .post("/commands", Gate::SessionOrActing, create_command)
        .get("/commands", Gate::SessionOrLocal, list_commands)
        .post("/commands/execute", Gate::Session, execute_command)
        .get("/commands/{command_id}", Gate::SessionOrLocal, get_command_by_id)
        .put("/commands/{command_id}", Gate::SessionOrLocal, update_command)
        .delete("/commands/{command_id}", Gate::SessionOrLocal, delete_command)
        .get("/commands/{command_id}/calls", Gate::SessionOrLocal, get_command_calls)
        .put("/commands/{command_id}/move", Gate::SessionOrLocal, move_command)
        .put("/commands/{command_id}/regen_token", Gate::SessionOrLocal, regen_command_token)
        .get("/teams/{team_id}/commands/autocomplete", Gate::SessionOrLocal, list_autocomplete_commands)
        .get("/teams/{team_id}/commands/autocomplete_suggestions", Gate::SessionOrLocal, list_command_autocomplete_suggestions)
}

async fn create_command(State(app): State<App>, me: Me, Json(new): Json<wire::CommandRequest>) -> ApiResult<Created<wire::Command>> {
    let team = new.team_id.ok_or_else(|| context::INVALID_PARAM.with("name", "team_id"))?;
    Ok(Created(app.services.commands().create_command(&me, team, to_draft(new)).await?.into()))
}

#[derive(Deserialize)]
struct CommandsQuery {
    #[serde(default, deserialize_with = "empty_is_none")]
    team_id: Option<TeamId>,
    #[serde(default)]
    custom_only: String,
}

async fn list_commands(State(app): State<App>, me: Me, Query(query): Query<CommandsQuery>) -> ApiResult<Json<Vec<wire::Command>>> {
    let team = query.team_id.ok_or_else(|| context::INVALID_URL_PARAM.with("name", "team_id"))?;
    Ok(to_wire_list(app.services.commands().commands(&me, team, query.custom_only == "true").await?))
}

async fn list_autocomplete_commands(State(app): State<App>, me: Me, Path(team_id): Path<TeamId>) -> ApiResult<Json<Vec<wire::Command>>> {
    Ok(to_wire_list(app.services.commands().autocomplete_commands(&me, team_id).await?))
}

#[derive(Deserialize)]
struct SuggestionsQuery {
    user_input: String,
}

async fn list_command_autocomplete_suggestions(
    State(app): State<App>,
    me: Me,
    Path(team_id): Path<TeamId>,
    Query(query): Query<SuggestionsQuery>,
) -> ApiResult<Json<Vec<wire::Suggestion>>> {
    let suggestions = app.services.commands().command_suggestions(&me, team_id, &query.user_input).await?;
    let to_wire = |suggestion: guildhall_services::commands::Suggestion| wire::Suggestion {
        complete: suggestion.trigger.clone(),
        suggestion: suggestion.trigger,
        hint: suggestion.hint,
        description: suggestion.description,
        icon_data: String::new(),
    };
    Ok(Json(suggestions.into_iter().map(to_wire).collect()))
}

async fn execute_command(
    State(app): State<App>,
    me: Me,
    PostJson(body): PostJson<wire::ExecuteCommand>,
) -> ApiResult<Json<wire::CommandResponse>> {
    let args = CommandArgs { channel_id: body.channel_id, team_id: body.team_id, root_id: body.root_id, command: body.command };
    Ok(Json(to_wire_response(app.services.commands().execute_command(&me, args).await?)))
}

async fn get_command_by_id(State(app): State<App>, me: Me, Path(id): Path<CommandId>) -> ApiResult<Json<wire::Command>> {
    Ok(Json(app.services.commands().command(&me, id).await?.into()))
}

async fn update_command(
    State(app): State<App>,
    me: Me,
    Path(id): Path<CommandId>,
    Json(new): Json<wire::CommandRequest>,
) -> ApiResult<Json<wire::Command>> {
    if new.id != id.to_string() {
        return Err(context::INVALID_PARAM.with("name", "command").into());
    }
    let team = new.team_id;
    Ok(Json(app.services.commands().update_command(&me, id, team, to_draft(new)).await?.into()))
}

async fn move_command(
    State(app): State<App>,
    me: Me,
    Path(id): Path<CommandId>,
    Json(body): Json<wire::MoveCommand>,
) -> ApiResult<Json<StatusOk>> {
    app.services.commands().move_command(&me, id, body.team_id).await?;
    Ok(Json(OK))
}

async fn regen_command_token(State(app): State<App>, me: Me, Path(id): Path<CommandId>) -> ApiResult<Json<wire::Token>> {
    Ok(Json(wire::Token { token: app.services.commands().regenerate_command_token(&me, id).await? }))
}

async fn delete_command(State(app): State<App>, me: Me, Path(id): Path<CommandId>) -> ApiResult<Json<StatusOk>> {
    app.services.commands().delete_command(&me, id).await?;
    Ok(Json(OK))
}

fn to_draft(new: wire::CommandRequest) -> CommandDraft {
    CommandDraft {
        trigger: new.trigger,
        method: new.method,
        url: new.url,
        username: new.username,
        icon_url: new.icon_url,
        auto_complete: new.auto_complete,
        auto_complete_desc: new.auto_complete_desc,
        auto_complete_hint: new.auto_complete_hint,
        display_name: new.display_name,
        description: new.description,
    }
}

fn to_wire_list(commands: Vec<ListedCommand>) -> Json<Vec<wire::Command>> {
    let to_wire = |command| match command {
        ListedCommand::Custom(command) => (*command).into(),
        ListedCommand::BuiltIn { trigger, display_name, hint, description } => wire::Command {
            trigger: trigger.to_owned(),
            auto_complete: true,
            auto_complete_desc: description.to_owned(),
            auto_complete_hint: hint.to_owned(),
            display_name: display_name.to_owned(),
            ..wire::Command::default()
        },
    };
    Json(commands.into_iter().map(to_wire).collect())
}

fn to_wire_response(answer: CommandResponse) -> wire::CommandResponse {
    wire::CommandResponse {
        response_type: answer.response_type.name(),
        text: answer.text,
        username: answer.username,
        channel_id: opt_id(answer.channel_id),
        icon_url: answer.icon_url,
        kind: answer.kind,
        props: answer.props,
        goto_location: answer.goto_location,
        trigger_id: answer.trigger_id,
        skip_slack_parsing: answer.skip_slack_parsing,
        attachments: answer.attachments,
        extra_responses: Some(answer.extra_responses)
            .filter(|extra| !extra.is_empty())
            .map(|extra| extra.into_iter().map(to_wire_response).collect()),
    }
}

/// Not of Mattermost's API.
async fn get_command_calls(State(app): State<App>, me: Me, Path(id): Path<CommandId>) -> ApiResult<Json<Vec<IntegrationCall>>> {
    let calls = app.services.commands().command_calls(&me, id).await?;
    Ok(Json(calls.into_iter().map(Into::into).collect()))
}
