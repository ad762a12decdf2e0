//! Logging in by the link or the code of a mail. It proves that the address is the account's owner's.

use guildhall_model::codes::magic_links as codes;
use guildhall_model::mail::{AccountMail, AccountTokenKind};
use guildhall_model::ports::TokenHash;
use guildhall_model::user::User;
use guildhall_model::{Event, Events, Result};
use guildhall_storage::magic_link_codes::{self, MagicLinkCode};
use guildhall_storage::users::{self, UserWithPassword};
use guildhall_storage::{Statement, account_tokens};

use super::log_in::{LogInProof, LogInWrites, check_device_id};
use super::{AccessEnd, EndedAccess, LoginRequest, LoginResult};
use crate::access::{Details, Origin, SystemGrant, UserGrant, Writing};
use crate::boxed;
use crate::sessions::Sessions;

/// More than any code has, with spaces between its digits.
const CODE_CHARS_MAX: usize = 64;

/// The account has got this mail.
pub(super) struct ProvenByMail {
    /// Fail the batch if it was used meanwhile: of several log-ins, one commits.
    pub consume: Vec<Statement>,
    pub by: &'static str,
}

impl Sessions<'_> {
    /// The link is one that an account has asked for, or of an invitation. `request` has no password, and the code of a second factor where there is one. The link is used up by the log-in only.
    #[boxed]
    pub async fn log_in_by_magic_link(&self, token: &str, request: LoginRequest) -> Result<LoginResult> {
        check_device_id(&request)?;
        let hash = TokenHash::of(token);
        let grant = self.access.system("there is no actor before the log-in");
        let db = self.access.read(&grant);
        let found = account_tokens::get(db, grant.server(), hash, AccountTokenKind::MagicLink).await?;
        if found.is_none()
            && let Some(invitation) = self.invitations().invitation_to_log_in(&grant, token).await?
        {
            return self.log_in_by_invitation(invitation, token, request).await;
        }
        let account = match &found {
            Some(found) => users::get_with_password(db, grant.id(found.user_id)).await?,
            None => None,
        };
        // An unknown token counts for itself, as a name that nobody has.
        let attempt = self.begin_log_in(account.as_ref().map(|account| account.user.id), token, &request).await?;
        let is_expired = found.as_ref().is_some_and(|found| found.expires_at <= self.clock.now());
        let is_usable = |account: &UserWithPassword| {
            let has_address = found.as_ref().is_some_and(|found| found.email == account.user.email);
            has_address && !is_expired && self.may_use_magic_link(&account.user)
        };
        match account {
            Some(account) if is_usable(&account) => {
                let id = grant.write_id(account.user.id);
                let consume = vec![account_tokens::consume(id, hash, codes::LINK_INVALID)];
                self.complete_log_in(account, request, LogInProof::Mail(Box::new(ProvenByMail { consume, by: "link" })), attempt).await
            }
            account => {
                let reason = if is_expired { "expired link" } else { "invalid link" };
                self.record_failure(account.map(|account| account.user), "", request.address, Some(reason)).await?;
                Err(if is_expired { codes::LINK_EXPIRED.into() } else { codes::LINK_INVALID.into() })
            }
        }
    }

    /// With the secret of the page that has asked for the mail. Unknown addresses take the same time and tries.
    #[boxed]
    pub async fn log_in_by_magic_link_code(&self, request_token: &str, code: &str, request: LoginRequest) -> Result<LoginResult> {
        check_device_id(&request)?;
        let grant = self.access.system("there is no actor before the log-in");
        let db = self.access.read(&grant);
        let waiting = magic_link_codes::by_request(db, grant.server(), TokenHash::of(request_token)).await?;
        let account = match &waiting {
            Some(waiting) => users::get_with_password(db, grant.id(waiting.user_id)).await?,
            None => None,
        };
        let name = waiting.as_ref().map_or(request_token, |waiting| &waiting.email);
        let attempt = self.begin_log_in(account.as_ref().map(|account| account.user.id), name, &request).await?;
        let is_right = match &waiting {
            Some(waiting) => match self.try_code(&grant, waiting, self.usable_hash(waiting, account.as_ref()), code).await {
                Ok(is_right) => is_right,
                Err(error) if error.is(codes::CODE_WRONG) => false,
                Err(error) => {
                    attempt.cancel();
                    return Err(error);
                }
            },
            None => false,
        };
        match (account, waiting) {
            (Some(account), Some(waiting)) if is_right => {
                let consume = vec![magic_link_codes::consume(grant.write_id(account.user.id), waiting.id, codes::CODE_WRONG)];
                let proof = LogInProof::Mail(Box::new(ProvenByMail { consume, by: "code" }));
                let result = self.complete_log_in(account, request, proof, attempt).await;
                if result.as_ref().is_err_and(|error| error.is(guildhall_model::codes::second_factors::CODE_MISSING)) {
                    self.give_try_back(&grant, &waiting).await?;
                }
                result
            }
            (account, waiting) => {
                let email = waiting.map(|waiting| waiting.email).unwrap_or_default();
                self.record_failure(account.map(|account| account.user), &email, request.address, Some("wrong code of a mail")).await?;
                Err(codes::CODE_WRONG.into())
            }
        }
    }

    /// Whether the code is right; `CODE_WRONG` where no try is left. The try is on disk before the code is compared, so that no
    /// number of attempts at the same moment exceeds the limit.
    pub(super) async fn try_code(
        &self,
        grant: &Writing<SystemGrant>,
        waiting: &MagicLinkCode,
        hash: Option<&str>,
        code: &str,
    ) -> Result<bool> {
        let mut write = self.access.write(grant, "sessions.try_magic_link_code");
        write.push(magic_link_codes::take_try(grant.write_server(), waiting.id, self.clock.now(), codes::CODE_WRONG));
        write.commit(Events::none("clients do not see tries")).await?;
        let code: String = code.chars().take(CODE_CHARS_MAX).filter(|c| !c.is_whitespace() && *c != '-').collect();
        self.hasher.verify(&code, hash.filter(|hash| !hash.is_empty())).await
    }

    /// The hash of the code, if the account still may log in by it.
    fn usable_hash<'a>(&self, waiting: &'a MagicLinkCode, account: Option<&UserWithPassword>) -> Option<&'a str> {
        let is_usable = |account: &&UserWithPassword| account.user.email == waiting.email && self.may_use_magic_link(&account.user);
        account.filter(is_usable).map(|_| waiting.code_hash.as_str())
    }

    async fn give_try_back(&self, grant: &Writing<SystemGrant>, waiting: &MagicLinkCode) -> Result<()> {
        let mut write = self.access.write(grant, "sessions.give_magic_link_try_back");
        write.push(magic_link_codes::give_try_back(grant.write_server(), waiting.id));
        write.commit(Events::none("clients do not see tries")).await
    }

    /// Uses the link or the code up, and all others of the account. Where the address was not verified until now, somebody else may
    /// have made the account for it: what they may have of it ends.
    pub(super) async fn use_mail(
        &self,
        grant: &Writing<UserGrant>,
        user: &mut User,
        request: &LoginRequest,
        proven: ProvenByMail,
        writes: &mut LogInWrites,
    ) -> Result<()> {
        (writes.by, writes.is_by_mail) = (proven.by, true);
        writes.statements.extend(proven.consume);
        writes.statements.extend(self.end_magic_links(grant));
        if user.email_verified {
            return Ok(());
        }
        let EndedAccess { statements, events } = self.end_access(grant, &[AccessEnd::AddressProven]).await?;
        let now = self.now_after(user.update_at);
        writes.statements.push(users::set_password(grant.write_id(), "", now));
        writes.statements.push(users::verify_address(grant.write_id(), &user.email, codes::LINK_INVALID));
        writes.statements.extend(statements);
        let origin = Origin { user_id: Some(user.id), address: request.address, ..Origin::default() };
        let details = Details::default().with("user_id", user.id);
        writes.statements.push(self.access.audit_record(origin, "sessions.prove_address", details));
        (user.email_verified, user.last_password_update, user.update_at) = (true, now, now.plus_ms(1));
        writes.events.extend(events);
        writes.events.push(self.users().user_updated_event(grant, user.clone()).await?);
        writes.events.extend([Event::AccountChanged { user_id: user.id }, Event::LoginFailuresReset { user_id: user.id }]);
        writes.events.push(Event::AccountMailRequested { user_id: user.id, mail: AccountMail::AddressProven });
        Ok(())
    }
}
