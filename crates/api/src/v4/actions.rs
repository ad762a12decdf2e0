//! The operations on message buttons, menus and dialogs.

use axum::extract::State;
use guildhall_model::id::PostId;
use guildhall_services::actions::{DialogCall, DialogCallKind, DialogSubmission, NewDialog, Press};
use guildhall_wire::common::{OK, StatusOk};
use guildhall_wire::dialog as wire;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, JsonOrDefault, Me, Path};
use crate::routes::{Gate, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .post("/posts/{post_id}/actions/{action_id}", Gate::Session, do_post_action)
        // Integrations have no account: the trigger id is what they may do.
        .post("/actions/dialogs/open", Gate::Public, open_interactive_dialog)
        .post("/actions/dialogs/submit", Gate::Session, submit_interactive_dialog)
        .post("/actions/dialogs/lookup", Gate::Session, lookup_interactive_dialog)
        .post("/actions/dialogs/execute", Gate::Session, execute_dialog_action)
}

async fn do_post_action(
    State(app): State<App>,
    me: Me,
    Path((post_id, action_id)): Path<(PostId, String)>,
    JsonOrDefault(body): JsonOrDefault<wire::Press>,
) -> ApiResult<Json<wire::Pressed>> {
    let press = Press { selected_option: body.selected_option, cookie: body.cookie, query: body.query };
    Ok(Json(wire::Pressed::new(app.services.actions().press(&me, post_id, &action_id, press).await?)))
}

async fn open_interactive_dialog(State(app): State<App>, Json(body): Json<wire::OpenDialog>) -> ApiResult<Json<StatusOk>> {
    let new = NewDialog { trigger_id: body.trigger_id, url: body.url, dialog: body.dialog };
    app.services.actions().open_dialog(new).await?;
    Ok(Json(OK))
}

async fn submit_interactive_dialog(
    State(app): State<App>,
    me: Me,
    Json(body): Json<wire::DialogSubmission>,
) -> ApiResult<Json<wire::SubmitAnswer>> {
    let kind = if body.kind == "refresh" { DialogCallKind::Refresh } else { DialogCallKind::Submission };
    let answer = app.services.actions().submit_dialog(&me, to_submission(body, kind)).await?;
    Ok(Json(wire::SubmitAnswer { error: answer.error, errors: answer.errors, kind: answer.kind, form: answer.form }))
}

async fn lookup_interactive_dialog(
    State(app): State<App>,
    me: Me,
    Json(body): Json<wire::DialogSubmission>,
) -> ApiResult<Json<wire::LookupAnswer>> {
    let options = app.services.actions().look_up_options(&me, to_submission(body, DialogCallKind::Lookup)).await?;
    let items = options.into_iter().map(|option| wire::DialogOption { text: option.text, value: option.value }).collect();
    Ok(Json(wire::LookupAnswer { items }))
}

async fn execute_dialog_action(State(app): State<App>, me: Me, Json(body): Json<wire::DialogSubmission>) -> ApiResult<Json<wire::Pressed>> {
    let context = body.context.clone();
    let call = to_submission(body, DialogCallKind::Submission).call;
    Ok(Json(wire::Pressed::new(app.services.actions().execute_dialog_action(&me, call, context).await?)))
}

fn to_submission(body: wire::DialogSubmission, kind: DialogCallKind) -> DialogSubmission {
    DialogSubmission {
        call: DialogCall {
            url: body.url,
            callback_id: body.callback_id,
            state: body.state,
            channel_id: body.channel_id,
            team_id: body.team_id,
        },
        kind,
        submission: body.submission,
        is_cancelled: body.cancelled,
    }
}
