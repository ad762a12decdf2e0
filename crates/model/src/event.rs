//! What happened: published after the commit, to everybody whom it concerns.

use std::sync::Arc;

use crate::channel::{Channel, ChannelMember};
use crate::id::{CategoryId, ChannelId, PostId, SessionId, TeamId, UserId};
use crate::integration::Emoji;
use crate::post::{PostView, Reaction, Thread, ThreadReader};
use crate::role::Role;
use crate::team::{Team, TeamMember};
use crate::time::Millis;
use crate::user::{Preference, Status, User};

/// A new post with what its readers' clients want to know beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Posted {
    pub post: PostView,
    pub channel: Channel,
    /// "@name", an integration's chosen name, or "System".
    pub sender_name: String,
    pub mentioned: Vec<UserId>,
    /// People who follow the thread and want to hear of replies.
    pub followers: Vec<UserId>,
    pub has_image: bool,
    pub has_other_file: bool,
    pub set_online: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    Posted(Arc<Posted>),
    /// Edited, pinned or unpinned.
    PostEdited(Arc<PostView>),
    PostDeleted {
        post: Arc<PostView>,
        deleted_by: UserId,
    },
    /// A post that only one person sees and that is never stored.
    EphemeralMessage {
        user_id: UserId,
        post: Arc<PostView>,
    },
    PostUnread {
        member: ChannelMember,
        team_id: Option<TeamId>,
        post_id: PostId,
        msg_count: i64,
        msg_count_root: i64,
    },
    ReactionAdded(Reaction),
    ReactionRemoved(Reaction),
    Typing {
        channel_id: ChannelId,
        user_id: UserId,
        parent_id: Option<PostId>,
    },

    /// A reply came: what its thread is now, and what of it each follower has not read.
    ThreadUpdated {
        thread: Arc<Thread>,
        readers: Vec<ThreadReader>,
    },
    ThreadFollowChanged {
        user_id: UserId,
        team_id: Option<TeamId>,
        thread_id: PostId,
        following: bool,
        reply_count: i64,
    },
    ThreadRead {
        user_id: UserId,
        team_id: Option<TeamId>,
        channel_id: ChannelId,
        thread_id: PostId,
        timestamp: Millis,
        unread_mentions: i64,
        unread_replies: i64,
        previous_unread_mentions: i64,
        previous_unread_replies: i64,
    },
    AllThreadsRead {
        user_id: UserId,
        team_id: Option<TeamId>,
        channel_id: Option<ChannelId>,
        timestamp: Millis,
    },

    ChannelCreated {
        channel: Channel,
        user_id: UserId,
    },
    ChannelUpdated(Channel),
    ChannelConverted {
        channel: Channel,
    },
    ChannelArchived {
        channel: Channel,
    },
    ChannelRestored {
        channel: Channel,
    },
    ChannelViewed {
        user_id: UserId,
        last_viewed_at: Vec<(ChannelId, Millis)>,
    },
    ChannelMemberUpdated(ChannelMember),
    /// `user_id` came into the channel: the hub's index follows this event.
    UserAdded {
        channel: Channel,
        user_id: UserId,
    },
    /// `user_id` left or was taken out: they hear of it, then nothing more of the channel.
    UserRemoved {
        channel_id: ChannelId,
        user_id: UserId,
        remover_id: UserId,
    },
    DirectAdded {
        channel: Channel,
        creator_id: UserId,
        user_ids: Vec<UserId>,
    },
    GroupAdded {
        channel: Channel,
        user_ids: Vec<UserId>,
    },

    TeamCreated(Team),
    TeamUpdated(Team),
    TeamArchived(Team),
    TeamRestored(Team),
    AddedToTeam {
        team_id: TeamId,
        user_id: UserId,
    },
    LeftTeam {
        team_id: TeamId,
        user_id: UserId,
    },
    TeamMemberUpdated(TeamMember),

    NewUser {
        user_id: UserId,
    },
    /// Everyone who may see the person gets the public part; the person gets all.
    UserUpdated {
        user: Arc<User>,
        /// Where guests get to know the person.
        channels: Arc<[ChannelId]>,
    },
    /// Somebody became a guest, or is one no more: what they hear is decided anew.
    StandingChanged {
        user_id: UserId,
    },
    UserRoleUpdated {
        user_id: UserId,
        roles: String,
    },
    StatusChanged(Status),
    PreferencesChanged {
        user_id: UserId,
        preferences: Vec<Preference>,
    },
    PreferencesDeleted {
        user_id: UserId,
        preferences: Vec<Preference>,
    },
    CategoryCreated {
        user_id: UserId,
        team_id: TeamId,
        category_id: CategoryId,
    },
    CategoriesUpdated {
        user_id: UserId,
        team_id: Option<TeamId>,
        categories: Vec<crate::channel::SidebarCategory>,
    },
    CategoryDeleted {
        user_id: UserId,
        team_id: TeamId,
        category_id: CategoryId,
    },
    CategoryOrderUpdated {
        user_id: UserId,
        team_id: TeamId,
        order: Vec<String>,
    },

    EmojiAdded(Emoji),
    RoleUpdated(Role),
    /// The settings as they are now.
    ConfigChanged {
        settings: Arc<crate::settings::Settings>,
        facts: crate::server::ServerFacts,
    },

    /// What a session carries changed (its device, its properties), or it may be used again.
    SessionUpdated {
        user_id: UserId,
        session_id: SessionId,
    },
    /// Something that decides what a person's tokens allow changed: password, roles, active or not, bot or not.
    AccountChanged {
        user_id: UserId,
    },
    /// The person may try to log in again at once.
    LoginFailuresReset {
        user_id: UserId,
    },
    /// A team's outgoing webhooks were changed.
    OutgoingWebhooksChanged {
        team_id: TeamId,
    },

    /// The session's connections close at once.
    SessionRevoked {
        user_id: UserId,
        session_id: SessionId,
    },
    /// Every connection of the person closes at once.
    UserDeactivated {
        user_id: UserId,
    },
}

/// What a commit tells the world.
#[derive(Debug, Default)]
pub struct Events(pub Vec<Event>);

impl Events {
    /// Nothing to tell, because of `_reason`.
    pub const fn none(_reason: &'static str) -> Self {
        Self(Vec::new())
    }
}

impl From<Event> for Events {
    fn from(event: Event) -> Self {
        Self(vec![event])
    }
}

impl From<Vec<Event>> for Events {
    fn from(events: Vec<Event>) -> Self {
        Self(events)
    }
}

/// Where events go after the commit: the realtime side, and whoever else listens.
pub trait EventSink: Send + Sync {
    fn publish(&self, events: Vec<Event>);
}
