//! Direct and group channels: opened by naming the people, found again by the same people.

use guildhall_model::channel::{Channel, ChannelKind, GROUP_USERS_MAX, GROUP_USERS_MIN, direct_name, group_display_name};
use guildhall_model::codes::{channels as codes, context};
use guildhall_model::id::UserId;
use guildhall_model::user::User;
use guildhall_model::{Actor, Event, Millis, Permission, Result};
use guildhall_storage::{channel_members, channels, users};
use sha1::{Digest, Sha1};

use super::new_channel_member;
use crate::access::{SystemGrant, Writing};
use crate::boxed;
use crate::channels::Channels;

impl Channels<'_> {
    /// The channel of two people, one of whom is the actor (both are, in the channel with oneself).
    #[boxed]
    pub async fn create_direct_channel(&self, actor: &Actor, one: UserId, other: UserId) -> Result<Channel> {
        if one != actor.user_id && other != actor.user_id {
            return Err(context::PERMISSIONS.into());
        }
        let grant = self.access.system_permission(actor, Permission::CreateDirectChannel)?;
        let people = self.people_of(&grant, actor, &[one, other]).await?.ok_or(codes::DIRECT_USER_INVALID)?;
        let channel = self.personal_channel(ChannelKind::Direct, direct_name(one, other), String::new(), Some(actor.user_id));
        let user_ids = people.iter().map(|user| user.id).collect();
        let event = Event::DirectAdded { channel: channel.clone(), creator_id: actor.user_id, user_ids };
        self.open_personal(&grant, channel, &people, event).await
    }

    /// The channel of three to eight people, the actor among them whether named or not.
    #[boxed]
    pub async fn create_group_channel(&self, actor: &Actor, mut user_ids: Vec<UserId>) -> Result<Channel> {
        let grant = self.access.system_permission(actor, Permission::CreateGroupChannel)?;
        user_ids.push(actor.user_id);
        user_ids.sort_by_key(ToString::to_string);
        user_ids.dedup();
        if !(GROUP_USERS_MIN..=GROUP_USERS_MAX).contains(&user_ids.len()) {
            return Err(codes::GROUP_SIZE.into());
        }
        let people = self.people_of(&grant, actor, &user_ids).await?.ok_or(codes::GROUP_USER_INVALID)?;
        let display_name = group_display_name(people.iter().map(|user| user.username.as_str()));
        let channel = self.personal_channel(ChannelKind::Group, group_name(&user_ids), display_name, None);
        let event = Event::GroupAdded { channel: channel.clone(), user_ids };
        self.open_personal(&grant, channel, &people, event).await
    }

    /// The accounts of all these people, each once; `None` where one does not exist or the actor may not know of them.
    async fn people_of(&self, grant: &SystemGrant, actor: &Actor, ids: &[UserId]) -> Result<Option<Vec<User>>> {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids.dedup();
        let db = self.access.read(grant);
        let people = users::by_ids(db, &ids).await?;
        if people.len() != ids.len() {
            return Ok(None);
        }
        let known = self.users().only_seen(grant, actor, ids).await?;
        if known.len() < people.len() {
            return Err(context::PERMISSIONS.into());
        }
        Ok(Some(people))
    }

    /// The channel of this name, made now where there is none. Of two people who open it at once, one finds the other's.
    async fn open_personal(&self, grant: &Writing<SystemGrant>, channel: Channel, people: &[User], event: Event) -> Result<Channel> {
        let db = self.access.read(grant);
        let found = channels::by_name(db, None, &channel.name).await?;
        if let Some(found) = self.access.open(grant, found) {
            return Ok(found);
        }
        let mut write = self.access.write(grant);
        let (insert, id) = channels::insert_personal(&channel);
        write.push(insert);
        write.extend(people.iter().map(|user| channel_members::insert(id, &new_channel_member(&channel, user, false, channel.create_at))));
        match write.commit(event).await {
            Ok(()) => Ok(channel),
            Err(error) if error.is(context::CONFLICT) => {
                let found = channels::by_name(db, None, &channel.name).await?;
                self.access.open(grant, found).ok_or(error)
            }
            Err(error) => Err(error),
        }
    }

    fn personal_channel(&self, kind: ChannelKind, name: String, display_name: String, creator_id: Option<UserId>) -> Channel {
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
        }
    }
}

/// The name of a group channel: the SHA-1 of its people's ids, sorted. Clients compute it too.
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
    fn a_group_is_named_by_its_people() {
        let ids = ["cwthgt1mntfemeumraxdpwzdne", "ugk7gsnx47rqfmtmw6rdzagpmy", "woirew37qb8mppy1dd9p3oowma"];
        let ids: Vec<UserId> = ids.iter().map(|id| id.parse().unwrap()).collect();
        assert_eq!(group_name(&ids), "428db4ffc8e05586a6e8da92654112d69982e817");
    }
}
