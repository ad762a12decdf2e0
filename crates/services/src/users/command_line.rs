//! Accounts from the command line, for the first day and the bad ones: whoever has the machine has the server.

use guildhall_model::Result;
use guildhall_model::codes::users as codes;
use guildhall_model::user::User;
use guildhall_model::user::rules::normalize_name;
use guildhall_storage::users::{self, Filter, Order};

use crate::Services;
use crate::access::SystemGrant;

/// More than a person reads.
const LIST_MAX: i64 = 100_000;

impl Services {
    pub async fn list_users_from_command_line(&self) -> Result<Vec<User>> {
        let grant = self.access.system("command line");
        users::list(self.access.read(&grant), &Filter::default(), Order::Username, LIST_MAX, 0).await
    }

    /// By username or email address.
    async fn named(&self, grant: &SystemGrant, name: &str) -> Result<User> {
        let found = users::by_login(self.access.read(grant), &normalize_name(name)).await?;
        Ok(found.ok_or(codes::NOT_FOUND)?.user)
    }
}
