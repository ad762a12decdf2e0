//! The templates of a team: its administrators make and change them, and its members use them.

use guildhall_model::codes::{context, projects as codes, teams};
use guildhall_model::id::{ChannelTemplateId, TeamId};
use guildhall_model::project::{ChannelTemplate, TEMPLATES_PER_TEAM_MAX, TemplateContent};
use guildhall_model::{Actor, Events, Permission, Result};
use guildhall_storage::usage::{self, Counted};
use guildhall_storage::{channel_templates, groups, team_members, users};

use crate::access::{TeamGrant, Writing};
use crate::boxed;
use crate::projects::Projects;

/// What people set of a template.
#[derive(Debug, Clone, Default)]
pub struct NewTemplate {
    pub name: String,
    pub description: String,
    pub content: TemplateContent,
}

impl Projects<'_> {
    /// Those of the team, by name: for its members, not for guests.
    #[boxed]
    pub async fn list_templates(&self, actor: &Actor, team: TeamId) -> Result<Vec<ChannelTemplate>> {
        let grant = self.team_with_templates(actor, team).await?;
        channel_templates::of_team(self.access.read(&grant), grant.id()).await
    }

    #[boxed]
    pub async fn template(&self, actor: &Actor, id: ChannelTemplateId) -> Result<ChannelTemplate> {
        let template = self.find_template(id).await?;
        self.team_with_templates(actor, template.team_id).await.map(drop)?;
        Ok(template)
    }

    /// The team, if the actor may see its templates: as a member, or where they may change them.
    async fn team_with_templates(&self, actor: &Actor, team: TeamId) -> Result<TeamGrant> {
        match self.access.team_to_read(actor, team, Permission::ListTeamChannels).await {
            Err(error) if error.is(context::PERMISSIONS) => self.access.team_to_read(actor, team, Permission::ManageTeam).await,
            result => result,
        }
    }

    #[boxed]
    pub async fn create_template(&self, actor: &Actor, team: TeamId, new: NewTemplate) -> Result<ChannelTemplate> {
        let grant = self.access.team(actor, team, Permission::ManageTeam).await?;
        let now = self.clock.now();
        let template = ChannelTemplate {
            id: self.ids.next(),
            team_id: team,
            creator_id: actor.user_id,
            create_at: now,
            update_at: now,
            name: new.name.trim().to_owned(),
            description: new.description.trim().to_owned(),
            content: new.content,
        };
        let template = self.checked(&grant, actor, template).await?;
        let mut write = self.access.write(&grant, "channel_templates.create").recorded();
        write.detail("template_id", template.id);
        write.detail("name", &template.name);
        write.push(channel_templates::insert(grant.write_id(), &template));
        write.extend(usage::guard(Counted::ChannelTemplatesIn(team), TEMPLATES_PER_TEAM_MAX, codes::TEMPLATES_TOO_MANY));
        write.commit(Events::none("clients ask for templates")).await?;
        Ok(template)
    }

    /// Replaces what people set. What was made of the template before does not change.
    #[boxed]
    pub async fn update_template(&self, actor: &Actor, id: ChannelTemplateId, new: NewTemplate) -> Result<ChannelTemplate> {
        let before = self.find_template(id).await?;
        let grant = self.access.team(actor, before.team_id, Permission::ManageTeam).await?;
        let template = ChannelTemplate {
            update_at: self.now_after(before.update_at),
            name: new.name.trim().to_owned(),
            description: new.description.trim().to_owned(),
            content: new.content,
            ..before.clone()
        };
        let template = self.checked(&grant, actor, template).await?;
        let mut write = self.access.write(&grant, "channel_templates.update").recorded();
        write.detail("template_id", id);
        write.changed("name", &before.name, &template.name);
        write.push(channel_templates::update(grant.write_id(), &template));
        write.commit(Events::none("clients ask for templates")).await?;
        Ok(template)
    }

    /// Projects that were made of it stay.
    #[boxed]
    pub async fn delete_template(&self, actor: &Actor, id: ChannelTemplateId) -> Result<()> {
        let template = self.find_template(id).await?;
        let grant = self.access.team(actor, template.team_id, Permission::ManageTeam).await?;
        let mut write = self.access.write(&grant, "channel_templates.delete").recorded();
        write.detail("template_id", id);
        write.detail("name", &template.name);
        write.push(channel_templates::delete(grant.write_id(), id));
        write.commit(Events::none("clients ask for templates")).await
    }

    /// Before the check of its team: the caller asks for the permission in it.
    pub(super) async fn find_template(&self, id: ChannelTemplateId) -> Result<ChannelTemplate> {
        let system = self.access.system("the team of a template decides who may use it");
        let found = channel_templates::get(self.access.read(&system), id).await?;
        self.access.open(&system, found).ok_or_else(|| codes::TEMPLATE_NOT_FOUND.into())
    }

    /// Each person and group once. They are in the team, and exist, now; who is not there any more later is left out then.
    async fn checked(&self, grant: &Writing<TeamGrant>, actor: &Actor, mut template: ChannelTemplate) -> Result<ChannelTemplate> {
        if !grant.team.delete_at.is_zero() {
            return Err(teams::ARCHIVED.into());
        }
        template.content.category = template.content.category.trim().to_owned();
        for channel in &mut template.content.channels {
            channel.display_name = channel.display_name.trim().to_owned();
        }
        template.check()?;
        let content = &mut template.content;
        content.member_ids.sort_unstable();
        content.member_ids.dedup();
        content.group_ids.sort_unstable();
        content.group_ids.dedup();
        let db = self.access.read(grant);
        if !content.member_ids.is_empty() {
            let accounts = users::by_ids(db, &content.member_ids).await?;
            let members = team_members::by_ids(db, grant.id(), &content.member_ids, self.users().restricted_viewer(actor)).await?;
            let active = accounts.iter().filter(|account| account.is_active()).count();
            if active < content.member_ids.len() || members.len() < content.member_ids.len() {
                return Err(codes::MEMBER_INVALID.into());
            }
        }
        for id in &content.group_ids {
            let group = groups::get(db, *id).await?;
            if group.is_none_or(|group| group.is_archived()) {
                return Err(codes::GROUP_INVALID.into());
            }
        }
        Ok(template)
    }
}
