//! The account itself: without a name, an address, a picture and a way to log in.

use guildhall_model::codes::erasure as codes;
use guildhall_model::erasure::{ERASED_DOMAIN, erased_name};
use guildhall_model::id::UserId;
use guildhall_model::user::User;
use guildhall_model::{Event, Millis, Result};
use guildhall_storage::personal_data::erasure;
use guildhall_storage::{Statement, blobs, names, users};

use super::run::Run;
use crate::access::{SystemGrant, UserGrant, Writing};
use crate::erasure::Erasure;
use crate::retry::retry_on_conflict;

/// The role of everybody.
const ROLES: &str = "system_user";

impl Erasure<'_> {
    /// What the account is called from now on: the same in each run of the job.
    pub(super) async fn free_name(&self, system: &SystemGrant, grant: &Writing<UserGrant>, id: UserId) -> Result<String> {
        let db = self.access.read(grant);
        for chars in [8, 12, 16] {
            let name = erased_name(id, chars);
            let address = format!("{name}@{ERASED_DOMAIN}");
            let is_taken = users::find_taken(db, &name, &address, Some(id)).await? != (false, false);
            if !is_taken && !erasure::is_name_of_group(db, system.server(), &name).await? {
                return Ok(name);
            }
        }
        Err(codes::NO_NAME.into())
    }

    /// With everything that was added to the tables since the job began.
    pub(super) async fn erase_account(&self, run: &Run<'_>) -> Result<()> {
        retry_on_conflict(|| self.write_erased_account(run)).await
    }

    async fn write_erased_account(&self, run: &Run<'_>) -> Result<()> {
        let db = self.access.read(&run.grant);
        let picture = users::picture_key(db, run.user.id).await?;
        let before = self.users().account(&run.grant, run.user.id).await?;
        let user = self.without_identity(&before, &run.new_name);
        let updated = self.users().user_updated_event(&run.grant, user.clone()).await?;
        let mut statements: Vec<Statement> =
            erasure::erase_rows(run.grant.write_id()).into_iter().map(|(_, statement)| statement).collect();
        statements.extend(self.erase_exports(run).await?);
        statements.push(erasure::erase_account(run.grant.write_id(), &user, before.update_at));
        statements.extend(picture.map(|key| blobs::release(&key.to_string(), self.clock.now())));
        statements.extend(names::guard_account(&user.username));
        let user_id = user.id;
        run.write(self, statements, vec![Event::AccountChanged { user_id }, Event::AccessEnded { user_id }, updated]).await
    }

    fn without_identity(&self, before: &User, name: &str) -> User {
        User {
            id: before.id,
            create_at: before.create_at,
            update_at: self.now_after(before.update_at),
            delete_at: if before.delete_at.is_zero() { self.clock.now() } else { before.delete_at },
            username: name.to_owned(),
            email: format!("{name}@{ERASED_DOMAIN}"),
            email_verified: false,
            nickname: String::new(),
            first_name: String::new(),
            last_name: String::new(),
            position: String::new(),
            roles: ROLES.to_owned(),
            notify_props: Default::default(),
            props: Default::default(),
            timezone: Default::default(),
            locale: "en".to_owned(),
            last_password_update: Millis::ZERO,
            last_picture_update: Millis::ZERO,
            failed_attempts: 0,
            is_bot: before.is_bot,
            has_second_factor: false,
        }
    }
}
