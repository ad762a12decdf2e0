//! Operations on the server itself: configuration, statistics, health, system console.

mod absent;
mod analytics;
mod client;
mod config;
mod console;
mod image;
mod logs;
mod mail;
mod ping;
mod proxies;
mod statistics;
mod tls;

use guildhall_model::Permission;

use crate::routes::{Change, Gate, Routes};

const ADMIN: Gate = Gate::System(Permission::ManageSystem);
const LOGS: Gate = Gate::System(Permission::GetLogs);
const READ_ANY: Gate = Gate::AnyPage(Change::Read);
const WRITE_ANY: Gate = Gate::AnyPage(Change::Write);
const READ_WEB_SERVER: Gate = Gate::System(Permission::SysconsoleReadEnvironmentWebServer);

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/system/ping", Gate::Public, ping::get_ping)
        .get("/image", Gate::Session, image::get_image_by_url)
        .get("/config/client", Gate::Public, client::get_client_config)
        .get("/license/client", Gate::Public, client::get_client_license)
        .get("/config", READ_ANY, config::get_config)
        .put("/config", WRITE_ANY, config::update_config)
        .put("/config/patch", WRITE_ANY, config::patch_config)
        .post("/email/test", Gate::System(Permission::TestEmail), mail::test_email)
        .get("/config/environment", READ_ANY, config::get_environment_config)
        .post("/config/reload", Gate::System(Permission::ReloadConfig), config::reload_config)
        .get("/system/untrusted_proxies", READ_WEB_SERVER, proxies::get_untrusted_proxies)
        .get("/system/tls", READ_WEB_SERVER, tls::get_tls_status)
        .get("/system/tls/certificate_name", READ_WEB_SERVER, tls::get_certificate_name)
        .post("/system/tls/renew", Gate::System(Permission::SysconsoleWriteEnvironmentWebServer), tls::renew_certificate)
        .get("/analytics/old", Gate::System(Permission::GetAnalytics), analytics::get_analytics_old)
        .get("/system/statistics/series", Gate::System(Permission::GetAnalytics), statistics::get_statistics_series)
        .get("/usage/posts", Gate::SessionOrLocal, analytics::get_posts_usage)
        .get("/usage/storage", Gate::SessionOrLocal, analytics::get_storage_usage)
        .get("/usage/teams", Gate::SessionOrLocal, analytics::get_teams_usage)
        .get("/logs", LOGS, logs::get_logs)
        .get("/logs/download", LOGS, logs::download_logs)
        .post("/logs/query", LOGS, logs::query_logs)
        .post("/logs", Gate::SessionOrLocal, console::post_log)
        .get("/system/schema/version", ADMIN, console::get_applied_schema_migrations)
        .get("/system/timezones", Gate::SessionOrLocal, console::get_supported_timezone)
        .get("/system/onboarding/complete", ADMIN, console::get_first_admin_setup_complete)
        .post("/system/onboarding/complete", ADMIN, console::complete_setup)
        .get("/system/setup_code", ADMIN, console::get_setup_code)
        .post("/permissions/ancillary", Gate::SessionOrLocal, console::get_ancillary_permissions_post)
        .with(absent::routes)
}
