//! Giving a team or a channel a scheme, or none.

use guildhall_model::channel::Channel;
use guildhall_model::codes::{channels as channel_codes, schemes as codes, teams as team_codes};
use guildhall_model::id::{ChannelId, SchemeId, TeamId};
use guildhall_model::scheme::{Scheme, SchemeScope};
use guildhall_model::team::Team;
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::{channels, roles, schemes, teams};

use super::change::{channel_events, team_events};
use crate::access::{SystemGrant, Writing};
use crate::boxed;
use crate::retry::retry_on_conflict;
use crate::schemes::Schemes;

const NEEDED: Permission = Permission::SysconsoleWriteUserManagementPermissions;

impl Schemes<'_> {
    #[boxed]
    pub async fn update_team_scheme(&self, actor: &Actor, id: TeamId, scheme: Option<SchemeId>) -> Result<()> {
        self.access.check_system_permission(actor, NEEDED)?;
        retry_on_conflict(|| self.write_team_scheme(actor, id, scheme)).await
    }

    async fn write_team_scheme(&self, actor: &Actor, id: TeamId, scheme: Option<SchemeId>) -> Result<()> {
        let grant = self.access.team(actor, id, NEEDED).await?;
        let server = self.access.system("the scheme of a team");
        if let Some(scheme) = self.scheme_to_give(&server, scheme).await?
            && scheme.scope != SchemeScope::Team
        {
            return Err(codes::TEAM_SCOPE.into());
        }
        if !grant.team.delete_at.is_zero() {
            return Err(team_codes::ARCHIVED.into());
        }
        let before = &grant.team;
        if before.scheme_id == scheme {
            return Ok(());
        }
        let team = Team { scheme_id: scheme, update_at: self.now_after(before.update_at), ..before.clone() };
        let mut write = self.access.write(&grant, "teams.update_scheme");
        write.changed("scheme_id", name(before.scheme_id), name(scheme));
        write.extend(scheme.map(|scheme| schemes::guard(server.write_server(), scheme)));
        write.push(teams::set_scheme(grant.write_id(), &team, before.update_at));
        write.commit(Vec::from(team_events(team))).await
    }

    /// What a channel's scheme allows is bounded by the roles of its team.
    #[boxed]
    pub async fn update_channel_scheme(&self, actor: &Actor, id: ChannelId, scheme: Option<SchemeId>) -> Result<()> {
        self.access.check_system_permission(actor, NEEDED)?;
        retry_on_conflict(|| self.write_channel_scheme(actor, id, scheme)).await
    }

    async fn write_channel_scheme(&self, actor: &Actor, id: ChannelId, scheme: Option<SchemeId>) -> Result<()> {
        let grant = self.access.channel(actor, id, NEEDED).await?;
        if grant.channel.kind.is_personal() {
            return Err(codes::DIRECT_CHANNEL.into());
        }
        let server = self.access.system("the scheme of a channel");
        let before = &grant.channel;
        match self.scheme_to_give(&server, scheme).await? {
            Some(scheme) if scheme.scope != SchemeScope::Channel => return Err(codes::CHANNEL_SCOPE.into()),
            Some(scheme) if scheme.is_derived && before.scheme_id != Some(scheme.id) => return Err(codes::DERIVED.into()),
            _ => {}
        }
        if grant.is_archived() {
            return Err(channel_codes::ARCHIVED.into());
        }
        if before.scheme_id == scheme {
            return Ok(());
        }
        let channel = Channel { scheme_id: scheme, update_at: self.now_after(before.update_at), ..before.clone() };
        let mut write = self.access.write(&grant, "channels.update_scheme");
        write.changed("scheme_id", name(before.scheme_id), name(scheme));
        write.extend(scheme.map(|scheme| schemes::guard(server.write_server(), scheme)));
        write.push(channels::set_scheme(grant.write_id(), &channel, before.update_at));
        let mut events = Vec::new();
        if let Some(replaced) = self.derived(&server, before.scheme_id).await? {
            write.push(schemes::delete(server.write_server(), replaced.id));
            write.push(roles::delete(server.write_server(), &replaced.role_names()));
            events.push(Event::SchemeRolesChanged { roles: Vec::new(), removed: replaced.role_names() });
        }
        events.extend(channel_events(channel));
        write.commit(events).await
    }

    async fn scheme_to_give(&self, server: &SystemGrant, scheme: Option<SchemeId>) -> Result<Option<Scheme>> {
        match scheme {
            Some(scheme) => self.existing(server, scheme).await.map(Some),
            None => Ok(None),
        }
    }

    /// The scheme, if it belongs to the moderation of a channel.
    pub(super) async fn derived(&self, server: &Writing<SystemGrant>, scheme: Option<SchemeId>) -> Result<Option<Scheme>> {
        let Some(scheme) = scheme else { return Ok(None) };
        Ok(schemes::get(self.access.read(server), scheme).await?.filter(|scheme| scheme.is_derived))
    }
}

fn name(scheme: Option<SchemeId>) -> String {
    scheme.map(|scheme| scheme.to_string()).unwrap_or_default()
}
