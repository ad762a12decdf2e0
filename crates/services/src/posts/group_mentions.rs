//! Mentions of groups: `@name` notifies those members of the group who are in the channel. As `@channel` does, it notifies
//! nobody where these are more than `teams.max_notifications_per_channel`.

use guildhall_model::id::{GroupId, UserId};
use guildhall_model::post::{Post, PostProps};
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::groups::{self, GroupPresence, MentionableGroup};
use guildhall_storage::posts::audience::Addressee;

use super::mentions::MentionCandidates;
use super::props;
use crate::access::ChannelGrant;
use crate::posts::Posts;

/// Further groups in one post are not mentioned.
const GROUPS_MAX: i64 = 50;

impl Posts<'_> {
    /// The groups that the text may mention. Asks the database only if a name in the text is not that of one of these users.
    pub(super) async fn groups_named_in(
        &self,
        grant: &ChannelGrant,
        candidates: &MentionCandidates,
        users: &[Addressee],
    ) -> Result<Vec<MentionableGroup>> {
        if grant.channel.kind.is_personal() || !self.settings().groups.enabled {
            return Ok(Vec::new());
        }
        let names = candidates.group_names(users);
        if names.is_empty() { Ok(Vec::new()) } else { groups::mentionable(self.access.read(grant), &names, GROUPS_MAX).await }
    }

    /// The mentions of these groups, and the people whom they notify.
    pub(super) async fn group_mentions(&self, grant: &ChannelGrant, groups: Vec<MentionableGroup>) -> Result<(GroupMentions, Vec<UserId>)> {
        if groups.is_empty() {
            return Ok(Default::default());
        }
        let limit = self.settings().teams.max_notifications_per_channel;
        let recipients = groups::recipients(self.access.read(grant), grant.id(), &ids_of(&groups), limit + 1).await?;
        match recipients.len() as i64 > limit {
            true => Ok((GroupMentions { groups, exceeded: Some(limit) }, Vec::new())),
            false => Ok((GroupMentions { groups, exceeded: None }, recipients)),
        }
    }

    /// Tells the author, in a message that nobody else sees, of members who were not notified, because they are not in the
    /// channel or are too many. The post is there already: an error is logged only.
    pub(super) async fn tell_of_absent_members(&self, actor: &Actor, grant: &ChannelGrant, post: &Post, mentions: &GroupMentions) {
        // Guests do not learn of members whom they do not see.
        let may_know = self.access.has_system_permission(actor, Permission::ViewMembers);
        if mentions.groups.is_empty() || !may_know || actor.is_bot || props::is_trusted(actor) {
            return;
        }
        match groups::presence(self.access.read(grant), grant.id(), &ids_of(&mentions.groups)).await {
            Ok(presences) => {
                if let Some(text) = mentions.notice(&presences) {
                    self.send_ephemeral(grant, post.user_id, post.user_id, text, post.root_id, PostProps::default()).await;
                }
            }
            Err(error) => tracing::warn!(%error, "the author of a post was not told whom its group mentions do not reach"),
        }
    }
}

/// The groups that a post mentions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct GroupMentions {
    groups: Vec<MentionableGroup>,
    /// The limit of notifications, where the members in the channel are more, so that nobody is notified.
    exceeded: Option<i64>,
}

impl GroupMentions {
    /// What the author must know; `None` where all members of the groups are notified.
    fn notice(&self, presences: &[GroupPresence]) -> Option<String> {
        let lines: Vec<String> = match self.exceeded {
            Some(limit) => vec![format!("Nobody was notified, because these groups have more than {limit} members in this channel.")],
            None => self.groups.iter().filter_map(|group| notice(group, presences)).collect(),
        };
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}

fn ids_of(groups: &[MentionableGroup]) -> Vec<GroupId> {
    groups.iter().map(|group| group.id).collect()
}

/// The same of one group.
fn notice(group: &MentionableGroup, presences: &[GroupPresence]) -> Option<String> {
    let presence = presences.iter().find(|presence| presence.group_id == group.id);
    let (members, in_channel) = presence.map_or((0, 0), |presence| (presence.members, presence.in_channel));
    let name = &group.name;
    match (members, members - in_channel) {
        (0, _) => Some(format!("@{name} has no members, so it notifies nobody.")),
        (_, 0) => None,
        _ if in_channel == 0 => Some(format!("Nobody of @{name} is in this channel, so nobody was notified.")),
        (_, 1) => Some(format!("One member of @{name} is not in this channel and was not notified.")),
        (_, outside) => Some(format!("{outside} members of @{name} are not in this channel and were not notified.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_author_learns_of_those_who_were_not_notified() {
        let id = GroupId::from_bytes([1; 16]);
        let group = MentionableGroup { id, name: "dev".to_owned() };
        let mentions = GroupMentions { groups: vec![group], exceeded: None };
        let text = |members, in_channel| mentions.notice(&[GroupPresence { group_id: id, members, in_channel }]).unwrap_or_default();
        assert_eq!(mentions.notice(&[]).unwrap(), "@dev has no members, so it notifies nobody.");
        assert_eq!(text(3, 3), "");
        assert_eq!(text(3, 2), "One member of @dev is not in this channel and was not notified.");
        assert_eq!(text(3, 1), "2 members of @dev are not in this channel and were not notified.");
        assert_eq!(text(1, 0), "Nobody of @dev is in this channel, so nobody was notified.");
        assert_eq!(text(3, 0), "Nobody of @dev is in this channel, so nobody was notified.");
    }
}
