//! The ancillary permissions that the pages of the system console require.

use guildhall_model::Permission::{self, *};

const ANCILLARY: &[(Permission, &[Permission])] = &[
    (SysconsoleReadAboutEditionAndLicense, &[ReadLicenseInformation]),
    (SysconsoleWriteAboutEditionAndLicense, &[ManageLicenseInformation]),
    (SysconsoleReadUserManagementChannels, &[ReadPublicChannel, ReadChannel, ReadPublicChannelGroups, ReadPrivateChannelGroups]),
    (SysconsoleReadUserManagementUsers, &[ReadOtherUsersTeams, GetAnalytics]),
    (SysconsoleReadUserManagementTeams, &[ListPrivateTeams, ListPublicTeams, ViewTeam]),
    (SysconsoleReadEnvironmentElasticsearch, &[ReadElasticsearchPostIndexingJob, ReadElasticsearchPostAggregationJob]),
    (SysconsoleWriteEnvironmentWebServer, &[TestSiteUrl, ReloadConfig, InvalidateCaches]),
    (SysconsoleWriteEnvironmentDatabase, &[RecycleDatabaseConnections]),
    (
        SysconsoleWriteEnvironmentElasticsearch,
        &[TestElasticsearch, CreateElasticsearchPostIndexingJob, CreateElasticsearchPostAggregationJob, PurgeElasticsearchIndexes],
    ),
    (SysconsoleWriteEnvironmentFileStorage, &[TestS3]),
    (SysconsoleWriteEnvironmentSmtp, &[TestEmail]),
    (SysconsoleReadReportingServerLogs, &[GetLogs]),
    (SysconsoleReadReportingSiteStatistics, &[GetAnalytics]),
    (SysconsoleReadReportingTeamStatistics, &[ViewTeam]),
    (SysconsoleWriteUserManagementUsers, &[EditOtherUsers, DemoteToGuest, PromoteGuest]),
    (
        SysconsoleWriteUserManagementChannels,
        &[
            ManageTeam,
            ManagePublicChannelProperties,
            ManagePrivateChannelProperties,
            ManagePrivateChannelMembers,
            ManagePublicChannelMembers,
            DeletePrivateChannel,
            DeletePublicChannel,
            ManageChannelRoles,
            ConvertPublicChannelToPrivate,
            ConvertPrivateChannelToPublic,
        ],
    ),
    (
        SysconsoleWriteUserManagementTeams,
        &[ManageTeam, ManageTeamRoles, RemoveUserFromTeam, JoinPrivateTeams, JoinPublicTeams, AddUserToTeam],
    ),
    (
        SysconsoleWriteUserManagementGroups,
        &[
            ManageTeam,
            ManagePrivateChannelMembers,
            ManagePublicChannelMembers,
            ConvertPublicChannelToPrivate,
            ConvertPrivateChannelToPublic,
        ],
    ),
    (SysconsoleWriteSiteCustomization, &[EditBrand]),
    (SysconsoleReadComplianceDataRetentionPolicy, &[ReadDataRetentionJob]),
    (SysconsoleWriteComplianceDataRetentionPolicy, &[CreateDataRetentionJob]),
    (SysconsoleReadComplianceComplianceExport, &[ReadComplianceExportJob, DownloadComplianceExportResult]),
    (SysconsoleWriteComplianceComplianceExport, &[CreateComplianceExportJob, DownloadComplianceExportResult]),
    (SysconsoleReadAuthenticationLdap, &[ReadLdapSyncJob, TestLdap]),
    (
        SysconsoleWriteAuthenticationLdap,
        &[CreateLdapSyncJob, AddLdapPublicCert, RemoveLdapPublicCert, AddLdapPrivateCert, RemoveLdapPrivateCert],
    ),
    (SysconsoleWriteAuthenticationEmail, &[InvalidateEmailInvite]),
    (SysconsoleReadAuthenticationSaml, &[GetSamlCertStatus, GetSamlMetadataFromIdp]),
    (
        SysconsoleWriteAuthenticationSaml,
        &[
            GetSamlMetadataFromIdp,
            AddSamlPublicCert,
            AddSamlPrivateCert,
            AddSamlIdpCert,
            RemoveSamlPublicCert,
            RemoveSamlPrivateCert,
            RemoveSamlIdpCert,
            GetSamlCertStatus,
        ],
    ),
];

/// The given permissions and their ancillary ones, without duplicates.
pub fn with_ancillary(names: Vec<String>) -> Vec<String> {
    let mut all: Vec<String> = Vec::with_capacity(names.len());
    let mut add = |name: &str| {
        if !all.iter().any(|existing| existing == name) {
            all.push(name.to_owned());
        }
    };
    names.iter().for_each(|name| add(name));
    for permission in names.iter().filter_map(|name| Permission::from_name(name)) {
        let ancillary = ANCILLARY.iter().filter(|(page, _)| *page == permission).flat_map(|(_, ancillary)| ancillary.iter());
        ancillary.for_each(|permission| add(permission.name()));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ancillary_permissions_follow_the_given_ones() {
        let given = vec!["sysconsole_read_user_management_users".to_owned(), "get_analytics".to_owned(), "unknown".to_owned()];
        let expected = ["sysconsole_read_user_management_users", "get_analytics", "unknown", "read_other_users_teams"];
        assert_eq!(with_ancillary(given), expected);
    }
}
