//! Archiving a project whole, and bringing it back: for whoever may archive, or restore, each of its channels.

use std::collections::BTreeMap;

use guildhall_model::channel::Channel;
use guildhall_model::codes::{context, projects as codes};
use guildhall_model::id::{ChannelId, InvitationId, ProjectId, UserId};
use guildhall_model::project::Project;
use guildhall_model::user::User;
use guildhall_model::{Actor, Event, Millis, Permission, Result};
use guildhall_storage::{channels, guest_expiries, guest_links, invitations, projects, users};

use super::list::ListedProject;
use crate::access::{ChannelGrant, TeamGrant, Write, Writing};
use crate::boxed;
use crate::channels::notice::Notice;
use crate::projects::Projects;
use crate::retry::retry_on_conflict;

/// Guests of a project who are named when it ends.
const GUESTS_MAX: i64 = 1_000;
/// Pending invitations to one channel that are ended, and as many guest links.
const INVITATIONS_MAX: i64 = 1_000;

#[derive(Debug, Clone)]
pub struct ArchivedProject {
    pub project: ListedProject,
    /// Guests who are in no other channel: their access has ended where `guests.end_with_project` says so.
    pub guests_without_channel: Vec<UserId>,
}

impl Projects<'_> {
    /// All channels that are in use, in one batch, with their guest links and the invitations of guests to them.
    #[boxed]
    pub async fn archive_project(&self, actor: &Actor, id: ProjectId) -> Result<ArchivedProject> {
        retry_on_conflict(|| self.try_archive_project(actor, id)).await
    }

    async fn try_archive_project(&self, actor: &Actor, id: ProjectId) -> Result<ArchivedProject> {
        let (project, team) = self.project_to_change(actor, id).await?;
        let (public, private) = (Permission::DeletePublicChannel, Permission::DeletePrivateChannel);
        let mut grants = Vec::new();
        for channel in projects::channel_ids(self.access.read(&team), team.id(), id).await? {
            grants.push(self.access.channel_by_kind(actor, channel, public, private).await?);
        }
        self.check_power(actor, &project, &team, &grants)?;
        if project.is_archived() {
            return Err(codes::ALREADY_ARCHIVED.into());
        }
        grants.retain(|grant| !grant.channel.is_archived());
        let author = self.author(&team, actor).await?;
        let ids: Vec<ChannelId> = grants.iter().map(|grant| grant.channel.id).collect();
        let system = self.access.system("guests may have no channel left when their project ends");
        let guests = match ids.is_empty() {
            true => Vec::new(),
            false => projects::guests_only_in(self.access.read(&system), system.server(), &ids, GUESTS_MAX).await?,
        };
        let ended = self.invitations_that_end(&team, &grants).await?;

        // One time for all, by which they are found when the project is restored.
        let now = self.time_of_change(&grants);
        let mut write = self.access.write(&team, "projects.archive").recorded();
        write.detail("project_id", id);
        write.detail("name", &project.name);
        write.push(projects::set_archived(team.write_id(), id, Millis::ZERO, now, codes::ALREADY_ARCHIVED));
        let mut events = Vec::new();
        for grant in &grants {
            let channel = Channel { update_at: now, delete_at: now, ..grant.channel.clone() };
            self.change_channel(&mut write, &mut events, grant, &channel, Notice::archived(&author));
            events.push(Event::ChannelArchived { channel });
        }
        write.extend(ended.into_iter().map(|invitation| invitations::delete_if_there(team.write_id(), invitation)));
        if self.settings().guests.end_with_project && !guests.is_empty() {
            write.detail("guests", guests.iter().map(ToString::to_string).collect::<Vec<_>>().join(","));
            // A job ends their access within a minute.
            write.extend(guests.iter().map(|guest| guest_expiries::set(system.write_id(*guest), now)));
        }
        write.commit(events).await?;
        let project = self.changed(actor, &team, Project { archived_at: now, ..project }).await?;
        Ok(ArchivedProject { project, guests_without_channel: guests })
    }

    /// The channels that were archived with it.
    #[boxed]
    pub async fn restore_project(&self, actor: &Actor, id: ProjectId) -> Result<ListedProject> {
        retry_on_conflict(|| self.try_restore_project(actor, id)).await
    }

    async fn try_restore_project(&self, actor: &Actor, id: ProjectId) -> Result<ListedProject> {
        let (project, team) = self.project_to_change(actor, id).await?;
        let mut grants = Vec::new();
        for channel in projects::channel_ids(self.access.read(&team), team.id(), id).await? {
            grants.push(self.access.channel(actor, channel, Permission::ManageTeam).await?);
        }
        self.check_power(actor, &project, &team, &grants)?;
        if !project.is_archived() {
            return Err(codes::NOT_ARCHIVED.into());
        }
        grants.retain(|grant| grant.channel.delete_at == project.archived_at);
        let author = self.author(&team, actor).await?;
        let now = self.time_of_change(&grants);
        let mut write = self.access.write(&team, "projects.restore").recorded();
        write.detail("project_id", id);
        write.detail("name", &project.name);
        write.push(projects::set_archived(team.write_id(), id, project.archived_at, Millis::ZERO, codes::NOT_ARCHIVED));
        let mut events = Vec::new();
        for grant in &grants {
            let channel = Channel { update_at: now, delete_at: Millis::ZERO, ..grant.channel.clone() };
            events.push(Event::ChannelRestored { channel: channel.clone() });
            self.change_channel(&mut write, &mut events, grant, &channel, Notice::restored(&author));
            write.push(projects::keep_guests(grant.write_id(), project.archived_at));
        }
        write.extend(self.channels().guard_channels_in(project.team_id));
        write.commit(events).await?;
        self.changed(actor, &team, Project { archived_at: Millis::ZERO, ..project }).await
    }

    async fn project_to_change(&self, actor: &Actor, id: ProjectId) -> Result<(Project, Writing<TeamGrant>)> {
        let system = self.access.system("the team and the channels of a project decide who may change it");
        let found = projects::get(self.access.read(&system), id).await?;
        let project = self.access.open(&system, found).ok_or(codes::NOT_FOUND)?;
        let team = self.access.team_of_channels(actor, project.team_id).await?;
        Ok((project, team))
    }

    /// A project without channels, which all went elsewhere, is its maker's and the administrators'.
    fn check_power(&self, actor: &Actor, project: &Project, team: &TeamGrant, channels: &[Writing<ChannelGrant>]) -> Result<()> {
        let may_change = !channels.is_empty()
            || project.creator_id == actor.user_id
            || self.access.has_team_permission(actor, team, Permission::ManageTeam);
        if may_change { Ok(()) } else { Err(context::PERMISSIONS.into()) }
    }

    async fn author(&self, team: &TeamGrant, actor: &Actor) -> Result<User> {
        users::get(self.access.read(team), actor.user_id).await?.ok_or_else(|| context::PERMISSIONS.into())
    }

    /// Later than every change of these channels.
    fn time_of_change(&self, grants: &[Writing<ChannelGrant>]) -> Millis {
        self.now_after(grants.iter().map(|grant| grant.channel.update_at).max().unwrap_or(Millis::ZERO))
    }

    fn change_channel(
        &self,
        write: &mut Write<'_>,
        events: &mut Vec<Event>,
        grant: &Writing<ChannelGrant>,
        channel: &Channel,
        notice: Notice,
    ) {
        write.detail("channel_id", channel.id);
        write.push(channels::update(grant.write_id(), channel, grant.channel.update_at));
        self.channels().add_notice(write, events, (grant.write_id(), channel), notice);
    }

    /// The guest links of these channels, and the pending invitations of guests to them and no others. One that names others too
    /// leads only to those. What is made meanwhile leads nowhere, because the channels are archived.
    async fn invitations_that_end(&self, team: &TeamGrant, grants: &[Writing<ChannelGrant>]) -> Result<Vec<InvitationId>> {
        let (db, now) = (self.access.read(team), self.clock.now());
        let ids: Vec<ChannelId> = grants.iter().map(|grant| grant.channel.id).collect();
        let mut found = BTreeMap::new();
        for id in &ids {
            let pending = invitations::pending_of_guests(db, team.id(), *id, now, INVITATIONS_MAX).await?;
            found.extend(pending.into_iter().map(|invitation| (invitation.id, invitation.channels)));
        }
        for grant in grants {
            let links = guest_links::of_channel(db, grant.id(), INVITATIONS_MAX).await?;
            found.extend(links.into_iter().map(|link| (link.invitation.id, link.invitation.channels)));
        }
        found.retain(|_, channels: &mut Vec<ChannelId>| channels.iter().all(|channel| ids.contains(channel)));
        Ok(found.into_keys().collect())
    }

    async fn changed(&self, actor: &Actor, team: &TeamGrant, project: Project) -> Result<ListedProject> {
        let listed = self.with_channels(actor, team, vec![project.clone()]).await?.pop();
        Ok(listed.unwrap_or(ListedProject { project, channels: Vec::new() }))
    }
}
