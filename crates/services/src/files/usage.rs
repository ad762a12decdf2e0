//! How much people, channels and teams store and may store, for administrators and for oneself.

use guildhall_model::codes::context;
use guildhall_model::id::{ChannelId, UserId};
use guildhall_model::ports::BlobSpace;
use guildhall_model::usage::{Holder, NamedUsage, Quota, Scope, Usage};
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::usage;

use crate::boxed;
use crate::files::Files;

/// What one person may send now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UserLimits {
    /// The largest file, in this channel or in any. `i64::MAX` is no limit, as for the following.
    pub file_bytes: i64,
    /// What is left in the quotas of the person and the server, and of this channel and its team.
    pub bytes_left: i64,
    pub files_left: i64,
    /// What the person stores, and may store.
    pub used: Usage,
    pub quota: Quota,
    /// 0 is no limit.
    pub posts_per_minute: i64,
}

impl Files<'_> {
    /// People, channels or teams with their quotas, those that store most first.
    #[boxed]
    pub async fn largest_holders(&self, actor: &Actor, scope: Scope, limit: i64, offset: i64) -> Result<Vec<(NamedUsage, Quota)>> {
        let grant = self.access.system_permission_to_read(actor, Permission::SysconsoleReadEnvironmentFileStorage)?;
        let holders = usage::largest(self.access.read(&grant), grant.server(), scope, limit, offset).await?;
        let with_quota = |holder: NamedUsage| {
            let quota = self.limits().quota_of_holder(scope, &holder);
            (holder, quota)
        };
        Ok(holders.into_iter().map(with_quota).collect())
    }

    /// The disk of the files.
    #[boxed]
    pub async fn disk_space(&self, actor: &Actor) -> Result<BlobSpace> {
        self.access.check_system_permission(actor, Permission::SysconsoleReadEnvironmentFileStorage)?;
        self.blobs.disk_space().await
    }

    /// What a person stores, and may store: of oneself, or of others for those who may see all users.
    #[boxed]
    pub async fn usage_of_user(&self, actor: &Actor, user: UserId) -> Result<(Usage, Quota)> {
        let grant = self.access.user_to_read(actor, user, Permission::SysconsoleReadUserManagementUsers)?;
        let account = self.users().account(&grant, user).await?;
        let used = usage::of_holders(self.access.read(&grant), &[Holder::User(user)]).await?;
        let used = used.into_iter().find_map(|(_, used)| used).unwrap_or_default();
        Ok((used, self.limits().quota_of_person((&account).into())))
    }

    /// The limits of a person: of oneself, also in one channel, or of others for those who may see all users.
    #[boxed]
    pub async fn limits_of_user(&self, actor: &Actor, user: UserId, channel: Option<ChannelId>) -> Result<UserLimits> {
        let (used, quota) = self.usage_of_user(actor, user).await?;
        let grant = self.access.user_to_read(actor, user, Permission::SysconsoleReadUserManagementUsers)?;
        let account = self.users().account(&grant, user).await?;
        let limits = self.limits();
        let posts_per_minute = limits.posts_per_minute_of_person(if user == actor.user_id { actor.into() } else { (&account).into() });
        let room = match channel {
            // What is left in a channel is shown to those who may upload there.
            Some(channel) if user == actor.user_id => self.room_left(actor, &self.grant_to_upload(actor, channel).await?).await?,
            Some(_) => return Err(context::INVALID_PARAM.with("name", "channel_id")),
            None => self.room_in_any_channel((&account).into(), &grant).await?,
        };
        let bytes_left = i64::try_from(room.bytes_left()).unwrap_or(i64::MAX);
        Ok(UserLimits { file_bytes: room.file_bytes, bytes_left, files_left: room.files_left(), used, quota, posts_per_minute })
    }
}
