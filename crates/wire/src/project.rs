//! Channel templates of teams, and the projects that are made of them. Not of Mattermost. Times are in milliseconds.

use guildhall_model::channel::{Channel as ChannelModel, ChannelKind};
use guildhall_model::id::{ChannelId, ChannelTemplateId, GroupId, ProjectId, TeamId, UserId};
use guildhall_model::project as model;
use guildhall_model::time::Millis;
use serde::{Deserialize, Serialize};

use crate::guest_link::CreatedGuestLink;

/// `POST /teams/{team_id}/channel_templates` and `PUT /channel_templates/{template_id}`, which replaces all of it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct NewTemplate {
    pub name: String,
    pub description: String,
    // As in the content of a template: fields of a flattened struct may not be null.
    pub channels: Vec<TemplateChannel>,
    pub member_ids: Vec<UserId>,
    pub group_ids: Vec<GroupId>,
    pub category: String,
    pub guest_link: Option<TemplateGuestLink>,
}

impl NewTemplate {
    pub fn into_content(self) -> TemplateContent {
        let Self { channels, member_ids, group_ids, category, guest_link, .. } = self;
        TemplateContent { channels, member_ids, group_ids, category, guest_link }
    }
}

#[derive(Debug, Clone, Serialize)]
pub struct Template {
    pub id: ChannelTemplateId,
    pub team_id: TeamId,
    pub creator_id: UserId,
    pub create_at: Millis,
    pub update_at: Millis,
    pub name: String,
    pub description: String,
    #[serde(flatten)]
    pub content: TemplateContent,
}

impl From<model::ChannelTemplate> for Template {
    fn from(template: model::ChannelTemplate) -> Self {
        Self {
            id: template.id,
            team_id: template.team_id,
            creator_id: template.creator_id,
            create_at: template.create_at,
            update_at: template.update_at,
            name: template.name,
            description: template.description,
            content: template.content.into(),
        }
    }
}

/// In its texts, `{project}` stands for the name of the project.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TemplateContent {
    pub channels: Vec<TemplateChannel>,
    pub member_ids: Vec<UserId>,
    pub group_ids: Vec<GroupId>,
    /// Of the sidebar, into which the members get the channels; empty for none.
    pub category: String,
    pub guest_link: Option<TemplateGuestLink>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default)]
pub struct TemplateChannel {
    pub display_name: String,
    pub purpose: String,
    pub header: String,
    /// `O` (public) or `P` (private).
    #[serde(rename = "type")]
    pub kind: String,
    /// Guests of the project are invited to it.
    pub for_guests: bool,
    /// The first message, which is pinned; empty for none.
    pub message: String,
}

impl Default for TemplateChannel {
    fn default() -> Self {
        Self {
            display_name: String::new(),
            purpose: String::new(),
            header: String::new(),
            kind: ChannelKind::Private.name().to_owned(),
            for_guests: false,
            message: String::new(),
        }
    }
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(default)]
pub struct TemplateGuestLink {
    /// The position of its channel among `channels`, from 0.
    pub channel: u32,
    pub max_people: i64,
    /// For how many days it is valid.
    pub days: i64,
    /// New guests enter a code that is mailed to them.
    pub takes_code: bool,
}

impl Default for TemplateGuestLink {
    fn default() -> Self {
        Self { channel: 0, max_people: 5, days: 7, takes_code: false }
    }
}

impl TemplateContent {
    /// `None` where the type of a channel is none.
    pub fn into_model(self) -> Option<model::TemplateContent> {
        let channel = |channel: TemplateChannel| {
            let kind = ChannelKind::from_name(&channel.kind).filter(|kind| !kind.is_personal())?;
            Some(model::TemplateChannel {
                display_name: channel.display_name,
                purpose: channel.purpose,
                header: channel.header,
                is_private: kind == ChannelKind::Private,
                for_guests: channel.for_guests,
                message: channel.message,
            })
        };
        Some(model::TemplateContent {
            channels: self.channels.into_iter().map(channel).collect::<Option<_>>()?,
            member_ids: self.member_ids,
            group_ids: self.group_ids,
            category: self.category,
            guest_link: self.guest_link.map(|link| model::TemplateGuestLink {
                channel: usize::try_from(link.channel).unwrap_or(usize::MAX),
                max_people: link.max_people,
                days: link.days,
                takes_code: link.takes_code,
            }),
        })
    }
}

impl From<model::TemplateContent> for TemplateContent {
    fn from(content: model::TemplateContent) -> Self {
        let channel = |channel: model::TemplateChannel| TemplateChannel {
            display_name: channel.display_name,
            purpose: channel.purpose,
            header: channel.header,
            kind: if channel.is_private { ChannelKind::Private } else { ChannelKind::Public }.name().to_owned(),
            for_guests: channel.for_guests,
            message: channel.message,
        };
        Self {
            channels: content.channels.into_iter().map(channel).collect(),
            member_ids: content.member_ids,
            group_ids: content.group_ids,
            category: content.category,
            guest_link: content.guest_link.map(|link| TemplateGuestLink {
                channel: u32::try_from(link.channel).unwrap_or(u32::MAX),
                max_people: link.max_people,
                days: link.days,
                takes_code: link.takes_code,
            }),
        }
    }
}

/// `POST /channel_templates/{template_id}/channels`
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub struct NewProject {
    /// Its name.
    pub project: String,
    /// Besides those of the template.
    pub members: Vec<UserId>,
    /// Mail addresses.
    pub guests: Vec<String>,
    /// When the access of the guests ends; 0 for never.
    pub guest_expires_at: i64,
    /// Whether the guest link of the template is made.
    pub with_guest_link: bool,
    /// A repeated request with the same one makes nothing new.
    pub pending_id: String,
}

impl Default for NewProject {
    fn default() -> Self {
        Self {
            project: String::new(),
            members: Vec::new(),
            guests: Vec::new(),
            guest_expires_at: 0,
            with_guest_link: true,
            pending_id: String::new(),
        }
    }
}

/// A project, with those of its channels that the viewer sees.
#[derive(Debug, Clone, Serialize)]
pub struct Project {
    pub id: ProjectId,
    pub team_id: TeamId,
    pub template_id: ChannelTemplateId,
    pub creator_id: UserId,
    pub create_at: Millis,
    /// 0 while it is active.
    pub archived_at: Millis,
    pub name: String,
    pub channels: Vec<ProjectChannel>,
}

impl Project {
    pub fn new(project: model::Project, channels: Vec<ChannelModel>) -> Self {
        Self {
            id: project.id,
            team_id: project.team_id,
            template_id: project.template_id,
            creator_id: project.creator_id,
            create_at: project.create_at,
            archived_at: project.archived_at,
            name: project.name,
            channels: channels.into_iter().map(ProjectChannel::from).collect(),
        }
    }
}

#[derive(Debug, Clone, Serialize)]
pub struct ProjectChannel {
    pub id: ChannelId,
    pub name: String,
    pub display_name: String,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub delete_at: Millis,
}

impl From<ChannelModel> for ProjectChannel {
    fn from(channel: ChannelModel) -> Self {
        Self {
            id: channel.id,
            name: channel.name,
            display_name: channel.display_name,
            kind: channel.kind.name(),
            delete_at: channel.delete_at,
        }
    }
}

#[derive(Debug, Clone, Serialize)]
pub struct CreatedProject {
    pub project: Project,
    /// The only answer that has its address.
    pub guest_link: Option<CreatedGuestLink>,
    /// Addresses to which an invitation was sent.
    pub invited: Vec<String>,
    /// People of the template who are not in the team any more, or have no active account.
    pub skipped_members: Vec<UserId>,
}

#[derive(Debug, Clone, Serialize)]
pub struct ArchivedProject {
    #[serde(flatten)]
    pub project: Project,
    /// Guests who are in no other channel.
    pub guests_without_channel: Vec<UserId>,
}
