//! Domain events, published to their audience after the commit.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::channel::{Channel, ChannelMember};
use crate::channel_bookmark::BookmarkView;
use crate::draft::{Draft, ScheduledPost, WithFiles};
use crate::group::{Group, GroupMember};
use crate::group_link::LinkTarget;
use crate::id::{CategoryId, ChannelId, GroupId, InvitationId, PostId, PropertyId, SessionId, TeamId, UserId};
use crate::integration::Emoji;
use crate::mail::AccountMail;
use crate::post::{PostAcknowledgement, PostView, Reaction, Thread, ThreadReader};
use crate::profile_attribute::{ProfileField, ProfileValue, Visibility};
use crate::role::Role;
use crate::team::{Team, TeamMember};
use crate::time::Millis;
use crate::user::{Preference, Status, User};

/// A new post with what clients need to display and notify.
#[derive(Debug, Clone, PartialEq)]
pub struct Posted {
    pub post: PostView,
    pub channel: Channel,
    /// "@username", the name that an integration chose, or "System".
    pub sender_name: String,
    pub mentioned: Vec<UserId>,
    /// Followers of the thread who are notified of replies.
    pub followers: Vec<UserId>,
    pub has_image: bool,
    pub has_other_file: bool,
    pub set_online: bool,
}

/// A dialog as clients show it.
#[derive(Debug, Clone, PartialEq)]
pub struct DialogRequest {
    /// What the client got when its user pressed the button or entered the command: other clients of the user show nothing.
    pub trigger_id: String,
    /// What clients send back with what was entered.
    pub url: String,
    pub dialog: Map<String, Value>,
}

/// The people whom an edited post mentions and did not before, and the reverse.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MentionChange {
    pub added: Vec<UserId>,
    pub removed: Vec<UserId>,
}

impl MentionChange {
    pub const fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }
}

/// Who gets values of profiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValuesFor {
    /// Everybody who may see the person.
    All,
    /// Everybody but guests: the values name people, whom a guest may not see.
    Members,
    /// The person alone.
    Owner,
}

impl ValuesFor {
    pub const fn of(field: &ProfileField) -> Self {
        match field.attrs.visibility {
            Visibility::Hidden => Self::Owner,
            _ if field.kind.names_people() => Self::Members,
            _ => Self::All,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    Posted(Arc<Posted>),
    /// Edited, pinned or unpinned.
    PostEdited {
        post: Arc<PostView>,
        mentions: MentionChange,
    },
    /// Has the post as it was before.
    PostDeleted {
        post: Arc<PostView>,
        deleted_by: UserId,
        mentioned: Vec<UserId>,
    },
    /// A post that is sent to one user and never stored.
    EphemeralMessage {
        user_id: UserId,
        post: Arc<PostView>,
    },
    /// Such a post with another content.
    EphemeralEdited {
        user_id: UserId,
        post: Arc<PostView>,
    },
    /// An integration shows the user a dialog.
    DialogOpened {
        user_id: UserId,
        request: Arc<DialogRequest>,
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
    PostAcknowledged(PostAcknowledgement),
    PostAcknowledgementRemoved(PostAcknowledgement),
    /// The people whom an urgent post mentions are notified again.
    PersistentNotificationSent(Arc<Posted>),
    Typing {
        channel_id: ChannelId,
        user_id: UserId,
        parent_id: Option<PostId>,
    },

    /// The thread after a new reply, and what each follower has not read of it.
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
    ChannelBookmarkCreated(Arc<BookmarkView>),
    /// Where somebody has changed the bookmark of somebody else, `deleted` is replaced by `updated`.
    ChannelBookmarkUpdated {
        updated: Arc<BookmarkView>,
        deleted: Option<Arc<BookmarkView>>,
    },
    ChannelBookmarkDeleted(Arc<BookmarkView>),
    /// All bookmarks of the channel.
    ChannelBookmarksSorted {
        channel_id: ChannelId,
        bookmarks: Arc<[BookmarkView]>,
    },
    /// `user_id` joined the channel; the hub updates its index by this event.
    UserAdded {
        channel: Channel,
        user_id: UserId,
    },
    /// `user_id` left or was removed. This is the last event of the channel that the user receives.
    UserRemoved {
        channel_id: ChannelId,
        user_id: UserId,
        remover_id: UserId,
        /// The remover's channels: guests learn who it was if they are in one of them.
        remover_channels: Arc<[ChannelId]>,
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
        /// The channels that the user was in: guests receive the event if they are in one of them.
        channels: Arc<[ChannelId]>,
    },
    TeamMemberUpdated(TeamMember),

    NewUser {
        user_id: UserId,
    },
    /// Users who may see this user get the public fields; the user itself gets all of them.
    UserUpdated {
        user: Arc<User>,
        /// The user's channels: guests receive the event if they are in one of them.
        channels: Arc<[ChannelId]>,
    },
    /// The user became a guest or ceased to be one, so the connections' audiences must be determined again.
    GuestRoleChanged {
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
    DraftSaved {
        draft: WithFiles<Draft>,
        is_new: bool,
    },
    DraftDeleted(WithFiles<Draft>),
    ScheduledPostCreated(WithFiles<ScheduledPost>),
    /// Changed by its author, or could not be sent.
    ScheduledPostUpdated(WithFiles<ScheduledPost>),
    /// Deleted by its author, or sent.
    ScheduledPostDeleted(WithFiles<ScheduledPost>),
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

    ProfileFieldCreated(ProfileField),
    ProfileFieldUpdated {
        field: ProfileField,
        /// With another kind of content nobody has a value any more.
        deletes_values: bool,
    },
    ProfileFieldDeleted {
        field_id: PropertyId,
    },
    /// What a person entered, or removed.
    ProfileValuesUpdated {
        user_id: UserId,
        values: Vec<ProfileValue>,
        audience: ValuesFor,
        /// The user's channels: guests receive the event if they are in one of them.
        channels: Arc<[ChannelId]>,
    },

    EmojiAdded {
        emoji: Emoji,
        /// The creator's channels: guests learn who it was if they are in one of them.
        creator_channels: Arc<[ChannelId]>,
    },
    /// A group of people was made, changed, archived or restored.
    GroupChanged {
        group: Group,
        member_count: i64,
        /// Whether teams or channels are linked to it.
        is_linked: bool,
    },
    /// A group was linked to a team or channel.
    GroupLinked {
        group_id: GroupId,
        target: LinkTarget,
    },
    GroupUnlinked {
        group_id: GroupId,
        target: LinkTarget,
    },
    GroupMembersAdded(Vec<GroupMember>),
    GroupMembersRemoved {
        members: Vec<GroupMember>,
        removed_at: Millis,
    },
    RoleUpdated(Role),
    /// Roles of a scheme that was made, changed or deleted. Clients load them by the names in their memberships.
    SchemeRolesChanged {
        roles: Vec<Role>,
        removed: Vec<String>,
    },
    /// Roles of channels' schemes with what they allow now within the roles above them: for the members of the channel, or for everybody.
    BoundRolesUpdated {
        roles: Vec<Role>,
        channel_id: Option<ChannelId>,
    },
    /// The members of the channel have the roles of another scheme now, or of none.
    ChannelSchemeUpdated {
        channel_id: ChannelId,
    },
    /// The same for the members of the team and of its channels.
    TeamSchemeUpdated(Team),
    /// The settings as they are now.
    ConfigChanged {
        settings: Arc<crate::settings::Settings>,
        server_info: crate::server::ServerInfo,
    },

    /// The session's device or properties changed, or it was activated again.
    SessionUpdated {
        user_id: UserId,
        session_id: SessionId,
    },
    /// Something that the user's cached sessions depend on changed: password, roles, active or not, bot or not.
    AccountChanged {
        user_id: UserId,
    },
    /// The account gets a mail.
    AccountMailRequested {
        user_id: UserId,
        mail: AccountMail,
    },
    /// The address of an invitation gets a mail.
    InvitationMailRequested {
        invitation_id: InvitationId,
        /// Whether the link of the mail logs the guest in, without a password.
        is_magic_link: bool,
    },
    /// The user may log in again without waiting.
    LoginFailuresReset {
        user_id: UserId,
    },
    /// A person, role, channel or team has other limits of its own now, or none.
    LimitsChanged(Arc<crate::limits::NamedLimits>),
    /// The team's outgoing webhooks changed.
    OutgoingWebhooksChanged {
        team_id: TeamId,
    },

    /// Events before this one may be missing: of a commit that was executed or not, as the database did not answer. Whoever follows
    /// events must read again.
    EventsLost,

    /// A job was written, or waits again.
    JobsQueued,
    /// Deliveries to other servers were written.
    DeliveriesQueued,

    /// The session's connections are closed.
    SessionRevoked {
        user_id: UserId,
        session_id: SessionId,
    },
    /// All sessions of the user ended: all connections are closed.
    AccessEnded {
        user_id: UserId,
    },
}

/// The events that a commit publishes.
#[derive(Debug, Default)]
pub struct Events(pub Vec<Event>);

impl Events {
    /// No events; `_reason` documents why.
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

/// Receives the events after the commit: caches and the realtime hub.
pub trait EventSink: Send + Sync {
    fn publish(&self, events: Vec<Event>);
}
