//! What the pages of the system console need besides their own permission.

use std::collections::BTreeSet;

use crate::permission::Permission::{self, *};

const ANCILLARY: &[(Permission, &[Permission])] = &[
    (SysconsoleReadAboutEditionAndLicense, &[ReadLicenseInformation]),
    (SysconsoleWriteAboutEditionAndLicense, &[ManageLicenseInformation]),
    (SysconsoleReadUserManagementChannels, &[ReadPublicChannel, ReadChannel, ReadPublicChannelGroups, ReadPrivateChannelGroups]),
    (SysconsoleReadUserManagementUsers, &[ReadOtherUsersTeams]),
    (SysconsoleReadUserManagementTeams, &[ListPrivateTeams, ListPublicTeams, ViewTeam]),
    (SysconsoleReadEnvironmentElasticsearch, &[ReadElasticsearchPostIndexingJob, ReadElasticsearchPostAggregationJob]),
    (SysconsoleWriteEnvironmentWebServer, &[TestSiteUrl, ReloadConfig, InvalidateCaches]),
    (SysconsoleWriteEnvironmentDatabase, &[RecycleDatabaseConnections]),
    (
        SysconsoleWriteEnvironmentElasticsearch,
        &[
            TestElasticsearch,
            CreateElasticsearchPostIndexingJob,
            ManageElasticsearchPostIndexingJob,
            CreateElasticsearchPostAggregationJob,
            ManageElasticsearchPostAggregationJob,
            PurgeElasticsearchIndexes,
        ],
    ),
    (SysconsoleWriteEnvironmentFileStorage, &[TestS3]),
    (SysconsoleWriteEnvironmentSmtp, &[TestEmail]),
    (SysconsoleReadReportingServerLogs, &[GetLogs]),
    (SysconsoleReadReportingSiteStatistics, &[GetAnalytics]),
    (SysconsoleReadReportingTeamStatistics, &[GetAnalytics]),
    (SysconsoleWriteUserManagementUsers, &[EditOtherUsers, DemoteToGuest, PromoteGuest]),
    (
        SysconsoleWriteUserManagementChannels,
        &[
            ManagePublicChannelProperties,
            ManagePrivateChannelProperties,
            ManagePublicChannelAutoTranslation,
            ManagePrivateChannelAutoTranslation,
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
        &[ManagePrivateChannelMembers, ManagePublicChannelMembers, ConvertPublicChannelToPrivate, ConvertPrivateChannelToPublic],
    ),
    (SysconsoleWriteSiteCustomization, &[EditBrand]),
    (SysconsoleReadComplianceDataRetentionPolicy, &[ReadDataRetentionJob]),
    (SysconsoleWriteComplianceDataRetentionPolicy, &[CreateDataRetentionJob, ManageDataRetentionJob]),
    (SysconsoleReadComplianceComplianceExport, &[ReadComplianceExportJob, DownloadComplianceExportResult]),
    (SysconsoleWriteComplianceComplianceExport, &[CreateComplianceExportJob, ManageComplianceExportJob, DownloadComplianceExportResult]),
    (SysconsoleReadComplianceComplianceMonitoring, &[ReadAudits]),
    (SysconsoleReadAuthenticationLdap, &[ReadLdapSyncJob, TestLdap]),
    (
        SysconsoleWriteAuthenticationLdap,
        &[CreateLdapSyncJob, ManageLdapSyncJob, AddLdapPublicCert, RemoveLdapPublicCert, AddLdapPrivateCert, RemoveLdapPrivateCert],
    ),
    (SysconsoleWriteAuthenticationEmail, &[InvalidateEmailInvite]),
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

/// What goes with the permission of a page; nothing for other permissions.
pub fn ancillary(permission: Permission) -> &'static [Permission] {
    ANCILLARY.iter().find(|(page, _)| *page == permission).map_or(&[], |(_, ancillary)| ancillary)
}

/// The permissions of pages, with their ancillary ones.
pub(super) fn with_ancillary(permissions: impl IntoIterator<Item = Permission>) -> BTreeSet<Permission> {
    permissions.into_iter().flat_map(|permission| ancillary(permission).iter().copied().chain([permission])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_permissions_of_pages_bring_others() {
        assert!(ANCILLARY.iter().all(|(page, _)| page.is_of_console()));
        let named: BTreeSet<_> = ANCILLARY.iter().map(|(page, _)| page).collect();
        assert_eq!(named.len(), ANCILLARY.len());
    }
}
