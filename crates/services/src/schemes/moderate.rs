//! The moderation of a channel: a scheme of its own, made with the first restriction and gone with the last. The roles above it, of the
//! team's scheme or the built-in ones, say what can be allowed at all.

use std::collections::BTreeSet;

use guildhall_model::channel::{Channel, ChannelModeration, ModeratedRole, Moderation, ModerationPatch, bounded};
use guildhall_model::codes::{channels as channel_codes, schemes as codes};
use guildhall_model::id::{ChannelId, SchemeId};
use guildhall_model::role::{CHANNEL_GUEST, CHANNEL_USER, Role, RoleTable};
use guildhall_model::scheme::{self, CHANNEL_ROLES, MODERATED_CHANNELS_MAX, Scheme, SchemeScope, role_name};
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::usage::{self, Counted};
use guildhall_storage::{channels, roles, schemes};

use super::change::channel_events;
use crate::access::{ChannelGrant, Writing};
use crate::boxed;
use crate::retry::retry_on_conflict;
use crate::schemes::Schemes;

/// What a role of the channel's members may not do, of what can be moderated.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Moderated {
    built_in: &'static str,
    above: BTreeSet<Permission>,
    taken: BTreeSet<Permission>,
}

impl Moderated {
    /// `own`: the roles of the channel's scheme, none where it has none.
    fn new(table: &RoleTable, built_in: &'static str, own: &[Role], team: Option<SchemeId>) -> Self {
        let own = own.iter().find(|role| scheme::of_role(&role.name).is_some_and(|(_, name)| name == built_in));
        let taken = own.map(|role| &all_moderated() - &role.permissions).unwrap_or_default();
        Self { built_in, above: table.permissions(&role_name(team, built_in)), taken }
    }

    fn role(&self, moderation: Moderation, channel: &Channel) -> ModeratedRole {
        let allowed = &self.above - &self.taken;
        ModeratedRole {
            value: moderation.is_allowed_by(&allowed, channel.kind),
            enabled: moderation.is_allowed_by(&self.above, channel.kind),
        }
    }

    fn set(&mut self, moderation: Moderation, channel: &Channel, value: bool) -> Result<()> {
        if value && !self.role(moderation, channel).enabled {
            return Err(codes::NOT_ALLOWED_ABOVE.into());
        }
        for permission in moderation.permissions() {
            if value {
                self.taken.remove(permission);
            } else {
                self.taken.insert(*permission);
            }
        }
        Ok(())
    }

    /// Whether it is less than elsewhere.
    fn is_restricted(&self) -> bool {
        !self.taken.is_disjoint(&self.above)
    }

    /// What the channel's role stores: what is taken later from the roles above and given back is allowed again.
    fn stored(&self) -> BTreeSet<Permission> {
        &(&self.above | &all_moderated()) - &self.taken
    }
}

fn all_moderated() -> BTreeSet<Permission> {
    Moderation::ALL.iter().flat_map(|moderation| moderation.permissions()).copied().collect()
}

impl Schemes<'_> {
    #[boxed]
    pub async fn get_channel_moderations(&self, actor: &Actor, id: ChannelId) -> Result<Vec<ChannelModeration>> {
        let grant = self.access.channel_to_read_moderation(actor, id).await?;
        if grant.channel.kind.is_personal() {
            return Err(codes::DIRECT_CHANNEL.into());
        }
        Ok(list(&grant.channel, &self.moderated(&grant, &self.own_roles(&grant).await?)))
    }

    #[boxed]
    pub async fn patch_channel_moderations(
        &self,
        actor: &Actor,
        id: ChannelId,
        patches: &[ModerationPatch],
    ) -> Result<Vec<ChannelModeration>> {
        retry_on_conflict(|| self.write_moderation(actor, id, patches)).await
    }

    async fn write_moderation(&self, actor: &Actor, id: ChannelId, patches: &[ModerationPatch]) -> Result<Vec<ChannelModeration>> {
        let grant = self.access.channel_to_moderate(actor, id).await?;
        if grant.channel.kind.is_personal() {
            return Err(codes::DIRECT_CHANNEL.into());
        }
        if grant.is_archived() {
            return Err(channel_codes::ARCHIVED.into());
        }
        let own_roles = self.own_roles(&grant).await?;
        let before = self.moderated(&grant, &own_roles);
        let mut after = before.clone();
        for patch in patches {
            for (role, value) in after.iter_mut().zip([patch.members, patch.guests]) {
                if let Some(value) = value {
                    role.set(patch.moderation, &grant.channel, value)?;
                }
            }
        }
        if before != after {
            self.write_roles(&grant, &own_roles, &before, &after).await?;
        }
        Ok(list(&grant.channel, &after))
    }

    /// The roles of the channel's scheme, read anew: a concurrent change of them is noticed when they are written.
    async fn own_roles(&self, grant: &ChannelGrant) -> Result<Vec<Role>> {
        let Some(scheme) = grant.channel.scheme_id else { return Ok(Vec::new()) };
        let names: Vec<String> = CHANNEL_ROLES.iter().map(|role| role_name(Some(scheme), role)).collect();
        roles::by_names(self.access.read(grant), &names).await
    }

    /// Of members and of guests.
    fn moderated(&self, grant: &ChannelGrant, own: &[Role]) -> [Moderated; 2] {
        let table = self.access.roles();
        [CHANNEL_USER, CHANNEL_GUEST].map(|role| Moderated::new(&table, role, own, grant.team_scheme_id))
    }

    async fn write_roles(
        &self,
        grant: &Writing<ChannelGrant>,
        own_roles: &[Role],
        before: &[Moderated; 2],
        after: &[Moderated; 2],
    ) -> Result<()> {
        let server = self.access.system("the scheme of a moderated channel");
        let own = self.derived(&server, grant.channel.scheme_id).await?;
        let is_restricted = after.iter().any(Moderated::is_restricted);
        let mut write = self.access.write(grant, "channels.moderate");
        for (old, new) in list(&grant.channel, before).iter().zip(list(&grant.channel, after)) {
            let name = new.moderation.name();
            write.changed(&format!("members_{name}"), old.members.value, new.members.value);
            let value = |moderation: &ChannelModeration| moderation.guests.is_some_and(|guests| guests.value);
            write.changed(&format!("guests_{name}"), value(old), value(&new));
        }
        let made = match &own {
            None if is_restricted => Some(self.new_derived_scheme(&grant.channel)),
            _ => None,
        };
        let scheme_id = own.as_ref().or(made.as_ref()).filter(|_| is_restricted).map(|scheme| scheme.id);
        let channel = Channel { scheme_id, update_at: self.now_after(grant.channel.update_at), ..grant.channel.clone() };
        let is_other_scheme = scheme_id != grant.channel.scheme_id;
        if is_other_scheme {
            // First, so that a concurrent change is a conflict before it is anything else.
            write.push(channels::set_scheme(grant.write_id(), &channel, grant.channel.update_at));
        }
        let (mut changed, mut removed) = (Vec::new(), Vec::new());
        if let Some(made) = &made {
            write.push(schemes::insert(server.write_server(), made));
            write.extend(usage::guard(Counted::ModeratedChannels, MODERATED_CHANNELS_MAX, codes::MODERATED_TOO_MANY));
            for role in self.new_roles(&server, made).await? {
                let permissions = stored_permissions(&role, after).unwrap_or_else(|| role.permissions.clone());
                let role = Role { permissions, is_changed: true, ..role };
                write.push(roles::insert(server.write_server(), &role));
                changed.push(role);
            }
        } else if let Some(own) = &own {
            if is_restricted {
                for role in own_roles {
                    let permissions = stored_permissions(role, after).filter(|permissions| *permissions != role.permissions);
                    let Some(permissions) = permissions else { continue };
                    let role_after = self.changed_role(role, permissions);
                    write.push(roles::update(server.write_server(), &role_after, role.update_at));
                    changed.push(role_after);
                }
            } else {
                removed = own.role_names();
                write.push(schemes::delete(server.write_server(), own.id));
                write.push(roles::delete(server.write_server(), &removed));
            }
        }
        let shown = changed.iter().filter_map(|role| shown_role(role, after)).collect();
        let mut events = vec![
            Event::SchemeRolesChanged { roles: changed, removed },
            Event::BoundRolesUpdated { roles: shown, channel_id: Some(channel.id) },
        ];
        if is_other_scheme {
            events.extend(channel_events(channel));
        }
        write.commit(events).await
    }

    fn new_derived_scheme(&self, channel: &Channel) -> Scheme {
        let (id, now): (SchemeId, _) = (self.ids.next(), self.now());
        Scheme {
            id,
            name: id.to_string(),
            // Not its name, which may be private and change.
            display_name: format!("Moderation of {}", channel.id),
            description: String::new(),
            scope: SchemeScope::Channel,
            is_derived: true,
            create_at: now,
            update_at: now,
        }
    }
}

/// `None` for the administrators' role, which is never moderated.
fn of_role<'m>(role: &Role, moderated: &'m [Moderated; 2]) -> Option<&'m Moderated> {
    let built_in = scheme::of_role(&role.name).map(|(_, built_in)| built_in)?;
    moderated.iter().find(|moderated| moderated.built_in == built_in)
}

fn stored_permissions(role: &Role, moderated: &[Moderated; 2]) -> Option<BTreeSet<Permission>> {
    of_role(role, moderated).map(Moderated::stored)
}

/// The role as clients see it: what its members may do in the channel.
fn shown_role(role: &Role, moderated: &[Moderated; 2]) -> Option<Role> {
    let above = &of_role(role, moderated)?.above;
    Some(Role { permissions: bounded(&role.permissions, above), ..role.clone() })
}

fn list(channel: &Channel, [members, guests]: &[Moderated; 2]) -> Vec<ChannelModeration> {
    let of = |moderation: &Moderation| ChannelModeration {
        moderation: *moderation,
        members: members.role(*moderation, channel),
        guests: moderation.is_for_guests().then(|| guests.role(*moderation, channel)),
    };
    Moderation::ALL.iter().map(of).collect()
}
