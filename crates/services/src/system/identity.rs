//! The identity of the installation, created at the first start: id, installation time and secret; and the server
//! information for clients.

use std::sync::atomic::Ordering;

use guildhall_model::codes::context;
use guildhall_model::id::RequestId;
use guildhall_model::ports::Secret;
use guildhall_model::server::ServerInfo;
use guildhall_model::{Events, Millis, Result};
use guildhall_storage::{STEPS, analytics, settings, terms_of_service};

use crate::boxed;
use crate::system::System;

const SERVER_ID: &str = "server_id";
const INSTALLED_AT: &str = "installed_at";
const PUBLIC_LINK_SECRET: &str = "public_link_secret";
const SETUP_CODE: &str = "setup_code";

#[derive(Debug)]
pub(crate) struct Identity {
    pub server_id: String,
    pub installed_at: Millis,
    /// Signs the public links of files, and the links in mails that turn these mails off. Keys of tokens are derived from it.
    pub public_link_secret: Secret,
    /// What the first account takes. `None` on servers that are older than it.
    pub setup_code: Option<Secret>,
}

impl<'a> System<'a> {
    #[boxed]
    pub async fn server_info(&self) -> Result<ServerInfo> {
        let identity = self.identity().await?;
        let grant = self.access.system("server information is public");
        let db = self.access.read(&grant);
        let mut has_accounts = self.state().has_accounts.load(Ordering::Relaxed);
        if !has_accounts {
            has_accounts = analytics::has_accounts(db, grant.server()).await?;
            self.state().has_accounts.store(has_accounts, Ordering::Relaxed);
        }
        Ok(ServerInfo {
            server_id: identity.server_id.clone(),
            installed_at: identity.installed_at,
            has_accounts,
            database: db.dialect().name(),
            schema_version: STEPS.last().map_or(0, |step| step.version),
            terms_of_service_id: terms_of_service::latest_id(db).await?,
        })
    }

    /// The steps of the database's schema, all of which are applied before the server starts: version and name.
    pub fn schema_migrations(&self) -> Vec<(i64, &'static str)> {
        STEPS.iter().map(|step| (step.version, step.name)).collect()
    }

    /// Created at the first start of the first node, and cached.
    pub(crate) async fn identity(&self) -> Result<&'a Identity> {
        self.state().identity.get_or_try_init(|| self.load_identity()).await
    }

    async fn load_identity(&self) -> Result<Identity> {
        let grant = self.access.system("the server reads its own identity");
        let db = self.access.read(&grant);
        if settings::get(db, grant.server(), SERVER_ID).await?.is_none() {
            let mut write = self.access.write(&grant, "system.create_identity");
            write.push(settings::insert_if_absent(grant.write_server(), SERVER_ID, &self.ids.next::<RequestId>().to_string()));
            write.push(settings::insert_if_absent(grant.write_server(), INSTALLED_AT, &self.clock.now().0.to_string()));
            write.push(settings::insert_if_absent(grant.write_server(), PUBLIC_LINK_SECRET, self.secrets.generate_token().expose()));
            write.push(settings::insert_if_absent(grant.write_server(), SETUP_CODE, self.secrets.generate_token().expose()));
            write.commit(Events::none("clients read it on request")).await?;
        }
        let absent = || context::INTERNAL.with_source("the server's identity is not in the settings table");
        Ok(Identity {
            server_id: settings::get(db, grant.server(), SERVER_ID).await?.ok_or_else(absent)?,
            installed_at: Millis(
                settings::get(db, grant.server(), INSTALLED_AT).await?.and_then(|text| text.parse().ok()).unwrap_or_default(),
            ),
            setup_code: settings::get(db, grant.server(), SETUP_CODE).await?.map(Secret::new),
            public_link_secret: Secret::new(settings::get(db, grant.server(), PUBLIC_LINK_SECRET).await?.ok_or_else(absent)?),
        })
    }
}
