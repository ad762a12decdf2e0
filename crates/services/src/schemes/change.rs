//! Making, renaming and deleting schemes.

use guildhall_model::channel::Channel;
use guildhall_model::codes::schemes as codes;
use guildhall_model::id::SchemeId;
use guildhall_model::scheme::{SCHEMES_MAX, Scheme, SchemeScope};
use guildhall_model::team::Team;
use guildhall_model::{Actor, Event, Events, Permission, Result};
use guildhall_storage::usage::{self, Counted};
use guildhall_storage::{roles, schemes};

use crate::access::{SystemGrant, Writing};
use crate::boxed;
use crate::retry::retry_on_conflict;
use crate::schemes::Schemes;

#[derive(Debug, Clone)]
pub struct NewScheme {
    /// Generated where it is empty.
    pub name: String,
    pub display_name: String,
    pub description: String,
    pub scope: SchemeScope,
}

/// Fields that are `None` are not changed.
#[derive(Debug, Clone, Default)]
pub struct SchemePatch {
    pub name: Option<String>,
    pub display_name: Option<String>,
    pub description: Option<String>,
}

impl Schemes<'_> {
    /// A scheme begins with what the built-in roles allow now.
    #[boxed]
    pub async fn create_scheme(&self, actor: &Actor, new: NewScheme) -> Result<Scheme> {
        let grant = self.grant_to_write(actor)?;
        let (id, now): (SchemeId, _) = (self.ids.next(), self.now());
        let scheme = Scheme {
            id,
            name: if new.name.is_empty() { id.to_string() } else { new.name },
            display_name: new.display_name.trim().to_owned(),
            description: new.description,
            scope: new.scope,
            is_derived: false,
            create_at: now,
            update_at: now,
        };
        scheme.check()?;
        let made = self.new_roles(&grant, &scheme).await?;
        let mut write = self.access.write(&grant, "schemes.create");
        write.detail("scheme_id", id);
        write.detail("scope", scheme.scope.name());
        write.detail("display_name", &scheme.display_name);
        write.push(schemes::insert(grant.write_server(), &scheme));
        write.extend(made.iter().map(|role| roles::insert(grant.write_server(), role)));
        write.extend(usage::guard(Counted::Schemes, SCHEMES_MAX, codes::TOO_MANY));
        write.commit(Event::SchemeRolesChanged { roles: made, removed: Vec::new() }).await?;
        Ok(scheme)
    }

    #[boxed]
    pub async fn patch_scheme(&self, actor: &Actor, id: SchemeId, patch: SchemePatch) -> Result<Scheme> {
        let grant = self.grant_to_write(actor)?;
        retry_on_conflict(|| self.write_patch(&grant, id, &patch)).await
    }

    async fn write_patch(&self, grant: &Writing<SystemGrant>, id: SchemeId, patch: &SchemePatch) -> Result<Scheme> {
        let before = self.made_by_hand(grant, id).await?;
        let text = |new: &Option<String>, old: &String| new.clone().unwrap_or_else(|| old.clone());
        let scheme = Scheme {
            name: text(&patch.name, &before.name),
            display_name: text(&patch.display_name, &before.display_name).trim().to_owned(),
            description: text(&patch.description, &before.description),
            ..before.clone()
        };
        if scheme == before {
            return Ok(scheme);
        }
        scheme.check()?;
        let scheme = Scheme { update_at: self.now_after(before.update_at), ..scheme };
        let mut write = self.access.write(grant, "schemes.patch");
        write.detail("scheme_id", id);
        write.changed("name", &before.name, &scheme.name);
        write.changed("display_name", &before.display_name, &scheme.display_name);
        write.push(schemes::update(grant.write_server(), &scheme, before.update_at));
        write.commit(Events::none("clients load schemes on request")).await?;
        Ok(scheme)
    }

    /// Its teams and channels have the built-in roles again.
    #[boxed]
    pub async fn delete_scheme(&self, actor: &Actor, id: SchemeId) -> Result<()> {
        let grant = self.grant_to_write(actor)?;
        retry_on_conflict(|| self.write_deletion(&grant, id)).await
    }

    async fn write_deletion(&self, grant: &Writing<SystemGrant>, id: SchemeId) -> Result<()> {
        let scheme = self.made_by_hand(grant, id).await?;
        let db = self.access.read(grant);
        let teams = schemes::teams(db, grant.server(), id, i64::MAX, 0).await?;
        let channels = schemes::channels(db, grant.server(), id, i64::MAX, 0).await?;
        let (now, removed) = (self.now(), scheme.role_names());
        let mut write = self.access.write(grant, "schemes.delete");
        write.detail("scheme_id", id);
        write.detail("display_name", &scheme.display_name);
        write.detail("teams", teams.len());
        write.detail("channels", channels.len());
        write.push(schemes::delete(grant.write_server(), id));
        write.push(roles::delete(grant.write_server(), &removed));
        write.extend(schemes::release(grant.write_server(), id, teams.len(), channels.len(), now));
        let mut events = vec![Event::SchemeRolesChanged { roles: Vec::new(), removed }];
        for team in teams {
            let update_at = self.now_after(team.update_at);
            events.extend(team_events(Team { scheme_id: None, update_at, ..team }));
        }
        for channel in channels {
            let update_at = self.now_after(channel.update_at);
            events.extend(channel_events(Channel { scheme_id: None, update_at, ..channel }));
        }
        write.commit(events).await
    }

    /// The scheme, unless it belongs to the moderation of a channel.
    async fn made_by_hand(&self, grant: &SystemGrant, id: SchemeId) -> Result<Scheme> {
        let scheme = self.existing(grant, id).await?;
        if scheme.is_derived { Err(codes::DERIVED.into()) } else { Ok(scheme) }
    }

    fn grant_to_write(&self, actor: &Actor) -> Result<Writing<SystemGrant>> {
        self.access.system_permission(actor, Permission::SysconsoleWriteUserManagementPermissions)
    }
}

/// What is told of a team that has another scheme now.
pub(super) fn team_events(team: Team) -> [Event; 2] {
    [Event::TeamUpdated(team.clone()), Event::TeamSchemeUpdated(team)]
}

/// The same of a channel.
pub(super) fn channel_events(channel: Channel) -> [Event; 2] {
    let channel_id = channel.id;
    [Event::ChannelUpdated(channel), Event::ChannelSchemeUpdated { channel_id }]
}
