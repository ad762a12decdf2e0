//! Reading schemes, and the teams and channels that have them.

use guildhall_model::channel::Channel;
use guildhall_model::codes::schemes as codes;
use guildhall_model::id::SchemeId;
use guildhall_model::scheme::{Scheme, SchemeScope};
use guildhall_model::team::TeamView;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::schemes;

use crate::access::SystemGrant;
use crate::boxed;
use crate::schemes::Schemes;

impl Schemes<'_> {
    /// Those that administrators have made.
    #[boxed]
    pub async fn get_schemes(&self, actor: &Actor, scope: Option<SchemeScope>, limit: i64, offset: i64) -> Result<Vec<Scheme>> {
        let grant = self.grant_to_read(actor)?;
        schemes::page(self.access.read(&grant), scope, limit, offset).await
    }

    #[boxed]
    pub async fn get_scheme(&self, actor: &Actor, id: SchemeId) -> Result<Scheme> {
        let grant = self.grant_to_read(actor)?;
        self.existing(&grant, id).await
    }

    #[boxed]
    pub async fn get_teams_for_scheme(&self, actor: &Actor, id: SchemeId, limit: i64, offset: i64) -> Result<Vec<TeamView>> {
        let grant = self.grant_to_read(actor)?;
        if self.existing(&grant, id).await?.scope != SchemeScope::Team {
            return Err(codes::TEAM_SCOPE.into());
        }
        let teams = schemes::teams(self.access.read(&grant), grant.server(), id, limit, offset).await?;
        // Invitations and addresses are for who manages teams.
        Ok(teams.into_iter().map(|team| TeamView { team, with_email: false, with_invite_id: false }).collect())
    }

    #[boxed]
    pub async fn get_channels_for_scheme(&self, actor: &Actor, id: SchemeId, limit: i64, offset: i64) -> Result<Vec<Channel>> {
        let grant = self.grant_to_read(actor)?;
        if self.existing(&grant, id).await?.scope != SchemeScope::Channel {
            return Err(codes::CHANNEL_SCOPE.into());
        }
        schemes::channels(self.access.read(&grant), grant.server(), id, limit, offset).await
    }

    pub(super) async fn existing(&self, grant: &SystemGrant, id: SchemeId) -> Result<Scheme> {
        schemes::get(self.access.read(grant), id).await?.ok_or_else(|| codes::NOT_FOUND.into())
    }

    fn grant_to_read(&self, actor: &Actor) -> Result<SystemGrant> {
        self.access.system_permission_to_read(actor, Permission::SysconsoleReadUserManagementPermissions)
    }
}
