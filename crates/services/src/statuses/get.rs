//! Asking who is there.

use std::collections::HashMap;

use guildhall_model::codes::context;
use guildhall_model::id::UserId;
use guildhall_model::user::Status;
use guildhall_model::{Actor, Result};
use guildhall_storage::statuses;

use crate::boxed;
use crate::statuses::Statuses;
use crate::users::USER_IDS_MAX;

impl Statuses<'_> {
    /// Everybody who is online, for decisions that concern each of them.
    pub(crate) fn online(&self) -> Vec<UserId> {
        self.state().presence.online()
    }

    /// The statuses of those whom the actor may see, in the order asked for; of whom nothing is known is offline.
    #[boxed]
    pub async fn statuses(&self, actor: &Actor, users: &[UserId]) -> Result<Vec<Status>> {
        if users.len() > USER_IDS_MAX {
            return Err(context::INVALID_PARAM.with("name", "user_ids"));
        }
        let grant = self.access.own(actor);
        let users = self.users().only_seen(&grant, actor, users.to_vec()).await?;
        let (here, elsewhere): (Vec<_>, Vec<_>) =
            users.iter().map(|user| (*user, self.state().presence.get(*user))).partition(|(_, s)| s.is_some());
        let mut known: HashMap<_, _> = here.into_iter().filter_map(|(user, status)| Some((user, status?))).collect();
        let elsewhere: Vec<_> = elsewhere.into_iter().map(|(user, _)| user).collect();
        if !elsewhere.is_empty() {
            let written = statuses::by_ids(self.access.read(&grant), &elsewhere).await?;
            known.extend(written.into_iter().map(|status| (status.user_id, status)));
        }
        Ok(users.into_iter().map(|user| known.remove(&user).unwrap_or_else(|| Status::offline(user))).collect())
    }

    #[boxed]
    pub async fn status(&self, actor: &Actor, user: UserId) -> Result<Status> {
        self.statuses(actor, &[user]).await?.pop().ok_or_else(|| context::PERMISSIONS.into())
    }

    /// Everybody who is there now and whom the actor may see, `limit` at most.
    #[boxed]
    pub async fn online_statuses(&self, actor: &Actor, limit: i64) -> Result<Vec<Status>> {
        let mut present = self.state().presence.present();
        present.truncate(usize::try_from(limit).unwrap_or_default());
        let grant = self.access.own(actor);
        let seen = self.users().only_seen(&grant, actor, present.iter().map(|status| status.user_id).collect()).await?;
        present.retain(|status| seen.contains(&status.user_id));
        Ok(present)
    }
}
