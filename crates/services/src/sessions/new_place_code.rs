//! The code by mail that a log-in with a password takes where the account has not been used before.

use guildhall_model::codes::new_places as codes;
use guildhall_model::mail::AccountMail;
use guildhall_model::ports::TokenHash;
use guildhall_model::user::User;
use guildhall_model::{Event, Result};
use guildhall_storage::magic_link_codes::{self, MagicLinkCode};

use super::LoginRequest;
use super::known_places::{KNOWN_FOR_MS, described};
use super::log_in::LogInWrites;
use super::magic_link::{CODE_WAIT_MS, TRIES_MAX};
use super::throttle::Attempt;
use crate::access::{Origin, UserGrant, Writing};
use crate::boxed;
use crate::sessions::Sessions;

impl Sessions<'_> {
    /// `CODE_SENT` where a code is needed and none was entered; it is an error by which clients ask for one. `attempt` is that of the
    /// password, which was right.
    #[boxed]
    pub(super) async fn check_new_place(
        &self,
        grant: &Writing<UserGrant>,
        user: &User,
        request: &LoginRequest,
        attempt: Attempt,
        writes: &mut LogInWrites,
    ) -> Result<()> {
        let Some(request_hash) = self.place_to_prove(grant, user, request).await? else {
            attempt.succeeded();
            return Ok(());
        };
        let system = self.access.system("a log-in at a new place is not complete");
        let waiting = magic_link_codes::by_request(self.access.read(&system), system.server(), request_hash).await?;
        let Some(waiting) = waiting.filter(|waiting| waiting.user_id == user.id && !request.code.trim().is_empty()) else {
            attempt.cancel();
            self.send_new_place_code(grant, user, request, request_hash).await?;
            return Err(codes::CODE_SENT.into());
        };
        let code_attempt = self.begin_code_attempt(user)?;
        let hash = (waiting.email == user.email).then_some(waiting.code_hash.as_str());
        match self.try_code(&system, &waiting, hash, &request.code).await {
            Ok(true) => {
                code_attempt.succeeded();
                attempt.succeeded();
                writes.statements.push(magic_link_codes::consume(grant.write_id(), waiting.id, codes::CODE_WRONG));
                writes.is_by_mail = true;
                Ok(())
            }
            Err(error) if !error.is(guildhall_model::codes::magic_links::CODE_WRONG) => {
                code_attempt.cancel();
                attempt.cancel();
                Err(error)
            }
            Ok(false) | Err(_) => {
                self.counters.rejected_codes.increment();
                self.record_failure(Some(user.clone()), "", request.address, Some("wrong code of a new place")).await?;
                Err(codes::CODE_WRONG.into())
            }
        }
    }

    /// What a code for this place is stored by; `None` where none is needed. An account that was just made has been used nowhere.
    async fn place_to_prove(&self, grant: &Writing<UserGrant>, user: &User, request: &LoginRequest) -> Result<Option<TokenHash>> {
        let settings = self.settings();
        if !(settings.log_in.new_place_codes && settings.sends_mail() && user.email_verified) {
            return Ok(None);
        }
        let place = self.place(grant, request).await?;
        let is_just_made = user.create_at > self.clock.now().minus_ms(KNOWN_FOR_MS);
        let is_to_prove = place.is_new() || place.is_first() && !is_just_made;
        let first = place.places.first().filter(|_| is_to_prove);
        Ok(first.map(|first| TokenHash::of(&format!("code for the new place {:?}", first.bytes()))))
    }

    async fn send_new_place_code(
        &self,
        grant: &Writing<UserGrant>,
        user: &User,
        request: &LoginRequest,
        request_hash: TokenHash,
    ) -> Result<()> {
        let code = MagicLinkCode {
            id: self.ids.next(),
            request_hash,
            user_id: user.id,
            email: user.email.clone(),
            code_hash: String::new(),
            tries_left: TRIES_MAX,
            expires_at: self.clock.now().plus_ms(CODE_WAIT_MS),
        };
        let origin = Origin { user_id: Some(user.id), address: request.address, ..Origin::default() };
        let mut write = self.access.write(grant, "sessions.request_new_place_code").recorded_as(origin);
        write.push(magic_link_codes::replace(grant.write_id(), &code));
        let (device, address) = described(request);
        let mail = AccountMail::NewPlaceCode { code_id: code.id, device, address };
        write.commit(vec![Event::AccountMailRequested { user_id: user.id, mail }]).await
    }
}
