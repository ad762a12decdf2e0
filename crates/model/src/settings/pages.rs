//! Which page of the system console a setting belongs to: its permissions say who may see and change it.

use crate::Permission;
use crate::console::Page::{self, *};

use super::description::Setting;

/// The page of a setting by its path, or of all other settings of a section.
const PAGES: &[(&str, Page)] = &[
    ("site", SiteCustomization),
    ("site.url", EnvironmentWebServer),
    ("site.default_locale", SiteLocalization),
    ("announcement", SiteAnnouncementBanner),
    ("classification", SiteAnnouncementBanner),
    ("signup", AuthenticationSignup),
    ("signup.require_verified_email", AuthenticationEmail),
    ("signup.password_min_chars", AuthenticationPassword),
    ("signup.password_lowercase", AuthenticationPassword),
    ("signup.password_uppercase", AuthenticationPassword),
    ("signup.password_number", AuthenticationPassword),
    ("signup.password_symbol", AuthenticationPassword),
    ("signup.password_reject_breached", AuthenticationPassword),
    ("signup.password_reject_names", AuthenticationPassword),
    ("guests", AuthenticationGuestAccess),
    ("log_in", AuthenticationEmail),
    ("sessions", EnvironmentSessionLengths),
    ("second_factors", AuthenticationMfa),
    ("limits", EnvironmentRateLimiting),
    ("limits.failed_logins", AuthenticationPassword),
    ("limits.failed_login_wait_seconds_max", AuthenticationPassword),
    ("audit_export", ComplianceComplianceMonitoring),
    ("security_alerts", ComplianceComplianceMonitoring),
    ("alerts", ComplianceComplianceMonitoring),
    ("privacy", ComplianceDataRetentionPolicy),
    ("terms_of_service", ComplianceCustomTermsOfService),
    ("teams", SiteUsersAndTeams),
    ("posts", SitePosts),
    ("posts.custom_emoji", SiteEmoji),
    ("groups", UserManagementGroups),
    ("files", SiteFileSharingAndDownloads),
    ("files.free_space_reserve_bytes", EnvironmentFileStorage),
    ("files.image_proxy", EnvironmentImageProxy),
    ("files.public_links", SitePublicLinks),
    ("quotas", EnvironmentFileStorage),
    ("doctor", EnvironmentPerformanceMonitoring),
    ("mail", EnvironmentSmtp),
    ("mail.batching", SiteNotifications),
    ("mail.notification_delay_ms", SiteNotifications),
    ("mail.notification_contents", SiteNotifications),
    ("integrations", IntegrationsIntegrationManagement),
    ("integrations.bots", IntegrationsBotAccounts),
    ("integrations.allowed_addresses", EnvironmentDeveloper),
    ("mcp", IntegrationsIntegrationManagement),
    ("tls", EnvironmentWebServer),
];

/// Whoever changes these can get at what the pages do not give: the mails with links for new passwords, the requests of everybody,
/// servers that only this one reaches, and what tells others what administrators do. They take the permission to manage the system.
const SYSTEM_ADMINISTRATORS: &[&str] = &[
    "site.url",
    "mail.server",
    "mail.port",
    "mail.security",
    "mail.verify_certificate",
    "mail.user",
    "mail.password",
    "integrations.allowed_addresses",
    "audit_export",
    "security_alerts",
    "alerts",
    "tls",
];

impl Setting {
    /// The permission to see its value.
    pub fn read_permission(&self) -> Permission {
        self.page().map_or(Permission::ManageSystem, Page::read)
    }

    /// The permission to change it.
    pub fn write_permission(&self) -> Permission {
        match self.page() {
            Some(page) if !SYSTEM_ADMINISTRATORS.iter().any(|name| *name == self.path || *name == self.section) => page.write(),
            _ => Permission::ManageSystem,
        }
    }

    /// `None` for what only the file, the environment and the command line set.
    fn page(&self) -> Option<Page> {
        let of = |name: &str| PAGES.iter().find(|(row, _)| *row == name).map(|(_, page)| *page);
        of(self.path).or_else(|| of(self.section))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Settings, Writer};
    use super::*;

    #[test]
    fn every_setting_that_administrators_change_has_a_page() {
        let rows = Settings::SETTINGS.iter().filter(|setting| setting.writer == Writer::Administrator);
        let without: Vec<&str> = rows.filter(|setting| setting.page().is_none()).map(|setting| setting.path).collect();
        assert!(without.is_empty(), "without a page in settings/pages.rs: {without:?}");
    }

    #[test]
    fn every_row_is_of_a_setting() {
        let is_known = |name: &str| Settings::SETTINGS.iter().any(|setting| setting.path == name || setting.section == name);
        let unknown: Vec<&str> =
            PAGES.iter().map(|(name, _)| *name).chain(SYSTEM_ADMINISTRATORS.iter().copied()).filter(|name| !is_known(name)).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }

    #[test]
    fn what_leads_to_more_power_is_changed_by_system_administrators_only() {
        let permissions = |path: &str| {
            let setting = Settings::SETTINGS.iter().find(|setting| setting.path == path).unwrap();
            (setting.read_permission(), setting.write_permission())
        };
        assert_eq!(permissions("mail.server"), (Permission::SysconsoleReadEnvironmentSmtp, Permission::ManageSystem));
        assert_eq!(permissions("mail.from_name"), (Permission::SysconsoleReadEnvironmentSmtp, Permission::SysconsoleWriteEnvironmentSmtp));
        assert_eq!(permissions("tls.mode").1, Permission::ManageSystem);
    }
}
