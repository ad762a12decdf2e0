//! Asking the server behind a team's own command.

use bytes::Bytes;
use guildhall_model::codes::{integrations as codes, outgoing};
use guildhall_model::integration::Command;
use guildhall_model::ports::{Method, OutgoingRequest, OutgoingResponse};
use guildhall_model::team::Team;
use guildhall_model::user::User;
use guildhall_model::{Actor, Error, Result};
use url::Url;
use url::form_urlencoded::Serializer;

use super::CommandArgs;
use super::answer::CommandAnswer;
use crate::access::ChannelGrant;
use crate::commands::Commands;

/// Longest answer that is read, in bytes.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;

impl Commands<'_> {
    pub(super) async fn call_command(
        &self,
        actor: &Actor,
        on: &ChannelGrant,
        team: &Team,
        command: &Command,
        args: &CommandArgs,
        text: &str,
    ) -> Result<CommandAnswer> {
        let person = self.users().account(on, actor.user_id).await?;
        let response_url = self.response_url(actor, command, args);
        let form = form_of(&person, on, team, command, args, text, &response_url);
        let answer = self.outgoing.send(self.request_of(command, form)).await;
        read(&command.trigger, answer)
    }

    fn request_of(&self, command: &Command, form: String) -> OutgoingRequest {
        let mut headers =
            vec![("Accept".to_owned(), "application/json".to_owned()), ("Authorization".to_owned(), format!("Token {}", command.token))];
        let (method, url, body) = if command.method == "G" {
            (Method::Get, with_query(&command.url, &form), Bytes::new())
        } else {
            headers.push(("Content-Type".to_owned(), "application/x-www-form-urlencoded".to_owned()));
            (Method::Post, command.url.clone(), Bytes::from(form))
        };
        let timeout_ms = self.settings().integrations.timeout_ms;
        OutgoingRequest { method, url, headers, body, timeout_ms, max_response_bytes: ANSWER_BYTES_MAX }
    }
}

fn form_of(person: &User, on: &ChannelGrant, team: &Team, command: &Command, args: &CommandArgs, text: &str, response_url: &str) -> String {
    Serializer::new(String::new())
        .append_pair("channel_id", &on.channel.id.to_string())
        .append_pair("channel_name", &on.channel.name)
        .append_pair("command", &format!("/{}", command.trigger))
        .append_pair("response_url", response_url)
        .append_pair("root_id", &args.root_id.map(|root| root.to_string()).unwrap_or_default())
        .append_pair("team_domain", &team.name)
        .append_pair("team_id", &team.id.to_string())
        .append_pair("text", text)
        .append_pair("token", &command.token)
        .append_pair("user_id", &person.id.to_string())
        .append_pair("user_name", &person.username)
        .finish()
}

fn with_query(url: &str, form: &str) -> String {
    let Ok(mut parsed) = Url::parse(url) else { return url.to_owned() };
    let query = match parsed.query() {
        Some(before) if !before.is_empty() => format!("{before}&{form}"),
        _ => form.to_owned(),
    };
    parsed.set_query(Some(&query));
    parsed.into()
}

fn read(trigger: &str, answer: Result<OutgoingResponse>) -> Result<CommandAnswer> {
    let failed = |error: Error| {
        let code = if error.is(outgoing::REFUSED) { codes::COMMAND_REFUSED } else { codes::COMMAND_FAILED };
        code.with("trigger", trigger).because(error)
    };
    let answer = answer.map_err(failed)?;
    if answer.status != 200 {
        return Err(codes::COMMAND_FAILED.with("trigger", trigger).because(format!("status {}", answer.status)));
    }
    let unreadable = || codes::COMMAND_ANSWER.with("trigger", trigger);
    let is_json = answer.header("content-type").is_some_and(|kind| kind.to_ascii_lowercase().contains("json"));
    if is_json {
        return CommandAnswer::parse(&answer.body).ok_or_else(unreadable);
    }
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    if text.trim().is_empty() { Err(unreadable()) } else { Ok(CommandAnswer::told(text)) }
}

#[cfg(test)]
mod tests {
    use super::super::answer::ResponseKind;
    use super::*;

    fn answered(kind: &str, body: &[u8]) -> Result<CommandAnswer> {
        let headers = vec![("content-type".to_owned(), kind.to_owned())];
        read("x", Ok(OutgoingResponse { status: 200, headers, body: Bytes::copy_from_slice(body) }))
    }

    #[test]
    fn texts_and_json_are_read() {
        assert_eq!(answered("text/plain", b"hello").unwrap(), CommandAnswer::told("hello"));
        let answer = answered("application/json; charset=utf-8", br#"{"text":null,"response_type":"in_channel","extra_responses":null}"#);
        assert_eq!(answer.unwrap().response_type, ResponseKind::InChannel);
    }

    #[test]
    fn whatever_comes_back_is_an_answer_or_an_error() {
        for body in [&b""[..], b"null", b"[]", b"{", b"{\"text\":1}", b"{\"attachments\":{}}", b"\xff\xff"] {
            let _ = answered("text/plain", body);
            assert!(answered("application/json", body).is_err(), "{body:?}");
        }
    }

    #[test]
    fn a_query_is_added_to_what_is_there() {
        assert_eq!(with_query("https://a.example/x?y=1", "z=2"), "https://a.example/x?y=1&z=2");
        assert_eq!(with_query("https://a.example/x", "z=2"), "https://a.example/x?z=2");
    }
}
