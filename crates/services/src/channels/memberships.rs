//! The channels and teams of a user, for the subscriptions of its connections.

use guildhall_model::Result;
use guildhall_model::id::{ChannelId, TeamId, UserId};
use guildhall_storage::{channel_members, team_members};

use crate::boxed;
use crate::channels::Channels;

impl Channels<'_> {
    /// The channels and teams of a user, including archived ones.
    #[boxed]
    pub async fn memberships(&self, user: UserId) -> Result<(Vec<ChannelId>, Vec<TeamId>)> {
        let grant = self.access.system("connections subscribe to the channels and teams of their user");
        let db = self.access.read(&grant);
        Ok((channel_members::channel_ids(db, grant.id(user)).await?, team_members::team_ids(db, grant.id(user)).await?))
    }
}
