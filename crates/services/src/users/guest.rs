//! Making members guests, and guests members.

use guildhall_model::codes::{invitations as codes, users as user_codes};
use guildhall_model::id::UserId;
use guildhall_model::role::{SYSTEM_GUEST, SYSTEM_USER};
use guildhall_model::user::User;
use guildhall_model::{Actor, Permission, Result};

use crate::access::{UserGrant, Writing};
use crate::boxed;
use crate::retry::retry_on_conflict;
use crate::users::Users;

impl Users<'_> {
    /// The account keeps its channels and has no other role any more.
    #[boxed]
    pub async fn demote_user_to_guest(&self, actor: &Actor, id: UserId) -> Result<()> {
        let grant = self.access.system_permission(actor, Permission::DemoteToGuest)?.user_to_write(id);
        if !self.settings().guests.enabled {
            return Err(codes::DEMOTION_DISABLED.into());
        }
        retry_on_conflict(|| async {
            let user = self.person_to_change(&grant, actor).await?;
            if user.is_guest() {
                return Err(codes::ALREADY_GUEST.into());
            }
            self.write_roles(&grant, &user, SYSTEM_GUEST).await
        })
        .await
    }

    /// The account is a full member of its teams, and joins their default channels.
    #[boxed]
    pub async fn promote_guest_to_user(&self, actor: &Actor, id: UserId) -> Result<()> {
        let grant = self.access.system_permission(actor, Permission::PromoteGuest)?.user_to_write(id);
        retry_on_conflict(|| async {
            let user = self.person_to_change(&grant, actor).await?;
            if !user.is_guest() {
                return Err(codes::NO_GUEST.into());
            }
            self.write_roles(&grant, &user, &roles_of_member(&user.roles)).await
        })
        .await?;
        let user = self.account(&grant, id).await?;
        self.teams().join_default_channels(&user).await
    }

    /// A person whom the actor may change.
    pub(super) async fn person_to_change(&self, grant: &Writing<UserGrant>, actor: &Actor) -> Result<User> {
        let user = self.not_above(actor, self.account(grant, grant.user_id()).await?)?;
        if user.is_bot { Err(user_codes::NOT_FOR_BOTS.into()) } else { Ok(user) }
    }
}

/// The roles of a guest, as those of a member.
fn roles_of_member(roles: &str) -> String {
    let names = roles.split_ascii_whitespace().map(|name| if name == SYSTEM_GUEST { SYSTEM_USER } else { name });
    guildhall_model::role::normalize(&names.collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_roles_of_a_guest_are_kept() {
        assert_eq!(roles_of_member("system_guest"), "system_user");
        assert_eq!(roles_of_member("system_guest system_post_all system_user"), "system_user system_post_all");
    }
}
