//! Operations on the server itself: configuration, statistics, health, system console.

mod absent;
mod analytics;
mod client;
mod config;
mod console;
mod image;
mod mail;
mod ping;
mod proxies;
mod statistics;
mod tls;

use guildhall_model::Permission;

use crate::routes::{Gate, Routes};

const ADMIN: Gate = Gate::System(Permission::ManageSystem);

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/system/ping", Gate::Public, ping::get_ping)
        .get("/image", Gate::Session, image::get_image_by_url)
        .get("/config/client", Gate::Public, client::get_client_config)
        .get("/license/client", Gate::Public, client::get_client_license)
        .get("/config", ADMIN, config::get_config)
        .put("/config", ADMIN, config::update_config)
        .put("/config/patch", ADMIN, config::patch_config)
        .post("/email/test", ADMIN, mail::test_email)
        .get("/config/environment", ADMIN, config::get_environment_config)
        .post("/config/reload", ADMIN, config::reload_config)
        .get("/system/untrusted_proxies", ADMIN, proxies::get_untrusted_proxies)
        .get("/system/tls", ADMIN, tls::get_tls_status)
        .get("/system/tls/certificate_name", ADMIN, tls::get_certificate_name)
        .post("/system/tls/renew", ADMIN, tls::renew_certificate)
        .get("/analytics/old", Gate::System(Permission::GetAnalytics), analytics::get_analytics_old)
        .get("/system/statistics/series", Gate::System(Permission::GetAnalytics), statistics::get_statistics_series)
        .get("/usage/posts", Gate::SessionOrLocal, analytics::get_posts_usage)
        .get("/usage/storage", Gate::SessionOrLocal, analytics::get_storage_usage)
        .get("/usage/teams", Gate::SessionOrLocal, analytics::get_teams_usage)
        .post("/logs", Gate::SessionOrLocal, console::post_log)
        .get("/system/timezones", Gate::SessionOrLocal, console::get_supported_timezone)
        .get("/system/onboarding/complete", ADMIN, console::get_first_admin_setup_complete)
        .post("/system/onboarding/complete", ADMIN, console::complete_setup)
        .get("/system/setup_code", ADMIN, console::get_setup_code)
        .post("/permissions/ancillary", Gate::SessionOrLocal, console::get_ancillary_permissions_post)
        .with(absent::routes)
}
