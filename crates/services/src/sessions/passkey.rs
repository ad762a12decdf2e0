//! Logging in with a passkey. It is two factors in one, what somebody has and what unlocks it, so that no code is asked for.

use std::net::IpAddr;

use guildhall_model::codes::{passkeys as codes, users as user_codes};
use guildhall_model::id::PasskeyCeremonyId;
use guildhall_model::user::User;
use guildhall_model::{Error, Result};
use guildhall_storage::{passkeys, users};

use super::log_in::{LogInWrites, check_device_id};
use super::{LoginRequest, LoginResult};
use crate::boxed;
use crate::passkeys::BegunCeremony;
use crate::sessions::Sessions;

/// What a browser returned.
#[derive(Debug, Clone)]
pub struct PasskeyAnswer {
    pub ceremony_id: PasskeyCeremonyId,
    /// As JSON.
    pub response: String,
}

impl Sessions<'_> {
    /// The same for everybody: whose passkey it is shows with the answer.
    #[boxed]
    pub async fn begin_passkey_log_in(&self, address: Option<IpAddr>) -> Result<BegunCeremony> {
        let server = self.passkeys().relying_party()?;
        if let Some(address) = address.filter(|_| self.settings().limits.enabled) {
            self.state().throttle.count_ceremony(address, self.clock.now())?;
        }
        let ceremony = self.passkey_verifier.begin_log_in(&server)?;
        self.passkeys().begin_ceremony(None, ceremony).await
    }

    /// `request` says from where; its name and password are not used.
    #[boxed]
    pub async fn log_in_with_passkey(&self, answer: PasskeyAnswer, request: LoginRequest) -> Result<LoginResult> {
        check_device_id(&request)?;
        let server = self.passkeys().relying_party()?;
        let (state, end_ceremony) = self.passkeys().ceremony(answer.ceremony_id, None).await?;
        let (hash, claimed_user) = self.passkey_verifier.claim(&answer.response)?;
        let grant = self.access.system("there is no actor before the log-in");
        let db = self.access.read(&grant);
        let found = passkeys::by_credential(db, grant.server(), hash).await?;
        let Some(passkey) = found.filter(|passkey| *passkey.user_id.bytes() == claimed_user) else {
            return self.reject_passkey(None, &request, codes::UNKNOWN.into()).await;
        };
        let user = users::get(db, passkey.user_id).await?.ok_or(codes::UNKNOWN)?;
        let credential = match self.passkey_verifier.finish_log_in(&server, &state, &passkey.credential, &answer.response) {
            Ok(credential) => credential,
            Err(error) => return self.reject_passkey(Some(user), &request, error).await,
        };
        self.check_account_state(&user, &request, false).await?;
        let grant = self.access.system("a user has authenticated").user_to_write(user.id);
        let statements = vec![
            end_ceremony,
            users::guard_log_in_without_password(grant.write_id(), user_codes::LOGIN_INVALID),
            passkeys::record_use(grant.write_id(), &passkey, &credential, self.clock.now()),
        ];
        self.counters.passkey_log_ins.increment();
        self.start_session(user, &request, LogInWrites { statements, by: "passkey", ..LogInWrites::default() }).await
    }

    async fn reject_passkey(&self, account: Option<User>, request: &LoginRequest, error: Error) -> Result<LoginResult> {
        let login_id = account.as_ref().map(|user| user.username.clone()).unwrap_or_default();
        self.record_failure(account, &login_id, request.address, Some("a passkey that is not valid")).await?;
        Err(error)
    }
}
