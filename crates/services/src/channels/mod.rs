//! Channels and their members.

mod create;
mod direct;
mod get;
mod join;
mod leave;
mod lifecycle;
mod lists;
mod member_settings;
mod members;
mod memberships;
pub(crate) mod notice;
mod relocate;
mod search;
mod unread;
mod update;
mod view;

pub use create::NewChannel;
pub use guildhall_storage::channel_lists::{ArchivedFilter, ChannelFilter};
pub use member_settings::SchemeRoles;
pub use update::ChannelPatch;

use guildhall_model::Millis;
use guildhall_model::channel::{Channel, ChannelMember, default_notify_props};
use guildhall_model::user::User;

noun! {
    /// Channels and their members.
    channels::Channels, uses: [files::Files, posts::Posts, sessions::Sessions, statuses::Statuses, users::Users]
}

/// The membership of a user that joins a channel: all existing posts count as read.
pub(crate) fn new_channel_member(channel: &Channel, user: &User, is_admin: bool, now: Millis) -> ChannelMember {
    ChannelMember {
        channel_id: channel.id,
        user_id: user.id,
        scheme_guest: user.is_guest(),
        scheme_user: !user.is_guest(),
        scheme_admin: is_admin && !user.is_guest(),
        explicit_roles: String::new(),
        last_viewed_at: channel.last_post_at,
        msg_count: channel.total_msg_count,
        msg_count_root: channel.total_msg_count_root,
        mention_count: 0,
        mention_count_root: 0,
        urgent_mention_count: 0,
        notify_props: default_notify_props(),
        last_update_at: now,
        scheme_id: channel.scheme_id,
    }
}
