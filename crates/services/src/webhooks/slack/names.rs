//! The names of users and channels that texts refer to by id: collected first, then read in two queries.

use std::collections::{BTreeSet, HashMap};

use guildhall_model::Result;
use guildhall_model::channel::ChannelKind;
use guildhall_model::id::{ChannelId, TeamId, UserId};
use guildhall_storage::{channels, users};

use crate::Core;
use crate::access::SystemGrant;
use crate::posts::NewPost;
use crate::webhooks::IntegrationMessage;

/// Further ids of a message are not looked up.
const REFERENCES_MAX: usize = 50;

/// The ids in `<@id>` and `<#id>`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::webhooks) struct References {
    users: BTreeSet<UserId>,
    channels: BTreeSet<ChannelId>,
}

impl References {
    pub fn collect_from(&mut self, text: &str) {
        for (at, mark) in text.match_indices("<@").chain(text.match_indices("<#")) {
            let rest = &text[at + mark.len()..];
            let reference = &rest[..rest.find(['>', '|']).unwrap_or(0)];
            if mark == "<@" && self.users.len() < REFERENCES_MAX {
                self.users.extend(reference.parse::<UserId>());
            } else if mark == "<#" && self.channels.len() < REFERENCES_MAX {
                self.channels.extend(reference.parse::<ChannelId>());
            }
        }
    }
}

/// Names by id.
#[derive(Debug, Default)]
pub(in crate::webhooks) struct Names {
    users: HashMap<String, String>,
    channels: HashMap<String, String>,
}

impl Names {
    pub(super) fn user(&self, id: &str) -> Option<&str> {
        self.users.get(id).map(String::as_str)
    }

    pub(super) fn channel(&self, id: &str) -> Option<&str> {
        self.channels.get(id).map(String::as_str)
    }

    #[cfg(test)]
    pub(super) fn of(users: &[(&str, &str)], channels: &[(&str, &str)]) -> Self {
        let map = |pairs: &[(&str, &str)]| pairs.iter().map(|(id, name)| ((*id).to_owned(), (*name).to_owned())).collect();
        Self { users: map(users), channels: map(channels) }
    }
}

/// The posts that an integration's message becomes, in order and at least one: names are looked up, Slack's format is
/// converted, and a text that is too long is split.
pub(crate) async fn build_posts(
    core: &Core,
    message: IntegrationMessage,
    team: impl Into<Option<TeamId>>,
    channel: ChannelId,
) -> Result<Vec<NewPost>> {
    let grant = core.access.system("the names of users and channels that a message of an integration refers to");
    let names = load_names(core, &grant, team.into(), message.references()).await?;
    Ok(message.into_posts(channel, &names, &core.settings()))
}

/// The names of the references: usernames, and public channels of the team, because others' names are not for everybody.
async fn load_names(core: &Core, grant: &SystemGrant, team: Option<TeamId>, references: References) -> Result<Names> {
    let mut names = Names::default();
    let db = core.access.read(grant);
    if !references.users.is_empty() {
        let ids: Vec<UserId> = references.users.into_iter().collect();
        names.users = users::by_ids(db, &ids).await?.into_iter().map(|user| (user.id.to_string(), user.username)).collect();
    }
    for id in references.channels {
        let channel = core.access.open(grant, channels::get(db, id).await?);
        let visible = channel.filter(|channel| channel.kind == ChannelKind::Public && channel.team_id == team);
        names.channels.extend(visible.map(|channel| (id.to_string(), channel.name)));
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_collected_from_brackets() {
        let (user, channel) = (UserId::from_bytes([1; 16]), ChannelId::from_bytes([2; 16]));
        let mut references = References::default();
        references.collect_from(&format!("<@{user}> <@{user}|ann> <#{channel}|x> <@bob> <@U123> <@ <# <@"));
        assert_eq!(references, References { users: BTreeSet::from([user]), channels: BTreeSet::from([channel]) });
    }
}
