//! What can be found wrong in a plan without asking the server: names, duplicates, references, settings. All of it is
//! checked before the first change, so that a mistake in the last line leaves the server as it was.

use std::collections::HashSet;

use guildhall_model::settings::{Settings, Writer};
use guildhall_model::user::rules as user;
use guildhall_model::{channel, team};

use super::document::{Plan, User};

/// The error is the end of a sentence.
pub fn check(plan: &Plan) -> Result<(), String> {
    check_settings(plan)?;
    check_users(&plan.users)?;
    check_teams(plan)?;
    check_integrations(plan)?;
    if plan.needs_owner() && plan.owner().is_none() {
        return Err("teams, bots, webhooks and commands need an owner: name an administrator in `owner`".to_owned());
    }
    Ok(())
}

fn check_settings(plan: &Plan) -> Result<(), String> {
    let mut settings = Settings::default();
    for (section, names) in &plan.settings {
        for (name, value) in names {
            let path = format!("{section}.{name}");
            let setting = guildhall_model::settings::all().find(|setting| setting.path == path);
            let setting = setting.ok_or_else(|| format!("there is no setting {path}"))?;
            if setting.writer != Writer::Administrator || setting.writable_key().is_none() {
                return Err(format!("{path} can be set only in the configuration file and by {}", setting.environment_variable()));
            }
            settings = settings.with_value(&path, value.clone()).ok_or_else(|| format!("{path}: {value} has the wrong type"))?;
            setting.rule.check(value).map_err(|reason| format!("{path}: {reason}"))?;
        }
    }
    Ok(())
}

fn check_users(users: &[User]) -> Result<(), String> {
    check_unique("the username", users.iter().map(|user| user.username.as_str()))?;
    check_unique("the email address", users.iter().map(|user| user.email.as_str()))?;
    for User { username, email, password_env, password_file, .. } in users {
        if !user::is_valid_username(username) {
            return Err(format!("{username:?} is not a valid username: lower-case letters, digits, `.`, `-` and `_`"));
        }
        if !user::is_valid_email(email) {
            return Err(format!("{email:?}, of {username}, is not a valid email address in lower case"));
        }
        if password_env.is_some() && password_file.is_some() {
            return Err(format!("{username} has a password_env and a password_file"));
        }
    }
    Ok(())
}

fn check_teams(plan: &Plan) -> Result<(), String> {
    check_unique("the team", plan.teams.iter().map(|team| team.name.as_str()))?;
    for team in &plan.teams {
        if !team::is_valid_name(&team.name) {
            return Err(format!("{:?} is not a valid name of a team: lower-case letters, digits and `-`", team.name));
        }
        check_unique(&format!("in the team {} the channel", team.name), team.channels.iter().map(|channel| channel.name.as_str()))?;
        if let Some(channel) = team.channels.iter().find(|channel| !channel::is_valid_name(&channel.name)) {
            return Err(format!("{:?} is not a valid name of a channel: lower-case letters, digits, `-` and `_`", channel.name));
        }
    }
    Ok(())
}

fn check_integrations(plan: &Plan) -> Result<(), String> {
    let key = |team: &str, name: &str| format!("{team}/{name}");
    check_unique("the bot", plan.bots.iter().map(|bot| bot.username.as_str()))?;
    check_unique("the incoming webhook", plan.incoming_webhooks.iter().map(|hook| key(&hook.team, &hook.display_name)))?;
    check_unique("the outgoing webhook", plan.outgoing_webhooks.iter().map(|hook| key(&hook.team, &hook.display_name)))?;
    check_unique("the command", plan.commands.iter().map(|command| key(&command.team, &command.trigger)))
}

fn check_unique(what: &str, names: impl Iterator<Item = impl AsRef<str>>) -> Result<(), String> {
    let mut seen = HashSet::new();
    for name in names {
        let name = name.as_ref().to_owned();
        if seen.contains(&name) {
            return Err(format!("{what} {name} is there twice"));
        }
        seen.insert(name);
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        Plan::parse(&format!("version = 1\n{text}")).and_then(|plan| check(&plan)).unwrap_err()
    }

    #[test]
    fn mistakes_are_named() {
        let team = "[[teams]]\nname = 'studio'\ndisplay_name = 'Studio'\n";
        let ada = "[[users]]\nusername = 'ada'\nemail = 'ada@example.com'\n";
        for (text, expected) in [
            ("[settings.site]\nnmae = 'x'".to_owned(), "no setting site.nmae"),
            ("[settings.server]\nlisten = '127.0.0.1:1'".to_owned(), "only in the configuration file and by GUILDHALL_SERVER_LISTEN"),
            ("[settings.signup]\nopen = 'yes'".to_owned(), "signup.open: \"yes\" has the wrong type"),
            ("[settings.site]\nname = ''".to_owned(), "site.name: "),
            (format!("{ada}{ada}"), "the username ada is there twice"),
            (ada.replace("ada@", "Ada@"), "not a valid email address"),
            (ada.replace("'ada'", "'A da'"), "not a valid username"),
            (format!("{ada}password_env = 'A'\npassword_file = 'b'"), "password_env and a password_file"),
            (team.to_owned(), "need an owner"),
            (format!("owner = 'ada'\n{team}{team}"), "the team studio is there twice"),
            (format!("owner = 'ada'\n{}", team.replace("'studio'", "'My Studio'")), "not a valid name of a team"),
            (format!("owner = 'ada'\n{team}[[teams.channels]]\nname = 'A B'\ndisplay_name = 'x'"), "not a valid name of a channel"),
            ("[[users]]\nusername = 'ada'".to_owned(), "line 2: missing field `email`"),
            ("[[users]]\nusername = 'ada'\nemial = 'x'".to_owned(), "unknown field `emial`"),
            ("[[users]]\nusername = 'ad".to_owned(), "line 3: "),
        ] {
            let error = error(&text);
            assert!(error.contains(expected), "{text}\n{error}");
        }
        assert!(Plan::parse("version = 2").unwrap_err().contains("version 2 is not known"));
        assert!(Plan::parse("").unwrap_err().contains("missing field `version`"));
    }
}
