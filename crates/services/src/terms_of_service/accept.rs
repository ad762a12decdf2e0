//! Agreeing to terms of service, and declining them.

use guildhall_model::codes::terms_of_service as codes;
use guildhall_model::id::{TermsOfServiceId, UserId};
use guildhall_model::terms_of_service::AcceptedTerms;
use guildhall_model::user::User;
use guildhall_model::{Actor, Events, Result};
use guildhall_storage::terms_of_service;

use crate::boxed;
use crate::terms_of_service::Terms;

impl Terms<'_> {
    /// What a person answers to the terms; only for one's own account.
    #[boxed]
    pub async fn answer_terms(&self, actor: &Actor, user: UserId, id: TermsOfServiceId, is_accepted: bool) -> Result<()> {
        let grant = self.access.require_own_account(actor, user)?;
        if !terms_of_service::exists(self.access.read(&grant), id).await? {
            return Err(codes::NONE.into());
        }
        let name = if is_accepted { "terms_of_service.accept" } else { "terms_of_service.decline" };
        let mut write = self.access.write(&grant, name).recorded();
        write.detail("terms_of_service_id", id);
        let accepted = AcceptedTerms { terms_of_service_id: id, accepted_at: self.clock.now() };
        write.push(if is_accepted {
            terms_of_service::accept(grant.write_id(), accepted)
        } else {
            terms_of_service::decline(grant.write_id(), id)
        });
        write.commit(Events::none("only the caller's client asks")).await
    }

    /// The terms to which the actor has agreed last.
    #[boxed]
    pub async fn accepted_terms(&self, actor: &Actor, user: UserId) -> Result<AcceptedTerms> {
        let grant = self.access.require_own_account(actor, user)?;
        terms_of_service::accepted(self.access.read(&grant), grant.id()).await?.ok_or_else(|| codes::NOT_ACCEPTED.into())
    }

    /// The same for the answer to somebody who is logged in as that account; `None` also where people need not agree.
    #[boxed]
    pub async fn accepted_terms_of(&self, user: &User) -> Result<Option<AcceptedTerms>> {
        if !self.settings().terms_of_service.enabled {
            return Ok(None);
        }
        let grant = self.access.system("accounts carry the terms that they have agreed to").user(user.id);
        terms_of_service::accepted(self.access.read(&grant), grant.id()).await
    }
}
