//! Team icons.

use bytes::Bytes;
use guildhall_model::codes::teams as codes;
use guildhall_model::id::TeamId;
use guildhall_model::ports::{BlobKey, ByteStream};
use guildhall_model::{Actor, Event, Millis, Permission, Result};
use guildhall_storage::{blobs, teams};

use crate::access::{TeamGrant, Writing};
use crate::boxed;
use crate::teams::Teams;

/// Limit of an uploaded picture, in bytes.
pub const ICON_BYTES_MAX: usize = 10 * 1024 * 1024;
const ICON_SIDE_PX: u32 = 128;

/// A team's icon as a stream.
pub struct TeamIcon {
    pub key: BlobKey,
    pub size_bytes: u64,
    pub stream: ByteStream<'static>,
}

impl Teams<'_> {
    #[boxed]
    pub async fn get_team_icon(&self, actor: &Actor, team: TeamId) -> Result<TeamIcon> {
        let grant = self.access.view_team(actor, team).await?;
        let key = teams::icon_key(self.access.read(&grant), grant.id()).await?.ok_or(codes::ICON_NOT_FOUND)?;
        let reader = self.blobs.open(&key, None).await?;
        Ok(TeamIcon { key, size_bytes: reader.total_bytes, stream: reader.stream })
    }

    #[boxed]
    pub async fn set_team_icon(&self, actor: &Actor, team: TeamId, picture: Bytes) -> Result<()> {
        if picture.len() > ICON_BYTES_MAX {
            return Err(codes::ICON_TOO_LARGE.with("limit", ICON_BYTES_MAX));
        }
        let grant = self.access.team(actor, team, Permission::ManageTeam).await?;
        let icon = self.images.create_square_icon(actor.user_id, picture, ICON_SIDE_PX).await?;
        let key = self.put_picture(icon.bytes).await?;
        self.write_icon(grant, Some(key)).await
    }

    #[boxed]
    pub async fn remove_team_icon(&self, actor: &Actor, team: TeamId) -> Result<()> {
        let grant = self.access.team(actor, team, Permission::ManageTeam).await?;
        self.write_icon(grant, None).await
    }

    async fn write_icon(&self, grant: Writing<TeamGrant>, key: Option<BlobKey>) -> Result<()> {
        let now = self.clock.now();
        let old = teams::icon_key(self.access.read(&grant), grant.id()).await?.filter(|old| Some(*old) != key);
        let mut write = self.access.write(&grant, if key.is_some() { "teams.set_icon" } else { "teams.remove_icon" });
        write.push(teams::set_icon(grant.write_id(), key, now));
        write.extend(old.map(|old| blobs::release(&old.to_string(), now)));
        let mut team = grant.team.clone();
        team.update_at = self.now_after(team.update_at);
        team.last_team_icon_update = if key.is_some() { self.now_after(team.last_team_icon_update) } else { Millis::ZERO };
        write.commit(Event::TeamUpdated(team)).await
    }
}
