//! The bots, webhooks and slash commands of a plan. What the server makes up for a new one, such as its address, is printed.

use serde_json::Value;

use super::changes::{Change, FieldChange};
use super::document::{Bot, Command, IncomingWebhook, OutgoingWebhook, Plan};
use super::reconcile::{Call, Id, Reconciler, Update, fields, id_of};

pub async fn reconcile(reconciler: &mut Reconciler<'_>, plan: &Plan) -> Result<(), String> {
    for bot in &plan.bots {
        reconcile_bot(reconciler, bot).await?;
    }
    for hook in &plan.incoming_webhooks {
        reconcile_incoming(reconciler, plan, hook).await?;
    }
    for hook in &plan.outgoing_webhooks {
        reconcile_outgoing(reconciler, plan, hook).await?;
    }
    for command in &plan.commands {
        reconcile_command(reconciler, plan, command).await?;
    }
    Ok(())
}

async fn reconcile_bot(reconciler: &mut Reconciler<'_>, bot: &Bot) -> Result<(), String> {
    let object = format!("bot {}", bot.username);
    let bots = reconciler.list("/bots?include_deleted=true").await?;
    let current = find(&bots, "username", &bot.username);
    let wanted =
        fields([("display_name", bot.display_name.clone().map(Value::from)), ("description", bot.description.clone().map(Value::from))]);
    let mut new = wanted.clone();
    new.insert("username".to_owned(), bot.username.clone().into());
    let path = |answer: &Value, operation: &str| format!("/bots/{}{operation}", answer["user_id"].as_str().unwrap_or_default());
    let update = Update::patch(path(current.as_ref().unwrap_or(&Value::Null), ""), wanted);
    let answer = reconciler.create_or_update(object.clone(), current.as_ref(), Call::post("/bots", new.into()).authored(), update).await?;
    let is_active = answer["delete_at"].as_i64().unwrap_or_default() == 0;
    if let Some(active) = bot.active.filter(|active| *active != is_active) {
        let operation = if active { "/enable" } else { "/disable" };
        let change = Change::update(object, vec![FieldChange::new("active", is_active, active)]);
        reconciler.change(change, Call::post(path(&answer, operation), Value::Null)).await?;
    }
    Ok(())
}

async fn reconcile_incoming(reconciler: &mut Reconciler<'_>, plan: &Plan, hook: &IncomingWebhook) -> Result<(), String> {
    let object = format!("incoming webhook {}/{}", hook.team, hook.display_name);
    let team = team_id(reconciler, plan, &hook.team).await?;
    let channel = channel_id(reconciler, plan, &hook.team, team.as_deref(), &hook.channel).await?;
    let current = match &team {
        Some(team) => find(&reconciler.list(&format!("/hooks/incoming?team_id={team}")).await?, "display_name", &hook.display_name),
        None => None,
    };
    let wanted = fields([
        ("channel_id", Some(channel.into())),
        ("display_name", Some(hook.display_name.clone().into())),
        ("description", hook.description.clone().map(Value::from)),
        ("username", hook.username.clone().map(Value::from)),
        ("icon_url", hook.icon_url.clone().map(Value::from)),
        ("channel_locked", hook.channel_locked.map(Value::from)),
    ]);
    let create = Call::post("/hooks/incoming", wanted.clone().into()).authored();
    let update = complete_update("/hooks/incoming", current.as_ref(), wanted);
    let answer = reconciler.create_or_update(object, current.as_ref(), create, update).await?;
    if let (None, Some(id)) = (&current, id_of(&answer)) {
        println!("  address of {}/{}: /hooks/{id} below the server's address", hook.team, hook.display_name);
    }
    Ok(())
}

async fn reconcile_outgoing(reconciler: &mut Reconciler<'_>, plan: &Plan, hook: &OutgoingWebhook) -> Result<(), String> {
    let object = format!("outgoing webhook {}/{}", hook.team, hook.display_name);
    let team = team_id(reconciler, plan, &hook.team).await?;
    let channel = match &hook.channel {
        Some(channel) => channel_id(reconciler, plan, &hook.team, team.as_deref(), channel).await?,
        None => Some(String::new()),
    };
    let current = match &team {
        Some(team) => find(&reconciler.list(&format!("/hooks/outgoing?team_id={team}")).await?, "display_name", &hook.display_name),
        None => None,
    };
    let wanted = fields([
        ("channel_id", Some(channel.into())),
        ("team_id", Some(team.into())),
        ("display_name", Some(hook.display_name.clone().into())),
        ("description", hook.description.clone().map(Value::from)),
        ("trigger_words", Some(hook.trigger_words.clone().into())),
        ("callback_urls", Some(hook.callback_urls.clone().into())),
        ("content_type", hook.content_type.clone().map(Value::from)),
    ]);
    let create = Call::post("/hooks/outgoing", wanted.clone().into()).authored();
    let update = complete_update("/hooks/outgoing", current.as_ref(), wanted);
    let answer = reconciler.create_or_update(object, current.as_ref(), create, update).await?;
    print_token(&answer, current.as_ref(), &format!("{}/{}", hook.team, hook.display_name));
    Ok(())
}

async fn reconcile_command(reconciler: &mut Reconciler<'_>, plan: &Plan, command: &Command) -> Result<(), String> {
    let object = format!("command {}/{}", command.team, command.trigger);
    let team = team_id(reconciler, plan, &command.team).await?;
    let current = match &team {
        Some(team) => {
            let commands = reconciler.whole_list(&format!("/commands?team_id={team}&custom_only=true")).await?;
            find(&commands, "trigger", &command.trigger)
        }
        None => None,
    };
    let method = command.method.map(|method| Value::from(method.name())).or(current.is_none().then(|| "P".into()));
    let wanted = fields([
        ("team_id", Some(team.into())),
        ("trigger", Some(command.trigger.clone().into())),
        ("url", Some(command.url.clone().into())),
        ("method", method),
        ("display_name", command.display_name.clone().map(Value::from)),
        ("description", command.description.clone().map(Value::from)),
        ("auto_complete", command.auto_complete.map(Value::from)),
        ("auto_complete_desc", command.auto_complete_desc.clone().map(Value::from)),
        ("auto_complete_hint", command.auto_complete_hint.clone().map(Value::from)),
    ]);
    let create = Call::post("/commands", wanted.clone().into()).authored();
    let update = complete_update("/commands", current.as_ref(), wanted);
    let answer = reconciler.create_or_update(object, current.as_ref(), create, update).await?;
    print_token(&answer, current.as_ref(), &format!("{}/{}", command.team, command.trigger));
    Ok(())
}

/// An update of which the API wants the complete object.
fn complete_update(collection: &str, current: Option<&Value>, fields: serde_json::Map<String, Value>) -> Update {
    let base = current.and_then(Value::as_object).cloned().unwrap_or_default();
    let id = current.and_then(id_of).unwrap_or_default();
    Update { base, ..Update::patch(format!("{collection}/{id}"), fields) }
}

/// The token by which the called program recognises the server.
fn print_token(answer: &Value, current: Option<&Value>, name: &str) {
    if let (None, Some(token)) = (current, answer["token"].as_str()) {
        println!("  token of {name}: {token}");
    }
}

fn find(objects: &[Value], field: &str, name: &str) -> Option<Value> {
    objects.iter().find(|object| object[field] == name).cloned()
}

/// `None` in a preview that would make the team.
async fn team_id(reconciler: &mut Reconciler<'_>, plan: &Plan, name: &str) -> Result<Id, String> {
    match reconciler.get(&format!("/teams/name/{name}")).await? {
        Some(team) => Ok(id_of(&team)),
        None if reconciler.is_preview() && plan.teams.iter().any(|team| team.name == name) => Ok(None),
        None => Err(format!("There is no team {name}, neither in the plan nor on the server.")),
    }
}

/// `None` in a preview that would make the channel.
async fn channel_id(reconciler: &mut Reconciler<'_>, plan: &Plan, team_name: &str, team: Option<&str>, name: &str) -> Result<Id, String> {
    let current = match team {
        Some(team) => reconciler.get(&format!("/teams/{team}/channels/name/{name}?include_deleted=true")).await?,
        None => None,
    };
    let is_planned = || {
        let channels = plan.teams.iter().filter(|team| team.name == team_name).flat_map(|team| &team.channels);
        // Every team has them from the start.
        ["town-square", "off-topic"].contains(&name) || channels.into_iter().any(|channel| channel.name == name)
    };
    match current {
        Some(channel) => Ok(id_of(&channel)),
        None if reconciler.is_preview() && is_planned() => Ok(None),
        None => Err(format!("There is no channel {name} in the team {team_name}, neither in the plan nor on the server.")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_complete_update_keeps_the_other_fields() {
        let current = json!({"id": "h1", "username": "ci", "description": "old"});
        let update = complete_update("/hooks/incoming", Some(&current), fields([("description", Some("new".into()))]));
        assert_eq!(update.call.path, "/hooks/incoming/h1");
        assert_eq!(update.base["username"], "ci");
        assert_eq!(update.fields["description"], "new");
    }
}
