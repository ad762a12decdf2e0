//! Logging in with a name and a password.

use std::net::IpAddr;

use guildhall_model::codes::{context, users as codes};
use guildhall_model::id::UserId;
use guildhall_model::ports::Secret;
use guildhall_model::user::rules::{EMAIL_MAX_CHARS, normalize_name};
use guildhall_model::user::{Props, Session, User};
use guildhall_model::{Event, Events, Result};
use guildhall_storage::users::{self, WithPassword};
use guildhall_storage::{Statement, sessions};

use super::throttle::Attempt;
use super::{DEVICE_ID_MAX_CHARS, SESSIONS_MAX, platform};
use crate::access::{UserGrant, Writing};
use crate::audits::Trace;
use crate::boxed;
use crate::sessions::Sessions;

#[derive(Debug, Clone, Default)]
pub struct LogIn {
    /// Username or email address.
    pub login_id: String,
    /// Instead of `login_id`.
    pub user_id: Option<UserId>,
    pub password: String,
    /// The address for push messages of a mobile device; empty for others.
    pub device_id: String,
    pub address: Option<IpAddr>,
    pub user_agent: String,
}

#[derive(Debug)]
pub struct LoggedIn {
    pub user: User,
    pub session: Session,
    /// Shown this once; the database has its hash only.
    pub token: Secret,
    pub csrf: String,
    /// How long a browser keeps the cookies.
    pub length_ms: i64,
}

impl Sessions<'_> {
    /// Unknown accounts and wrong passwords answer alike and take alike.
    #[boxed]
    pub async fn log_in(&self, request: LogIn) -> Result<LoggedIn> {
        if request.password.is_empty() {
            return Err(codes::LOGIN_BLANK.into());
        }
        if request.device_id.chars().count() > DEVICE_ID_MAX_CHARS {
            return Err(context::INVALID_PARAM.with("name", "device_id"));
        }
        let grant = self.access.system("nobody is logged in before the log-in");
        let db = self.access.read(&grant);
        let login_id = normalize_name(&request.login_id);
        let found = match request.user_id {
            Some(id) => users::get_with_password(db, grant.id(id)).await?,
            None if login_id.chars().count() > EMAIL_MAX_CHARS => None,
            None => users::by_login(db, grant.server(), &login_id).await?,
        };
        let attempt = self.begin_attempt(found.as_ref().map(|found| found.user.id), &login_id, request.address)?;
        let hash = found.as_ref().map(|found| found.password_hash.as_str()).filter(|hash| !hash.is_empty());
        let is_right = match self.hasher.verify(&request.password, hash).await {
            Ok(is_right) => is_right,
            Err(error) => {
                attempt.undecided();
                return Err(error);
            }
        };
        match found {
            Some(found) if is_right => {
                attempt.succeeded();
                self.let_in(found, request).await
            }
            found => {
                self.note_failure(found.map(|found| found.user.id), request.address).await?;
                Err(codes::LOGIN_INVALID.into())
            }
        }
    }

    pub(crate) fn begin_attempt(&self, user: Option<UserId>, login_id: &str, address: Option<IpAddr>) -> Result<Attempt> {
        let settings = self.settings();
        if !settings.limits.enabled {
            return Ok(Attempt::default());
        }
        self.state().throttle.begin(user, login_id, address, settings.limits.failed_logins, self.clock.now())
    }

    /// One write with or without an account: the disk takes as long for both.
    async fn note_failure(&self, user: Option<UserId>, address: Option<IpAddr>) -> Result<()> {
        let grant = self.access.system("a log-in failed");
        let mut write = self.access.write(&grant);
        write.extend(user.map(|user| users::count_failure(grant.write_id(user), self.clock.now())));
        write.push(self.audits().audited(Trace { user_id: user, address, ..Trace::default() }, "login_failed", ""));
        write.commit(Events::none("nobody is told of a failed log-in")).await
    }

    async fn let_in(&self, found: WithPassword, request: LogIn) -> Result<LoggedIn> {
        let WithPassword { user, password_hash } = found;
        if !user.is_active() {
            return Err(codes::LOGIN_INACTIVE.into());
        }
        let grant = self.access.system("somebody has shown who they are").user_to_write(user.id);
        let rehash = self.rehash(&grant, &password_hash, &request.password).await;
        let mut before = vec![users::guard_login(grant.write_id(), &password_hash, codes::LOGIN_INVALID)];
        before.extend(rehash);
        self.start_session(user, &request, before).await
    }

    /// Today's hash where the stored one is of older settings. That it cannot be made keeps nobody out.
    async fn rehash(&self, grant: &Writing<UserGrant>, old: &str, password: &str) -> Option<Statement> {
        if !self.hasher.needs_rehash(old) {
            return None;
        }
        let new = self.hasher.hash(password).await.ok()?;
        Some(users::rehash(grant.write_id(), old, &new))
    }

    /// A session for somebody who has shown who they are; `before` is written with it.
    pub(crate) async fn start_session(&self, user: User, request: &LogIn, before: Vec<Statement>) -> Result<LoggedIn> {
        let (token, csrf) = (self.secrets.token(), self.secrets.token().expose().to_owned());
        let mut session = self.new_session(&user, request, &csrf);
        let length_ms = self.session_length_ms(&session);
        session.expires_at = session.create_at.plus_ms(length_ms);

        let grant = self.access.system("somebody logged in").user_to_write(user.id);
        let db = self.access.read(&grant);
        let mut ended: Vec<_> = sessions::of_user(db, grant.id(), 100, SESSIONS_MAX - 1).await?.into_iter().map(|old| old.id).collect();
        if !session.device_id.is_empty() {
            ended.extend(sessions::of_device(db, grant.id(), &session.device_id).await?);
        }
        let mut write = self.access.write(&grant);
        write.extend(before);
        write.extend(sessions::delete_each(grant.write_id(), &ended));
        write.push(sessions::insert(grant.write_id(), &session, token.hash()));
        write.push(self.audits().audited(
            Trace { user_id: Some(user.id), address: request.address, session_id: Some(session.id) },
            "login",
            "",
        ));
        let revoked = |session_id| Event::SessionRevoked { user_id: user.id, session_id };
        write.commit(ended.into_iter().map(revoked).collect::<Vec<_>>()).await?;
        Ok(LoggedIn { user, session, token, csrf, length_ms })
    }

    fn new_session(&self, user: &User, request: &LogIn, csrf: &str) -> Session {
        let now = self.clock.now();
        let (platform, os, browser, is_mobile_app) = platform::of(&request.user_agent);
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
            device_id: request.device_id.clone(),
            roles: user.roles.clone(),
            is_oauth: false,
            expired_notify: false,
            props,
        }
    }
}
