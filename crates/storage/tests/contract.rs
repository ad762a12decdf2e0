//! The contract of this crate, tested on all three databases.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "the helpers of tests are tests")]

mod contract {
    mod account_tokens;
    mod audit_stream;
    mod backup_targets;
    mod batches;
    mod brand_image;
    mod categories;
    mod channels;
    mod data_exports;
    mod dump;
    mod emoji;
    mod encryption;
    mod ends;
    mod files;
    mod findings;
    mod fixtures;
    mod grants;
    mod group_links;
    mod groups;
    mod guest_links;
    mod integrations;
    mod interleavings;
    mod invitations;
    mod jobs;
    mod known_places;
    mod limits;
    mod magic_link_codes;
    mod mail_notifications;
    mod migrations;
    mod outages;
    mod own_limits;
    mod passkeys;
    mod people;
    mod personal_data;
    mod posts;
    mod profile_attributes;
    mod projects;
    mod proxy;
    mod publishing;
    mod reads;
    mod samples;
    mod schema;
    mod schemes;
    mod search;
    mod second_factors;
    mod security_alerts;
    mod sessions;
    mod settings;
    mod statistics;
    mod teams;
    mod terms_of_service;
    mod threads;
    mod usage;
    mod users;
}
