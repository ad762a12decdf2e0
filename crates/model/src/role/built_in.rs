//! The built-in roles and what they allow by default: those of Mattermost 12.x, and what its older versions gave members.

use std::collections::BTreeSet;

use super::ancillary::with_ancillary;
use super::*;
use crate::console::Page::{self, *};

/// Pages whose settings and operations a system manager may see only.
const READ_BY_MANAGER: &[Page] = &[
    AboutEditionAndLicense,
    ReportingSiteStatistics,
    ReportingTeamStatistics,
    ReportingServerLogs,
    AuthenticationSignup,
    AuthenticationEmail,
    AuthenticationPassword,
    AuthenticationMfa,
    AuthenticationLdap,
    AuthenticationSaml,
    AuthenticationOpenid,
    AuthenticationGuestAccess,
    Page::Plugins,
];
const WRITTEN_BY_MANAGER: &[Page] = &[
    UserManagementGroups,
    UserManagementTeams,
    UserManagementChannels,
    UserManagementPermissions,
    EnvironmentWebServer,
    EnvironmentDatabase,
    EnvironmentElasticsearch,
    EnvironmentFileStorage,
    EnvironmentImageProxy,
    EnvironmentSmtp,
    EnvironmentPushNotificationServer,
    EnvironmentHighAvailability,
    EnvironmentRateLimiting,
    EnvironmentLogging,
    EnvironmentSessionLengths,
    EnvironmentPerformanceMonitoring,
    EnvironmentDeveloper,
    SiteCustomization,
    SiteLocalization,
    SiteUsersAndTeams,
    SiteNotifications,
    SiteAnnouncementBanner,
    SiteEmoji,
    SitePosts,
    SiteFileSharingAndDownloads,
    SitePublicLinks,
    SiteNotices,
    IntegrationsIntegrationManagement,
    IntegrationsBotAccounts,
    IntegrationsGif,
    IntegrationsCors,
    ProductsBoards,
];

const READ_BY_USER_MANAGER: &[Page] = &[
    UserManagementPermissions,
    AuthenticationSignup,
    AuthenticationEmail,
    AuthenticationPassword,
    AuthenticationMfa,
    AuthenticationLdap,
    AuthenticationSaml,
    AuthenticationOpenid,
    AuthenticationGuestAccess,
];
/// Mattermost leaves out the users, because whoever resets the password of an administrator is one. Here the power over accounts
/// ends at those that may do more (`docs/decisions/0047-roles.md`).
const WRITTEN_BY_USER_MANAGER: &[Page] = &[UserManagementUsers, UserManagementGroups, UserManagementTeams, UserManagementChannels];

/// Pages that a read-only administrator may not see.
const HIDDEN_FROM_READER: &[Page] = &[Billing, UserManagementSystemRoles, EnvironmentMobileSecurity, SiteIpFilters, ExperimentalBleve];

const CUSTOM_GROUPS: &[Permission] = &[CreateCustomGroup, EditCustomGroup, DeleteCustomGroup, RestoreCustomGroup, ManageCustomGroupMembers];
const BOOKMARKS: &[Permission] = &[
    AddBookmarkPublicChannel,
    EditBookmarkPublicChannel,
    DeleteBookmarkPublicChannel,
    OrderBookmarkPublicChannel,
    AddBookmarkPrivateChannel,
    EditBookmarkPrivateChannel,
    DeleteBookmarkPrivateChannel,
    OrderBookmarkPrivateChannel,
];
const PAGES: &[Permission] = &[ReadPage, CreatePage, EditPage, DeleteOwnPage];
const POST_EVERYWHERE: &[Permission] = &[CreatePost, UseChannelMentions];
const POST_IN_PUBLIC: &[Permission] = &[CreatePostPublic, UseChannelMentions];

/// (name, permissions) of every built-in role.
pub fn built_in() -> Vec<(&'static str, BTreeSet<Permission>)> {
    vec![
        (SYSTEM_ADMIN, Permission::ALL.iter().copied().collect()),
        (
            SYSTEM_USER,
            set(&[
                &[CreateTeam, CreateEmojis, DeleteEmojis, ListPublicTeams, JoinPublicTeams],
                &[CreateDirectChannel, CreateGroupChannel, ViewMembers, ManageOwnAgent],
                CUSTOM_GROUPS,
            ]),
        ),
        (SYSTEM_GUEST, set(&[&[CreateDirectChannel, CreateGroupChannel]])),
        (SYSTEM_MANAGER, pages(READ_BY_MANAGER, WRITTEN_BY_MANAGER, &[ManageOutgoingOauthConnections])),
        (SYSTEM_USER_MANAGER, pages(READ_BY_USER_MANAGER, WRITTEN_BY_USER_MANAGER, &[])),
        (SYSTEM_READ_ONLY_ADMIN, {
            let read: Vec<Page> = Page::ALL.iter().copied().filter(|page| !HIDDEN_FROM_READER.contains(page)).collect();
            pages(&read, &[], &[])
        }),
        (SYSTEM_CUSTOM_GROUP_ADMIN, set(&[CUSTOM_GROUPS])),
        (SYSTEM_SHARED_CHANNEL_MANAGER, set(&[&[ManageSharedChannels]])),
        (SYSTEM_SECURE_CONNECTION_MANAGER, set(&[&[ManageSecureConnections]])),
        (CUSTOM_GROUP_USER, BTreeSet::new()),
        ("system_post_all", set(&[POST_EVERYWHERE])),
        ("system_post_all_public", set(&[POST_IN_PUBLIC])),
        (SYSTEM_USER_ACCESS_TOKEN, set(&[&[CreateUserAccessToken, ReadUserAccessToken, RevokeUserAccessToken]])),
        (TEAM_ADMIN, of_team_admin()),
        (
            TEAM_USER,
            set(&[
                &[AddUserToTeam, ListTeamChannels, JoinPublicChannels, ReadPublicChannel, ViewTeam],
                &[CreatePublicChannel, CreatePrivateChannel, InviteUser, CreateWiki],
                PAGES,
            ]),
        ),
        ("team_post_all", set(&[POST_EVERYWHERE])),
        ("team_post_all_public", set(&[POST_IN_PUBLIC])),
        (TEAM_GUEST, set(&[&[ViewTeam]])),
        (CHANNEL_ADMIN, of_channel_admin()),
        (CHANNEL_USER, of_channel_user()),
        (
            CHANNEL_GUEST,
            set(&[
                &[ReadChannel, ReadChannelContent, AddReaction, RemoveReaction, UploadFile, EditPost, DeletePost, CreatePost],
                &[UseChannelMentions, UseSlashCommands, ReadPage, EditFileAttachment],
            ]),
        ),
        (
            "playbook_admin",
            set(&[
                &[PlaybookPublicManageMembers, PlaybookPublicManageRoles, PlaybookPublicManageProperties, PlaybookPublicMakePrivate],
                &[PlaybookPrivateManageMembers, PlaybookPrivateManageRoles, PlaybookPrivateManageProperties],
            ]),
        ),
        (
            "playbook_member",
            set(&[
                &[PlaybookPublicView, PlaybookPublicManageMembers, PlaybookPublicManageProperties],
                &[PlaybookPrivateView, PlaybookPrivateManageMembers, PlaybookPrivateManageProperties, RunCreate],
            ]),
        ),
        ("run_admin", set(&[&[RunManageMembers, RunManageProperties]])),
        ("run_member", set(&[&[RunView]])),
    ]
}

/// What the role of this name allows by default: a built-in one, or that of a scheme in its place.
pub fn defaults(name: &str) -> Option<BTreeSet<Permission>> {
    let name = crate::scheme::of_role(name).map_or(name, |(_, built_in)| built_in);
    built_in().into_iter().find(|(built_in, _)| *built_in == name).map(|(_, permissions)| permissions)
}

fn of_team_admin() -> BTreeSet<Permission> {
    set(&[
        &[RemoveUserFromTeam, ManageTeam, ImportTeam, ManageTeamRoles, ManageTeamAccessRules, ManageChannelRoles, InviteGuest],
        &[ManageIncomingWebhooks, ManageOwnIncomingWebhooks, ManageOthersIncomingWebhooks, BypassIncomingWebhookChannelLock],
        &[ManageOutgoingWebhooks, ManageOwnOutgoingWebhooks, ManageOthersOutgoingWebhooks],
        &[ManageSlashCommands, ManageOwnSlashCommands, ManageOthersSlashCommands],
        &[ConvertPublicChannelToPrivate, ConvertPrivateChannelToPublic, DeletePublicChannel, DeletePrivateChannel],
        &[CreatePost, DeletePost, DeleteOthersPosts, AddReaction, RemoveReaction, UseChannelMentions, UseGroupMentions],
        &[ManagePublicChannelMembers, ManagePrivateChannelMembers, ManagePublicChannelProperties, ManagePrivateChannelProperties],
        &[ReadPublicChannelGroups, ReadPrivateChannelGroups, ManagePublicChannelBanner, ManagePrivateChannelBanner],
        &[ManageChannelAccessRules, CreateWiki, ManageWiki, DeletePage],
        BOOKMARKS,
        PAGES,
    ])
}

fn of_channel_admin() -> BTreeSet<Permission> {
    set(&[
        &[CreatePost, AddReaction, RemoveReaction, UseChannelMentions, UseGroupMentions, ManageChannelRoles],
        &[ManagePublicChannelMembers, ManagePrivateChannelMembers, ManagePublicChannelProperties, ManagePrivateChannelProperties],
        &[ReadPublicChannelGroups, ReadPrivateChannelGroups, ManagePublicChannelBanner, ManagePrivateChannelBanner],
        &[ManageChannelAccessRules, ManagePublicChannelAutoTranslation, ManagePrivateChannelAutoTranslation, DeletePage],
        BOOKMARKS,
        PAGES,
    ])
}

fn of_channel_user() -> BTreeSet<Permission> {
    set(&[
        &[ReadChannel, ReadChannelContent, ReadPublicChannelGroups, ReadPrivateChannelGroups],
        &[CreatePost, EditPost, DeletePost, AddReaction, RemoveReaction, UseChannelMentions, UseGroupMentions, UseSlashCommands],
        &[UploadFile, GetPublicLink, EditFileAttachment],
        &[ManagePublicChannelMembers, ManagePublicChannelProperties, DeletePublicChannel],
        &[ManagePrivateChannelMembers, ManagePrivateChannelProperties, DeletePrivateChannel],
        BOOKMARKS,
        PAGES,
    ])
}

/// Those of pages that the role may see, of pages that it may also change, and others.
fn pages(read: &[Page], written: &[Page], others: &[Permission]) -> BTreeSet<Permission> {
    let of_read = read.iter().map(|page| page.read());
    let of_written = written.iter().flat_map(|page| [page.read(), page.write()]);
    with_ancillary(of_read.chain(of_written).chain(others.iter().copied()))
}

fn set(permissions: &[&[Permission]]) -> BTreeSet<Permission> {
    permissions.iter().flat_map(|some| some.iter().copied()).collect()
}
