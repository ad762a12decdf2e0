//! OAuth apps as their owners keep them. A secret is shown when it is made, and never again.

use guildhall_model::codes::{context, integrations as codes, users};
use guildhall_model::id::{OAuthAppId, UserId};
use guildhall_model::integration::OAuthApp;
use guildhall_model::{Actor, Events, Permission, Result};
use guildhall_storage::{Statement, oauth};

use crate::access::{SystemGrant, Writing};
use crate::audits::Trace;
use crate::boxed;
use crate::oauth::OAuth;
use crate::webhooks::is_http_url;

const WHY: &str = "apps are shown when somebody asks for them";
/// The preferences by which people's clients know whom they let in.
const AUTHORIZED: &str = "oauth_app";
const NAME_CHARS_MAX: usize = 64;
const DESCRIPTION_CHARS_MAX: usize = 512;
const ICON_URL_CHARS_MAX: usize = 512;
const HOMEPAGE_CHARS_MAX: usize = 256;
const CALLBACK_URLS_MAX: usize = 20;

/// All that its owner says of an app.
#[derive(Debug, Clone, Default)]
pub struct OAuthAppDraft {
    pub name: String,
    pub description: String,
    pub icon_url: String,
    pub callback_urls: Vec<String>,
    pub homepage: String,
    /// People are not asked whether they let it in. Only administrators say that.
    pub is_trusted: bool,
}

impl OAuth<'_> {
    /// A public app (one that runs where people could read its secret) has none.
    #[boxed]
    pub async fn create_oauth_app(&self, actor: &Actor, draft: OAuthAppDraft, is_public: bool) -> Result<OAuthApp> {
        let grant = self.over_oauth_apps(actor)?;
        let now = self.clock.now();
        let secret = (!is_public).then(|| self.secrets.token());
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
        };
        let app = self.applied(actor, draft, blank)?;
        let statement = oauth::insert(&app, secret.map(|secret| secret.hash()));
        self.write_oauth_app(actor, &grant, statement, "oauth.create_app", &app).await?;
        Ok(app)
    }

    /// Everybody's, or where the actor may not see those, their own.
    #[boxed]
    pub async fn oauth_apps(&self, actor: &Actor, limit: i64, offset: i64) -> Result<Vec<OAuthApp>> {
        let grant = self.over_oauth_apps(actor)?;
        let sees_all = self.access.has_system_permission(actor, Permission::ManageSystemWideOauth);
        oauth::list(self.access.read(&grant), (!sees_all).then_some(actor.user_id), limit, offset).await
    }

    #[boxed]
    pub async fn oauth_app(&self, actor: &Actor, id: OAuthAppId) -> Result<OAuthApp> {
        Ok(self.managed_oauth_app(actor, id).await?.0)
    }

    /// What people are shown before they let an app in.
    #[boxed]
    pub async fn oauth_app_info(&self, actor: &Actor, id: OAuthAppId) -> Result<OAuthApp> {
        self.oauth_is_on()?;
        let grant = self.access.own(actor);
        oauth::get(self.access.read(&grant), id).await?.ok_or_else(|| codes::OAUTH_NOT_FOUND.into())
    }

    #[boxed]
    pub async fn update_oauth_app(&self, actor: &Actor, id: OAuthAppId, draft: OAuthAppDraft) -> Result<OAuthApp> {
        let (old, grant) = self.managed_oauth_app(actor, id).await?;
        let read_at = old.update_at;
        let app = self.applied(actor, draft, OAuthApp { update_at: self.later_than(read_at), ..old })?;
        self.write_oauth_app(actor, &grant, oauth::update(&app, read_at), "oauth.update_app", &app).await?;
        Ok(app)
    }

    #[boxed]
    pub async fn regenerate_oauth_app_secret(&self, actor: &Actor, id: OAuthAppId) -> Result<OAuthApp> {
        let (mut app, grant) = self.managed_oauth_app(actor, id).await?;
        if app.is_public {
            return Err(codes::OAUTH_PUBLIC_SECRET.into());
        }
        let secret = self.secrets.token();
        app.update_at = self.later_than(app.update_at);
        app.client_secret = Some(secret.expose().to_owned());
        let statement = oauth::set_secret(id, secret.hash(), app.update_at);
        self.write_oauth_app(actor, &grant, statement, "oauth.regenerate_secret", &app).await?;
        Ok(app)
    }

    #[boxed]
    pub async fn delete_oauth_app(&self, actor: &Actor, id: OAuthAppId) -> Result<()> {
        let (app, grant) = self.managed_oauth_app(actor, id).await?;
        self.write_oauth_app(actor, &grant, oauth::delete(id), "oauth.delete_app", &app).await
    }

    /// The apps that somebody has let in.
    #[boxed]
    pub async fn authorized_oauth_apps(&self, actor: &Actor, user: UserId) -> Result<Vec<OAuthApp>> {
        self.oauth_is_on()?;
        let grant = self.access.user(actor, user, Permission::EditOtherUsers)?;
        let allowed = match self.preferences().preferences_of_category(actor, user, AUTHORIZED).await {
            Err(error) if error.is(users::PREFERENCE_CATEGORY_NOT_FOUND) => Vec::new(),
            found => found?,
        };
        let mut apps = Vec::new();
        for id in allowed.iter().filter_map(|preference| preference.name.parse().ok()) {
            apps.extend(oauth::get(self.access.read(&grant), id).await?);
        }
        Ok(apps)
    }

    async fn managed_oauth_app(&self, actor: &Actor, id: OAuthAppId) -> Result<(OAuthApp, Writing<SystemGrant>)> {
        let grant = self.over_oauth_apps(actor)?;
        let app = oauth::get(self.access.read(&grant), id).await?.ok_or(codes::OAUTH_NOT_FOUND)?;
        if app.creator_id == actor.user_id || self.access.has_system_permission(actor, Permission::ManageSystemWideOauth) {
            Ok((app, grant))
        } else {
            Err(context::PERMISSIONS.into())
        }
    }

    fn over_oauth_apps(&self, actor: &Actor) -> Result<Writing<SystemGrant>> {
        let grant = self.access.system_permission(actor, Permission::ManageOauth)?;
        self.oauth_is_on()?;
        Ok(grant)
    }

    fn oauth_is_on(&self) -> Result<()> {
        if self.settings().integrations.oauth_provider { Ok(()) } else { Err(codes::OAUTH_DISABLED.into()) }
    }

    fn applied(&self, actor: &Actor, draft: OAuthAppDraft, app: OAuthApp) -> Result<OAuthApp> {
        let says_trusted = self.access.has_system_permission(actor, Permission::ManageSystem);
        let app = OAuthApp {
            name: draft.name.trim().to_owned(),
            description: draft.description,
            icon_url: draft.icon_url,
            callback_urls: draft.callback_urls,
            homepage: draft.homepage,
            is_trusted: if says_trusted { draft.is_trusted } else { app.is_trusted },
            ..app
        };
        check(&app)?;
        Ok(app)
    }

    async fn write_oauth_app(
        &self,
        actor: &Actor,
        grant: &Writing<SystemGrant>,
        statement: Statement,
        action: &str,
        app: &OAuthApp,
    ) -> Result<()> {
        let mut write = self.access.write(grant);
        write.push(statement);
        write.push(self.audits().audited(Trace::of(actor), action, &format!("app_id={} name={}", app.id, app.name)));
        write.commit(Events::none(WHY)).await
    }
}

fn check(app: &OAuthApp) -> Result<()> {
    let wrong = |name: &'static str| Err(codes::OAUTH_TEXT_INVALID.with("name", name));
    let longer = |text: &str, max_chars: usize| text.chars().count() > max_chars;
    if app.name.is_empty() || longer(&app.name, NAME_CHARS_MAX) {
        return wrong("name");
    }
    if longer(&app.description, DESCRIPTION_CHARS_MAX) {
        return wrong("description");
    }
    if !app.icon_url.is_empty() && (longer(&app.icon_url, ICON_URL_CHARS_MAX) || !is_http_url(&app.icon_url)) {
        return wrong("icon's address");
    }
    if longer(&app.homepage, HOMEPAGE_CHARS_MAX) || !is_http_url(&app.homepage) {
        return wrong("homepage");
    }
    // A fragment would never reach the app, and hide what does.
    let is_callback = |url: &String| is_http_url(url) && !url.contains('#');
    let urls = &app.callback_urls;
    if !(1..=CALLBACK_URLS_MAX).contains(&urls.len()) || !urls.iter().all(is_callback) {
        return Err(codes::OAUTH_CALLBACKS.with("max", CALLBACK_URLS_MAX));
    }
    Ok(())
}
