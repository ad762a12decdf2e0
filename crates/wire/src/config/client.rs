//! The client configuration: a flat map of strings, a short one without a session and a longer one with a session. Derived
//! from the settings, the features and constants; features that Guildhall does not have are off.

use std::collections::BTreeMap;

use guildhall_model::limits::VALUE_MAX;
use guildhall_model::server::ServerInfo;
use guildhall_model::settings::{Audience, Settings};
use guildhall_model::user::second_factor::SecondFactorRequirement;
use serde_json::Value;

use crate::{API_LEVEL, features};

pub type ClientConfig = BTreeMap<&'static str, String>;

/// For clients without a session.
pub fn public_client_config(settings: &Settings, server_info: &ServerInfo) -> ClientConfig {
    let mut config = config_for_audience(settings, Audience::Public, PUBLIC_CONSTANTS);
    let is_second_factor_enforced =
        SecondFactorRequirement::from_name(&settings.second_factors.required) == SecondFactorRequirement::Everybody;
    config.extend([
        ("BuildHash", concat!("guildhall-", env!("CARGO_PKG_VERSION")).to_owned()),
        ("BuildNumber", API_LEVEL.to_owned()),
        ("DiagnosticId", server_info.server_id.clone()),
        ("EnableGuestMagicLink", (settings.sends_mail() && settings.log_in.is_by_link(true)).to_string()),
        ("EnforceMultifactorAuthentication", is_second_factor_enforced.to_string()),
        ("GuestAccountsEnforceMultifactorAuthentication", is_second_factor_enforced.to_string()),
        ("SendEmailNotifications", settings.sends_mail().to_string()),
        ("NoAccounts", (!server_info.has_accounts).to_string()),
        ("TelemetryId", server_info.server_id.clone()),
        ("Version", API_LEVEL.to_owned()),
    ]);
    config
}

/// For clients with a session.
pub fn client_config(settings: &Settings, server_info: &ServerInfo) -> ClientConfig {
    let mut config = public_client_config(settings, server_info);
    config.extend(config_for_audience(settings, Audience::LoggedIn, LOGGED_IN_CONSTANTS));
    let terms = server_info.terms_of_service_id.filter(|_| settings.terms_of_service.enabled);
    config.extend([
        ("CustomTermsOfServiceId", terms.map(|id| id.to_string()).unwrap_or_default()),
        ("InstallationDate", server_info.installed_at.0.to_string()),
        ("MaxPostSize", settings.posts.max_message_chars().to_string()),
        ("SQLDriverName", server_info.database.to_owned()),
        ("SchemaVersion", server_info.schema_version.to_string()),
    ]);
    if !settings.sends_mail() {
        config.insert("EnableEmailInvitations", false.to_string());
    }
    config
}

/// For a reader that cannot create the first account without the set-up code. The key is our own.
pub fn require_setup_code(config: &mut ClientConfig) {
    config.insert("SetupCodeRequired", true.to_string());
}

/// The largest file that the reader of the configuration may send, where it is not that of the settings.
pub fn set_max_file_size(config: &mut ClientConfig, bytes: i64) {
    config.insert("MaxFileSize", bytes.min(VALUE_MAX).to_string());
}

/// The constants, features and settings of an audience.
fn config_for_audience(settings: &Settings, audience: Audience, constants: &[(&'static str, &str)]) -> ClientConfig {
    let mut config: ClientConfig = constants.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    let features = features::all().flat_map(|feature| feature.client_values(audience));
    config.extend(features.map(|(name, value)| (name, value.to_owned())));
    let values = settings.values();
    for setting in Settings::SETTINGS.iter().filter(|setting| setting.audience == audience && !setting.client.is_empty()) {
        let text = match setting.masked(values.get(setting.path).cloned().unwrap_or_default()) {
            Value::String(text) => text,
            value => value.to_string(),
        };
        config.extend(setting.client.iter().map(|name| (*name, text.clone())));
    }
    config
}

/// Constants of every server. Links are empty rather than Mattermost's.
const PUBLIC_CONSTANTS: &[(&str, &str)] = &[
    ("AboutLink", ""),
    ("AndroidAppDownloadLink", ""),
    ("AndroidLatestVersion", ""),
    ("AndroidMinVersion", ""),
    ("AppDownloadLink", ""),
    ("AsymmetricSigningPublicKey", ""),
    ("BuildDate", ""),
    ("BuildEnterpriseReady", "false"),
    ("BuildHashEnterprise", "none"),
    ("CWSURL", ""),
    ("CWSUrl", ""),
    ("DesktopLatestVersion", ""),
    ("DesktopMinVersion", ""),
    ("DiagnosticsEnabled", "false"),
    ("EmailLoginButtonBorderColor", "#2389D7"),
    ("EmailLoginButtonColor", "#0000"),
    ("EmailLoginButtonTextColor", "#2389D7"),
    ("EnableAskCommunityLink", "false"),
    ("EnableDesktopLandingPage", "false"),
    ("EnableDiagnostics", "false"),
    ("EnableFile", "false"),
    ("EnableOnboardingFlow", "false"),
    ("FeatureFlagAppsEnabled", "false"),
    ("FeatureFlagCallsEnabled", "false"),
    ("FeatureFlagChannelPermissionPolicies", "false"),
    ("FeatureFlagCloudDelinquentEmailJobsEnabled", "false"),
    ("FeatureFlagPermissionPolicies", "false"),
    ("FeatureFlagPluginApps", ""),
    ("FeatureFlagPluginFocalboard", ""),
    ("FeatureFlagPluginIncidentManagement", ""),
    ("FeatureFlagPolicySimulation", "false"),
    ("FeatureFlagPropertyFieldRank", "false"),
    ("FeatureFlagSessionAttributes", "false"),
    ("FeatureFlagTeamMembershipAccessControl", "false"),
    ("FeatureFlagTestBoolFeature", "false"),
    ("FeatureFlagTestFeature", "off"),
    ("FeatureFlagWebSocketEventScope", "false"),
    ("FileLevel", "INFO"),
    ("ForgotPasswordLink", ""),
    ("GitLabButtonColor", ""),
    ("GitLabButtonText", ""),
    ("HelpLink", ""),
    ("HideGuestTags", "false"),
    ("IosAppDownloadLink", ""),
    ("IosLatestVersion", ""),
    ("IosMinVersion", ""),
    ("IsFipsEnabled", "false"),
    ("LdapLoginButtonBorderColor", ""),
    ("LdapLoginButtonColor", ""),
    ("LdapLoginButtonTextColor", ""),
    ("LdapLoginFieldName", ""),
    ("OpenIdButtonColor", ""),
    ("OpenIdButtonText", ""),
    ("PrivacyPolicyLink", ""),
    ("ReportAProblemLink", ""),
    ("ReportAProblemMail", ""),
    ("ReportAProblemType", "hidden"),
    ("SamlLoginButtonBorderColor", ""),
    ("SamlLoginButtonColor", ""),
    ("SamlLoginButtonText", ""),
    ("SamlLoginButtonTextColor", ""),
    ("ServiceEnvironment", "production"),
    ("SupportEmail", ""),
    ("TermsOfServiceLink", ""),
    ("WebsocketPort", "80"),
    ("WebsocketSecurePort", "443"),
    ("WebsocketURL", ""),
];

const LOGGED_IN_CONSTANTS: &[(&str, &str)] = &[
    ("AllowCustomThemes", "true"),
    ("AllowedThemes", ""),
    ("AppsPluginEnabled", "false"),
    ("AutoTranslationLanguages", ""),
    ("AvailableLocales", ""),
    ("BurnOnReadDurationSeconds", "0"),
    ("BurnOnReadMaximumTimeToLiveSeconds", "0"),
    ("CWSMock", "false"),
    ("CloseUnusedDirectMessages", "false"),
    ("CloudUserLimit", "0"),
    ("CustomUrlSchemes", ""),
    ("DataRetentionFileRetentionDays", "0"),
    ("DataRetentionFileRetentionHours", "0"),
    ("DataRetentionMessageRetentionDays", "0"),
    ("DataRetentionMessageRetentionHours", "0"),
    ("DefaultTheme", ""),
    ("DelayChannelAutocomplete", "false"),
    ("DeleteAccountLink", ""),
    ("DisableAppBar", "false"),
    ("DisableRefetchingOnBrowserFocus", "false"),
    ("DisableWakeUpReconnectHandler", "false"),
    ("EnableChannelCategorySorting", "false"),
    ("EnableClientPerformanceDebugging", "false"),
    ("EnableComplianceExport", "false"),
    ("EnableConfirmNotificationsToChannel", "true"),
    ("EnableCrossTeamSearch", "false"),
    ("EnableDeveloper", "false"),
    ("EnableEmojiPicker", "true"),
    ("EnableExperimentalLocales", "false"),
    ("EnableGifPicker", "false"),
    ("EnableInlineLatex", "true"),
    ("EnableJoinLeaveMessageByDefault", "true"),
    ("EnableLatex", "true"),
    ("EnableLegacySidebar", "false"),
    ("EnableLinkPreviews", "false"),
    ("EnableMetrics", "false"),
    ("EnablePreviewFeatures", "false"),
    ("EnablePreviewModeBanner", "false"),
    ("EnableReliableWebSockets", "true"),
    ("EnableSVGs", "false"),
    ("EnableTesting", "false"),
    ("EnableThemeSelection", "true"),
    ("EnableTutorial", "false"),
    ("EnableUserDeactivation", "false"),
    ("EnableUserManagedAttributes", "false"),
    ("EnableXToLeaveChannelsFromLHS", "false"),
    ("ExperimentalChannelOrganization", "false"),
    ("ExperimentalCloudBilling", "false"),
    ("ExperimentalCloudUserLimit", "0"),
    ("ExperimentalEnableAutomaticReplies", "false"),
    ("ExperimentalEnableClickToReply", "false"),
    ("ExperimentalEnableDefaultChannelLeaveJoinMessages", "true"),
    ("ExperimentalEnablePostMetadata", "true"),
    ("ExperimentalGroupUnreadChannels", "disabled"),
    ("ExperimentalHideTownSquareinLHS", "false"),
    ("ExperimentalPrimaryTeam", ""),
    ("ExperimentalTimezone", "true"),
    ("ExperimentalTownSquareIsReadOnly", "false"),
    ("GfycatApiKey", ""),
    ("GfycatApiSecret", ""),
    ("GiphySdkKey", ""),
    ("GoogleDeveloperKey", ""),
    ("IsDefaultMarketplace", "false"),
    ("LdapFirstNameAttributeSet", "false"),
    ("LdapLastNameAttributeSet", "false"),
    ("LdapNicknameAttributeSet", "false"),
    ("LdapPictureAttributeSet", "false"),
    ("LdapPositionAttributeSet", "false"),
    ("LockTeammateNameDisplay", "false"),
    ("ManagedResourcePaths", ""),
    ("MinimumHashtagLength", "3"),
    ("RestrictDMAndGMAutotranslation", "false"),
    ("RestrictDirectMessage", "any"),
    ("RunJobs", "true"),
    ("SamlFirstNameAttributeSet", "false"),
    ("SamlLastNameAttributeSet", "false"),
    ("SamlNicknameAttributeSet", "false"),
    ("SamlPositionAttributeSet", "false"),
    ("ShowEmailAddress", "true"),
    ("ShowFullName", "true"),
    ("TeammateNameDisplay", "username"),
    ("TimeBetweenUserTypingUpdatesMilliseconds", "5000"),
    ("UniqueEmojiReactionLimitPerPost", "50"),
    ("UpgradedFromTE", "false"),
    ("UseAnonymousURLs", "false"),
    ("UsersStatusAndProfileFetchingPollIntervalMilliseconds", "3000"),
    ("WranglerAllowedEmailDomain", ""),
    ("WranglerMoveThreadMaxCount", "0"),
    ("WranglerPermittedWranglerRoles", ""),
    ("YoutubeReferrerPolicy", "false"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use guildhall_model::Millis;

    use super::*;

    fn server_info() -> ServerInfo {
        ServerInfo {
            server_id: "x".to_owned(),
            installed_at: Millis(5),
            has_accounts: false,
            database: "sqlite",
            schema_version: 1,
            terms_of_service_id: None,
        }
    }

    #[test]
    fn a_new_server_has_no_accounts_and_no_open_sign_up() {
        let config = public_client_config(&Settings::default(), &server_info());
        assert_eq!((config["NoAccounts"].as_str(), config["EnableOpenServer"].as_str()), ("true", "false"));
        assert_eq!(config["Version"], "11.9.0");
        assert_eq!(config["SiteURL"], "");
        assert!(!config.contains_key("MaxFileSize"));
    }

    #[test]
    fn mail_works_if_everything_that_it_takes_is_set() {
        let mut settings = Settings::default();
        assert_eq!(public_client_config(&settings, &server_info())["SendEmailNotifications"], "false");
        settings.site.url = "https://chat.example.com".to_owned();
        (settings.mail.server, settings.mail.from_address) = ("localhost".to_owned(), "chat@example.com".to_owned());
        assert_eq!(public_client_config(&settings, &server_info())["SendEmailNotifications"], "true");
        assert_eq!(client_config(&settings, &server_info())["EnableEmailInvitations"], "true");
        assert_eq!(client_config(&Settings::default(), &server_info())["EnableEmailInvitations"], "false");
    }

    #[test]
    fn keys_are_unique() {
        let constants = PUBLIC_CONSTANTS.iter().chain(LOGGED_IN_CONSTANTS).map(|(name, _)| *name);
        let features = features::all().flat_map(|feature| feature.client).map(|key| key.name);
        let settings = Settings::SETTINGS.iter().flat_map(|setting| setting.client).copied();
        let mut seen = BTreeSet::new();
        for name in constants.chain(features).chain(settings) {
            assert!(seen.insert(name), "{name}");
        }
    }

    #[test]
    fn the_longer_configuration_contains_the_public_one_and_no_foreign_links() {
        let settings = Settings::default();
        let (public, full) = (public_client_config(&settings, &server_info()), client_config(&settings, &server_info()));
        assert!(public.keys().all(|name| full.contains_key(name)));
        assert!(full.values().all(|value| !value.contains("mattermost.com")), "{full:?}");
    }
}
