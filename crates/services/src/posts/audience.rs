//! Works out whom a new or edited post mentions, with one query for an ordinary message.

use guildhall_model::channel::ChannelKind;
use guildhall_model::id::UserId;
use guildhall_model::post::Post;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::posts::audience::{self, Addressee};
use guildhall_storage::posts::mentioned;

use super::group_mentions::GroupMentions;
use super::mentions;
use crate::access::{ChannelGrant, PostGrant};
use crate::posts::Posts;

/// Whether the people whom a post mentions are stored with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Recorded {
    Yes,
    No,
}

/// The author of a post and the users it mentions.
pub(super) struct Audience {
    pub author_name: String,
    /// Members of the channel, without the author unless it is a webhook's post.
    pub mentioned: Vec<UserId>,
    pub groups: GroupMentions,
}

impl Posts<'_> {
    pub(super) async fn audience(&self, actor: &Actor, grant: &ChannelGrant, post: &Post) -> Result<Audience> {
        let db = self.access.read(grant);
        let candidates = mentions::parse_mentions(mentionable_texts(post));
        let is_personal = grant.channel.kind.is_personal();
        let (usernames, keywords) =
            if grant.channel.kind == ChannelKind::Direct { Default::default() } else { (candidates.usernames(), candidates.keywords()) };
        let users = audience::find_addressees(db, grant.id(), post.user_id, &usernames, &keywords).await?;
        let author_name = users.iter().find(|user| user.user_id == post.user_id).map(|user| user.username.clone()).unwrap_or_default();
        let groups = self.groups_named_in(grant, &candidates, &users).await?;
        let names = candidates.resolve_with_groups(&users, &groups);
        let mut mentioned: Vec<UserId> = names.users.into_iter().filter(|user| is_member(user)).map(|user| user.user_id).collect();

        let notifies_channel = (names.channel_wide || names.here)
            && !is_personal
            && self.access.has_channel_permission(actor, grant, Permission::UseChannelMentions);
        if let Some(peer) = mentions::direct_peer(&grant.channel, post.user_id) {
            mentioned.push(peer);
        } else if grant.channel.kind == ChannelKind::Group {
            mentioned.extend(audience::members(db, grant.id(), GROUP_MEMBERS_MAX).await?.iter().map(|user| user.user_id));
        } else if notifies_channel {
            mentioned.extend(self.channel_wide_recipients(grant, names.channel_wide).await?);
        }
        let may_mention_groups = !is_personal && self.access.has_channel_permission(actor, grant, Permission::UseGroupMentions);
        let groups = names.groups.into_iter().filter(|_| may_mention_groups).cloned().collect();
        let (groups, members) = self.group_mentions(grant, groups).await?;
        mentioned.extend(members);
        mentioned.sort_unstable();
        mentioned.dedup();
        // A webhook's owner did not write what it posts.
        if !post.props.is_from_webhook() {
            mentioned.retain(|user| *user != post.user_id);
        }
        Ok(Audience { author_name, mentioned, groups })
    }

    /// The people whom the stored post mentions; worked out again for posts that were written before these were stored.
    pub(super) async fn mentioned_by(&self, actor: &Actor, grant: &PostGrant) -> Result<(Vec<UserId>, Recorded)> {
        match mentioned::of_post(self.access.read(grant), grant.id()).await? {
            Some(users) => Ok((users, Recorded::Yes)),
            None => Ok((self.audience(actor, &grant.channel_grant, &grant.post).await?.mentioned, Recorded::No)),
        }
    }

    /// The people whom the edited post mentions. While it still notifies the whole channel, those whom it notified then
    /// stay mentioned: others may be online or members by now.
    pub(super) async fn mentioned_after_edit(
        &self,
        actor: &Actor,
        grant: &ChannelGrant,
        (before, after): (&Post, &Post),
        mentioned: &[UserId],
    ) -> Result<Vec<UserId>> {
        let mut now_mentioned = self.audience(actor, grant, after).await?.mentioned;
        let names_in = |post| mentions::parse_mentions(mentionable_texts(post)).resolve(&[]);
        let (was, is) = (names_in(before), names_in(after));
        if was.channel_wide && is.channel_wide || was.here && is.here {
            now_mentioned.extend_from_slice(mentioned);
            now_mentioned.sort_unstable();
            now_mentioned.dedup();
        }
        Ok(now_mentioned)
    }

    /// The members that `@all` and `@channel` (or `@here` alone) notify; empty when the channel exceeds
    /// `max_notifications_per_channel`.
    async fn channel_wide_recipients(&self, grant: &ChannelGrant, include_absent: bool) -> Result<Vec<UserId>> {
        let db = self.access.read(grant);
        let limit = self.settings().teams.max_notifications_per_channel;
        let members = if include_absent {
            audience::members(db, grant.id(), limit + 1).await?
        } else {
            audience::members_among(db, grant.id(), &self.statuses().online(), limit + 1).await?
        };
        if members.len() as i64 > limit {
            return Ok(Vec::new());
        }
        Ok(members.iter().filter(|user| mentions::accepts_channel_mentions(user)).map(|user| user.user_id).collect())
    }
}

/// Above the member limit of group channels.
const GROUP_MEMBERS_MAX: i64 = 64;

/// The texts in which a post can mention users: its message and its attachments.
pub(super) fn mentionable_texts(post: &Post) -> impl Iterator<Item = &str> {
    std::iter::once(post.message.as_str()).chain(post.props.attachment_texts())
}

fn is_member(user: &Addressee) -> bool {
    user.channel_notify_props.is_some()
}
