//! The client configuration: a flat map of texts, a short one for anybody and a longer one for people who are
//! logged in. What Guildhall does not have says so.

use std::collections::BTreeMap;

use guildhall_model::post::MESSAGE_CHARS_MAX;
use guildhall_model::server::ServerInfo;
use guildhall_model::settings::Settings;

use crate::API_LEVEL;

pub type ClientConfig = BTreeMap<&'static str, String>;

/// For anybody, before they log in.
pub fn client_anonymous(settings: &Settings, server_info: &ServerInfo) -> ClientConfig {
    let mut config: ClientConfig = ANONYMOUS.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    config.extend([
        ("BuildHash", concat!("guildhall-", env!("CARGO_PKG_VERSION")).to_owned()),
        ("BuildNumber", API_LEVEL.to_owned()),
        ("CustomDescriptionText", settings.site.description.clone()),
        ("DefaultClientLocale", settings.site.default_locale.clone()),
        ("DiagnosticId", server_info.server_id.clone()),
        ("EnableBotAccountCreation", settings.integrations.bots.to_string()),
        ("EnableCustomEmoji", settings.posts.custom_emoji.to_string()),
        ("EnableOpenServer", settings.signup.open.to_string()),
        ("NoAccounts", (!server_info.has_accounts).to_string()),
        ("PasswordMinimumLength", settings.signup.password_min_chars.to_string()),
        ("SiteName", settings.site.name.clone()),
        ("TelemetryId", server_info.server_id.clone()),
        ("Version", API_LEVEL.to_owned()),
    ]);
    config
}

/// For people who are logged in.
pub fn client(settings: &Settings, server_info: &ServerInfo) -> ClientConfig {
    let mut config = client_anonymous(settings, server_info);
    config.extend(MEMBERS.iter().map(|(name, value)| (*name, (*value).to_owned())));
    let integrations = &settings.integrations;
    config.extend([
        ("EnableCommands", integrations.slash_commands.to_string()),
        ("EnableFileAttachments", settings.files.enabled.to_string()),
        ("EnableIncomingWebhooks", integrations.incoming_webhooks.to_string()),
        ("EnableMobileFileDownload", settings.files.enabled.to_string()),
        ("EnableMobileFileUpload", settings.files.enabled.to_string()),
        ("EnableOAuthServiceProvider", integrations.oauth_provider.to_string()),
        ("EnableOutgoingWebhooks", integrations.outgoing_webhooks.to_string()),
        ("EnablePostIconOverride", integrations.icon_override.to_string()),
        ("EnablePostUsernameOverride", integrations.username_override.to_string()),
        ("EnablePublicLink", settings.files.public_links.to_string()),
        ("EnableUserAccessTokens", integrations.access_tokens.to_string()),
        ("ExtendSessionLengthWithActivity", settings.sessions.extend_with_activity.to_string()),
        ("InstallationDate", server_info.installed_at.0.to_string()),
        ("MaxFileSize", settings.files.max_size_bytes.to_string()),
        ("MaxNotificationsPerChannel", settings.teams.max_notifications_per_channel.to_string()),
        ("MaxPostSize", MESSAGE_CHARS_MAX.to_string()),
        ("PostEditTimeLimit", settings.posts.edit_time_limit_seconds.to_string()),
        ("SQLDriverName", server_info.database.to_owned()),
        ("SchemaVersion", server_info.schema_version.to_string()),
        ("SiteURL", settings.site.url.clone()),
    ]);
    config
}

/// What this server can do beyond Mattermost's free edition, by the names that clients ask for: nothing yet.
pub fn license() -> BTreeMap<&'static str, String> {
    BTreeMap::from([("IsLicensed", "false".to_owned())])
}

/// The same for every server. Links lead nowhere rather than to another product's pages.
const ANONYMOUS: &[(&str, &str)] = &[
    ("AboutLink", ""),
    ("AllowDownloadLogs", "false"),
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
    ("CustomBrandText", ""),
    ("DesktopLatestVersion", ""),
    ("DesktopMinVersion", ""),
    ("DiagnosticsEnabled", "false"),
    ("EmailLoginButtonBorderColor", "#2389D7"),
    ("EmailLoginButtonColor", "#0000"),
    ("EmailLoginButtonTextColor", "#2389D7"),
    ("EnableAskCommunityLink", "false"),
    ("EnableClientMetrics", "false"),
    ("EnableCustomBrand", "false"),
    ("EnableDesktopLandingPage", "false"),
    ("EnableDiagnostics", "false"),
    ("EnableFile", "false"),
    ("EnableGuestAccounts", "false"),
    ("EnableGuestMagicLink", "false"),
    ("EnableLdap", "false"),
    ("EnableMultifactorAuthentication", "false"),
    ("EnableOnboardingFlow", "false"),
    ("EnableSaml", "false"),
    ("EnableSignInWithEmail", "true"),
    ("EnableSignInWithUsername", "true"),
    ("EnableSignUpWithEmail", "true"),
    ("EnableSignUpWithGitLab", "false"),
    ("EnableSignUpWithGoogle", "false"),
    ("EnableSignUpWithOffice365", "false"),
    ("EnableSignUpWithOpenId", "false"),
    ("EnableUserCreation", "true"),
    ("EnforceMultifactorAuthentication", "false"),
    ("FeatureFlagAppsEnabled", "false"),
    ("FeatureFlagAttributeBasedAccessControl", "false"),
    ("FeatureFlagCallsEnabled", "false"),
    ("FeatureFlagChannelPermissionPolicies", "false"),
    ("FeatureFlagClassificationMarkings", "false"),
    ("FeatureFlagCloudDelinquentEmailJobsEnabled", "false"),
    ("FeatureFlagCollapsedThreads", "true"),
    ("FeatureFlagContentFlagging", "false"),
    ("FeatureFlagCustomDataRetentionEnabled", "false"),
    ("FeatureFlagCustomProfileAttributes", "false"),
    ("FeatureFlagEnableRemoteClusterService", "false"),
    ("FeatureFlagManagedChannelCategories", "false"),
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
    ("FeatureFlagTimedDND", "true"),
    ("FeatureFlagWebSocketEventScope", "false"),
    ("FileLevel", "INFO"),
    ("ForgotPasswordLink", ""),
    ("GitLabButtonColor", ""),
    ("GitLabButtonText", ""),
    ("GuestAccountsEnforceMultifactorAuthentication", "false"),
    ("HasImageProxy", "false"),
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
    ("PasswordEnableForgotLink", "false"),
    ("PasswordRequireLowercase", "false"),
    ("PasswordRequireNumber", "false"),
    ("PasswordRequireSymbol", "false"),
    ("PasswordRequireUppercase", "false"),
    ("PluginsEnabled", "false"),
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

const MEMBERS: &[(&str, &str)] = &[
    ("AllowBannerDismissal", "false"),
    ("AllowCustomThemes", "true"),
    ("AllowPersistentNotifications", "false"),
    ("AllowPersistentNotificationsForGuests", "false"),
    ("AllowSyncedDrafts", "false"),
    ("AllowedThemes", ""),
    ("AppsPluginEnabled", "false"),
    ("AutoTranslationLanguages", ""),
    ("AvailableLocales", ""),
    ("BannerColor", ""),
    ("BannerText", ""),
    ("BannerTextColor", ""),
    ("BurnOnReadDurationSeconds", "0"),
    ("BurnOnReadMaximumTimeToLiveSeconds", "0"),
    ("CWSMock", "false"),
    ("CloseUnusedDirectMessages", "false"),
    ("CloudUserLimit", "0"),
    ("CollapsedThreads", "default_on"),
    ("ContentFlaggingEnabled", "false"),
    ("CustomTermsOfServiceId", ""),
    ("CustomTermsOfServiceReAcceptancePeriod", "0"),
    ("CustomUrlSchemes", ""),
    ("DataRetentionEnableFileDeletion", "false"),
    ("DataRetentionEnableMessageDeletion", "false"),
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
    ("EmailNotificationContentsType", "full"),
    ("EnableAttributeBasedAccessControl", "false"),
    ("EnableAutoTranslation", "false"),
    ("EnableBanner", "false"),
    ("EnableBurnOnRead", "false"),
    ("EnableChannelCategorySorting", "false"),
    ("EnableChannelViewedMessages", "true"),
    ("EnableClientPerformanceDebugging", "false"),
    ("EnableCluster", "false"),
    ("EnableCompliance", "false"),
    ("EnableComplianceExport", "false"),
    ("EnableConfirmNotificationsToChannel", "true"),
    ("EnableCrossTeamSearch", "false"),
    ("EnableCustomGroups", "false"),
    ("EnableCustomTermsOfService", "false"),
    ("EnableCustomUserStatuses", "true"),
    ("EnableDeveloper", "false"),
    ("EnableEmailBatching", "false"),
    ("EnableEmailInvitations", "false"),
    ("EnableEmojiPicker", "true"),
    ("EnableExperimentalLocales", "false"),
    ("EnableGifPicker", "false"),
    ("EnableInlineLatex", "true"),
    ("EnableJoinLeaveMessageByDefault", "true"),
    ("EnableLastActiveTime", "true"),
    ("EnableLatex", "true"),
    ("EnableLegacySidebar", "false"),
    ("EnableLinkPreviews", "false"),
    ("EnableMarketplace", "false"),
    ("EnableMetrics", "false"),
    ("EnableOutgoingOAuthConnections", "false"),
    ("EnablePreviewFeatures", "false"),
    ("EnablePreviewModeBanner", "false"),
    ("EnableReliableWebSockets", "true"),
    ("EnableSVGs", "false"),
    ("EnableTesting", "false"),
    ("EnableThemeSelection", "true"),
    ("EnableTimedDND", "true"),
    ("EnableTutorial", "false"),
    ("EnableUserDeactivation", "false"),
    ("EnableUserManagedAttributes", "false"),
    ("EnableUserStatuses", "true"),
    ("EnableUserTypingMessages", "true"),
    ("EnableXToLeaveChannelsFromLHS", "false"),
    ("ExperimentalChannelOrganization", "false"),
    ("ExperimentalCloudBilling", "false"),
    ("ExperimentalCloudUserLimit", "0"),
    ("ExperimentalEnableAuthenticationTransfer", "false"),
    ("ExperimentalEnableAutomaticReplies", "false"),
    ("ExperimentalEnableClickToReply", "false"),
    ("ExperimentalEnableDefaultChannelLeaveJoinMessages", "true"),
    ("ExperimentalEnablePostMetadata", "true"),
    ("ExperimentalGroupUnreadChannels", "disabled"),
    ("ExperimentalHideTownSquareinLHS", "false"),
    ("ExperimentalPrimaryTeam", ""),
    ("ExperimentalRemoteClusterService", "false"),
    ("ExperimentalSharedChannels", "false"),
    ("ExperimentalTimezone", "true"),
    ("ExperimentalTownSquareIsReadOnly", "false"),
    ("ExperimentalViewArchivedChannels", "true"),
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
    ("MaximumPersonalAccessTokenLifetimeDays", "0"),
    ("MinimumHashtagLength", "3"),
    ("PersistentNotificationIntervalMinutes", "5"),
    ("PersistentNotificationMaxRecipients", "5"),
    ("PostAcknowledgements", "false"),
    ("PostPriority", "false"),
    ("RequireEmailVerification", "false"),
    ("RestrictDMAndGMAutotranslation", "false"),
    ("RestrictDirectMessage", "any"),
    ("RunJobs", "true"),
    ("SamlFirstNameAttributeSet", "false"),
    ("SamlLastNameAttributeSet", "false"),
    ("SamlNicknameAttributeSet", "false"),
    ("SamlPositionAttributeSet", "false"),
    ("ScheduledPosts", "false"),
    ("SendEmailNotifications", "false"),
    ("SendPushNotifications", "false"),
    ("ShowEmailAddress", "true"),
    ("ShowFullName", "true"),
    ("TeammateNameDisplay", "username"),
    ("TimeBetweenUserTypingUpdatesMilliseconds", "5000"),
    ("UniqueEmojiReactionLimitPerPost", "50"),
    ("UpgradedFromTE", "false"),
    ("UseAnonymousURLs", "false"),
    ("UsersStatusAndProfileFetchingPollIntervalMilliseconds", "3000"),
    ("WranglerAllowedEmailDomain", ""),
    ("WranglerMoveThreadFromDirectMessageChannelEnable", "false"),
    ("WranglerMoveThreadFromGroupMessageChannelEnable", "false"),
    ("WranglerMoveThreadFromPrivateChannelEnable", "false"),
    ("WranglerMoveThreadMaxCount", "0"),
    ("WranglerPermittedWranglerRoles", ""),
    ("YoutubeReferrerPolicy", "false"),
];

#[cfg(test)]
mod tests {
    use guildhall_model::Millis;

    use super::*;

    fn server_info() -> ServerInfo {
        ServerInfo { server_id: "x".to_owned(), installed_at: Millis(5), has_accounts: false, database: "sqlite", schema_version: 1 }
    }

    #[test]
    fn a_fresh_server_says_that_it_has_no_accounts_and_is_closed() {
        let config = client_anonymous(&Settings::default(), &server_info());
        assert_eq!((config["NoAccounts"].as_str(), config["EnableOpenServer"].as_str()), ("true", "false"));
        assert_eq!(config["Version"], "11.9.0");
        assert!(!config.contains_key("SiteURL"));
    }

    #[test]
    fn members_see_all_that_anybody_sees_and_no_foreign_links() {
        let settings = Settings::default();
        let (short, long) = (client_anonymous(&settings, &server_info()), client(&settings, &server_info()));
        assert!(short.keys().all(|name| long.contains_key(name)));
        assert!(long.values().all(|value| !value.contains("mattermost.com")), "{long:?}");
    }
}
