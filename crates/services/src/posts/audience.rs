//! Whom a new post is for: reads as much as that takes, one query for an ordinary message.

use guildhall_model::channel::ChannelKind;
use guildhall_model::id::UserId;
use guildhall_model::post::Post;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::posts::audience::{self, Addressee};

use super::mentions;
use crate::access::ChannelGrant;
use crate::posts::Posts;

/// Who wrote a post, and whom it mentions.
pub(super) struct Audience {
    pub author_name: String,
    /// Members of the channel, without the author.
    pub mentioned: Vec<UserId>,
}

impl Posts<'_> {
    pub(super) async fn audience(&self, actor: &Actor, on: &ChannelGrant, post: &Post) -> Result<Audience> {
        let db = self.access.read(on);
        let spoken = mentions::spoken_in(texts_of(post));
        let is_personal = on.channel.kind.is_personal();
        let (usernames, keywords) =
            if on.channel.kind == ChannelKind::Direct { Default::default() } else { (spoken.usernames(), spoken.keywords()) };
        let people = audience::addressed(db, on.id(), actor.user_id, &usernames, &keywords).await?;
        let author_name = people.iter().find(|p| p.user_id == actor.user_id).map(|p| p.username.clone()).unwrap_or_default();
        let mut mentioned: Vec<UserId> = spoken.names(&people).into_iter().filter(|p| is_member(p)).map(|p| p.user_id).collect();

        let calls_all =
            (spoken.everybody || spoken.here) && !is_personal && self.access.also_in_channel(actor, on, Permission::UseChannelMentions);
        if let Some(other) = mentions::other_side(&on.channel, actor.user_id) {
            mentioned.push(other);
        } else if on.channel.kind == ChannelKind::Group {
            mentioned.extend(audience::members(db, on.id(), GROUP_MEMBERS_MAX).await?.iter().map(|p| p.user_id));
        } else if calls_all {
            mentioned.extend(self.everybody_called(on, spoken.everybody).await?);
        }
        mentioned.sort_unstable();
        mentioned.dedup();
        mentioned.retain(|user| *user != actor.user_id);
        Ok(Audience { author_name, mentioned })
    }

    /// Who is meant by `@all` and `@channel`, or by `@here` alone; nobody in a channel that is too large for it.
    async fn everybody_called(&self, on: &ChannelGrant, absent_too: bool) -> Result<Vec<UserId>> {
        let db = self.access.read(on);
        let limit = self.settings().teams.max_notifications_per_channel;
        let members = if absent_too {
            audience::members(db, on.id(), limit + 1).await?
        } else {
            audience::members_among(db, on.id(), &self.statuses().online(), limit + 1).await?
        };
        if members.len() as i64 > limit {
            return Ok(Vec::new());
        }
        Ok(members.iter().filter(|person| mentions::hears_everybody(person)).map(|person| person.user_id).collect())
    }
}

/// More people than a group channel can have.
const GROUP_MEMBERS_MAX: i64 = 64;

/// Where a post can mention people: its message, and the texts of its attachments.
pub(super) fn texts_of(post: &Post) -> impl Iterator<Item = &str> {
    std::iter::once(post.message.as_str()).chain(post.props.attachment_texts())
}

fn is_member(person: &Addressee) -> bool {
    person.channel_notify_props.is_some()
}
