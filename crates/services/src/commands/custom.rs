//! Executing a custom command: an HTTP request to the server that it is configured with.

use bytes::Bytes;
use guildhall_model::codes::{integrations as codes, outgoing};
use guildhall_model::id::{RequestId, TargetId};
use guildhall_model::integration::Command;
use guildhall_model::ports::{Method, OutgoingRequest, OutgoingResponse};
use guildhall_model::team::Team;
use guildhall_model::text::Charset;
use guildhall_model::user::User;
use guildhall_model::{Actor, Error, Result};
use url::Url;
use url::form_urlencoded::Serializer;

use super::CommandArgs;
use super::response::CommandResponse;
use crate::access::ChannelGrant;
use crate::commands::Commands;
use crate::webhooks::signature;
use crate::worker::describe;

impl Commands<'_> {
    pub(super) async fn call_custom_command(
        &self,
        actor: &Actor,
        grant: &ChannelGrant,
        team: &Team,
        command: &Command,
        args: &CommandArgs,
        text: &str,
    ) -> Result<CommandResponse> {
        let user = self.users().account(grant, actor.user_id).await?;
        let response_url = self.create_response_url(actor, command, args);
        let trigger = self.actions().new_trigger(actor.user_id).await?;
        let form =
            command_form(&user, grant, team, command, args, text, &[("response_url", &response_url), ("trigger_id", &trigger.token)]);
        let mut request = self.command_request(command, form);
        // What is in an address is no body: such a call has the token alone.
        if !request.body.is_empty() {
            let id = self.ids.next::<RequestId>().to_string();
            request.headers.extend(signature::headers(&id, self.clock.now(), &command.token, &request.body)?);
        }
        let response = self.integration_calls().send(TargetId::from_bytes(*command.id.bytes()), request).await;
        let response = parse_response(&command.trigger, response);
        if let Err(error) = &response {
            tracing::info!(error = describe(error), command = %command.id, "a slash command failed");
        }
        response.map(|response| CommandResponse { trigger_id: trigger.client_id.to_string(), ..response })
    }

    fn command_request(&self, command: &Command, form: String) -> OutgoingRequest {
        let mut headers =
            vec![("Accept".to_owned(), "application/json".to_owned()), ("Authorization".to_owned(), format!("Token {}", command.token))];
        let (method, url, body) = if command.method == "G" {
            (Method::Get, with_query(&command.url, &form), Bytes::new())
        } else {
            headers.push(("Content-Type".to_owned(), "application/x-www-form-urlencoded".to_owned()));
            (Method::Post, command.url.clone(), Bytes::from(form))
        };
        let settings = self.settings();
        let (timeout_ms, max_response_bytes) = (settings.integrations.timeout_ms, settings.posts.max_integration_response_bytes());
        OutgoingRequest { method, url, headers, body, timeout_ms, max_response_bytes }
    }
}

fn command_form(
    user: &User,
    grant: &ChannelGrant,
    team: &Team,
    command: &Command,
    args: &CommandArgs,
    text: &str,
    further: &[(&str, &str)],
) -> String {
    Serializer::new(String::new())
        .append_pair("channel_id", &grant.channel.id.to_string())
        .append_pair("channel_name", &grant.channel.name)
        .append_pair("command", &format!("/{}", command.trigger))
        .append_pair("root_id", &args.root_id.map(|root| root.to_string()).unwrap_or_default())
        .append_pair("team_domain", &team.name)
        .append_pair("team_id", &team.id.to_string())
        .append_pair("text", text)
        .append_pair("token", &command.token)
        .append_pair("user_id", &user.id.to_string())
        .append_pair("user_name", &user.username)
        .extend_pairs(further)
        .finish()
}

fn with_query(url: &str, form: &str) -> String {
    let Ok(mut parsed) = Url::parse(url) else { return url.to_owned() };
    let query = match parsed.query() {
        Some(existing) if !existing.is_empty() => format!("{existing}&{form}"),
        _ => form.to_owned(),
    };
    parsed.set_query(Some(&query));
    parsed.into()
}

fn parse_response(trigger: &str, response: Result<OutgoingResponse>) -> Result<CommandResponse> {
    let failed = |error: Error| {
        let code = if error.is(outgoing::REFUSED) { codes::COMMAND_REFUSED } else { codes::COMMAND_FAILED };
        code.with("trigger", trigger).with_source(error)
    };
    let response = response.map_err(failed)?;
    if response.status != 200 {
        return Err(codes::COMMAND_FAILED.with("trigger", trigger).with_source(format!("status {}", response.status)));
    }
    let unreadable = || codes::COMMAND_ANSWER.with("trigger", trigger);
    let content_type = response.header("content-type").unwrap_or_default();
    let charset = Charset::of_content_type(content_type);
    if content_type.to_ascii_lowercase().contains("json") {
        return CommandResponse::parse(&response.body, charset).ok_or_else(unreadable);
    }
    let text = charset.decode_text(&response.body);
    if text.trim().is_empty() { Err(unreadable()) } else { Ok(CommandResponse::ephemeral(text)) }
}

#[cfg(test)]
mod tests {
    use super::super::response::ResponseKind;
    use super::*;

    fn parse(content_type: &str, body: &[u8]) -> Result<CommandResponse> {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        parse_response("x", Ok(OutgoingResponse { status: 200, headers, body: Bytes::copy_from_slice(body) }))
    }

    #[test]
    fn plain_text_and_json_responses_are_accepted() {
        assert_eq!(parse("text/plain", b"hello").unwrap(), CommandResponse::ephemeral("hello"));
        let response = parse("application/json; charset=utf-8", br#"{"text":null,"response_type":"in_channel","extra_responses":null}"#);
        assert_eq!(response.unwrap().response_type, ResponseKind::InChannel);
        assert_eq!(parse("text/plain; charset=latin1", b"Gr\xf6\xdfe").unwrap().text, "Größe");
        let repaired = parse(
            "application/json",
            b"\xef\xbb\xbf{\"Text\":\"a\",\"TEXT\":\"Gr\xf6\xdfe \\ud83d\\u0000\",\"extra_responses\":[{\"Text\":7}]}",
        );
        let repaired = repaired.unwrap();
        assert_eq!((repaired.text.as_str(), repaired.extra_responses[0].text.as_str()), ("Größe \u{fffd}\u{fffd}", "7"));
    }

    #[test]
    fn invalid_json_responses_are_errors_and_nothing_panics() {
        for body in [&b""[..], b"null", b"[]", b"{", b"{\"text\":[]}", b"{\"attachments\":{}}", b"\xff\xff"] {
            let _ = parse("text/plain", body);
            assert!(parse("application/json", body).is_err(), "{body:?}");
        }
    }

    #[test]
    fn the_form_is_appended_to_an_existing_query() {
        assert_eq!(with_query("https://a.example/x?y=1", "z=2"), "https://a.example/x?y=1&z=2");
        assert_eq!(with_query("https://a.example/x", "z=2"), "https://a.example/x?z=2");
    }
}
