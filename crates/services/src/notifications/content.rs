//! What a mail about messages says, before it is written as text and HTML: the messages by channel and thread, in the language and on the
//! clock of the reader.

use std::collections::HashMap;

use guildhall_markup::plain_text;
use guildhall_model::Result;
use guildhall_model::channel::{Channel, ChannelKind, is_muted};
use guildhall_model::id::{ChannelId, PostId, TeamId, UserId};
use guildhall_model::post::Post;
use guildhall_model::team::Team;
use guildhall_model::user::User;
use guildhall_storage::{channel_members, posts, teams, users};
use jiff::tz::TimeZone;

use super::catalogue::Catalogue;
use super::schedule::Interval;
use super::times::zone_of;
use super::unread::{Unread, UnreadPost};
use super::wanted::Reason;
use crate::access::{SystemGrant, actor_for};
use crate::notifications::Notifications;

/// Of a message, and of the first message of its thread, in characters.
const TEXT_CHARS_MAX: usize = 1_000;
const EXCERPT_CHARS_MAX: usize = 120;
/// Unread channels of a summary.
const CHANNELS_MAX: usize = 20;

/// A mail.
pub(super) struct Content {
    pub catalogue: &'static Catalogue,
    pub subject: String,
    pub groups: Vec<Group>,
    /// Unread messages that are not shown.
    pub older_count: usize,
    /// Of a summary.
    pub unread_channels: Vec<UnreadChannel>,
    pub settings_url: String,
    pub unsubscribe_url: String,
}

/// The messages of a channel, or of a thread in it.
pub(super) struct Group {
    /// Empty where the setting hides where messages are.
    pub title: String,
    /// The beginning of the thread; empty outside of threads.
    pub thread: String,
    pub messages: Vec<Message>,
}

pub(super) struct Message {
    pub sender: String,
    pub time: String,
    /// Plain, with line breaks; empty where the setting hides it.
    pub text: String,
    pub url: String,
}

pub(super) struct UnreadChannel {
    pub name: String,
    pub count: i64,
    pub url: String,
}

/// What messages are shown with.
struct Names {
    catalogue: &'static Catalogue,
    senders: HashMap<UserId, String>,
    teams: Vec<Team>,
    roots: HashMap<PostId, String>,
    zone: TimeZone,
    is_24_hours: bool,
    is_full: bool,
}

impl Notifications<'_> {
    pub(super) async fn content(
        &self,
        grant: &SystemGrant,
        user: &User,
        unread: Unread,
        (interval, older_count): (Interval, usize),
    ) -> Result<Content> {
        let names = self.names(grant, user, &unread.posts).await?;
        let settings = self.settings();
        let link = |path: &str| settings.site_link(path);
        let mut groups: Vec<(ChannelId, Option<PostId>, Group)> = Vec::new();
        for UnreadPost { post, .. } in &unread.posts {
            let Some(channel) = unread.channels.get(&post.channel_id) else { continue };
            let message = names.message(post, link(&names.permalink(channel, post.id)));
            let thread = post.root_id;
            match groups.iter_mut().find(|(id, of_thread, _)| (*id, *of_thread) == (channel.id, thread)) {
                Some((.., group)) => group.messages.push(message),
                None => groups.push((channel.id, thread, names.group(channel, thread, message))),
            }
        }
        let unread_channels = match interval.is_summary() && names.is_full {
            true => self.unread_channels(grant, user, &names).await?,
            false => Vec::new(),
        };
        Ok(Content {
            catalogue: names.catalogue,
            subject: names.subject(&unread, interval, older_count),
            groups: groups.into_iter().map(|(.., group)| group).collect(),
            older_count,
            unread_channels,
            settings_url: link("/notification_settings"),
            unsubscribe_url: link(&format!("/unsubscribe?token={}", self.unsubscribe_token(user).await?)),
        })
    }

    async fn names(&self, grant: &SystemGrant, user: &User, unread: &[UnreadPost]) -> Result<Names> {
        let db = self.access.read(grant);
        let ids: Vec<UserId> = unread.iter().map(|unread| unread.post.user_id).collect();
        let senders = users::by_ids(db, &ids).await?.into_iter().map(|user| (user.id, user.full_name().unwrap_or(user.username))).collect();
        let teams = teams::of_user(db, grant.user(user.id).id()).await?.into_iter().map(|membership| membership.team).collect();
        let mut roots = HashMap::new();
        for UnreadPost { post, .. } in unread {
            if let Some(id) = post.root_id.filter(|id| !roots.contains_key(id)) {
                let root = posts::get_in(db, grant.id(post.channel_id), id).await?.filter(|root| root.delete_at.is_zero());
                roots.insert(id, root.map(|root| excerpt(&text_of(&root), EXCERPT_CHARS_MAX)).unwrap_or_default());
            }
        }
        Ok(Names {
            catalogue: Catalogue::of_locale(&user.locale),
            senders,
            teams,
            roots,
            zone: zone_of(&user.timezone),
            is_24_hours: self.uses_24_hours(grant, user).await?,
            is_full: self.settings().mail.notification_contents == "full",
        })
    }

    /// The channels with unread messages of a summary, those with the most first.
    async fn unread_channels(&self, grant: &SystemGrant, user: &User, names: &Names) -> Result<Vec<UnreadChannel>> {
        let mut memberships = channel_members::memberships(self.access.read(grant), grant.user(user.id).id()).await?;
        let count = |membership: &channel_members::Membership| membership.channel.total_msg_count_root - membership.member.msg_count_root;
        memberships.retain(|membership| {
            !membership.channel.kind.is_personal() && count(membership) > 0 && !is_muted(&membership.member.notify_props)
        });
        memberships.sort_by_key(|membership| (-count(membership), membership.channel.display_name.clone()));
        memberships.truncate(CHANNELS_MAX);
        let ids: Vec<ChannelId> = memberships.iter().map(|membership| membership.channel.id).collect();
        let readable = self.access.readable_channels(&actor_for(user), &ids).await?;
        let is_shown = |id: ChannelId| readable.iter().any(|grant| grant.channel.id == id && !grant.is_archived());
        let settings = self.settings();
        let shown = memberships.iter().filter(|membership| is_shown(membership.channel.id));
        Ok(shown
            .map(|membership| UnreadChannel {
                name: names.channel_title(&membership.channel),
                count: count(membership),
                url: settings.site_link(&format!("/{}/channels/{}", names.team_name(membership.channel.team_id), membership.channel.name)),
            })
            .collect())
    }
}

impl Names {
    fn message(&self, post: &Post, url: String) -> Message {
        let text = if self.is_full { self.shown_text(post) } else { String::new() };
        Message { sender: self.sender(post), time: self.catalogue.time(post.create_at, &self.zone, self.is_24_hours), text, url }
    }

    fn shown_text(&self, post: &Post) -> String {
        let mut text = excerpt(&text_of(post), TEXT_CHARS_MAX);
        if !post.file_ids.is_empty() {
            let files = Catalogue::counted(self.catalogue.files, post.file_ids.len());
            text = if text.is_empty() { files } else { format!("{text}\n{files}") };
        }
        text
    }

    fn sender(&self, post: &Post) -> String {
        let chosen = post.props.override_username().map(str::to_owned);
        chosen.or_else(|| self.senders.get(&post.user_id).cloned()).unwrap_or_default()
    }

    fn group(&self, channel: &Channel, thread: Option<PostId>, message: Message) -> Group {
        if !self.is_full {
            return Group { title: String::new(), thread: String::new(), messages: vec![message] };
        }
        let beginning = thread.map(|root| self.roots.get(&root).cloned().unwrap_or_default());
        let thread = match beginning {
            Some(beginning) if beginning.is_empty() => self.catalogue.thread.to_owned(),
            Some(beginning) => format!("{}: {beginning}", self.catalogue.thread),
            None => String::new(),
        };
        Group { title: self.channel_title(channel), thread, messages: vec![message] }
    }

    /// With the team, where the reader has several.
    fn channel_title(&self, channel: &Channel) -> String {
        match channel.kind {
            ChannelKind::Direct => self.catalogue.direct.to_owned(),
            ChannelKind::Group => format!("{}: {}", self.catalogue.group, channel.display_name),
            ChannelKind::Public | ChannelKind::Private => {
                let team = self.teams.iter().find(|team| Some(team.id) == channel.team_id).filter(|_| self.teams.len() > 1);
                team.map_or_else(|| channel.display_name.clone(), |team| format!("{} ({})", channel.display_name, team.display_name))
            }
        }
    }

    /// Direct and group channels are shown in any team of the reader.
    fn team_name(&self, team: Option<TeamId>) -> &str {
        let of_channel = self.teams.iter().find(|of| Some(of.id) == team);
        of_channel.or_else(|| self.teams.first()).map(|team| team.name.as_str()).unwrap_or_default()
    }

    fn permalink(&self, channel: &Channel, post: PostId) -> String {
        match self.team_name(channel.team_id) {
            "" => "/".to_owned(),
            team => format!("/{team}/pl/{post}"),
        }
    }

    fn subject(&self, unread: &Unread, interval: Interval, older_count: usize) -> String {
        let count = unread.posts.len() + older_count;
        match (interval, unread.posts.as_slice()) {
            (Interval::Daily, _) => Catalogue::counted(self.catalogue.daily, count),
            (Interval::Weekly, _) => Catalogue::counted(self.catalogue.weekly, count),
            (_, [one]) if count == 1 => self.subject_of_one(one, unread.channels.get(&one.post.channel_id)),
            _ => Catalogue::counted(self.catalogue.unread, count),
        }
    }

    fn subject_of_one(&self, UnreadPost { post, reason }: &UnreadPost, channel: Option<&Channel>) -> String {
        let channel = channel.filter(|channel| self.is_full && !channel.kind.is_personal());
        let text = match (channel, reason) {
            (None, _) => self.catalogue.message_from,
            (Some(_), Reason::Mention) => self.catalogue.mention_by,
            (Some(_), Reason::Reply) => self.catalogue.reply_by,
        };
        let channel = channel.map(|channel| channel.display_name.as_str()).unwrap_or_default();
        Catalogue::filled(text, &[("sender", &self.sender(post)), ("channel", channel)])
    }
}

/// The message, or the texts of its attachments.
fn text_of(post: &Post) -> String {
    let texts = std::iter::once(post.message.as_str()).chain(post.props.attachment_texts());
    texts.map(plain_text).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
}

fn excerpt(text: &str, chars_max: usize) -> String {
    match text.char_indices().nth(chars_max) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default().trim_end()),
        None => text.to_owned(),
    }
}
