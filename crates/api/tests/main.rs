//! Tests of the API by resource, through the router. One binary, so that it is linked only once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "the helpers of tests are tests")]

mod access_probe;
mod bad_input;
mod bots;
mod categories;
mod channels;
mod commands;
mod counts;
mod deletions;
mod deliveries;
mod emoji;
mod features;
mod files;
mod guests;
mod jobs;
mod live_settings;
mod local_administrator;
mod oauth;
mod operations;
mod post_lists;
mod post_props;
mod posts;
mod proof;
mod reactions;
mod revocation;
mod roles;
mod search;
mod sessions;
mod statuses;
mod support;
mod system;
mod teams;
mod threads;
mod uploads;
mod users;
mod webhooks;
