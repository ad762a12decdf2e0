//! Reading one's own scheduled posts, with those that could not be sent.

use guildhall_model::draft::{ScheduledPost, WithFiles};
use guildhall_model::id::TeamId;
use guildhall_model::{Actor, Result};
use guildhall_storage::scheduled_posts::{self, InTeam};

use crate::boxed;
use crate::drafts::with_files;
use crate::scheduled_posts::ScheduledPosts;

impl ScheduledPosts<'_> {
    /// By team: `None` for direct and group channels.
    #[boxed]
    pub async fn scheduled_posts(
        &self,
        actor: &Actor,
        team: TeamId,
        with_direct: bool,
    ) -> Result<Vec<(Option<TeamId>, WithFiles<ScheduledPost>)>> {
        self.check_enabled()?;
        let team = self.access.view_team(actor, team).await?;
        let own = self.access.own_account(actor);
        let db = self.access.read(&own);
        let rows = scheduled_posts::in_team(db, own.id(), team.id(), with_direct).await?;
        let (posts, teams): (Vec<_>, Vec<_>) = rows.into_iter().map(|InTeam(post, team)| (post, team)).unzip();
        let posts = with_files(db, &own, posts, |post| &post.draft.file_ids).await?;
        Ok(teams.into_iter().zip(posts).collect())
    }
}
