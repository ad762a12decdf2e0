//! Reading statuses.

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
    /// The users that are online, for internal decisions: not filtered by who may see whom.
    pub(crate) fn online(&self) -> Vec<UserId> {
        self.state().presence.online()
    }

    pub(crate) fn is_online(&self, user: UserId) -> bool {
        self.state().presence.is_online(user)
    }

    /// Whether any of these people is not online.
    pub(crate) fn is_any_absent(&self, users: &[UserId]) -> bool {
        self.state().presence.is_any_absent(users)
    }

    /// The status of anybody, for internal decisions.
    pub(crate) async fn any_status(&self, user: UserId) -> Result<Status> {
        if let Some(status) = self.state().presence.get(user) {
            return Ok(status);
        }
        let grant = self.access.system("who is not to be disturbed gets no mail");
        Ok(statuses::get(self.access.read(&grant), user).await?.unwrap_or_else(|| Status::offline(user)))
    }

    /// The statuses of the users that the actor may see, in the order of `users`; unknown ones are offline.
    #[boxed]
    pub async fn statuses(&self, actor: &Actor, users: &[UserId]) -> Result<Vec<Status>> {
        if users.len() > USER_IDS_MAX {
            return Err(context::INVALID_PARAM.with("name", "user_ids"));
        }
        let grant = self.access.own_account(actor);
        let users = self.users().visible_among(&grant, actor, users.to_vec()).await?;
        let (cached, missing): (Vec<_>, Vec<_>) =
            users.iter().map(|user| (*user, self.state().presence.get(*user))).partition(|(_, s)| s.is_some());
        let mut statuses: HashMap<_, _> = cached.into_iter().filter_map(|(user, status)| Some((user, status?))).collect();
        let missing: Vec<_> = missing.into_iter().map(|(user, _)| user).collect();
        if !missing.is_empty() {
            let stored = statuses::by_ids(self.access.read(&grant), &missing).await?;
            statuses.extend(stored.into_iter().map(|status| (status.user_id, status)));
        }
        Ok(users.into_iter().map(|user| statuses.remove(&user).unwrap_or_else(|| Status::offline(user))).collect())
    }

    #[boxed]
    pub async fn status(&self, actor: &Actor, user: UserId) -> Result<Status> {
        self.statuses(actor, &[user]).await?.pop().ok_or_else(|| context::PERMISSIONS.into())
    }

    /// At most `limit` statuses of users that are not offline and that the actor may see.
    #[boxed]
    pub async fn online_statuses(&self, actor: &Actor, limit: i64) -> Result<Vec<Status>> {
        let mut statuses = self.state().presence.not_offline();
        statuses.truncate(usize::try_from(limit).unwrap_or_default());
        let grant = self.access.own_account(actor);
        let visible = self.users().visible_among(&grant, actor, statuses.iter().map(|status| status.user_id).collect()).await?;
        statuses.retain(|status| visible.contains(&status.user_id));
        Ok(statuses)
    }
}
