//! The pages of the system console. Each has a permission to see what is on it and one to change it; settings and administrative
//! operations belong to a page.

use crate::permission::Permission::{self, *};

macro_rules! pages {
    ($($page:ident: $read:ident, $write:ident;)+) => {
        /// A page of Mattermost's system console, by the names of its permissions.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Page { $($page),+ }

        impl Page {
            pub const ALL: &[Self] = &[$(Self::$page),+];

            /// The permission to see what is on it.
            pub const fn read(self) -> Permission {
                match self { $(Self::$page => $read),+ }
            }

            /// The permission to change what is on it.
            pub const fn write(self) -> Permission {
                match self { $(Self::$page => $write),+ }
            }
        }
    };
}

pages! {
    AboutEditionAndLicense: SysconsoleReadAboutEditionAndLicense, SysconsoleWriteAboutEditionAndLicense;
    Billing: SysconsoleReadBilling, SysconsoleWriteBilling;
    ReportingSiteStatistics: SysconsoleReadReportingSiteStatistics, SysconsoleWriteReportingSiteStatistics;
    ReportingTeamStatistics: SysconsoleReadReportingTeamStatistics, SysconsoleWriteReportingTeamStatistics;
    ReportingServerLogs: SysconsoleReadReportingServerLogs, SysconsoleWriteReportingServerLogs;
    UserManagementUsers: SysconsoleReadUserManagementUsers, SysconsoleWriteUserManagementUsers;
    UserManagementGroups: SysconsoleReadUserManagementGroups, SysconsoleWriteUserManagementGroups;
    UserManagementTeams: SysconsoleReadUserManagementTeams, SysconsoleWriteUserManagementTeams;
    UserManagementChannels: SysconsoleReadUserManagementChannels, SysconsoleWriteUserManagementChannels;
    UserManagementPermissions: SysconsoleReadUserManagementPermissions, SysconsoleWriteUserManagementPermissions;
    UserManagementSystemRoles: SysconsoleReadUserManagementSystemRoles, SysconsoleWriteUserManagementSystemRoles;
    EnvironmentWebServer: SysconsoleReadEnvironmentWebServer, SysconsoleWriteEnvironmentWebServer;
    EnvironmentDatabase: SysconsoleReadEnvironmentDatabase, SysconsoleWriteEnvironmentDatabase;
    EnvironmentElasticsearch: SysconsoleReadEnvironmentElasticsearch, SysconsoleWriteEnvironmentElasticsearch;
    EnvironmentFileStorage: SysconsoleReadEnvironmentFileStorage, SysconsoleWriteEnvironmentFileStorage;
    EnvironmentImageProxy: SysconsoleReadEnvironmentImageProxy, SysconsoleWriteEnvironmentImageProxy;
    EnvironmentSmtp: SysconsoleReadEnvironmentSmtp, SysconsoleWriteEnvironmentSmtp;
    EnvironmentPushNotificationServer: SysconsoleReadEnvironmentPushNotificationServer, SysconsoleWriteEnvironmentPushNotificationServer;
    EnvironmentHighAvailability: SysconsoleReadEnvironmentHighAvailability, SysconsoleWriteEnvironmentHighAvailability;
    EnvironmentRateLimiting: SysconsoleReadEnvironmentRateLimiting, SysconsoleWriteEnvironmentRateLimiting;
    EnvironmentLogging: SysconsoleReadEnvironmentLogging, SysconsoleWriteEnvironmentLogging;
    EnvironmentSessionLengths: SysconsoleReadEnvironmentSessionLengths, SysconsoleWriteEnvironmentSessionLengths;
    EnvironmentPerformanceMonitoring: SysconsoleReadEnvironmentPerformanceMonitoring, SysconsoleWriteEnvironmentPerformanceMonitoring;
    EnvironmentDeveloper: SysconsoleReadEnvironmentDeveloper, SysconsoleWriteEnvironmentDeveloper;
    EnvironmentMobileSecurity: SysconsoleReadEnvironmentMobileSecurity, SysconsoleWriteEnvironmentMobileSecurity;
    SiteCustomization: SysconsoleReadSiteCustomization, SysconsoleWriteSiteCustomization;
    SiteLocalization: SysconsoleReadSiteLocalization, SysconsoleWriteSiteLocalization;
    SiteUsersAndTeams: SysconsoleReadSiteUsersAndTeams, SysconsoleWriteSiteUsersAndTeams;
    SiteNotifications: SysconsoleReadSiteNotifications, SysconsoleWriteSiteNotifications;
    SiteAnnouncementBanner: SysconsoleReadSiteAnnouncementBanner, SysconsoleWriteSiteAnnouncementBanner;
    SiteEmoji: SysconsoleReadSiteEmoji, SysconsoleWriteSiteEmoji;
    SitePosts: SysconsoleReadSitePosts, SysconsoleWriteSitePosts;
    SiteFileSharingAndDownloads: SysconsoleReadSiteFileSharingAndDownloads, SysconsoleWriteSiteFileSharingAndDownloads;
    SitePublicLinks: SysconsoleReadSitePublicLinks, SysconsoleWriteSitePublicLinks;
    SiteNotices: SysconsoleReadSiteNotices, SysconsoleWriteSiteNotices;
    SiteIpFilters: SysconsoleReadSiteIpFilters, SysconsoleWriteSiteIpFilters;
    AuthenticationSignup: SysconsoleReadAuthenticationSignup, SysconsoleWriteAuthenticationSignup;
    AuthenticationEmail: SysconsoleReadAuthenticationEmail, SysconsoleWriteAuthenticationEmail;
    AuthenticationPassword: SysconsoleReadAuthenticationPassword, SysconsoleWriteAuthenticationPassword;
    AuthenticationMfa: SysconsoleReadAuthenticationMfa, SysconsoleWriteAuthenticationMfa;
    AuthenticationLdap: SysconsoleReadAuthenticationLdap, SysconsoleWriteAuthenticationLdap;
    AuthenticationSaml: SysconsoleReadAuthenticationSaml, SysconsoleWriteAuthenticationSaml;
    AuthenticationOpenid: SysconsoleReadAuthenticationOpenid, SysconsoleWriteAuthenticationOpenid;
    AuthenticationGuestAccess: SysconsoleReadAuthenticationGuestAccess, SysconsoleWriteAuthenticationGuestAccess;
    Plugins: SysconsoleReadPlugins, SysconsoleWritePlugins;
    IntegrationsIntegrationManagement: SysconsoleReadIntegrationsIntegrationManagement, SysconsoleWriteIntegrationsIntegrationManagement;
    IntegrationsBotAccounts: SysconsoleReadIntegrationsBotAccounts, SysconsoleWriteIntegrationsBotAccounts;
    IntegrationsGif: SysconsoleReadIntegrationsGif, SysconsoleWriteIntegrationsGif;
    IntegrationsCors: SysconsoleReadIntegrationsCors, SysconsoleWriteIntegrationsCors;
    ComplianceDataRetentionPolicy: SysconsoleReadComplianceDataRetentionPolicy, SysconsoleWriteComplianceDataRetentionPolicy;
    ComplianceComplianceExport: SysconsoleReadComplianceComplianceExport, SysconsoleWriteComplianceComplianceExport;
    ComplianceComplianceMonitoring: SysconsoleReadComplianceComplianceMonitoring, SysconsoleWriteComplianceComplianceMonitoring;
    ComplianceCustomTermsOfService: SysconsoleReadComplianceCustomTermsOfService, SysconsoleWriteComplianceCustomTermsOfService;
    ExperimentalFeatures: SysconsoleReadExperimentalFeatures, SysconsoleWriteExperimentalFeatures;
    ExperimentalFeatureFlags: SysconsoleReadExperimentalFeatureFlags, SysconsoleWriteExperimentalFeatureFlags;
    ExperimentalBleve: SysconsoleReadExperimentalBleve, SysconsoleWriteExperimentalBleve;
    ProductsBoards: SysconsoleReadProductsBoards, SysconsoleWriteProductsBoards;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_permissions_of_a_page_have_one_name() {
        for page in Page::ALL {
            let name = page.read().name().strip_prefix("sysconsole_read_");
            assert!(name.is_some() && name == page.write().name().strip_prefix("sysconsole_write_"), "{page:?}");
        }
    }
}
