//! Making the channels of a project: with their people, categories, first messages, guest link and invitations in one batch.

use std::collections::BTreeSet;

use guildhall_model::channel::{
    Channel, ChannelKind, DISPLAY_NAME_CHARS_MAX, MARK_UNREAD, MARK_UNREAD_MENTION, NAME_CHARS_MAX as CHANNEL_NAME_CHARS_MAX,
};
use guildhall_model::codes::{context, projects as codes, teams};
use guildhall_model::id::{ChannelId, ChannelTemplateId, TeamId, UserId};
use guildhall_model::project::{ChannelTemplate, NAME_CHARS_MAX, PENDING_ID_CHARS_MAX, Project, TemplateContent, channel_name, fill_in};
use guildhall_model::user::User;
use guildhall_model::{Actor, Event, Millis, Permission, Result};
use guildhall_storage::usage::Counted;
use guildhall_storage::{self as storage, Granted, channel_members, channels, projects, team_members, users};

use super::list::ListedProject;
use crate::access::{TeamGrant, Write, Writing};
use crate::boxed;
use crate::categories::Placement;
use crate::channels::notice::Notice;
use crate::channels::{NewChannel, new_channel_member};
use crate::guest_links::{CreatedGuestLink, NewGuestLink, PreparedGuestLink};
use crate::invitations::{MailInvitation, MailInvitations};
use crate::projects::Projects;
use crate::retry::retry_on_conflict;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// A project to make.
#[derive(Debug, Clone, Default)]
pub struct NewProject {
    pub name: String,
    /// Besides those of the template.
    pub members: Vec<UserId>,
    /// Addresses of people who are invited by mail to the channels for guests.
    pub guests: Vec<String>,
    /// When the access of the guests ends; zero for never.
    pub guest_expires_at: Millis,
    /// Whether the guest link of the template is made.
    pub with_guest_link: bool,
    /// Chosen by the client to make a repeated request harmless. Empty for none.
    pub pending_id: String,
}

#[derive(Debug, Clone)]
pub struct CreatedProject {
    pub project: ListedProject,
    /// Only its maker gets the address, and once.
    pub guest_link: Option<CreatedGuestLink>,
    pub invited: Vec<String>,
    /// People of the template who are not in the team any more, or have no active account.
    pub skipped_members: Vec<UserId>,
}

/// A channel that is being made.
type NewChannelOfProject = (Channel, Granted<ChannelId, storage::Write>);

impl Projects<'_> {
    /// All of it or nothing. Idempotent by `pending_id`: a repeated request returns what the first one made, without the guest link,
    /// of which only the hash is stored.
    #[boxed]
    pub async fn create_project(&self, actor: &Actor, template: ChannelTemplateId, new: NewProject) -> Result<CreatedProject> {
        if new.pending_id.chars().count() > PENDING_ID_CHARS_MAX {
            return Err(codes::PENDING_ID_INVALID.with("max", PENDING_ID_CHARS_MAX));
        }
        match retry_on_conflict(|| self.try_create_project(actor, template, &new)).await {
            Err(error) if !new.pending_id.is_empty() => self.made_before(actor, &new.pending_id).await?.ok_or(error),
            result => result,
        }
    }

    async fn made_before(&self, actor: &Actor, pending_id: &str) -> Result<Option<CreatedProject>> {
        let own = self.access.own_account(actor);
        let Some(project) = projects::by_pending_id(self.access.read(&own), own.id(), pending_id).await? else { return Ok(None) };
        let grant = self.access.team_of_channels(actor, project.team_id).await?;
        let project = self.with_channels(actor, &grant, vec![project]).await?.pop();
        Ok(project.map(|project| CreatedProject { project, guest_link: None, invited: Vec::new(), skipped_members: Vec::new() }))
    }

    async fn try_create_project(&self, actor: &Actor, template: ChannelTemplateId, new: &NewProject) -> Result<CreatedProject> {
        let ChannelTemplate { team_id, content, .. } = self.find_template(template).await?;
        let grant = self.authorize(actor, team_id, &content, new).await?;
        let name = new.name.trim();
        if !(1..=NAME_CHARS_MAX).contains(&name.chars().count()) {
            return Err(codes::NAME_INVALID.with("max", NAME_CHARS_MAX));
        }
        let db = self.access.read(&grant);
        if projects::is_taken(db, grant.id(), name).await? {
            return Err(codes::NAME_TAKEN.into());
        }
        let people = self.people(&grant, actor, &content, &new.members).await?;
        let creator = people.members.iter().find(|user| user.id == actor.user_id).ok_or(codes::NOT_IN_TEAM)?;
        let channels = self.channels_of(actor, &grant, name, &content).await?;
        let ids: Vec<ChannelId> = channels.iter().map(|channel| channel.id).collect();
        let category = fill_in(&content.category, name);
        let placements = self.placements(&grant, &people.members, category.trim(), &ids).await?;
        let (link, invitations) = self.ways_for_guests(actor, &grant, &content, &ids, new).await?;

        let project = Project {
            id: self.ids.next(),
            team_id,
            template_id: template,
            creator_id: creator.id,
            create_at: self.clock.now(),
            archived_at: Millis::ZERO,
            name: name.to_owned(),
        };
        let mut write = self.access.write(&grant, "projects.create").recorded();
        write.detail("project_id", project.id);
        write.detail("name", name);
        write.detail("template_id", template);
        write.detail("members", people.members.len());
        write.push(projects::insert(grant.write_id(), &project, Some(new.pending_id.as_str()).filter(|id| !id.is_empty())));
        // Whether they join as guests is derived from the roles that were read.
        for user in &people.members {
            write.push(users::guard_roles(user));
            write.push(team_members::guard_membership(team_id, user.id));
        }
        let mut made: Vec<NewChannelOfProject> = Vec::with_capacity(channels.len());
        for (position, channel) in channels.iter().enumerate() {
            let (insert, id) = channels::insert(grant.write_id(), channel);
            write.detail("channel_id", channel.id);
            write.push(insert);
            write.push(projects::insert_channel(id, project.id, position));
            self.channels().count_created(&mut write, actor, id, Counted::ChannelsOf(actor.user_id));
            made.push((channel.clone(), id));
        }
        write.extend(self.channels().guard_channels_in(team_id));
        let mut events = Vec::new();
        for ((channel, id), of_template) in made.iter().zip(&content.channels) {
            self.add_people(&mut write, &mut events, (*id, channel), creator, (&people.members, &placements));
            if !of_template.message.trim().is_empty() {
                let message = fill_in(&of_template.message, name);
                let (statements, event) = self.posts().first_message(*id, channel, creator, message)?;
                write.extend(statements);
                events.push(event);
            }
        }
        for placement in placements {
            write.extend(placement.statements);
            events.extend(placement.events);
        }
        if let Some((position, link)) = &link
            && let Some((_, id)) = made.get(*position)
        {
            self.guest_links().add_link(&mut write, (grant.write_id(), *id), link);
        }
        if !invitations.emails.is_empty() {
            write.detail("guests", invitations.emails.join(","));
        }
        write.extend(invitations.statements);
        events.extend(invitations.events);
        write.commit(events).await?;
        self.counters.invitations_created.add(invitations.emails.len() as u64 + u64::from(link.is_some()));
        Ok(CreatedProject {
            project: ListedProject { project, channels },
            guest_link: link.map(|(_, link)| link.created),
            invited: invitations.emails,
            skipped_members: people.skipped,
        })
    }

    /// The team, if the actor may make all of the template's channels, and add the people that are named.
    async fn authorize(&self, actor: &Actor, team: TeamId, content: &TemplateContent, new: &NewProject) -> Result<Writing<TeamGrant>> {
        let has_private = content.channels.iter().any(|channel| channel.is_private);
        let has_public = content.channels.iter().any(|channel| !channel.is_private);
        let needed = if has_private { Permission::CreatePrivateChannel } else { Permission::CreatePublicChannel };
        let grant = self.access.team(actor, team, needed).await?;
        if has_public && !self.access.has_team_permission(actor, &grant, Permission::CreatePublicChannel) {
            return Err(context::PERMISSIONS.into());
        }
        let may_add = |is_private: bool| self.may_add_people(actor, &grant, is_private);
        if !new.members.is_empty() && !content.channels.iter().all(|channel| may_add(channel.is_private)) {
            return Err(context::PERMISSIONS.into());
        }
        if !grant.team.delete_at.is_zero() {
            return Err(teams::ARCHIVED.into());
        }
        if grant.member.is_none() { Err(codes::NOT_IN_TEAM.into()) } else { Ok(grant) }
    }

    /// The channels with the name of the project in their texts.
    async fn channels_of(
        &self,
        actor: &Actor,
        grant: &Writing<TeamGrant>,
        project: &str,
        content: &TemplateContent,
    ) -> Result<Vec<Channel>> {
        let system = self.access.system("whether the name of a channel is taken is said to whoever makes one");
        let mut names = BTreeSet::new();
        let mut made = Vec::with_capacity(content.channels.len());
        for of_template in &content.channels {
            let display_name = fill_in(&of_template.display_name, project).trim().to_owned();
            if display_name.chars().count() > DISPLAY_NAME_CHARS_MAX {
                return Err(codes::CHANNEL_NAME_TOO_LONG.with("name", display_name).with("max", DISPLAY_NAME_CHARS_MAX));
            }
            let new = NewChannel {
                team_id: grant.team.id,
                kind: if of_template.is_private { ChannelKind::Private } else { ChannelKind::Public },
                name: channel_name(&display_name).unwrap_or_default(),
                display_name,
                header: fill_in(&of_template.header, project),
                purpose: fill_in(&of_template.purpose, project),
            };
            let mut channel = self.channels().new_channel(actor, new);
            if channel.name.is_empty() {
                channel.name = format!("project-{}", channel.id);
            }
            if !names.insert(channel.name.clone()) {
                channel.name = numbered(&channel.name, made.len() + 1);
                names.insert(channel.name.clone());
            }
            channel.check()?;
            let found = channels::by_name(self.access.read(&system), Some(grant.team.id), &channel.name).await?;
            if self.access.open(&system, found).is_some() {
                return Err(codes::CHANNEL_TAKEN.with("name", channel.display_name));
            }
            made.push(channel);
        }
        Ok(made)
    }

    async fn placements(
        &self,
        grant: &Writing<TeamGrant>,
        members: &[User],
        category: &str,
        channels: &[ChannelId],
    ) -> Result<Vec<Placement>> {
        let system = self.access.system("the channels of a project are in a category of each member's sidebar");
        let mut placements = Vec::with_capacity(members.len());
        for user in members {
            placements.push(match category.is_empty() {
                true => Placement::default(),
                false => self.categories().place_new_channels(&system.user_to_write(user.id), grant, category, channels).await?,
            });
        }
        Ok(placements)
    }

    /// The guest link, with the position of its channel, and the invitations by mail.
    async fn ways_for_guests(
        &self,
        actor: &Actor,
        grant: &Writing<TeamGrant>,
        content: &TemplateContent,
        ids: &[ChannelId],
        new: &NewProject,
    ) -> Result<(Option<(usize, PreparedGuestLink)>, MailInvitations)> {
        let team = grant.team.id;
        let of_template = content.guest_link.filter(|_| new.with_guest_link);
        if of_template.is_some() || !new.guests.is_empty() {
            self.invitations().team_to_invite_to(actor, team, true).await.map(drop)?;
            // As for guest links and invitations to channels that are there already.
            let may_add = |is_private: bool| self.may_add_people(actor, grant, is_private);
            if !content.channels.iter().filter(|channel| channel.for_guests).all(|channel| may_add(channel.is_private)) {
                return Err(context::PERMISSIONS.into());
            }
        }
        let mut invitations = MailInvitations::default();
        if !new.guests.is_empty() {
            let for_guests = ids.iter().zip(&content.channels).filter(|(_, channel)| channel.for_guests);
            let channels: Vec<ChannelId> = for_guests.map(|(id, _)| *id).collect();
            if channels.is_empty() {
                return Err(codes::NO_CHANNEL_FOR_GUESTS.into());
            }
            let request = MailInvitation {
                emails: new.guests.clone(),
                channels,
                is_guest: true,
                guest_expires_at: new.guest_expires_at,
                ..MailInvitation::default()
            };
            let made = self.invitations().guests_of_new_channels(actor, team, &request).await;
            invitations = made.map_err(|rejected| match rejected.email {
                Some(email) => codes::GUEST_REJECTED.with("email", email).with("reason", rejected.error.message()),
                None => rejected.error,
            })?;
        }
        let Some(of_template) = of_template else { return Ok((None, invitations)) };
        let channel = ids.get(of_template.channel).copied().ok_or(codes::NO_CHANNEL_FOR_GUESTS)?;
        let link = NewGuestLink {
            expires_at: self.clock.now().plus_ms(of_template.days * DAY_MS),
            max_people: of_template.max_people,
            guest_expires_at: new.guest_expires_at,
            password: String::new(),
            takes_code: of_template.takes_code,
        };
        let prepared = self.guest_links().prepare_link(actor, team, channel, &link).await?;
        Ok((Some((of_template.channel, prepared)), invitations))
    }

    /// Everybody is a member of the channel. One notice, of whoever made it: there is none for each of the others.
    fn add_people(
        &self,
        write: &mut Write<'_>,
        events: &mut Vec<Event>,
        (id, channel): (Granted<ChannelId, storage::Write>, &Channel),
        creator: &User,
        (members, placements): (&[User], &[Placement]),
    ) {
        events.push(Event::ChannelCreated { channel: channel.clone(), user_id: creator.id });
        for (user, placement) in members.iter().zip(placements) {
            let mut member = new_channel_member(channel, user, user.id == creator.id, channel.create_at);
            if placement.is_muted {
                member.notify_props.insert(MARK_UNREAD.to_owned(), MARK_UNREAD_MENTION.to_owned());
            }
            write.push(channel_members::insert(id, &member));
            if user.id != creator.id {
                events.push(Event::UserAdded { channel: channel.clone(), user_id: user.id });
            }
        }
        self.channels().add_notice(write, events, (id, channel), Notice::joined_channel(creator));
    }
}

/// The name with a number, for the second channel of a project whose name would be the same.
fn numbered(name: &str, number: usize) -> String {
    let suffix = format!("-{number}");
    let kept: String = name.chars().take(CHANNEL_NAME_CHARS_MAX - suffix.len()).collect();
    format!("{}{suffix}", kept.trim_end_matches('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_numbered_name_is_no_longer_than_names_may_be() {
        assert_eq!(numbered("acme", 2), "acme-2");
        assert_eq!(numbered(&"x".repeat(64), 10).len(), 64);
    }
}
