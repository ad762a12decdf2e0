//! Logging in with a name and a password.

use std::net::IpAddr;

use guildhall_model::codes::{context, users as codes};
use guildhall_model::id::UserId;
use guildhall_model::ports::Secret;
use guildhall_model::user::rules::{EMAIL_CHARS_MAX, is_valid_email, is_valid_username, normalize_name};
use guildhall_model::user::{Props, Session, User};
use guildhall_model::{Event, Events, Result};
use guildhall_storage::users::{self, UserWithPassword};
use guildhall_storage::{Statement, sessions};

use super::magic_link_log_in::ProvenByMail;
use super::throttle::Attempt;
use super::{DEVICE_ID_CHARS_MAX, SESSIONS_MAX, platform};
use crate::access::{Origin, UserGrant, Writing};
use crate::boxed;
use crate::passwords::PasswordMatch;
use crate::sessions::Sessions;

#[derive(Debug, Clone, Default)]
pub struct LoginRequest {
    /// Username or email address.
    pub login_id: String,
    /// Instead of `login_id`.
    pub user_id: Option<UserId>,
    pub password: String,
    /// The code of a second factor or a recovery code; empty where it is not known yet whether the account takes one.
    pub code: String,
    /// The push notification id of a mobile device; empty for other clients.
    pub device_id: String,
    /// By which a browser is recognized that has logged in before; empty for clients without cookies.
    pub browser_token: String,
    pub address: Option<IpAddr>,
    pub user_agent: String,
}

#[derive(Debug)]
pub struct LoginResult {
    pub user: User,
    pub session: Session,
    /// Returned this once; the database has only its hash.
    pub token: Secret,
    pub csrf: String,
    /// Lifetime of the session cookies.
    pub length_ms: i64,
}

/// What shows that somebody is the account's owner, besides a second factor.
pub(super) enum LogInProof {
    Password(PasswordMatch),
    /// A link or a code that was sent to the account's address.
    Mail(Box<ProvenByMail>),
}

/// What a log-in writes besides its session.
#[derive(Default)]
pub(crate) struct LogInWrites {
    /// Committed before the session, in the same batch.
    pub statements: Vec<Statement>,
    pub events: Vec<Event>,
    /// For the audit record; empty for a password.
    pub by: &'static str,
    /// Who has just opened a mail need not get another one about a new place.
    pub is_by_mail: bool,
}

impl Sessions<'_> {
    /// Unknown accounts and wrong passwords give the same error and take the same time. Whether an account has a second factor shows
    /// only with the right password.
    #[boxed]
    pub async fn log_in(&self, request: LoginRequest) -> Result<LoginResult> {
        if request.password.is_empty() {
            return Err(codes::LOGIN_BLANK.into());
        }
        check_device_id(&request)?;
        let grant = self.access.system("there is no actor before the log-in");
        let db = self.access.read(&grant);
        let login_id = normalize_name(&request.login_id);
        let account = match request.user_id {
            Some(id) => users::get_with_password(db, grant.id(id)).await?,
            None if login_id.chars().count() > EMAIL_CHARS_MAX => None,
            None => users::by_login(db, grant.server(), &login_id).await?,
        };
        // An id without an account has a count of its own, as that of an account.
        let id = account.as_ref().map(|account| account.user.id).or(request.user_id);
        let attempt: Attempt = self.begin_log_in(id, &login_id, &request).await?;
        let hash = account.as_ref().map(|account| account.password_hash.as_str()).filter(|hash| !hash.is_empty());
        let matched = match self.verify_password(&request.password, hash).await {
            Ok(matched) => matched,
            Err(error) => {
                attempt.cancel();
                return Err(error);
            }
        };
        match (account, matched) {
            (Some(account), Some(matched)) => self.complete_log_in(account, request, LogInProof::Password(matched), attempt).await,
            (account, _) => {
                self.record_failure(account.map(|account| account.user), &login_id, request.address, None).await?;
                Err(codes::LOGIN_INVALID.into())
            }
        }
    }

    /// Counts a sign-up for the address; `RATE_LIMITED` above the limit.
    pub(crate) fn count_sign_up(&self, address: Option<IpAddr>) -> Result<()> {
        let limits = &self.settings().limits;
        match address.filter(|_| limits.enabled) {
            Some(address) => self.state().throttle.count_sign_up(address, limits.sign_ups_per_hour, self.clock.now()),
            None => Ok(()),
        }
    }

    /// Counts an app that registers itself from the address; `RATE_LIMITED` above the limit.
    pub(crate) fn count_registration(&self, address: Option<IpAddr>) -> Result<()> {
        match address.filter(|_| self.settings().limits.enabled) {
            Some(address) => self.state().throttle.count_registration(address, self.clock.now()),
            None => Ok(()),
        }
    }

    /// Counts a request for a mail for the address; `RATE_LIMITED` above the limit.
    pub(crate) fn count_mail_request(&self, address: Option<IpAddr>) -> Result<()> {
        match address.filter(|_| self.settings().limits.enabled) {
            Some(address) => self.state().throttle.count_mail_request(address, self.clock.now()),
            None => Ok(()),
        }
    }

    /// Writes an audit record also without an account, so that both cases take the same time. The number of records is
    /// bounded by the limits of failed log-ins.
    pub(super) async fn record_failure(
        &self,
        account: Option<User>,
        login_id: &str,
        address: Option<IpAddr>,
        reason: Option<&'static str>,
    ) -> Result<()> {
        self.counters.failed_logins.increment();
        let grant = self.access.system("a log-in failed");
        let user_id = account.as_ref().map(|user| user.id);
        let origin = Origin { user_id, address, ..Origin::default() };
        let mut write = self.access.write(&grant, "sessions.login_failed").recorded_as(origin);
        write.detail("login_id", name_for_record(account.as_ref(), login_id));
        if let Some(reason) = reason {
            write.detail("reason", reason);
        }
        write.extend(user_id.map(|user| users::count_failure(grant.write_id(user), self.clock.now())));
        write.commit(Events::none("clients do not see failed log-ins")).await
    }

    pub(super) async fn complete_log_in(
        &self,
        account: UserWithPassword,
        request: LoginRequest,
        proof: LogInProof,
        attempt: Attempt,
    ) -> Result<LoginResult> {
        let UserWithPassword { mut user, password_hash } = account;
        if let Err(error) = self.check_account_state(&user, &request, matches!(proof, LogInProof::Mail(_))).await {
            attempt.cancel();
            return Err(error);
        }
        let grant = self.access.system("a user has authenticated").user_to_write(user.id);
        let guard = users::guard_login(grant.write_id(), &password_hash, user.has_second_factor, codes::LOGIN_INVALID);
        let mut writes = LogInWrites { statements: vec![guard], ..LogInWrites::default() };
        if user.has_second_factor || matches!(proof, LogInProof::Mail(_)) {
            writes.statements.extend(self.check_second_factor(&grant, &user, &request, attempt).await?);
        } else {
            self.check_new_place(&grant, &user, &request, attempt, &mut writes).await?;
        }
        match proof {
            LogInProof::Password(matched) => {
                writes.statements.extend(self.rehash(&grant, &password_hash, &request.password, matched).await);
            }
            LogInProof::Mail(proven) => self.use_mail(&grant, &mut user, &request, *proven, &mut writes).await?,
        }
        self.start_session(user, &request, writes).await
    }

    /// Hashes the password again where its hash is of an older form.
    async fn rehash(&self, grant: &Writing<UserGrant>, old_hash: &str, password: &str, matched: PasswordMatch) -> Option<Statement> {
        let new_hash = self.renew_password_hash(old_hash, password, matched).await?;
        Some(users::rehash(grant.write_id(), old_hash, &new_hash))
    }

    /// The first session of a guest whose account was just made.
    #[boxed]
    pub(crate) async fn log_in_new_guest(&self, user: User, request: LoginRequest) -> Result<LoginResult> {
        check_device_id(&request)?;
        self.start_session(user, &request, LogInWrites { by: "guest link", ..LogInWrites::default() }).await
    }

    /// Creates a session for an authenticated user, and makes its place known.
    pub(crate) async fn start_session(&self, user: User, request: &LoginRequest, mut writes: LogInWrites) -> Result<LoginResult> {
        let (token, csrf) = (self.secrets.generate_token(), self.secrets.generate_token().expose().to_owned());
        let mut session = self.new_session(&user, request, &csrf);
        let length_ms = self.session_length_ms(&session);
        session.expires_at = session.create_at.plus_ms(length_ms);

        let grant = self.access.system("a user logged in").user_to_write(user.id);
        let db = self.access.read(&grant);
        let mut revoked_ids: Vec<_> =
            sessions::of_user(db, grant.id(), 100, SESSIONS_MAX - 1).await?.into_iter().map(|old| old.id).collect();
        if !session.device_id.is_empty() {
            revoked_ids.extend(sessions::of_device(db, grant.id(), &session.device_id).await?);
        }
        self.remember_place(&grant, request, &mut writes).await?;
        let origin = Origin { user_id: Some(user.id), address: request.address, session_id: Some(session.id), ..Origin::default() };
        let mut write = self.access.write(&grant, "sessions.login").recorded_as(origin);
        if !writes.by.is_empty() {
            write.detail("by", writes.by);
        }
        write.extend(writes.statements);
        write.extend(sessions::delete_each(grant.write_id(), &revoked_ids));
        write.push(sessions::insert(grant.write_id(), &session, token.hash()));
        let revoked_event = |session_id| Event::SessionRevoked { user_id: user.id, session_id };
        write.commit(revoked_ids.into_iter().map(revoked_event).chain(writes.events).collect::<Vec<_>>()).await?;
        Ok(LoginResult { user, session, token, csrf, length_ms })
    }

    fn new_session(&self, user: &User, request: &LoginRequest, csrf: &str) -> Session {
        let now = self.clock.now();
        let (platform, os, browser, is_mobile_app) = platform::parse_user_agent(&request.user_agent);
        let is_mobile = is_mobile_app || !request.device_id.is_empty();
        let props: Props = [
            ("browser", browser),
            ("csrf", csrf.to_owned()),
            ("isMobile", is_mobile.to_string()),
            ("isOAuthUser", "false".to_owned()),
            ("isSaml", "false".to_owned()),
            ("is_guest", user.is_guest().to_string()),
            ("os", os.to_owned()),
            ("platform", platform.to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        Session {
            id: self.ids.next(),
            user_id: user.id,
            create_at: now,
            expires_at: now,
            last_activity_at: now,
            last_address: request.address.map(|address| address.to_string()).unwrap_or_default(),
            device_id: request.device_id.clone(),
            roles: user.roles.clone(),
            is_oauth: false,
            expired_notify: false,
            props,
        }
    }
}

pub(super) fn check_device_id(request: &LoginRequest) -> Result<()> {
    if request.device_id.chars().count() > DEVICE_ID_CHARS_MAX {
        return Err(context::INVALID_PARAM.with("name", "device_id"));
    }
    Ok(())
}

/// Recorded instead of a login id that is no name.
const NO_NAME: &str = "[not a name]";

/// The name of a failed log-in in the audit trail: what was entered, if an account has that name or email address, or if it
/// has the form of one. People enter their password into the wrong field; most passwords do not have that form.
fn name_for_record(account: Option<&User>, login_id: &str) -> String {
    match account {
        Some(account) if login_id.is_empty() => account.username.clone(),
        Some(_) => login_id.to_owned(),
        None if is_valid_username(login_id) || is_valid_email(login_id) => login_id.to_owned(),
        None => NO_NAME.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_name_is_not_recorded() {
        for name in ["ada", "ada.l-1", "ada@example.com"] {
            assert_eq!(name_for_record(None, name), name);
        }
        for other in ["passw0rd!longer", "correct horse", "", "drop\ntable", &"a".repeat(65), "@"] {
            assert_eq!(name_for_record(None, other), NO_NAME, "{other}");
        }
    }
}
