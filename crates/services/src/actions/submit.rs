//! What clients send of a dialog: what was entered, the look-up of options, and the press of a button within it.

use guildhall_model::codes::{actions as codes, channels};
use guildhall_model::id::{ChannelId, TeamId};
use guildhall_model::text::json::scalar_text_or_empty;
use guildhall_model::{Actor, Permission, Result};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::answer::ERROR_CHARS_MAX;
use super::dialog_address;
use crate::actions::Actions;
use crate::boxed;

/// Most errors of fields, and options of a look-up, of one answer; the rest is left out.
const ERRORS_MAX: usize = 100;
const OPTIONS_MAX: usize = 1_000;

/// Where the dialog was opened, and what it carries.
#[derive(Debug, Clone)]
pub struct DialogCall {
    /// As the client has got it.
    pub url: String,
    pub callback_id: String,
    pub state: String,
    pub channel_id: ChannelId,
    /// The selected one, in direct and group channels.
    pub team_id: Option<TeamId>,
}

#[derive(Debug, Clone)]
pub struct DialogSubmission {
    pub call: DialogCall,
    pub kind: DialogCallKind,
    pub submission: Map<String, Value>,
    pub is_cancelled: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DialogCallKind {
    Submission,
    /// A select was changed on which the rest of the dialog depends.
    Refresh,
    Lookup,
}

impl DialogCallKind {
    const fn name(self) -> &'static str {
        match self {
            Self::Submission => "dialog_submission",
            Self::Refresh => "refresh",
            Self::Lookup => "dialog_lookup",
        }
    }
}

/// What the integration says of a submission. All empty: the dialog is closed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SubmitAnswer {
    #[serde(deserialize_with = "scalar_text_or_empty")]
    pub error: String,
    /// By the names of elements.
    pub errors: Map<String, Value>,
    /// `form` for another dialog in its place; `ok` and `navigate` close it.
    #[serde(rename = "type", deserialize_with = "scalar_text_or_empty")]
    pub kind: String,
    pub form: Option<Map<String, Value>>,
}

/// What a dynamic select offers.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct DialogOption {
    #[serde(deserialize_with = "scalar_text_or_empty")]
    pub text: String,
    #[serde(deserialize_with = "scalar_text_or_empty")]
    pub value: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LookupAnswer {
    items: Vec<DialogOption>,
}

impl Actions<'_> {
    #[boxed]
    pub async fn submit_dialog(&self, actor: &Actor, submission: DialogSubmission) -> Result<SubmitAnswer> {
        let (url, request) = self.prepare_dialog_call(actor, &submission).await?;
        let answer: SubmitAnswer = self.call_integration(&url, &request).await?;
        if submission.is_cancelled {
            return Ok(SubmitAnswer::default());
        }
        self.answer_for(actor, answer).await
    }

    /// The options of a dynamic select for what was typed.
    #[boxed]
    pub async fn look_up_options(&self, actor: &Actor, submission: DialogSubmission) -> Result<Vec<DialogOption>> {
        let (url, request) = self.prepare_dialog_call(actor, &submission).await?;
        let mut items = self.call_integration::<LookupAnswer>(&url, &request).await?.items;
        items.truncate(OPTIONS_MAX);
        Ok(items)
    }

    /// A button of the dialog: the integration gets its context and a trigger id, with which it may open a further dialog.
    #[boxed]
    pub async fn execute_dialog_action(&self, actor: &Actor, call: DialogCall, context: Map<String, Value>) -> Result<String> {
        let url = self.check_dialog_call(actor, &call).await?;
        let grant = self.access.own_account(actor);
        let user = self.users().account(&grant, actor.user_id).await?;
        let trigger = self.new_trigger(actor.user_id).await?;
        let mut request = common_fields(actor, &call);
        let own = json!({"type": "dialog_action", "user_name": user.username, "trigger_id": trigger.token, "context": context});
        request.extend(own.as_object().cloned().unwrap_or_default());
        self.call_integration::<Map<String, Value>>(&url, &Value::Object(request)).await?;
        Ok(trigger.client_id.to_string())
    }

    async fn prepare_dialog_call(&self, actor: &Actor, submission: &DialogSubmission) -> Result<(String, Value)> {
        let url = self.check_dialog_call(actor, &submission.call).await?;
        let mut request = common_fields(actor, &submission.call);
        let own = json!({
            "type": submission.kind.name(),
            "submission": submission.submission,
            "cancelled": submission.is_cancelled,
        });
        request.extend(own.as_object().cloned().unwrap_or_default());
        Ok((url, Value::Object(request)))
    }

    /// The address to call, of a dialog that was opened for the actor, from a channel that they may read.
    async fn check_dialog_call(&self, actor: &Actor, call: &DialogCall) -> Result<String> {
        let grant = self.access.read_channel(actor, call.channel_id).await?;
        if let Some(team) = call.team_id {
            let _ = self.access.team_to_read(actor, team, Permission::ViewTeam).await?;
        }
        let url = dialog_address::verify(&self.address_key().await?, actor.user_id, &call.url, self.clock.now())?;
        let url = url.ok_or(codes::DIALOG_ADDRESS)?;
        if grant.is_archived() { Err(channels::ARCHIVED.into()) } else { Ok(url) }
    }

    /// The answer for the client; a form is checked as a dialog is, and gets addresses that the user may send.
    async fn answer_for(&self, actor: &Actor, answer: SubmitAnswer) -> Result<SubmitAnswer> {
        let shortened = |text: &str| text.chars().take(ERROR_CHARS_MAX).collect::<String>();
        if !answer.error.is_empty() || !answer.errors.is_empty() {
            let texts = answer.errors.into_iter().filter_map(|(name, text)| Some((name, Value::from(shortened(text.as_str()?)))));
            let errors = texts.take(ERRORS_MAX).collect();
            return Ok(SubmitAnswer { error: shortened(&answer.error), errors, ..SubmitAnswer::default() });
        }
        let form = match (answer.kind.as_str(), answer.form) {
            ("" | "ok" | "navigate", None) => None,
            ("form", Some(form)) => Some(self.dialog_for(actor.user_id, form).await?),
            _ => return Err(codes::ACTION_FAILED.with_source("a form is answered with the type form, and with no other")),
        };
        Ok(SubmitAnswer { kind: answer.kind, form, ..SubmitAnswer::default() })
    }
}

fn common_fields(actor: &Actor, call: &DialogCall) -> Map<String, Value> {
    let team_id = call.team_id.map(|team| team.to_string()).unwrap_or_default();
    let fields = json!({
        "callback_id": call.callback_id,
        "state": call.state,
        "user_id": actor.user_id,
        "channel_id": call.channel_id,
        "team_id": team_id,
    });
    fields.as_object().cloned().unwrap_or_default()
}
