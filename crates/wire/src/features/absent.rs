//! The features that clients ask for and this server does not have.

use super::{Feature, logged_in, public};

pub(super) const ABSENT: &[Feature] = &[
    Feature {
        name: "access control policies",
        operations: &[
            "PUT /access_control_policies",
            "PUT /access_control_policies/activate",
            "GET /access_control_policies/cel/autocomplete/fields",
            "POST /access_control_policies/cel/check",
            "POST /access_control_policies/cel/simulate_users",
            "POST /access_control_policies/cel/test",
            "POST /access_control_policies/cel/validate_requester",
            "POST /access_control_policies/cel/visual_ast",
            "POST /access_control_policies/search",
            "DELETE /access_control_policies/{policy_id}",
            "GET /access_control_policies/{policy_id}",
            "GET /access_control_policies/{policy_id}/activate",
            "POST /access_control_policies/{policy_id}/assign",
            "GET /access_control_policies/{policy_id}/resources/channels",
            "POST /access_control_policies/{policy_id}/resources/channels/search",
            "DELETE /access_control_policies/{policy_id}/unassign",
            "GET /channels/{channel_id}/access_control/attributes",
            "GET /teams/{id}/access_control/policy",
        ],
        client: &[public("FeatureFlagAttributeBasedAccessControl"), logged_in("EnableAttributeBasedAccessControl")],
        ..Feature::absent()
    },
    Feature {
        name: "automatic translation",
        operations: &["PUT /channels/{channel_id}/members/{user_id}/autotranslation"],
        client: &[logged_in("EnableAutoTranslation")],
        ..Feature::absent()
    },
    Feature {
        name: "burn on read",
        operations: &["DELETE /posts/{post_id}/burn", "GET /posts/{post_id}/reveal"],
        client: &[logged_in("EnableBurnOnRead")],
        ..Feature::absent()
    },
    Feature {
        name: "channel categories of a team",
        operations: &["GET /teams/{id}/channels/managed_categories"],
        client: &[public("FeatureFlagManagedChannelCategories")],
        ..Feature::absent()
    },
    Feature {
        name: "client performance reports",
        operations: &["POST /client_perf"],
        client: &[public("EnableClientMetrics")],
        ..Feature::absent()
    },
    Feature {
        name: "cluster",
        operations: &["GET /cluster/status"],
        client: &[logged_in("EnableCluster")],
        license: &["Cluster"],
        ..Feature::absent()
    },
    Feature {
        name: "compliance reports",
        operations: &[
            "GET /compliance/reports",
            "POST /compliance/reports",
            "GET /compliance/reports/{report_id}",
            "GET /compliance/reports/{report_id}/download",
        ],
        client: &[logged_in("EnableCompliance")],
        license: &["Compliance"],
        ..Feature::absent()
    },
    Feature {
        name: "content flagging",
        operations: &[
            "GET /content_flagging/config",
            "PUT /content_flagging/config",
            "GET /content_flagging/fields",
            "GET /content_flagging/flag/config",
            "POST /content_flagging/post/{id}/report",
            "GET /content_flagging/post/{post_id}",
            "POST /content_flagging/post/{post_id}/assign/{content_reviewer_id}",
            "GET /content_flagging/post/{post_id}/field_values",
            "POST /content_flagging/post/{post_id}/flag",
            "PUT /content_flagging/post/{post_id}/keep",
            "PUT /content_flagging/post/{post_id}/remove",
            "GET /content_flagging/team/{team_id}/reviewers/search",
            "GET /content_flagging/team/{team_id}/status",
        ],
        client: &[public("FeatureFlagContentFlagging"), logged_in("ContentFlaggingEnabled")],
        ..Feature::absent()
    },
    Feature {
        name: "data retention",
        operations: &[
            "GET /data_retention/policies",
            "POST /data_retention/policies",
            "DELETE /data_retention/policies/{policy_id}",
            "GET /data_retention/policies/{policy_id}",
            "PATCH /data_retention/policies/{policy_id}",
            "DELETE /data_retention/policies/{policy_id}/channels",
            "GET /data_retention/policies/{policy_id}/channels",
            "POST /data_retention/policies/{policy_id}/channels",
            "POST /data_retention/policies/{policy_id}/channels/search",
            "DELETE /data_retention/policies/{policy_id}/teams",
            "GET /data_retention/policies/{policy_id}/teams",
            "POST /data_retention/policies/{policy_id}/teams",
            "POST /data_retention/policies/{policy_id}/teams/search",
            "GET /data_retention/policies_count",
            "GET /data_retention/policy",
            "GET /users/{user_id}/data_retention/channel_policies",
            "GET /users/{user_id}/data_retention/team_policies",
        ],
        client: &[
            public("FeatureFlagCustomDataRetentionEnabled"),
            logged_in("DataRetentionEnableFileDeletion"),
            logged_in("DataRetentionEnableMessageDeletion"),
        ],
        license: &["DataRetention"],
        ..Feature::absent()
    },
    Feature {
        name: "Elasticsearch",
        operations: &["POST /elasticsearch/purge_indexes", "POST /elasticsearch/test"],
        license: &["Elasticsearch"],
        ..Feature::absent()
    },
    Feature {
        name: "LDAP",
        operations: &[
            "DELETE /ldap/certificate/private",
            "POST /ldap/certificate/private",
            "DELETE /ldap/certificate/public",
            "POST /ldap/certificate/public",
            "GET /ldap/groups",
            "DELETE /ldap/groups/{remote_id}/link",
            "POST /ldap/groups/{remote_id}/link",
            "POST /ldap/migrateid",
            "POST /ldap/sync",
            "POST /ldap/test",
            "POST /ldap/test_connection",
            "POST /ldap/test_diagnostics",
            "POST /ldap/users/{user_id}/group_sync_memberships",
            "POST /users/migrate_auth/ldap",
        ],
        client: &[public("EnableLdap")],
        license: &["LDAP"],
        ..Feature::absent()
    },
    Feature {
        name: "log-in by another service",
        operations: &["POST /users/login/sso/code-exchange"],
        client: &[
            public("EnableSignUpWithGitLab"),
            public("EnableSignUpWithGoogle"),
            public("EnableSignUpWithOffice365"),
            public("EnableSignUpWithOpenId"),
        ],
        license: &["GoogleOAuth", "Office365OAuth", "OpenId"],
        ..Feature::absent()
    },
    Feature {
        name: "move of a thread",
        operations: &["POST /posts/{post_id}/move"],
        client: &[
            logged_in("WranglerMoveThreadFromDirectMessageChannelEnable"),
            logged_in("WranglerMoveThreadFromGroupMessageChannelEnable"),
            logged_in("WranglerMoveThreadFromPrivateChannelEnable"),
        ],
        ..Feature::absent()
    },
    Feature {
        name: "outgoing OAuth connections",
        operations: &[
            "GET /oauth/outgoing_connections",
            "POST /oauth/outgoing_connections",
            "POST /oauth/outgoing_connections/validate",
            "DELETE /oauth/outgoing_connections/{connection_id}",
            "GET /oauth/outgoing_connections/{connection_id}",
            "PUT /oauth/outgoing_connections/{connection_id}",
        ],
        client: &[logged_in("EnableOutgoingOAuthConnections")],
        license: &["OutgoingOAuthConnections"],
        ..Feature::absent()
    },
    Feature {
        name: "plugins",
        operations: &[
            "GET /plugins",
            "POST /plugins",
            "POST /plugins/install_from_url",
            "GET /plugins/statuses",
            "GET /plugins/webapp",
            "DELETE /plugins/{plugin_id}",
            "POST /plugins/{plugin_id}/disable",
            "POST /plugins/{plugin_id}/enable",
        ],
        client: &[public("PluginsEnabled")],
        ..Feature::absent()
    },
    Feature {
        name: "plugin marketplace",
        operations: &[
            "GET /plugins/marketplace",
            "POST /plugins/marketplace",
            "GET /plugins/marketplace/first_admin_visit",
            "POST /plugins/marketplace/first_admin_visit",
        ],
        client: &[logged_in("EnableMarketplace")],
        ..Feature::absent()
    },
    Feature {
        name: "remote clusters",
        operations: &[
            "GET /remotecluster",
            "POST /remotecluster",
            "POST /remotecluster/accept_invite",
            "DELETE /remotecluster/{remote_id}",
            "GET /remotecluster/{remote_id}",
            "PATCH /remotecluster/{remote_id}",
            "POST /remotecluster/{remote_id}/generate_invite",
        ],
        client: &[public("FeatureFlagEnableRemoteClusterService"), logged_in("ExperimentalRemoteClusterService")],
        license: &["RemoteClusterService"],
        ..Feature::absent()
    },
    Feature {
        name: "SAML",
        operations: &[
            "DELETE /saml/certificate/idp",
            "POST /saml/certificate/idp",
            "DELETE /saml/certificate/private",
            "POST /saml/certificate/private",
            "DELETE /saml/certificate/public",
            "POST /saml/certificate/public",
            "GET /saml/certificate/status",
            "GET /saml/metadata",
            "POST /saml/metadatafromidp",
            "POST /saml/reset_auth_data",
            "POST /users/migrate_auth/saml",
        ],
        client: &[public("EnableSaml")],
        license: &["SAML"],
        ..Feature::absent()
    },
    Feature {
        name: "shared channels",
        operations: &[
            "POST /remotecluster/{remote_id}/channels/{channel_id}/invite",
            "POST /remotecluster/{remote_id}/channels/{channel_id}/uninvite",
            "GET /remotecluster/{remote_id}/sharedchannelremotes",
            "GET /sharedchannels/remote_info/{remote_id}",
            "GET /sharedchannels/users/{user_id}/can_dm/{other_user_id}",
            "GET /sharedchannels/{channel_id}/remotes",
            "GET /sharedchannels/{team_id}",
        ],
        client: &[logged_in("ExperimentalSharedChannels")],
        license: &["SharedChannels"],
        ..Feature::absent()
    },
    Feature {
        name: "switch of the log-in method",
        operations: &["POST /users/login/switch"],
        client: &[logged_in("ExperimentalEnableAuthenticationTransfer")],
        ..Feature::absent()
    },
    Feature {
        name: "groups as members of teams and channels",
        operations: &[
            "GET /channels/{channel_id}/groups",
            "GET /channels/{channel_id}/members_minus_group_members",
            "GET /groups/{group_id}/channels",
            "GET /groups/{group_id}/channels/{channel_id}",
            "DELETE /groups/{group_id}/channels/{channel_id}/link",
            "POST /groups/{group_id}/channels/{channel_id}/link",
            "PUT /groups/{group_id}/channels/{channel_id}/patch",
            "GET /groups/{group_id}/teams",
            "GET /groups/{group_id}/teams/{team_id}",
            "DELETE /groups/{group_id}/teams/{team_id}/link",
            "POST /groups/{group_id}/teams/{team_id}/link",
            "PUT /groups/{group_id}/teams/{team_id}/patch",
            "GET /teams/{team_id}/groups",
            "GET /teams/{team_id}/groups_by_channels",
            "GET /teams/{team_id}/members_minus_group_members",
        ],
        license: &["LDAPGroups"],
        ..Feature::absent()
    },
    Feature {
        name: "push notifications",
        operations: &["POST /notifications/ack", "POST /notifications/test"],
        client: &[logged_in("SendPushNotifications")],
        license: &["MHPNS"],
        ..Feature::disabled("both operations answer with an error: no push notifications are sent")
    },
];
