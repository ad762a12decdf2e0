//! The channels of a plan's team.

use serde_json::{Value, json};

use super::changes::{Change, FieldChange};
use super::document::{Channel, Team};
use super::reconcile::{Call, Reconciler, Update, fields, id_of};

/// `team_id` is `None` in a preview that would make the team.
pub async fn reconcile(reconciler: &mut Reconciler<'_>, team: &Team, team_id: Option<&str>, channel: &Channel) -> Result<(), String> {
    let object = format!("channel {}/{}", team.name, channel.name);
    let current = match team_id {
        Some(team) => reconciler.get(&format!("/teams/{team}/channels/name/{}?include_deleted=true", channel.name)).await?,
        None => None,
    };
    let id = current.as_ref().and_then(id_of);
    let path = |operation: &str| format!("/channels/{}{operation}", id.as_deref().unwrap_or_default());

    let is_archived = current.as_ref().is_some_and(|channel| channel["delete_at"].as_i64().unwrap_or_default() != 0);
    if let Some(archived) = channel.archived.filter(|archived| current.is_some() && *archived != is_archived) {
        let change = Change::update(object.clone(), vec![FieldChange::new("archived", is_archived, archived)]);
        let call =
            if archived { Call::new(http::Method::DELETE, path(""), Value::Null) } else { Call::post(path("/restore"), Value::Null) };
        reconciler.change(change, call.authored()).await?;
    }
    if channel.archived.unwrap_or(is_archived) {
        return Ok(());
    }

    let wanted = fields([
        ("display_name", Some(channel.display_name.clone().into())),
        ("header", channel.header.clone().map(Value::from)),
        ("purpose", channel.purpose.clone().map(Value::from)),
    ]);
    let kind = |private: bool| if private { "P" } else { "O" };
    let mut new = wanted.clone();
    new.extend(fields([
        ("team_id", Some(team_id.unwrap_or_default().into())),
        ("name", Some(channel.name.clone().into())),
        ("type", Some(kind(channel.private.unwrap_or(false)).into())),
    ]));
    let create = Call::post("/channels", new.into()).authored();
    let answer = reconciler
        .create_or_update(
            object.clone(),
            current.as_ref(),
            create,
            Update { call: Call::put(path("/patch"), Value::Null).authored(), ..Update::patch("", wanted) },
        )
        .await?;
    if let (Some(current), Some(private)) = (&current, channel.private)
        && current["type"] != kind(private)
    {
        let change = Change::update(object.clone(), vec![FieldChange::new("private", !private, private)]);
        reconciler.change(change, Call::put(path("/privacy"), json!({"privacy": kind(private)})).authored()).await?;
    }
    let collection = id_of(&answer).map(|id| format!("/channels/{id}"));
    reconciler.members(&object, collection.as_deref(), &channel.members, &channel.admins).await
}
