//! A new account: by signing up, by an administrator, or from the command line.

use std::net::IpAddr;

use guildhall_model::codes::users as codes;
use guildhall_model::id::{InviteId, UserId};
use guildhall_model::role::{SYSTEM_ADMIN, SYSTEM_USER};
use guildhall_model::team::Team;
use guildhall_model::user::rules::{self, normalize_name};
use guildhall_model::user::{Props, User};
use guildhall_model::{Actor, Event, Millis, Permission, Result};
use guildhall_storage::{preferences, users};

use crate::access::{SystemGrant, Writing};
use crate::audits::Trace;
use crate::boxed;
use crate::posts::mentions::keep_keywords;
use crate::retry::Attempts;
use crate::statuses::check_prop;
use crate::users::Users;

#[derive(Debug, Clone, Default)]
pub struct NewUser {
    pub username: String,
    pub email: String,
    pub password: String,
    pub nickname: String,
    pub first_name: String,
    pub last_name: String,
    pub position: String,
    /// Empty for the server's own.
    pub locale: String,
    pub notify_props: Option<Props>,
    pub props: Props,
    pub timezone: Option<Props>,
    /// Brings the account into a team.
    pub invite_id: Option<InviteId>,
    pub address: Option<IpAddr>,
}

/// Who wants the account to be.
#[derive(Clone, Copy)]
enum By<'a> {
    /// The person themselves: takes an open server, an invitation, or an empty one.
    SignUp,
    Administrator(&'a Actor),
    CommandLine {
        is_admin: bool,
    },
}

impl Users<'_> {
    /// Signs somebody up. The first account of a fresh server becomes its administrator.
    #[boxed]
    pub async fn create_user(&self, new: NewUser) -> Result<User> {
        self.make_account(&self.access.system("who signs up has no account yet"), new, By::SignUp).await
    }

    pub fn may_make_accounts(&self, actor: &Actor) -> bool {
        self.access.has_system_permission(actor, Permission::SysconsoleWriteUserManagementUsers)
    }

    /// An account for somebody else, whether or not the server is open.
    #[boxed]
    pub async fn create_user_as_admin(&self, actor: &Actor, new: NewUser) -> Result<User> {
        let grant = self.access.system_permission(actor, Permission::SysconsoleWriteUserManagementUsers)?;
        self.make_account(&grant, new, By::Administrator(actor)).await
    }

    #[boxed]
    pub async fn create_user_from_command_line(&self, new: NewUser, is_admin: bool) -> Result<User> {
        self.make_account(&self.access.system("command line"), new, By::CommandLine { is_admin }).await
    }

    async fn make_account(&self, grant: &Writing<SystemGrant>, new: NewUser, by: By<'_>) -> Result<User> {
        let team = match new.invite_id {
            Some(invite) => Some(self.teams().invited_team(invite).await?),
            None => None,
        };
        let mut user = self.draft(&new);
        user.check()?;
        check_prop(&user.props)?;
        self.may_be_made(grant, &user, team.as_ref(), by).await?;
        rules::check_password(&new.password, self.settings().signup.password_min_chars)?;
        let password_hash = self.hasher.hash(&new.password).await?;

        let mut attempts = Attempts::default();
        loop {
            // Looked at again before each try: somebody else's account may have come first.
            let is_first = self.may_be_made(grant, &user, team.as_ref(), by).await?;
            let is_admin = is_first || matches!(by, By::CommandLine { is_admin: true });
            user.roles = if is_admin { format!("{SYSTEM_USER} {SYSTEM_ADMIN}") } else { SYSTEM_USER.to_owned() };
            match self.save_account(grant, &user, &password_hash, is_first, &new, by).await {
                Err(error) if attempts.again(&error) => {}
                Err(error) => return Err(error),
                Ok(()) => break,
            }
        }
        if let Some(team) = team {
            self.teams().join_team_by_invite(user.id, team.invite_id).await?;
        }
        Ok(user)
    }

    fn draft(&self, new: &NewUser) -> User {
        let now = self.clock.now();
        let locale = if new.locale.is_empty() { self.settings().site.default_locale.clone() } else { new.locale.clone() };
        let mut notify_props = rules::default_notify_props();
        notify_props.extend(new.notify_props.clone().unwrap_or_default());
        User {
            id: self.ids.next(),
            create_at: now,
            update_at: now,
            delete_at: Millis::ZERO,
            username: normalize_name(&new.username),
            email: normalize_name(&new.email),
            email_verified: false,
            nickname: new.nickname.trim().to_owned(),
            first_name: new.first_name.trim().to_owned(),
            last_name: new.last_name.trim().to_owned(),
            position: new.position.trim().to_owned(),
            roles: SYSTEM_USER.to_owned(),
            notify_props,
            props: new.props.clone(),
            timezone: new.timezone.clone().filter(|zone| !zone.is_empty()).unwrap_or_else(rules::default_timezone),
            locale,
            last_password_update: now,
            last_picture_update: Millis::ZERO,
            failed_attempts: 0,
            is_bot: false,
        }
    }

    /// Whether the account may be made, and whether it is the first.
    async fn may_be_made(&self, grant: &SystemGrant, user: &User, team: Option<&Team>, by: By<'_>) -> Result<bool> {
        let db = self.access.read(grant);
        let is_first = !users::any_person(db).await?;
        let settings = self.settings();
        if matches!(by, By::SignUp) {
            if !is_first && !settings.signup.open && team.is_none() {
                return Err(codes::SIGNUP_CLOSED.into());
            }
            let domains = team.map(|team| team.allowed_domains.as_str()).unwrap_or_default();
            if !rules::is_of_domain(&user.email, &settings.signup.allowed_domains) || !rules::is_of_domain(&user.email, domains) {
                return Err(codes::SIGNUP_DOMAIN.into());
            }
        }
        match users::taken(db, &user.username, &user.email, None).await? {
            (true, _) => Err(codes::USERNAME_EXISTS.into()),
            (_, true) => Err(codes::EMAIL_EXISTS.into()),
            _ => Ok(is_first),
        }
    }

    async fn save_account(
        &self,
        grant: &Writing<SystemGrant>,
        user: &User,
        password_hash: &str,
        is_first: bool,
        new: &NewUser,
        by: By<'_>,
    ) -> Result<()> {
        let trace = match by {
            By::Administrator(actor) => Trace::of(actor),
            By::SignUp | By::CommandLine { .. } => Trace { user_id: Some(user.id), address: new.address, session_id: None },
        };
        let mut write = self.access.write(grant);
        let (insert, id) = users::insert(user, password_hash);
        write.push(insert);
        write.extend(keep_keywords(id, user));
        write.extend(rules::first_preferences(user.id).iter().map(|preference| preferences::save(id, preference)));
        if is_first {
            // Of two firsts at the same moment one finds the place taken, and is looked at again as a second.
            write.push(users::found(user.id));
        }
        write.push(self.audits().audited(trace, "create_user", &format!("user_id={} username={}", user.id, user.username)));
        write.commit(Event::NewUser { user_id: user.id }).await
    }

    /// The account itself, for use cases that act for the person.
    pub(crate) async fn account(&self, grant: &impl crate::access::Grant, id: UserId) -> Result<User> {
        users::get(self.access.read(grant), id).await?.ok_or_else(|| codes::NOT_FOUND.into())
    }
}
