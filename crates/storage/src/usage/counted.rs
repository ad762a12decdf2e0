//! Limits on the number of rows that one person causes. They are counted in the commit that adds a row, under a lock of
//! whose limit it is, so that concurrent requests cannot pass a limit together.

use guildhall_model::channel::ChannelKind;
use guildhall_model::id::{ChannelId, GroupId, TeamId, UserId};
use guildhall_model::{Code, Result};

use crate::{Reader, Statement, Value, params};

/// Rows that have a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    UploadsOf(UserId),
    PreferencesOf(UserId),
    AccessTokensOf(UserId),
    /// Custom emoji of the server.
    Emoji,
    /// People, roles, channels and teams with limits of their own.
    OwnLimits,
    BackupTargets,
    /// Custom profile attributes.
    ProfileFields,
    /// Schemes that administrators have made.
    Schemes,
    /// Channels with a scheme that belongs to their moderation.
    ModeratedChannels,
    EmojiOf(UserId),
    /// Custom groups, archived ones too.
    Groups,
    GroupsOf(UserId),
    /// Teams and channels that a group is linked to.
    LinksOfGroup(GroupId),
    LinksToTeam(TeamId),
    LinksToChannel(ChannelId),
    /// Teams that a person made, archived ones too: whoever archives them may not go on without end.
    TeamsOf(UserId),
    /// The same for public and private channels, and for group channels.
    ChannelsOf(UserId),
    GroupChannelsOf(UserId),
    /// Channels in use.
    ChannelsIn(TeamId),
    MembersOf(TeamId),
    ChannelTemplatesIn(TeamId),
    /// Bookmarks of a channel.
    BookmarksIn(ChannelId),
    /// The same with those that were deleted and are still kept.
    BookmarkRowsIn(ChannelId),
    IncomingWebhooksOf(UserId),
    OutgoingWebhooksOf(UserId),
    OutgoingWebhooksIn(TeamId),
    CommandsOf(UserId),
    CommandsIn(TeamId),
    BotsOf(UserId),
    OAuthAppsOf(UserId),
    /// OAuth apps that have registered themselves.
    RegisteredOAuthApps,
    /// Codes that wait for their apps.
    OAuthCodesOf(UserId),
    DraftsOf(UserId),
    /// With those that could not be sent.
    ScheduledPostsOf(UserId),
    /// Sidebar categories of a person in a team.
    CategoriesOf(UserId, TeamId),
}

/// The row that is locked while a number is compared with its limit, or names with each other.
pub(crate) enum Lock {
    User(UserId),
    Channel(ChannelId),
    Team(TeamId),
    Server,
}

impl Counted {
    fn lock(self) -> Lock {
        match self {
            Self::UploadsOf(user)
            | Self::PreferencesOf(user)
            | Self::AccessTokensOf(user)
            | Self::EmojiOf(user)
            | Self::GroupsOf(user)
            | Self::TeamsOf(user)
            | Self::ChannelsOf(user)
            | Self::GroupChannelsOf(user)
            | Self::IncomingWebhooksOf(user)
            | Self::OutgoingWebhooksOf(user)
            | Self::CommandsOf(user)
            | Self::BotsOf(user)
            | Self::OAuthAppsOf(user)
            | Self::OAuthCodesOf(user)
            | Self::DraftsOf(user)
            | Self::ScheduledPostsOf(user)
            | Self::CategoriesOf(user, _) => Lock::User(user),
            Self::BookmarksIn(channel) | Self::BookmarkRowsIn(channel) => Lock::Channel(channel),
            Self::ChannelsIn(team)
            | Self::MembersOf(team)
            | Self::ChannelTemplatesIn(team)
            | Self::OutgoingWebhooksIn(team)
            | Self::CommandsIn(team) => Lock::Team(team),
            Self::Emoji
            | Self::Groups
            | Self::LinksOfGroup(_)
            | Self::LinksToTeam(_)
            | Self::LinksToChannel(_)
            | Self::OwnLimits
            | Self::BackupTargets
            | Self::ProfileFields
            | Self::Schemes
            | Self::ModeratedChannels
            | Self::RegisteredOAuthApps => Lock::Server,
        }
    }

    /// `SELECT COUNT(*)` and its parameters.
    fn query(self) -> (&'static str, Vec<Value>) {
        match self {
            Self::UploadsOf(user) => ("SELECT COUNT(*) FROM uploads t WHERE t.user_id = ? AND t.create_at > 0", params![user]),
            Self::PreferencesOf(user) => ("SELECT COUNT(*) FROM preferences t WHERE t.user_id = ?", params![user]),
            Self::AccessTokensOf(user) => ("SELECT COUNT(*) FROM access_tokens t WHERE t.user_id = ?", params![user]),
            Self::Emoji => ("SELECT COUNT(*) FROM emoji t WHERE t.delete_at = 0", Vec::new()),
            Self::BackupTargets => ("SELECT COUNT(*) FROM backup_targets t", Vec::new()),
            Self::ProfileFields => ("SELECT COUNT(*) FROM profile_fields t", Vec::new()),
            Self::Schemes => ("SELECT COUNT(*) FROM schemes t WHERE t.is_derived = 0", Vec::new()),
            Self::ModeratedChannels => ("SELECT COUNT(*) FROM schemes t WHERE t.is_derived = 1", Vec::new()),
            Self::OwnLimits => ("SELECT COUNT(*) FROM own_limits t", Vec::new()),
            Self::EmojiOf(user) => ("SELECT COUNT(*) FROM emoji t WHERE t.creator_id = ? AND t.delete_at = 0", params![user]),
            Self::Groups => ("SELECT COUNT(*) FROM user_groups t", Vec::new()),
            Self::GroupsOf(user) => ("SELECT COUNT(*) FROM user_groups t WHERE t.creator_id = ?", params![user]),
            Self::LinksOfGroup(group) => ("SELECT COUNT(*) FROM group_links t WHERE t.group_id = ?", params![group]),
            Self::LinksToTeam(team) => ("SELECT COUNT(*) FROM group_links t WHERE t.team_id = ?", params![team]),
            Self::LinksToChannel(channel) => ("SELECT COUNT(*) FROM group_links t WHERE t.channel_id = ?", params![channel]),
            Self::TeamsOf(user) => ("SELECT COUNT(*) FROM teams t WHERE t.created_by = ?", params![user]),
            Self::ChannelsOf(user) => {
                let sql = "SELECT COUNT(*) FROM channels t WHERE t.created_by = ? AND t.kind IN (?, ?)";
                (sql, params![user, ChannelKind::Public, ChannelKind::Private])
            }
            Self::GroupChannelsOf(user) => {
                ("SELECT COUNT(*) FROM channels t WHERE t.created_by = ? AND t.kind = ?", params![user, ChannelKind::Group])
            }
            Self::ChannelsIn(team) => ("SELECT COUNT(*) FROM channels t WHERE t.team_id = ? AND t.delete_at = 0", params![team]),
            Self::MembersOf(team) => ("SELECT COUNT(*) FROM team_members t WHERE t.team_id = ? AND t.delete_at = 0", params![team]),
            Self::ChannelTemplatesIn(team) => ("SELECT COUNT(*) FROM channel_templates t WHERE t.team_id = ?", params![team]),
            Self::BookmarksIn(channel) => {
                ("SELECT COUNT(*) FROM channel_bookmarks t WHERE t.channel_id = ? AND t.delete_at = 0", params![channel])
            }
            Self::BookmarkRowsIn(channel) => ("SELECT COUNT(*) FROM channel_bookmarks t WHERE t.channel_id = ?", params![channel]),
            Self::IncomingWebhooksOf(user) => {
                ("SELECT COUNT(*) FROM incoming_webhooks t WHERE t.user_id = ? AND t.delete_at = 0", params![user])
            }
            Self::OutgoingWebhooksOf(user) => {
                ("SELECT COUNT(*) FROM outgoing_webhooks t WHERE t.creator_id = ? AND t.delete_at = 0", params![user])
            }
            Self::OutgoingWebhooksIn(team) => {
                ("SELECT COUNT(*) FROM outgoing_webhooks t WHERE t.team_id = ? AND t.delete_at = 0", params![team])
            }
            Self::CommandsOf(user) => ("SELECT COUNT(*) FROM commands t WHERE t.creator_id = ? AND t.delete_at = 0", params![user]),
            Self::CommandsIn(team) => ("SELECT COUNT(*) FROM commands t WHERE t.team_id = ? AND t.delete_at = 0", params![team]),
            Self::BotsOf(user) => ("SELECT COUNT(*) FROM bots t WHERE t.owner_id = ?", params![user]),
            Self::CategoriesOf(user, team) => {
                ("SELECT COUNT(*) FROM sidebar_categories t WHERE t.user_id = ? AND t.team_id = ?", params![user, team])
            }
            Self::RegisteredOAuthApps => ("SELECT COUNT(*) FROM oauth_apps t WHERE t.is_dynamic = 1", Vec::new()),
            Self::OAuthCodesOf(user) => ("SELECT COUNT(*) FROM oauth_codes t WHERE t.user_id = ?", params![user]),
            Self::DraftsOf(user) => ("SELECT COUNT(*) FROM drafts t WHERE t.user_id = ?", params![user]),
            Self::ScheduledPostsOf(user) => ("SELECT COUNT(*) FROM scheduled_posts t WHERE t.user_id = ?", params![user]),
            Self::OAuthAppsOf(user) => ("SELECT COUNT(*) FROM oauth_apps t WHERE t.creator_id = ?", params![user]),
        }
    }
}

/// How many there are, for an answer before any work is done.
pub async fn count(db: &Reader, what: Counted) -> Result<i64> {
    let (sql, values) = what.query();
    db.one(sql, values).await
}

/// Requests that may add rows between a count and the commit that follows it.
const REQUESTS_AT_ONCE: i64 = 1_000;

/// Whether the number must be counted again in the commit: only near the limit, where counting is expensive.
pub const fn is_near(count: i64, added: i64, max: i64) -> bool {
    count.saturating_add(added.saturating_mul(REQUESTS_AT_ONCE)) >= max
}

/// Fails the batch with this error, which may have a `{max}`, if there are more now than `max`. Comes after the statements
/// that add rows.
pub fn guard(what: Counted, max: i64, or: Code) -> [Statement; 2] {
    let (count, mut values) = what.query();
    values.push(max.into());
    let [lock, check] = check_under_lock(what.lock(), &format!("({count}) <= ?"), values);
    [lock, check.or(or).with("max", max)]
}

/// Changes nothing, and fails the batch unless the condition is met while the batch has the lock. Two statements: PostgreSQL does
/// not show a statement the rows that were committed while it waited for the lock.
pub(crate) fn check_under_lock(lock: Lock, condition: &str, values: Vec<Value>) -> [Statement; 2] {
    let (row, id) = match lock {
        Lock::User(user) => ("UPDATE users SET delete_at = delete_at WHERE id = ?", Value::from(user)),
        Lock::Channel(channel) => ("UPDATE channels SET delete_at = delete_at WHERE id = ?", channel.into()),
        Lock::Team(team) => ("UPDATE teams SET delete_at = delete_at WHERE id = ?", Value::from(team)),
        Lock::Server => ("UPDATE storage_usage SET files = files WHERE scope = 4 AND id = ?", super::SERVER.into()),
    };
    let mut compared = vec![id.clone()];
    compared.extend(values);
    [Statement::new(row, vec![id]), Statement::new(format!("{row} AND {condition}"), compared).expect_rows(1)]
}
