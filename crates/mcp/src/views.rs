//! Messages, channels, people and files as a program with an AI gets them: with names instead of ids wherever somebody would say the name,
//! and without what only clients need.

use std::collections::{BTreeSet, HashMap};

use guildhall_model::Result;
use guildhall_model::channel::{Channel, ChannelKind};
use guildhall_model::file::FileInfo;
use guildhall_model::id::{ChannelId, PostId, TeamId, UserId};
use guildhall_model::post::PostView;
use guildhall_model::team::Team;
use guildhall_model::user::User;
use serde::Serialize;

use crate::Caller;
use crate::text::{TextBudget, time};

/// Of the texts of one answer, in characters.
const TEXTS_CHARS_MAX: usize = 100_000;
/// Somebody whom the person may not see.
const NOBODY: &str = "unknown";

#[derive(Debug, Serialize)]
pub(crate) struct MessageView {
    id: String,
    channel_id: String,
    channel: String,
    author: String,
    #[serde(skip_serializing_if = "is_false")]
    author_is_bot: bool,
    time: String,
    #[serde(skip_serializing_if = "is_false")]
    edited: bool,
    text: String,
    /// Texts that an integration has attached.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<String>,
    /// The message that the thread starts with, of a reply.
    #[serde(skip_serializing_if = "Option::is_none")]
    thread_id: Option<String>,
    #[serde(skip_serializing_if = "is_zero")]
    replies: i64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<FileView>,
    #[serde(skip_serializing_if = "String::is_empty")]
    link: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct FileView {
    id: String,
    name: String,
    media_type: String,
    size_bytes: i64,
    #[serde(skip_serializing_if = "String::is_empty")]
    message_id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    time: String,
}

impl FileView {
    pub fn of(file: &FileInfo) -> Self {
        Self {
            id: file.id.to_string(),
            name: file.name.clone(),
            media_type: file.mime_type.clone(),
            size_bytes: file.size_bytes,
            message_id: file.post_id.map(|id| id.to_string()).unwrap_or_default(),
            time: time(file.create_at),
        }
    }

    fn in_message(file: &FileInfo) -> Self {
        Self { message_id: String::new(), time: String::new(), ..Self::of(file) }
    }
}

#[derive(Debug, Serialize)]
pub(crate) struct ChannelView {
    pub id: String,
    pub name: String,
    pub title: String,
    pub kind: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub team: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub topic: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub purpose: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub last_message_time: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct PersonView {
    pub id: String,
    pub username: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub position: String,
    #[serde(skip_serializing_if = "is_false")]
    pub is_bot: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub is_guest: bool,
}

impl PersonView {
    pub fn of(user: &User) -> Self {
        Self {
            id: user.id.to_string(),
            username: user.username.clone(),
            name: user.full_name(),
            position: user.position.clone(),
            is_bot: user.is_bot,
            is_guest: user.is_guest(),
        }
    }
}

/// Messages of one answer, oldest first unless the tool says otherwise.
#[derive(Debug, Serialize)]
pub(crate) struct Messages {
    pub messages: Vec<MessageView>,
    /// The answer became too long: what is left out follows the last message.
    #[serde(skip_serializing_if = "is_false")]
    pub truncated: bool,
}

/// The names that messages and channels are shown with.
pub(crate) struct Names<'a> {
    caller: &'a Caller,
    users: HashMap<UserId, User>,
    teams: HashMap<TeamId, Team>,
    /// In which messages of direct channels are opened; empty for somebody without a team.
    first_team: String,
}

impl<'a> Names<'a> {
    /// Of what these channels and people are called.
    pub async fn load(
        caller: &'a Caller,
        channels: impl IntoIterator<Item = &Channel>,
        people: impl IntoIterator<Item = UserId>,
    ) -> Result<Self> {
        let Caller { services, actor, .. } = caller;
        let mut ids: BTreeSet<UserId> = people.into_iter().collect();
        ids.extend(channels.into_iter().filter_map(|channel| peer(channel, actor.user_id)));
        let users = services.users().users_by_ids(actor, ids.into_iter().collect()).await?;
        let teams = services.teams().get_teams_for_user(actor, actor.user_id).await?;
        Ok(Self {
            caller,
            users: users.into_iter().map(|user| (user.id, user)).collect(),
            first_team: teams.first().map(|view| view.team.name.clone()).unwrap_or_default(),
            teams: teams.into_iter().map(|view| (view.team.id, view.team)).collect(),
        })
    }

    fn username(&self, id: UserId) -> &str {
        self.users.get(&id).map_or(NOBODY, |user| &user.username)
    }

    pub fn title(&self, channel: &Channel) -> String {
        match channel.kind {
            ChannelKind::Public | ChannelKind::Private | ChannelKind::Group => channel.display_name.clone(),
            ChannelKind::Direct => {
                let own = self.caller.actor.user_id;
                format!("@{}", self.username(peer(channel, own).unwrap_or(own)))
            }
        }
    }

    pub fn channel(&self, channel: &Channel) -> ChannelView {
        ChannelView {
            id: channel.id.to_string(),
            name: channel.name.clone(),
            title: self.title(channel),
            kind: match channel.kind {
                ChannelKind::Public => "public",
                ChannelKind::Private => "private",
                ChannelKind::Direct => "direct",
                ChannelKind::Group => "group",
            },
            team: channel.team_id.and_then(|team| self.teams.get(&team)).map(|team| team.display_name.clone()).unwrap_or_default(),
            topic: channel.header.clone(),
            purpose: channel.purpose.clone(),
            last_message_time: if channel.last_post_at.is_zero() { String::new() } else { time(channel.last_post_at) },
        }
    }

    fn link(&self, channel: &Channel, post: PostId) -> String {
        let team = match channel.team_id {
            Some(team) => self.teams.get(&team).map(|team| team.name.as_str()).unwrap_or_default(),
            None => &self.first_team,
        };
        match (self.caller.site_url.as_str(), team) {
            ("", _) | (_, "") => String::new(),
            (site, team) => format!("{site}/{team}/pl/{post}"),
        }
    }

    fn message(&self, channel: &Channel, view: &PostView) -> MessageView {
        let post = &view.post;
        let author = post.props.override_username().map_or_else(|| self.username(post.user_id).to_owned(), str::to_owned);
        MessageView {
            id: post.id.to_string(),
            channel_id: channel.id.to_string(),
            channel: self.title(channel),
            author,
            author_is_bot: post.props.override_username().is_some() || self.users.get(&post.user_id).is_some_and(|user| user.is_bot),
            time: time(post.create_at),
            edited: !post.edit_at.is_zero(),
            text: post.message.clone(),
            attachments: post.props.attachment_texts().map(str::to_owned).collect(),
            thread_id: post.root_id.map(|id| id.to_string()),
            replies: post.reply_count,
            files: view.metadata.files.iter().map(FileView::in_message).collect(),
            link: self.link(channel, post.id),
        }
    }
}

/// The messages, in this order, as long as their texts fit. `channels` has the channel of each: others are left out, as are the server's own
/// notices of who came and went.
pub(crate) async fn messages(caller: &Caller, channels: &HashMap<ChannelId, Channel>, posts: &[PostView]) -> Result<Messages> {
    let posts: Vec<(&Channel, &PostView)> = posts
        .iter()
        .filter(|view| !view.post.is_system() && view.post.delete_at.is_zero())
        .filter_map(|view| Some((channels.get(&view.post.channel_id)?, view)))
        .collect();
    let names = Names::load(caller, posts.iter().map(|(channel, _)| *channel), posts.iter().map(|(_, view)| view.post.user_id)).await?;
    let mut budget = TextBudget::new(TEXTS_CHARS_MAX);
    let mut fits =
        |message: &MessageView| message.attachments.iter().fold(budget.take(&message.text), |fits, text| fits && budget.take(text));
    let messages: Vec<MessageView> =
        posts.iter().map(|(channel, view)| names.message(channel, view)).take_while(|message| fits(message)).collect();
    Ok(Messages { truncated: messages.len() < posts.len(), messages })
}

pub(crate) async fn message(caller: &Caller, channel: &Channel, view: &PostView) -> Result<MessageView> {
    Ok(Names::load(caller, [channel], [view.post.user_id]).await?.message(channel, view))
}

/// The other person of a direct channel; `None` for the channel with oneself, and for other channels.
pub(crate) fn peer(channel: &Channel, own: UserId) -> Option<UserId> {
    if channel.kind != ChannelKind::Direct {
        return None;
    }
    let (one, other) = channel.name.split_once("__")?;
    [one, other].iter().filter_map(|id| id.parse().ok()).find(|id| *id != own)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(value: &i64) -> bool {
    *value == 0
}
