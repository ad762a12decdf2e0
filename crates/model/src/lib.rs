//! The domain model: ids, time, users, teams, channels, posts, permissions, events and errors.
//! Pure data and pure rules; no I/O, no SQL, no HTTP, no async runtime.

pub mod address_list;
pub mod audit;
pub mod backup;
pub mod changes;
pub mod channel;
pub mod channel_bookmark;
pub mod codes;
pub mod console;
pub mod content_type;
pub mod data_export;
pub mod database_mode;
pub mod disk_forecast;
pub mod draft;
pub mod emoji;
pub mod erasure;
pub mod error;
pub mod event;
pub mod file;
pub mod finding;
pub mod group;
pub mod group_link;
pub mod guest_link;
pub mod id;
pub mod integration;
pub mod invitation;
pub mod job;
pub mod limits;
pub mod mail;
pub mod mcp;
pub mod oauth;
pub mod permission;
pub mod ports;
pub mod post;
pub mod profile_attribute;
pub mod project;
pub mod proxy;
pub mod role;
pub mod sample;
pub mod scheme;
pub mod security_alert;
pub mod server;
pub mod settings;
pub mod team;
pub mod terms_of_service;
pub mod text;
pub mod time;
pub mod tls;
pub mod usage;
pub mod user;

pub use address_list::{AddressList, client_network, neighbouring_network};
pub use database_mode::DatabaseMode;
pub use error::{Code, Error, Kind, Result};
pub use event::{Event, EventSink, Events};
pub use id::{Id, IdSource};
pub use permission::Permission;
pub use time::{Clock, Millis};
pub use user::Actor;

/// The roles of a member of a team or channel: those of its scheme, then the explicit ones.
pub(crate) fn member_roles(scope: &str, scheme: Option<id::SchemeId>, guest: bool, user: bool, admin: bool, explicit: &str) -> String {
    let mut roles = String::new();
    for (has, suffix) in [(guest, "guest"), (user, "user"), (admin, "admin")] {
        if has {
            if let Some(scheme) = scheme {
                roles.push_str(&scheme.to_string());
                roles.push('_');
            }
            roles.push_str(scope);
            roles.push('_');
            roles.push_str(suffix);
            roles.push(' ');
        }
    }
    roles.push_str(explicit);
    role::normalize(&roles)
}
