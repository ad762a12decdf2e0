//! New terms of service, and those that hold.

use guildhall_model::codes::terms_of_service as codes;
use guildhall_model::server::ServerInfo;
use guildhall_model::terms_of_service::{TermsOfService, VERSIONS_MAX, check_text};
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::terms_of_service;

use crate::access::{SystemGrant, Writing};
use crate::boxed;
use crate::retry::retry_on_conflict;
use crate::terms_of_service::Terms;

impl Terms<'_> {
    #[boxed]
    pub async fn latest_terms(&self, actor: &Actor) -> Result<TermsOfService> {
        let grant = self.access.own_account(actor);
        terms_of_service::latest(self.access.read(&grant)).await?.ok_or_else(|| codes::NONE.into())
    }

    /// Everybody is asked to agree to them. The text that holds already stays as it is.
    #[boxed]
    pub async fn create_terms(&self, actor: &Actor, text: &str) -> Result<TermsOfService> {
        let grant = self.access.system_permission(actor, Permission::SysconsoleWriteComplianceCustomTermsOfService)?;
        let text = check_text(text)?;
        retry_on_conflict(|| self.insert_terms(&grant, actor, text)).await
    }

    #[boxed]
    async fn insert_terms(&self, grant: &Writing<SystemGrant>, actor: &Actor, text: &str) -> Result<TermsOfService> {
        let db = self.access.read(grant);
        let latest = terms_of_service::latest(db).await?;
        if let Some(latest) = latest.as_ref().filter(|latest| latest.text == text) {
            return Ok(latest.clone());
        }
        if terms_of_service::count(db).await? >= VERSIONS_MAX {
            return Err(codes::TOO_MANY.with("limit", VERSIONS_MAX));
        }
        // Later than the former ones, also where the clock was set back.
        let create_at = latest.map_or(self.clock.now(), |latest| self.clock.now().max(latest.create_at.plus_ms(1)));
        let author_id = actor.has_account().then_some(actor.user_id);
        let terms = TermsOfService { id: self.ids.next(), author_id, text: text.to_owned(), create_at };
        let (unchanged, settings) = self.system().unchanged_settings(grant).await?;
        let server_info = ServerInfo { terms_of_service_id: Some(terms.id), ..self.system().server_info().await? };
        let mut write = self.access.write(grant, "terms_of_service.create");
        write.detail("terms_of_service_id", terms.id);
        write.push(unchanged);
        write.push(terms_of_service::insert(grant.write_server(), &terms));
        write.commit(Event::ConfigChanged { settings, server_info }).await?;
        Ok(terms)
    }
}
