//! Managing OAuth apps. A client secret is returned only when it is created or regenerated.

use guildhall_model::codes::integrations as codes;
use guildhall_model::id::OAuthAppId;
use guildhall_model::integration::OAuthApp;
use guildhall_model::{Actor, Events, Permission, Result};
use guildhall_storage::usage::{self, Counted};
use guildhall_storage::{Statement, oauth};

use crate::access::{SystemGrant, Writing};
use crate::boxed;
use crate::oauth::OAuth;
use crate::webhooks::is_http_url;

pub(super) const NO_EVENTS_REASON: &str = "clients load apps when they need them";
pub(super) const NAME_CHARS_MAX: usize = 64;
const DESCRIPTION_CHARS_MAX: usize = 512;
const ICON_URL_CHARS_MAX: usize = 512;
pub(super) const HOMEPAGE_CHARS_MAX: usize = 256;
pub(super) const CALLBACK_URLS_MAX: usize = 20;

/// The fields of an app that its owner chooses.
#[derive(Debug, Clone, Default)]
pub struct OAuthAppDraft {
    pub name: String,
    pub description: String,
    pub icon_url: String,
    pub callback_urls: Vec<String>,
    pub homepage: String,
    /// Users are not asked for authorization. Only system administrators can set this.
    pub is_trusted: bool,
}

impl OAuth<'_> {
    /// A public app (one that runs where users could read its secret) has no client secret.
    #[boxed]
    pub async fn create_oauth_app(&self, actor: &Actor, draft: OAuthAppDraft, is_public: bool) -> Result<OAuthApp> {
        let grant = self.manage_oauth_grant(actor)?;
        let now = self.clock.now();
        let secret = (!is_public).then(|| self.secrets.generate_token());
        let blank = OAuthApp {
            id: self.ids.next(),
            creator_id: actor.user_id,
            create_at: now,
            update_at: now,
            client_secret: secret.as_ref().map(|secret| secret.expose().to_owned()),
            name: String::new(),
            description: String::new(),
            icon_url: String::new(),
            callback_urls: Vec::new(),
            homepage: String::new(),
            is_trusted: false,
            is_public,
            is_dynamic: false,
        };
        let app = self.apply_draft(actor, draft, blank)?;
        let mut statements = vec![oauth::insert(&app, secret.map(|secret| secret.hash()))];
        let max = self.settings().quotas.oauth_apps_per_user;
        statements.extend(usage::guard(Counted::OAuthAppsOf(actor.user_id), max, codes::OAUTH_TOO_MANY));
        self.write_oauth_app(&grant, statements, "oauth.create_app", &app).await?;
        Ok(app)
    }

    /// All apps with `ManageSystemWideOauth`, else the actor's own.
    #[boxed]
    pub async fn oauth_apps(&self, actor: &Actor, limit: i64, offset: i64) -> Result<Vec<OAuthApp>> {
        let grant = self.manage_oauth_grant(actor)?;
        let may_see_all = self.access.has_system_permission(actor, Permission::ManageSystemWideOauth);
        oauth::list(self.access.read(&grant), (!may_see_all).then_some(actor.user_id), limit, offset).await
    }

    #[boxed]
    pub async fn oauth_app(&self, actor: &Actor, id: OAuthAppId) -> Result<OAuthApp> {
        Ok(self.managed_oauth_app(actor, id).await?.0)
    }

    /// The information that is shown before a user authorizes an app. Every user may read it.
    #[boxed]
    pub async fn oauth_app_info(&self, actor: &Actor, id: OAuthAppId) -> Result<OAuthApp> {
        self.require_oauth_enabled()?;
        let grant = self.access.own_account(actor);
        oauth::get(self.access.read(&grant), id).await?.ok_or_else(|| codes::OAUTH_NOT_FOUND.into())
    }

    #[boxed]
    pub async fn update_oauth_app(&self, actor: &Actor, id: OAuthAppId, draft: OAuthAppDraft) -> Result<OAuthApp> {
        let (old, grant) = self.managed_oauth_app(actor, id).await?;
        let old_update_at = old.update_at;
        let app = self.apply_draft(actor, draft, OAuthApp { update_at: self.now_after(old_update_at), ..old })?;
        self.write_oauth_app(&grant, vec![oauth::update(&app, old_update_at)], "oauth.update_app", &app).await?;
        Ok(app)
    }

    #[boxed]
    pub async fn regenerate_oauth_app_secret(&self, actor: &Actor, id: OAuthAppId) -> Result<OAuthApp> {
        let (mut app, grant) = self.managed_oauth_app(actor, id).await?;
        if app.is_public {
            return Err(codes::OAUTH_PUBLIC_SECRET.into());
        }
        let secret = self.secrets.generate_token();
        app.update_at = self.now_after(app.update_at);
        app.client_secret = Some(secret.expose().to_owned());
        let statement = oauth::set_secret(id, secret.hash(), app.update_at);
        self.write_oauth_app(&grant, vec![statement], "oauth.regenerate_secret", &app).await?;
        Ok(app)
    }

    pub(super) async fn managed_oauth_app(&self, actor: &Actor, id: OAuthAppId) -> Result<(OAuthApp, Writing<SystemGrant>)> {
        let grant = self.manage_oauth_grant(actor)?;
        let app = oauth::get(self.access.read(&grant), id).await?.ok_or(codes::OAUTH_NOT_FOUND)?;
        if app.creator_id == actor.user_id || self.access.has_system_permission(actor, Permission::ManageSystemWideOauth) {
            Ok((app, grant))
        } else {
            Err(self.access.denied(actor, Permission::ManageSystemWideOauth))
        }
    }

    fn manage_oauth_grant(&self, actor: &Actor) -> Result<Writing<SystemGrant>> {
        let grant = self.access.system_permission(actor, Permission::ManageOauth)?;
        self.require_oauth_enabled()?;
        Ok(grant)
    }

    pub(super) fn require_oauth_enabled(&self) -> Result<()> {
        if self.settings().integrations.oauth_provider { Ok(()) } else { Err(codes::OAUTH_DISABLED.into()) }
    }

    fn apply_draft(&self, actor: &Actor, draft: OAuthAppDraft, app: OAuthApp) -> Result<OAuthApp> {
        let may_set_trusted = self.access.has_system_permission(actor, Permission::ManageSystem);
        let app = OAuthApp {
            name: draft.name.trim().to_owned(),
            description: draft.description,
            icon_url: draft.icon_url,
            callback_urls: draft.callback_urls,
            homepage: draft.homepage,
            is_trusted: if may_set_trusted { draft.is_trusted } else { app.is_trusted },
            ..app
        };
        check(&app)?;
        Ok(app)
    }

    async fn write_oauth_app(
        &self,
        grant: &Writing<SystemGrant>,
        statements: Vec<Statement>,
        action: &'static str,
        app: &OAuthApp,
    ) -> Result<()> {
        let mut write = self.access.write(grant, action);
        write.extend(statements);
        write.detail("app_id", app.id);
        write.detail("name", &app.name);
        write.commit(Events::none(NO_EVENTS_REASON)).await
    }
}

fn check(app: &OAuthApp) -> Result<()> {
    let invalid = |name: &'static str| Err(codes::OAUTH_TEXT_INVALID.with("name", name));
    let is_longer = |text: &str, max_chars: usize| text.chars().count() > max_chars;
    if app.name.is_empty() || is_longer(&app.name, NAME_CHARS_MAX) {
        return invalid("name");
    }
    if is_longer(&app.description, DESCRIPTION_CHARS_MAX) {
        return invalid("description");
    }
    if !app.icon_url.is_empty() && (is_longer(&app.icon_url, ICON_URL_CHARS_MAX) || !is_http_url(&app.icon_url)) {
        return invalid("icon's address");
    }
    // An app that has registered itself need not have one.
    let lacks_homepage = app.homepage.is_empty() && app.is_dynamic;
    if is_longer(&app.homepage, HOMEPAGE_CHARS_MAX) || !(lacks_homepage || is_http_url(&app.homepage)) {
        return invalid("homepage");
    }
    // RFC 6749, 3.1.2: a redirection URI must not contain a fragment.
    let is_callback = |url: &String| is_http_url(url) && !url.contains('#');
    let urls = &app.callback_urls;
    if !(1..=CALLBACK_URLS_MAX).contains(&urls.len()) || !urls.iter().all(is_callback) {
        return Err(codes::OAUTH_CALLBACKS.with("max", CALLBACK_URLS_MAX));
    }
    Ok(())
}
