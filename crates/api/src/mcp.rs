//! The address of the Model Context Protocol, and the description by which programs find out where they get a token for it (RFC 9728).
//! <https://modelcontextprotocol.io/specification>, Streamable HTTP.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use guildhall_mcp::Caller;
use guildhall_model::codes::{context, mcp as codes};
use guildhall_model::oauth::SCOPE;
use guildhall_model::{Error, Kind, Result, mcp};
use guildhall_wire::oauth as wire;
use http::HeaderValue;
use http::header::{ACCEPT, ALLOW, WWW_AUTHENTICATE};

use crate::App;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Client, Json, Me};
use crate::oauth::issuer;
use crate::routes::{Gate, Routes};
use crate::web::serve_web_client;

/// What a token for the protocol alone is good for.
pub(crate) const OPERATIONS: &[&str] = &["call_mcp", "end_mcp_session", "get_mcp"];

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .under("")
        .get("/mcp", Gate::Public, get_mcp)
        .post("/mcp", Gate::Public, call_mcp)
        .delete("/mcp", Gate::Public, end_mcp_session)
        .get("/.well-known/oauth-protected-resource", Gate::Public, get_protected_resource_metadata)
        .get("/.well-known/oauth-protected-resource/mcp", Gate::Public, get_protected_resource_metadata)
}

/// Whoever has no token is told where there is one, which the gate does not do.
async fn call_mcp(State(app): State<App>, me: Option<Me>, client: Client, request: Request) -> Response {
    match caller(&app, me, &client).await {
        Ok(caller) => guildhall_mcp::serve(caller, request).await.map(Body::new),
        Err(error) if error.code.kind == Kind::Unauthorized => {
            let metadata = format!("{}/.well-known/oauth-protected-resource/{}", issuer(&app, &client), mcp::PATH);
            let reason = if error.is(context::SESSION_EXPIRED) { "" } else { "error=\"invalid_token\", " };
            let mut response = ApiError(error).into_response();
            if let Ok(challenge) = HeaderValue::from_str(&format!("Bearer {reason}resource_metadata=\"{metadata}\", scope=\"{SCOPE}\"")) {
                response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
            }
            response
        }
        Err(error) => ApiError(error).into_response(),
    }
}

async fn caller(app: &App, me: Option<Me>, client: &Client) -> Result<Caller> {
    app.services.mcp().check_enabled()?;
    let Me(actor) = me.filter(|Me(actor)| actor.has_account()).ok_or(Error::from(context::SESSION_EXPIRED))?;
    let site_url = issuer(app, client);
    let client = app.services.mcp().admit(&actor, &address(&site_url)).await?;
    Ok(Caller { services: app.services.clone(), actor, client, site_url })
}

fn address(site_url: &str) -> String {
    format!("{site_url}/{}", mcp::PATH)
}

/// Programs that ask for a stream are told that there is none. A team may have had this name before it was taken.
async fn get_mcp(app: State<App>, request: Request) -> Response {
    let accepts = request.headers().get(ACCEPT).and_then(|types| types.to_str().ok()).unwrap_or_default();
    if accepts.contains("text/html") { serve_web_client(app, request).await } else { only_posts() }
}

/// There are no sessions that could be ended.
async fn end_mcp_session() -> Response {
    only_posts()
}

fn only_posts() -> Response {
    ([(ALLOW, "POST")], ApiError(codes::ONLY_POST.into())).into_response()
}

async fn get_protected_resource_metadata(State(app): State<App>, client: Client) -> ApiResult<Json<wire::ResourceMetadata>> {
    app.services.mcp().check_enabled()?;
    let issuer = issuer(&app, &client);
    Ok(Json(wire::ResourceMetadata {
        resource: address(&issuer),
        authorization_servers: vec![issuer],
        scopes_supported: [SCOPE],
        bearer_methods_supported: ["header"],
        resource_name: app.services.settings().site.name.clone(),
    }))
}
