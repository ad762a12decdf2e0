//! Direct and group channels: created or found by the set of their members.

use guildhall_model::channel::{Channel, ChannelKind, GROUP_USERS_MAX, GROUP_USERS_MIN, direct_name, group_display_name};
use guildhall_model::codes::{channels as codes, context};
use guildhall_model::id::UserId;
use guildhall_model::user::User;
use guildhall_model::{Actor, Event, Millis, Permission, Result};
use guildhall_storage::usage::Counted;
use guildhall_storage::{channel_members, channels, users};
use sha1::{Digest, Sha1};

use super::new_channel_member;
use crate::access::{SystemGrant, Writing, actor_for};
use crate::boxed;
use crate::channels::Channels;

impl Channels<'_> {
    /// The direct channel of two users. The actor must be one of them; `one` and `other` may be the same user.
    #[boxed]
    pub async fn create_direct_channel(&self, actor: &Actor, one: UserId, other: UserId) -> Result<Channel> {
        if one != actor.user_id && other != actor.user_id {
            return Err(context::PERMISSIONS.into());
        }
        let grant = self.access.system_permission(actor, Permission::CreateDirectChannel)?;
        let members = self.load_members(&grant, actor, &[one, other]).await?.ok_or(codes::DIRECT_USER_INVALID)?;
        let channel = self.new_personal_channel(ChannelKind::Direct, direct_name(one, other), String::new(), Some(actor.user_id));
        let user_ids = members.iter().map(|user| user.id).collect();
        let event = Event::DirectAdded { channel: channel.clone(), creator_id: actor.user_id, user_ids };
        self.find_or_create_personal(actor, &grant, channel, &members, event).await
    }

    /// The direct channel of the server's own bot and a user, which needs no permission.
    pub(crate) async fn open_direct_channel_of_bot(&self, grant: &Writing<SystemGrant>, bot: &User, user: &User) -> Result<Channel> {
        let channel = self.new_personal_channel(ChannelKind::Direct, direct_name(bot.id, user.id), String::new(), Some(bot.id));
        let event = Event::DirectAdded { channel: channel.clone(), creator_id: bot.id, user_ids: vec![bot.id, user.id] };
        self.find_or_create_personal(&actor_for(bot), grant, channel, &[bot.clone(), user.clone()], event).await
    }

    /// The group channel of three to eight users. The actor is added if it is not in `user_ids`.
    #[boxed]
    pub async fn create_group_channel(&self, actor: &Actor, mut user_ids: Vec<UserId>) -> Result<Channel> {
        let grant = self.access.system_permission(actor, Permission::CreateGroupChannel)?;
        user_ids.push(actor.user_id);
        user_ids.sort_by_key(ToString::to_string);
        user_ids.dedup();
        if !(GROUP_USERS_MIN..=GROUP_USERS_MAX).contains(&user_ids.len()) {
            return Err(codes::GROUP_SIZE.into());
        }
        let members = self.load_members(&grant, actor, &user_ids).await?.ok_or(codes::GROUP_USER_INVALID)?;
        let display_name = group_display_name(members.iter().map(|user| user.username.as_str()));
        let channel = self.new_personal_channel(ChannelKind::Group, group_name(&user_ids), display_name, None);
        let event = Event::GroupAdded { channel: channel.clone(), user_ids };
        self.find_or_create_personal(actor, &grant, channel, &members, event).await
    }

    /// The accounts, each once; `None` if one does not exist, a permission error if one is not visible to the actor.
    async fn load_members(&self, grant: &SystemGrant, actor: &Actor, ids: &[UserId]) -> Result<Option<Vec<User>>> {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids.dedup();
        let db = self.access.read(grant);
        let members = users::by_ids(db, &ids).await?;
        if members.len() != ids.len() {
            return Ok(None);
        }
        let visible = self.users().visible_among(grant, actor, ids).await?;
        if visible.len() < members.len() {
            return Err(context::PERMISSIONS.into());
        }
        Ok(Some(members))
    }

    /// Finds the channel by its name or creates it. If it is created concurrently, returns the channel that was committed.
    async fn find_or_create_personal(
        &self,
        actor: &Actor,
        grant: &Writing<SystemGrant>,
        channel: Channel,
        members: &[User],
        event: Event,
    ) -> Result<Channel> {
        let db = self.access.read(grant);
        let existing = channels::by_name(db, None, &channel.name).await?;
        if let Some(channel) = self.access.open(grant, existing) {
            return Ok(channel);
        }
        let mut write = self.access.write(grant, "channels.create_direct");
        let (insert, id) = channels::insert_personal(&channel);
        write.push(insert);
        write.extend(members.iter().map(|user| channel_members::insert(id, &new_channel_member(&channel, user, false, channel.create_at))));
        // Direct channels are bounded by the number of people.
        if channel.kind == ChannelKind::Group {
            self.count_created(&mut write, actor, id, Counted::GroupChannelsOf(actor.user_id));
        }
        match write.commit(event).await {
            Ok(()) => Ok(channel),
            Err(error) if error.is(context::CONFLICT) => {
                let existing = channels::by_name(db, None, &channel.name).await?;
                self.access.open(grant, existing).ok_or(error)
            }
            Err(error) => Err(error),
        }
    }

    fn new_personal_channel(&self, kind: ChannelKind, name: String, display_name: String, creator_id: Option<UserId>) -> Channel {
        let now = self.clock.now();
        Channel {
            id: self.ids.next(),
            create_at: now,
            update_at: now,
            delete_at: Millis::ZERO,
            team_id: None,
            kind,
            name,
            display_name,
            header: String::new(),
            purpose: String::new(),
            creator_id,
            last_post_at: Millis::ZERO,
            last_root_post_at: Millis::ZERO,
            total_msg_count: 0,
            total_msg_count_root: 0,
            scheme_id: None,
        }
    }
}

/// The name of a group channel: the SHA-1 of its members' ids, sorted. Clients compute it as well.
fn group_name(sorted: &[UserId]) -> String {
    let mut hash = Sha1::new();
    for id in sorted {
        hash.update(id.to_string());
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_group_channel_is_the_hash_of_its_member_ids() {
        let ids = ["cwthgt1mntfemeumraxdpwzdne", "ugk7gsnx47rqfmtmw6rdzagpmy", "woirew37qb8mppy1dd9p3oowma"];
        let ids: Vec<UserId> = ids.iter().map(|id| id.parse().unwrap()).collect();
        assert_eq!(group_name(&ids), "428db4ffc8e05586a6e8da92654112d69982e817");
    }
}
