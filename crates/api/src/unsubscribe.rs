//! The link in mails about messages that turns these mails off (RFC 2369 and RFC 8058). It needs no session: opened in a browser it is a
//! page with a button, and mail programs send the button's request by themselves.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guildhall_model::codes::mail::UNSUBSCRIBE_LINK_INVALID;
use guildhall_services::notifications::UnsubscribePage;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Client, Query};
use crate::help::escape;
use crate::routes::{Gate, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.under("").get("/unsubscribe", Gate::Public, get_unsubscribe_page).post("/unsubscribe", Gate::Public, unsubscribe_from_mails)
}

#[derive(Deserialize)]
struct TokenQuery {
    #[serde(default)]
    token: String,
}

/// Also for a link that is not valid, in words for the person who has opened it.
async fn get_unsubscribe_page(State(app): State<App>, Query(query): Query<TokenQuery>) -> ApiResult<Response> {
    match app.services.notifications().unsubscribe_question(&query.token).await {
        Err(error) if error.is(UNSUBSCRIBE_LINK_INVALID) => {
            Ok(respond(&UnsubscribePage { language: "en", title: "Turn off these mails", text: error.message(), button: "" }))
        }
        page => Ok(respond(&page?)),
    }
}

/// The body is not read: some mail programs send none.
async fn unsubscribe_from_mails(State(app): State<App>, client: Client, Query(query): Query<TokenQuery>) -> ApiResult<Response> {
    Ok(respond(&app.services.notifications().unsubscribe(&query.token, client.address).await?))
}

fn respond(page: &UnsubscribePage) -> Response {
    ([(CONTENT_TYPE, "text/html; charset=utf-8"), (CACHE_CONTROL, "no-store")], html(page)).into_response()
}

/// The form is sent to the page's own address, which has the token.
fn html(UnsubscribePage { language, title, text, button }: &UnsubscribePage) -> String {
    let (title, text) = (escape(title), escape(text));
    let form = match *button {
        "" => String::new(),
        button => format!("<form method=\"post\"><button type=\"submit\">{}</button></form>\n", escape(button)),
    };
    format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<title>{title}</title>\n<link rel=\"stylesheet\" href=\"help/style.css\">\n</head>\n\
         <body>\n<main class=\"single\">\n<h1>{title}</h1>\n<p>{text}</p>\n{form}</main>\n</body>\n</html>\n"
    )
}
