//! The account of the server itself, from which administrators and others get direct messages. Made when it is first needed.

use guildhall_model::codes::context;
use guildhall_model::id::UserId;
use guildhall_model::user::{Bot, User};
use guildhall_model::{Event, Millis, Result};
use guildhall_storage::{bots, names, settings, users};

use crate::access::{SystemGrant, Writing};
use crate::bots::new_bot_account;
use crate::findings::Findings;

/// Key of the stored id.
const BOT_ID_KEY: &str = "system_bot_id";
const USERNAME: &str = "guildhall";
const DISPLAY_NAME: &str = "Guildhall";
const DESCRIPTION: &str =
    "Tells administrators when something is wrong with the server or its machine, and people when their access tokens expire.";

impl Findings<'_> {
    pub(super) async fn bot(&self, grant: &Writing<SystemGrant>) -> Result<User> {
        let db = self.access.read(grant);
        let stored = settings::get(db, grant.server(), BOT_ID_KEY).await?;
        let stored: Option<UserId> = stored.as_deref().and_then(|id| id.parse().ok());
        let known = match stored {
            Some(id) => users::get(db, id).await?.filter(|user| user.is_bot && user.is_active()),
            None => None,
        };
        match known {
            Some(user) => Ok(user),
            // An administrator may have deactivated it; nobody is told then.
            None if stored.is_some() => Err(context::PERMISSIONS.with_source("the server's own bot was deactivated")),
            None => self.create_bot(grant).await,
        }
    }

    async fn create_bot(&self, grant: &Writing<SystemGrant>) -> Result<User> {
        let now = self.clock.now();
        let mut user = new_bot_account(self, USERNAME, DISPLAY_NAME, now);
        if users::find_taken(self.access.read(grant), &user.username, &user.email, None).await?.0 {
            // Somebody has this name already.
            user.username = format!("{USERNAME}-{}", user.id.to_string().chars().rev().take(8).collect::<String>());
        }
        let bot = Bot {
            user_id: user.id,
            username: user.username.clone(),
            display_name: user.first_name.clone(),
            description: DESCRIPTION.to_owned(),
            // It belongs to nobody.
            owner_id: user.id,
            create_at: now,
            update_at: now,
            delete_at: Millis::ZERO,
        };
        let mut write = self.access.write(grant, "findings.create_bot");
        let (insert, _) = users::insert(&user, "");
        write.push(insert);
        write.push(bots::insert(&bot));
        write.push(settings::insert(grant.write_server(), BOT_ID_KEY, &user.id.to_string()));
        write.extend(names::guard_account(&user.username));
        write.commit(Event::NewUser { user_id: user.id }).await?;
        Ok(user)
    }
}
