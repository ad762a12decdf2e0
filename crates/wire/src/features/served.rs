//! The features that this server has.

use super::{Feature, logged_in, public};

pub(super) const SERVED: &[Feature] = &[
    Feature { name: "announcement banner", license: &["Announcement"], setting: Some("announcement.enabled"), ..Feature::served() },
    Feature {
        name: "brand image",
        operations: &["DELETE /brand/image", "GET /brand/image", "POST /brand/image"],
        setting: Some("site.custom_brand"),
        ..Feature::served()
    },
    Feature {
        name: "classification banner",
        operations: &[
            "POST /properties/groups/{id}/fields/search",
            "GET /properties/groups/{id}/system/values",
            "GET /properties/groups/{id}/{id}/fields",
            "GET /properties/groups/{id}/{id}/values/{id}",
        ],
        setting: Some("classification.enabled"),
        ..Feature::served()
    },
    Feature {
        name: "custom profile attributes",
        operations: &[
            "GET /custom_profile_attributes/fields",
            "POST /custom_profile_attributes/fields",
            "DELETE /custom_profile_attributes/fields/{field_id}",
            "PATCH /custom_profile_attributes/fields/{field_id}",
            "GET /custom_profile_attributes/group",
            "PATCH /custom_profile_attributes/values",
            "GET /users/{user_id}/custom_profile_attributes",
            "PATCH /users/{user_id}/custom_profile_attributes",
        ],
        client: &[public("FeatureFlagCustomProfileAttributes")],
        ..Feature::served()
    },
    Feature {
        name: "sign up",
        operations: &["POST /users"],
        client: &[public("EnableSignUpWithEmail"), public("EnableUserCreation")],
        ..Feature::served()
    },
    Feature {
        name: "log in",
        operations: &["POST /users/login", "POST /users/logout"],
        client: &[public("EnableSignInWithEmail"), public("EnableSignInWithUsername")],
        ..Feature::served()
    },
    Feature {
        name: "password reset",
        operations: &["POST /users/password/reset", "POST /users/password/reset/send"],
        client: &[public("PasswordEnableForgotLink")],
        ..Feature::served()
    },
    Feature {
        name: "email verification",
        operations: &["POST /email/test", "POST /users/email/verify", "POST /users/email/verify/send"],
        setting: Some("signup.require_verified_email"),
        ..Feature::served()
    },
    Feature {
        name: "guests",
        operations: &["POST /teams/{team_id}/invite-guests/email", "POST /users/{user_id}/demote", "POST /users/{user_id}/promote"],
        license: &["GuestAccounts"],
        setting: Some("guests.enabled"),
        ..Feature::served()
    },
    Feature {
        name: "invitations by email",
        operations: &["DELETE /teams/invites/email", "POST /teams/{team_id}/invite/email"],
        setting: Some("signup.email_invitations"),
        ..Feature::served()
    },
    Feature {
        name: "log-in by a link",
        operations: &["POST /users/login/one_time_link", "POST /users/login/type"],
        setting: Some("log_in.by_link"),
        ..Feature::served()
    },
    Feature {
        name: "multi-factor authentication",
        operations: &["POST /users/mfa", "PUT /users/{user_id}/mfa", "POST /users/{user_id}/mfa/generate"],
        client: &[public("EnableMultifactorAuthentication")],
        license: &["MFA"],
        ..Feature::served()
    },
    Feature {
        name: "permission schemes",
        operations: &[
            "GET /channels/{channel_id}/moderations",
            "PUT /channels/{channel_id}/moderations/patch",
            "PUT /channels/{channel_id}/scheme",
            "GET /schemes",
            "POST /schemes",
            "DELETE /schemes/{scheme_id}",
            "GET /schemes/{scheme_id}",
            "GET /schemes/{scheme_id}/channels",
            "PUT /schemes/{scheme_id}/patch",
            "GET /schemes/{scheme_id}/teams",
            "PUT /teams/{team_id}/scheme",
        ],
        license: &["CustomPermissionsSchemes"],
        ..Feature::served()
    },
    Feature {
        name: "terms of service",
        operations: &[
            "GET /terms_of_service",
            "POST /terms_of_service",
            "GET /users/{user_id}/terms_of_service",
            "POST /users/{user_id}/terms_of_service",
        ],
        license: &["CustomTermsOfService"],
        setting: Some("terms_of_service.enabled"),
        ..Feature::served()
    },
    Feature {
        name: "threads",
        operations: &[
            "GET /users/{user_id}/teams/{team_id}/threads",
            "GET /users/{user_id}/teams/{team_id}/threads/mention_counts",
            "PUT /users/{user_id}/teams/{team_id}/threads/read",
            "GET /users/{user_id}/teams/{team_id}/threads/{thread_id}",
            "DELETE /users/{user_id}/teams/{team_id}/threads/{thread_id}/following",
            "PUT /users/{user_id}/teams/{team_id}/threads/{thread_id}/following",
            "PUT /users/{user_id}/teams/{team_id}/threads/{thread_id}/read/{timestamp}",
            "POST /users/{user_id}/teams/{team_id}/threads/{thread_id}/set_unread/{post_id}",
        ],
        client: &[public("FeatureFlagCollapsedThreads"), logged_in("CollapsedThreads").with_values("default_on", "disabled")],
        ..Feature::served()
    },
    Feature {
        name: "statuses",
        operations: &["POST /users/status/ids", "GET /users/{user_id}/status", "PUT /users/{user_id}/status"],
        client: &[
            public("FeatureFlagTimedDND"),
            logged_in("EnableLastActiveTime"),
            logged_in("EnableTimedDND"),
            logged_in("EnableUserStatuses"),
        ],
        ..Feature::served()
    },
    Feature {
        name: "custom statuses",
        operations: &[
            "DELETE /users/{user_id}/status/custom",
            "PUT /users/{user_id}/status/custom",
            "DELETE /users/{user_id}/status/custom/recent",
            "POST /users/{user_id}/status/custom/recent/delete",
        ],
        client: &[logged_in("EnableCustomUserStatuses")],
        ..Feature::served()
    },
    Feature {
        name: "bookmarks of channels",
        operations: &[
            "GET /channels/{channel_id}/bookmarks",
            "POST /channels/{channel_id}/bookmarks",
            "DELETE /channels/{channel_id}/bookmarks/{bookmark_id}",
            "PATCH /channels/{channel_id}/bookmarks/{bookmark_id}",
            "POST /channels/{channel_id}/bookmarks/{bookmark_id}/sort_order",
        ],
        client: &[public("FeatureFlagChannelBookmarks")],
        ..Feature::served()
    },
    Feature {
        name: "drafts on the server",
        operations: &["POST /drafts", "DELETE /users/me/channels/{id}/drafts/{id}", "GET /users/me/teams/{id}/drafts"],
        setting: Some("posts.drafts"),
        ..Feature::served()
    },
    Feature {
        name: "scheduled posts",
        operations: &[
            "POST /posts/schedule",
            "DELETE /posts/schedule/{scheduled_post_id}",
            "PUT /posts/schedule/{scheduled_post_id}",
            "GET /posts/scheduled/team/{team_id}",
        ],
        setting: Some("posts.scheduled"),
        ..Feature::served()
    },
    Feature {
        // Clients look at the configuration, and whether there is a licence at all.
        name: "user groups",
        operations: &[
            "GET /channels/{channel_id}/member_counts_by_group",
            "GET /groups",
            "POST /groups",
            "POST /groups/names",
            "DELETE /groups/{group_id}",
            "GET /groups/{group_id}",
            "DELETE /groups/{group_id}/members",
            "GET /groups/{group_id}/members",
            "POST /groups/{group_id}/members",
            "PUT /groups/{group_id}/patch",
            "POST /groups/{group_id}/restore",
            "GET /groups/{group_id}/stats",
            "GET /users/{user_id}/groups",
        ],
        setting: Some("groups.enabled"),
        ..Feature::served()
    },
    Feature {
        name: "typing",
        operations: &["POST /users/{user_id}/typing"],
        client: &[logged_in("EnableUserTypingMessages")],
        ..Feature::served()
    },
    Feature {
        name: "read markers",
        operations: &["POST /channels/members/{user_id}/view"],
        client: &[logged_in("EnableChannelViewedMessages")],
        ..Feature::served()
    },
    Feature {
        name: "archived channels",
        operations: &["POST /channels/{channel_id}/restore", "GET /teams/{team_id}/channels/deleted"],
        client: &[logged_in("ExperimentalViewArchivedChannels")],
        ..Feature::served()
    },
    Feature {
        name: "custom emoji",
        operations: &[
            "GET /emoji",
            "POST /emoji",
            "GET /emoji/autocomplete",
            "GET /emoji/name/{emoji_name}",
            "POST /emoji/names",
            "POST /emoji/search",
            "DELETE /emoji/{emoji_id}",
            "GET /emoji/{emoji_id}",
            "GET /emoji/{emoji_id}/image",
        ],
        setting: Some("posts.custom_emoji"),
        ..Feature::served()
    },
    Feature {
        name: "attachments",
        operations: &[
            "POST /files",
            "GET /files/{file_id}",
            "GET /files/{file_id}/info",
            "GET /files/{file_id}/preview",
            "GET /files/{file_id}/thumbnail",
            "POST /uploads",
            "GET /uploads/{upload_id}",
            "POST /uploads/{upload_id}",
        ],
        setting: Some("files.enabled"),
        ..Feature::served()
    },
    Feature {
        name: "public links of files",
        operations: &["GET /files/{file_id}/link"],
        setting: Some("files.public_links"),
        ..Feature::served()
    },
    Feature { name: "image proxy", operations: &["GET /image"], setting: Some("files.image_proxy"), ..Feature::served() },
    Feature {
        name: "incoming webhooks",
        operations: &[
            "GET /hooks/incoming",
            "POST /hooks/incoming",
            "DELETE /hooks/incoming/{hook_id}",
            "GET /hooks/incoming/{hook_id}",
            "PUT /hooks/incoming/{hook_id}",
        ],
        setting: Some("integrations.incoming_webhooks"),
        ..Feature::served()
    },
    Feature {
        name: "outgoing webhooks",
        operations: &[
            "GET /hooks/outgoing",
            "POST /hooks/outgoing",
            "DELETE /hooks/outgoing/{hook_id}",
            "GET /hooks/outgoing/{hook_id}",
            "PUT /hooks/outgoing/{hook_id}",
            "POST /hooks/outgoing/{hook_id}/regen_token",
        ],
        setting: Some("integrations.outgoing_webhooks"),
        ..Feature::served()
    },
    Feature {
        name: "slash commands",
        operations: &[
            "GET /commands",
            "POST /commands",
            "POST /commands/execute",
            "DELETE /commands/{command_id}",
            "GET /commands/{command_id}",
            "PUT /commands/{command_id}",
            "PUT /commands/{command_id}/move",
            "PUT /commands/{command_id}/regen_token",
            "GET /teams/{team_id}/commands/autocomplete",
            "GET /teams/{team_id}/commands/autocomplete_suggestions",
        ],
        setting: Some("integrations.slash_commands"),
        ..Feature::served()
    },
    Feature {
        name: "bots",
        operations: &[
            "GET /bots",
            "POST /bots",
            "GET /bots/{bot_user_id}",
            "PUT /bots/{bot_user_id}",
            "POST /bots/{bot_user_id}/assign/{user_id}",
            "POST /bots/{bot_user_id}/convert_to_user",
            "POST /bots/{bot_user_id}/disable",
            "POST /bots/{bot_user_id}/enable",
            "DELETE /bots/{bot_user_id}/icon",
            "GET /bots/{bot_user_id}/icon",
            "POST /bots/{bot_user_id}/icon",
            "POST /users/{user_id}/convert_to_bot",
        ],
        setting: Some("integrations.bots"),
        ..Feature::served()
    },
    Feature {
        name: "personal access tokens",
        operations: &[
            "GET /users/tokens",
            "POST /users/tokens/disable",
            "POST /users/tokens/enable",
            "POST /users/tokens/revoke",
            "POST /users/tokens/rotate",
            "POST /users/tokens/search",
            "GET /users/tokens/{token_id}",
            "GET /users/{user_id}/tokens",
            "POST /users/{user_id}/tokens",
        ],
        setting: Some("integrations.access_tokens"),
        ..Feature::served()
    },
    Feature {
        name: "OAuth provider",
        operations: &[
            "GET /oauth/apps",
            "POST /oauth/apps",
            "POST /oauth/apps/register",
            "DELETE /oauth/apps/{app_id}",
            "GET /oauth/apps/{app_id}",
            "PUT /oauth/apps/{app_id}",
            "GET /oauth/apps/{app_id}/info",
            "POST /oauth/apps/{app_id}/regen_secret",
            "GET /users/{user_id}/oauth/apps/authorized",
        ],
        setting: Some("integrations.oauth_provider"),
        ..Feature::served()
    },
    Feature {
        name: "priority and acknowledgements of posts",
        operations: &["DELETE /users/{user_id}/posts/{post_id}/ack", "POST /users/{user_id}/posts/{post_id}/ack"],
        setting: Some("posts.priority"),
        ..Feature::served()
    },
    Feature {
        name: "the log of the server",
        operations: &["GET /logs", "GET /logs/download", "POST /logs/query"],
        client: &[public("AllowDownloadLogs")],
        ..Feature::served()
    },
];
