//! Creating a team with its two default channels and its creator as team administrator.

use guildhall_model::channel::{Channel, ChannelKind, OFF_TOPIC, TOWN_SQUARE};
use guildhall_model::codes::teams as codes;
use guildhall_model::id::InviteId;
use guildhall_model::team::{Team, TeamKind, TeamView};
use guildhall_model::{Actor, Event, Millis, Permission, Result};
use guildhall_storage::usage::{self, Counted};
use guildhall_storage::{channel_members, channels, team_members, teams, users};

use super::join::new_team_member;
use crate::boxed;
use crate::channels::new_channel_member;
use crate::channels::notice::Notice;
use crate::teams::Teams;

#[derive(Debug, Clone)]
pub struct NewTeam {
    pub name: String,
    pub display_name: String,
    pub kind: TeamKind,
    pub description: String,
    pub company_name: String,
    pub allowed_domains: String,
    pub allow_open_invite: bool,
}

impl Teams<'_> {
    #[boxed]
    pub async fn create_team(&self, actor: &Actor, new: NewTeam) -> Result<TeamView> {
        let grant = self.access.system_permission(actor, Permission::CreateTeam)?;
        let creator = users::get(self.access.read(&grant), actor.user_id).await?.ok_or(codes::USER_NOT_FOUND)?;
        let now = self.clock.now();
        let team = self.new_team(new, creator.email.clone(), now);
        team.check()?;
        let member = new_team_member(&team, &creator, true, now);

        let mut write = self.access.write(&grant, "teams.create");
        write.detail("team_id", team.id);
        write.detail("name", &team.name);
        let (insert, team_id) = teams::insert(&team);
        write.push(insert);
        write.push(teams::set_creator(team_id, creator.id));
        let max = self.settings().quotas.teams_per_user;
        write.extend(usage::guard(Counted::TeamsOf(creator.id), max, codes::CREATED_TOO_MANY));
        write.push(team_members::insert(team_id, &member));
        let mut events = vec![Event::TeamCreated(team.clone()), Event::AddedToTeam { team_id: team.id, user_id: creator.id }];
        for (name, display_name) in [(TOWN_SQUARE, "Town Square"), (OFF_TOPIC, "Off-Topic")] {
            let channel = self.default_channel(&team, name, display_name, now);
            let (insert, id) = channels::insert(team_id, &channel);
            write.push(insert);
            write.push(channel_members::insert(id, &new_channel_member(&channel, &creator, true, now)));
            events.push(Event::UserAdded { channel: channel.clone(), user_id: creator.id });
            let notice = if channel.is_default() { Notice::joined_team(&creator) } else { Notice::joined_channel(&creator) };
            self.channels().add_notice(&mut write, &mut events, (id, &channel), notice);
        }
        write.commit(events).await?;
        Ok(TeamView { team, with_email: true, with_invite_id: true })
    }

    fn new_team(&self, new: NewTeam, email: String, now: Millis) -> Team {
        Team {
            id: self.ids.next(),
            create_at: now,
            update_at: now,
            delete_at: Millis::ZERO,
            name: new.name,
            display_name: new.display_name,
            description: new.description,
            email,
            kind: new.kind,
            company_name: new.company_name,
            allowed_domains: new.allowed_domains,
            invite_id: self.new_invite_id(),
            allow_open_invite: new.allow_open_invite,
            last_team_icon_update: Millis::ZERO,
            scheme_id: None,
        }
    }

    /// Entirely random, unlike other ids (which are time-ordered), because it authorizes joining the team.
    pub(crate) fn new_invite_id(&self) -> InviteId {
        let hash = self.secrets.generate_token().hash();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash.bytes()[..16]);
        InviteId::from_bytes(bytes)
    }

    fn default_channel(&self, team: &Team, name: &str, display_name: &str, now: Millis) -> Channel {
        Channel {
            id: self.ids.next(),
            create_at: now,
            update_at: now,
            delete_at: Millis::ZERO,
            team_id: Some(team.id),
            kind: ChannelKind::Public,
            name: name.to_owned(),
            display_name: display_name.to_owned(),
            header: String::new(),
            purpose: String::new(),
            creator_id: None,
            last_post_at: Millis::ZERO,
            last_root_post_at: Millis::ZERO,
            total_msg_count: 0,
            total_msg_count_root: 0,
            scheme_id: None,
        }
    }
}
