//! All error codes, one file for each noun: our name, Mattermost's id, the kind, and our message.

macro_rules! codes {
    ($($name:ident = $kind:ident, $id:literal, $message:literal;)+) => {
        $(pub const $name: $crate::error::Code =
            $crate::error::Code::new($id, $crate::error::Kind::$kind, $message);)+
        /// All codes of this file, for the reference documentation and its tests.
        pub const ALL: &[$crate::error::Code] = &[$($name),+];
    };
}
pub(crate) use codes;

pub mod actions;
pub mod backups;
pub mod brand;
pub mod channel_bookmarks;
pub mod channels;
pub mod context;
pub mod data_exports;
pub mod database;
pub mod drafts;
pub mod emoji;
pub mod erasure;
pub mod files;
pub mod findings;
pub mod groups;
pub mod guest_links;
pub mod image_proxy;
pub mod integrations;
pub mod invitations;
pub mod jobs;
pub mod limits;
pub mod magic_links;
pub mod mail;
pub mod mcp;
pub mod new_places;
pub mod oauth;
pub mod outgoing;
pub mod passkeys;
pub mod passwords;
pub mod posts;
pub mod profile_attributes;
pub mod projects;
pub mod properties;
pub mod schemes;
pub mod second_factors;
pub mod security_alerts;
pub mod storage;
pub mod system;
pub mod teams;
pub mod terms_of_service;
pub mod users;
