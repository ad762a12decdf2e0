//! The teams of a plan, with their members and channels.

use serde_json::{Value, json};

use super::changes::{Change, FieldChange};
use super::channels;
use super::document::Team;
use super::reconcile::{Call, Reconciler, Update, fields, id_of};

pub async fn reconcile(reconciler: &mut Reconciler<'_>, team: &Team) -> Result<(), String> {
    let object = format!("team {}", team.name);
    let current = reconciler.get(&format!("/teams/name/{}", team.name)).await?;
    let id = current.as_ref().and_then(id_of);
    let path = |operation: &str| format!("/teams/{}{operation}", id.as_deref().unwrap_or_default());

    let is_archived = current.as_ref().is_some_and(|team| team["delete_at"].as_i64().unwrap_or_default() != 0);
    if let Some(archived) = team.archived.filter(|archived| *archived != is_archived && (current.is_some() || *archived)) {
        if current.is_none() {
            // Nothing to archive.
            return Ok(());
        }
        let change = Change::update(object.clone(), vec![FieldChange::new("archived", is_archived, archived)]);
        let call =
            if archived { Call::new(http::Method::DELETE, path(""), Value::Null) } else { Call::post(path("/restore"), Value::Null) };
        reconciler.change(change, call).await?;
    }
    if team.archived.unwrap_or(is_archived) {
        return Ok(());
    }

    let wanted = fields([
        ("display_name", Some(team.display_name.clone().into())),
        ("description", team.description.clone().map(Value::from)),
        ("allowed_domains", team.allowed_domains.clone().map(Value::from)),
    ]);
    let is_open = team.open.unwrap_or(false);
    let kind = if is_open { "O" } else { "I" };
    let mut new = wanted.clone();
    new.extend(fields([
        ("name", Some(team.name.clone().into())),
        ("type", Some(kind.into())),
        ("allow_open_invite", Some(is_open.into())),
    ]));
    let created = Call::post("/teams", new.into()).authored();
    let answer = reconciler.create_or_update(object.clone(), current.as_ref(), created, Update::patch(path("/patch"), wanted)).await?;
    if let (Some(current), Some(open)) = (&current, team.open)
        && current["allow_open_invite"] != open
    {
        let change = Change::update(object.clone(), vec![FieldChange::new("open", !open, open)]);
        let privacy = if open { "O" } else { "I" };
        reconciler.change(change, Call::put(path("/privacy"), json!({"privacy": privacy}))).await?;
    }

    let id = id_of(&answer);
    let collection = id.as_ref().map(|id| format!("/teams/{id}"));
    let of_channels = team.channels.iter().flat_map(|channel| channel.members.iter().chain(&channel.admins));
    let members: Vec<String> = team.members.iter().chain(of_channels).cloned().collect();
    reconciler.members(&object, collection.as_deref(), &members, &team.admins).await?;
    for channel in &team.channels {
        channels::reconcile(reconciler, team, id.as_deref(), channel).await?;
    }
    Ok(())
}
