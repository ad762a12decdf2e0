//! The REST resources, one module each, named like in Mattermost's API.

mod actions;
mod audits;
mod backups;
mod bots;
mod brand;
mod categories;
mod channels;
mod commands;
mod custom_profile_attributes;
mod database;
mod drafts;
mod emoji;
mod files;
mod findings;
mod groups;
mod guest_links;
mod jobs;
mod limits;
mod log_in;
mod oauth;
mod posts;
mod preferences;
mod projects;
mod properties;
mod reactions;
mod roles;
mod schemes;
mod security_alerts;
mod sessions;
mod statuses;
mod system;
mod teams;
mod terms_of_service;
mod threads;
mod users;
mod webhooks;

use crate::routes::Routes;

/// Every route under `/api/v4`, and those of Mattermost's that are outside of it.
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .under("/api/v4")
        .with(actions::routes)
        .with(audits::routes)
        .with(backups::routes)
        .with(bots::routes)
        .with(brand::routes)
        .with(categories::routes)
        .with(channels::routes)
        .with(commands::routes)
        .with(custom_profile_attributes::routes)
        .with(database::routes)
        .with(drafts::routes)
        .with(emoji::routes)
        .with(files::routes)
        .with(findings::routes)
        .with(groups::routes)
        .with(guest_links::routes)
        .with(jobs::routes)
        .with(limits::routes)
        .with(log_in::routes)
        .with(oauth::routes)
        .with(posts::routes)
        .with(preferences::routes)
        .with(properties::routes)
        .with(projects::routes)
        .with(reactions::routes)
        .with(roles::routes)
        .with(schemes::routes)
        .with(sessions::routes)
        .with(statuses::routes)
        .with(system::routes)
        .with(teams::routes)
        .with(security_alerts::routes)
        .with(terms_of_service::routes)
        .with(threads::routes)
        .with(users::routes)
        .with(webhooks::routes)
        .under("")
        .with(files::public_routes)
}
