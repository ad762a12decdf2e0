//! What an integration answers to a press: another content of the post, a message for who has pressed, or an error.

use guildhall_model::codes::actions as codes;
use guildhall_model::post::PostProps;
use guildhall_model::text::json::scalar_text_or_empty;
use guildhall_model::{Actor, Result};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::press::Pressed;
use crate::actions::Actions;
use crate::posts::IntegrationUpdate;
use crate::webhooks::{IntegrationMessage, build_posts};

/// Most characters of an integration's error that are shown.
pub(super) const ERROR_CHARS_MAX: usize = 500;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answer {
    update: Option<Update>,
    #[serde(deserialize_with = "scalar_text_or_empty")]
    ephemeral_text: String,
    skip_slack_parsing: bool,
    /// A text, or an object with `message`.
    error: Value,
}

/// A post, of which only this may change.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Update {
    #[serde(deserialize_with = "scalar_text_or_empty")]
    message: String,
    props: Option<Map<String, Value>>,
}

impl Answer {
    fn error(&self) -> Option<String> {
        let text = self.error.as_str().or_else(|| self.error.get("message")?.as_str())?;
        (!text.trim().is_empty()).then(|| text.trim().chars().take(ERROR_CHARS_MAX).collect())
    }
}

impl Actions<'_> {
    pub(super) async fn handle_answer(&self, actor: &Actor, pressed: &Pressed, mut answer: Answer) -> Result<()> {
        if let Some(text) = answer.error() {
            return Err(codes::ACTION_REJECTED.with("text", text));
        }
        if let Some(Update { message, props }) = answer.update.take() {
            let update = IntegrationUpdate { message, props };
            match &pressed.cookie {
                Some(cookie) => self.posts().update_ephemeral(&pressed.grant, &pressed.author, cookie, &update).await?,
                None => {
                    self.posts().update_by_integration(&pressed.author, pressed.post_id, update).await?;
                }
            }
        }
        if !answer.ephemeral_text.is_empty() {
            self.tell(actor, pressed, answer.ephemeral_text, answer.skip_slack_parsing).await?;
        }
        Ok(())
    }

    /// A message of the integration for who has pressed, where the button is.
    async fn tell(&self, actor: &Actor, pressed: &Pressed, text: String, is_markdown: bool) -> Result<()> {
        let channel = &pressed.grant.channel;
        let props = PostProps::from(pressed.props.trusted());
        let message = IntegrationMessage { text, is_markdown, ..IntegrationMessage::default() };
        for piece in build_posts(self, message, channel.team_id, channel.id).await? {
            let from = pressed.author.user_id;
            self.posts().send_ephemeral(&pressed.grant, from, actor.user_id, piece.message, pressed.root_id, props.clone()).await;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use guildhall_model::text::json;

    use super::*;

    fn read(body: &str) -> Answer {
        json::from_slice(body.as_bytes()).unwrap()
    }

    #[test]
    fn answers_are_read_as_go_writes_them() {
        let answer = read(r#"{"update":null,"ephemeral_text":"","skip_slack_parsing":null,"error":null}"#);
        assert!(answer.update.is_none() && answer.error().is_none());
        let answer =
            read(r#"{"update":{"id":"","create_at":0,"message":"done","props":null,"file_ids":null,"metadata":{}},"goto_location":""}"#);
        let update = answer.update.unwrap();
        assert_eq!((update.message.as_str(), update.props), ("done", None));
        assert_eq!(read(r#"{"error":"no"}"#).error().unwrap(), "no");
        assert_eq!(read(r#"{"error":{"message":" no "}}"#).error().unwrap(), "no");
        assert_eq!(read(&format!(r#"{{"error":"{}"}}"#, "x".repeat(600))).error().unwrap().len(), ERROR_CHARS_MAX);
        for none in [r#"{"error":" "}"#, r#"{"error":5}"#, r#"{"error":{}}"#] {
            assert!(read(none).error().is_none(), "{none}");
        }
    }
}
