//! Mattermost's JSON, to and from the model: REST, WebSocket, error and webhook payloads.
//! The field names of the API occur in this crate only.

pub mod action;
pub mod analytics;
pub mod audit;
pub mod backup;
pub mod bot;
pub mod category;
pub mod channel;
pub mod command;
pub mod common;
pub mod config;
pub mod data_export;
pub mod database;
pub mod dialog;
pub mod emoji;
pub mod erasure;
pub mod error;
pub mod event;
pub mod features;
pub mod file;
pub mod finding;
pub mod group;
pub mod group_link;
pub mod guest_link;
pub mod invitation;
pub mod job;
pub mod json;
pub mod limits;
pub mod magic_link;
pub mod mfa;
pub mod oauth;
pub mod passkey;
pub mod permission;
pub mod post;
pub mod preference;
pub mod profile_attribute;
pub mod project;
pub mod property;
pub mod proxy;
pub mod reaction;
pub mod role;
pub mod scheme;
pub mod search;
pub mod security_alert;
pub mod session;
pub mod statistics;
pub mod status;
pub mod team;
pub mod terms_of_service;
pub mod thread;
pub mod tls;
pub mod user;
pub mod webhook;

/// The version of Mattermost's API that Guildhall implements (`X-Version-Id`, `Version` of the client configuration).
pub const API_LEVEL: &str = "11.9.0";
