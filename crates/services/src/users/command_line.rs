//! Accounts from the command line, for the first day and the bad ones: whoever has the machine has the server.

use guildhall_model::Result;
use guildhall_model::codes::users as codes;
use guildhall_model::role::{SYSTEM_ADMIN, SYSTEM_USER};
use guildhall_model::user::User;
use guildhall_model::user::rules::normalize_name;
use guildhall_storage::users::{self, Filter, Order};

use crate::access::SystemGrant;
use crate::audits::Trace;
use crate::boxed;
use crate::users::Users;

/// More than a person reads.
const LIST_MAX: i64 = 100_000;

impl Users<'_> {
    #[boxed]
    pub async fn list_users_from_command_line(&self) -> Result<Vec<User>> {
        let grant = self.access.system("command line");
        users::list(self.access.read(&grant), &Filter::default(), Order::Username, LIST_MAX, 0).await
    }

    /// `name` is a username or an email address, here and below.
    #[boxed]
    pub async fn set_password_from_command_line(&self, name: &str, password: &str) -> Result<()> {
        let grant = self.access.system("command line");
        let user = self.named(&grant, name).await?;
        let grant = grant.user_to_write(user.id);
        self.write_password(&grant, password, None, Trace::default()).await
    }

    #[boxed]
    pub async fn set_active_from_command_line(&self, name: &str, is_active: bool) -> Result<()> {
        let grant = self.access.system("command line");
        let user = self.named(&grant, name).await?;
        let grant = grant.user_to_write(user.id);
        self.write_active(&grant, &user, is_active, Trace::default()).await
    }

    #[boxed]
    pub async fn set_admin_from_command_line(&self, name: &str, is_admin: bool) -> Result<()> {
        let grant = self.access.system("command line");
        let user = self.named(&grant, name).await?;
        let grant = grant.user_to_write(user.id);
        let mut roles: Vec<_> = user.roles.split_ascii_whitespace().filter(|role| *role != SYSTEM_ADMIN).collect();
        if roles.is_empty() {
            roles.push(SYSTEM_USER);
        }
        if is_admin {
            roles.push(SYSTEM_ADMIN);
        }
        self.write_roles(&grant, &user, &roles.join(" "), Trace::default()).await
    }

    async fn named(&self, grant: &SystemGrant, name: &str) -> Result<User> {
        let found = users::by_login(self.access.read(grant), grant.server(), &normalize_name(name)).await?;
        Ok(found.ok_or(codes::NOT_FOUND)?.user)
    }
}
