//! A member's roles and notification settings in a channel.

use guildhall_model::channel::{ChannelMember, apply_notify_props};
use guildhall_model::codes::channels as codes;
use guildhall_model::id::{ChannelId, UserId};
use guildhall_model::role::{CHANNEL_ADMIN, CHANNEL_GUEST, CHANNEL_USER};
use guildhall_model::scheme;
use guildhall_model::user::Props;
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::channel_members;

use crate::boxed;
use crate::channels::Channels;
use crate::retry::retry_on_conflict;

/// The built-in roles that a member has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SchemeRoles {
    pub guest: bool,
    pub user: bool,
    pub admin: bool,
}

impl SchemeRoles {
    /// Parses space-separated names of the three built-in channel roles, or of those of a scheme in their place; an error for all other
    /// names. Which scheme it is follows from the channel.
    fn from_channel_role_names(names: &str) -> Result<Self> {
        let mut roles = Self { guest: false, user: false, admin: false };
        for name in names.split_ascii_whitespace() {
            match scheme::of_role(name).map_or(name, |(_, built_in)| built_in) {
                CHANNEL_GUEST => roles.guest = true,
                CHANNEL_USER => roles.user = true,
                CHANNEL_ADMIN => roles.admin = true,
                _ => return Err(codes::ROLE_INVALID.into()),
            }
        }
        Ok(roles)
    }
}

impl Channels<'_> {
    #[boxed]
    pub async fn update_channel_roles(&self, actor: &Actor, channel: ChannelId, user: UserId, names: &str) -> Result<()> {
        self.update_channel_member_scheme_roles(actor, channel, user, SchemeRoles::from_channel_role_names(names)?).await
    }

    #[boxed]
    pub async fn update_channel_member_scheme_roles(
        &self,
        actor: &Actor,
        channel: ChannelId,
        user: UserId,
        roles: SchemeRoles,
    ) -> Result<()> {
        let grant = self.access.channel(actor, channel, Permission::ManageChannelRoles).await?;
        let mut member = channel_members::get(self.access.read(&grant), grant.id(), user).await?.ok_or(codes::MEMBER_NOT_FOUND)?;
        if roles.guest != member.scheme_guest || roles.user != member.scheme_user {
            return Err(codes::GUEST_ROLE_CHANGE.into());
        }
        if roles.guest && roles.admin {
            return Err(codes::GUEST_AS_ADMIN.into());
        }
        let old_roles = member.roles();
        member.scheme_admin = roles.admin;
        member.last_update_at = self.clock.now().max(member.last_update_at);
        let mut write = self.access.write(&grant, "channels.update_member_roles");
        write.detail("user_id", user);
        write.changed("roles", old_roles, member.roles());
        write.push(channel_members::set_roles(grant.write_id(), &member));
        write.commit(Event::ChannelMemberUpdated(member)).await
    }

    #[boxed]
    pub async fn update_channel_notify_props(
        &self,
        actor: &Actor,
        channel: ChannelId,
        user: UserId,
        changes: &Props,
    ) -> Result<ChannelMember> {
        retry_on_conflict(|| self.write_notify_props(actor, channel, user, changes)).await
    }

    async fn write_notify_props(&self, actor: &Actor, channel: ChannelId, user: UserId, changes: &Props) -> Result<ChannelMember> {
        let grant = self.access.user(actor, user, Permission::EditOtherUsers).await?;
        let mut member = channel_members::get_own(self.access.read(&grant), grant.id(), channel).await?.ok_or(codes::MEMBER_NOT_FOUND)?;
        let old_update_at = member.last_update_at;
        member.notify_props = apply_notify_props(member.notify_props, changes)?;
        member.last_update_at = self.now_after(old_update_at);
        let mut write = self.access.write(&grant, "channels.update_notify_props");
        write.detail("channel_id", channel);
        write.push(channel_members::set_notify_props(grant.write_id(), &member, old_update_at));
        write.commit(Event::ChannelMemberUpdated(member.clone())).await?;
        Ok(member)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_channel_roles_are_accepted() {
        let admin = SchemeRoles::from_channel_role_names("channel_user channel_admin").unwrap();
        assert_eq!(admin, SchemeRoles { guest: false, user: true, admin: true });
        for names in ["system_admin", "team_admin", "channel_user nonsense"] {
            assert!(SchemeRoles::from_channel_role_names(names).unwrap_err().is(codes::ROLE_INVALID), "{names}");
        }
    }
}
