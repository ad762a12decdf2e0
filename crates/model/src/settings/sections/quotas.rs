//! The settings of the section `quotas`.

use serde::{Deserialize, Serialize};

use crate::settings::declare::section;
use crate::settings::key;
use crate::settings::rule::at_least;

section! {
    /// How much people may store and make.
    quotas: Quotas {
        /// The bytes of files that one person may store, unfinished uploads included; 0 for no limit.
        user_bytes: i64 = 0 => {
            rule: at_least(0), config: &[key("QuotaSettings", "UserBytes")],
        }
        /// The same for a guest.
        guest_bytes: i64 = 0 => {
            rule: at_least(0), config: &[key("QuotaSettings", "GuestBytes")],
        }
        /// The bytes of files that may be stored in one channel; 0 for no limit.
        channel_bytes: i64 = 0 => {
            rule: at_least(0), config: &[key("QuotaSettings", "ChannelBytes")],
        }
        /// The bytes of files that may be stored in the channels of one team; 0 for no limit.
        team_bytes: i64 = 0 => {
            rule: at_least(0), config: &[key("QuotaSettings", "TeamBytes")],
        }
        /// The bytes of files that may be stored on the server; 0 for no limit. Without a quota for people, one
        /// person can take all of it. The free space of the disk has a reserve of its own.
        server_bytes: i64 = 0 => {
            rule: at_least(0), config: &[key("QuotaSettings", "ServerBytes")],
        }
        /// The files that one person may store, unfinished uploads included; 0 for no limit.
        user_files: i64 = 1_000_000 => {
            rule: at_least(0), config: &[key("QuotaSettings", "UserFiles")],
        }
        /// The same for a guest.
        guest_files: i64 = 100_000 => {
            rule: at_least(0), config: &[key("QuotaSettings", "GuestFiles")],
        }
        /// The files that may be stored in one channel; 0 for no limit.
        channel_files: i64 = 0 => {
            rule: at_least(0), config: &[key("QuotaSettings", "ChannelFiles")],
        }
        /// The files that may be stored in the channels of one team; 0 for no limit.
        team_files: i64 = 0 => {
            rule: at_least(0), config: &[key("QuotaSettings", "TeamFiles")],
        }
        /// The files that may be stored on the server; 0 for no limit.
        server_files: i64 = 0 => {
            rule: at_least(0), config: &[key("QuotaSettings", "ServerFiles")],
        }
        /// Unfinished uploads that one person may have.
        uploads_per_user: i64 = 100 => {
            rule: at_least(1), config: &[key("QuotaSettings", "UploadsPerUser")],
        }
        /// Preferences that one person may have; each saved message is one.
        preferences_per_user: i64 = 20_000 => {
            rule: at_least(1), config: &[key("QuotaSettings", "PreferencesPerUser")],
        }
        /// Custom emoji that the server may have.
        emoji: i64 = 20_000 => {
            rule: at_least(1), config: &[key("QuotaSettings", "Emoji")],
        }
        /// Custom emoji that one person may have made.
        emoji_per_user: i64 = 2_000 => {
            rule: at_least(1), config: &[key("QuotaSettings", "EmojiPerUser")],
        }
        /// Custom groups that the server may have, archived ones included.
        groups: i64 = 10_000 => {
            rule: at_least(1), config: &[key("QuotaSettings", "Groups")],
        }
        /// Custom groups that one person may make, archived ones included.
        groups_per_user: i64 = 200 => {
            rule: at_least(1), config: &[key("QuotaSettings", "GroupsPerUser")],
        }
        /// Teams that one person may make, archived ones included.
        teams_per_user: i64 = 1_000 => {
            rule: at_least(1), config: &[key("QuotaSettings", "TeamsPerUser")],
        }
        /// Public and private channels that one person or bot may make, archived ones included.
        channels_per_user: i64 = 50_000 => {
            rule: at_least(1), config: &[key("QuotaSettings", "ChannelsPerUser")],
        }
        /// Group messages that one person may open.
        group_channels_per_user: i64 = 10_000 => {
            rule: at_least(1), config: &[key("QuotaSettings", "GroupChannelsPerUser")],
        }
        /// Incoming webhooks that one person may have, and as many outgoing ones.
        webhooks_per_user: i64 = 1_000 => {
            rule: at_least(1), config: &[key("QuotaSettings", "WebhooksPerUser")],
        }
        /// Slash commands that one person may have.
        commands_per_user: i64 = 1_000 => {
            rule: at_least(1), config: &[key("QuotaSettings", "CommandsPerUser")],
        }
        /// Bots that one person may own, disabled ones included.
        bots_per_user: i64 = 1_000 => {
            rule: at_least(1), config: &[key("QuotaSettings", "BotsPerUser")],
        }
        /// OAuth apps that one person may have.
        oauth_apps_per_user: i64 = 1_000 => {
            rule: at_least(1), config: &[key("QuotaSettings", "OAuthAppsPerUser")],
        }
        /// OAuth apps that may have registered themselves.
        registered_oauth_apps: i64 = 1_000 => {
            rule: at_least(1), config: &[key("QuotaSettings", "RegisteredOAuthApps")],
        }
    }
}
