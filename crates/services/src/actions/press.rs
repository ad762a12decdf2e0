//! Pressing a button, or choosing an option of a menu: the integration is called, and what it answers is done.

use guildhall_model::codes::{actions as codes, channels};
use guildhall_model::id::PostId;
use guildhall_model::post::PostProps;
use guildhall_model::{Actor, Kind, Result};
use guildhall_storage::teams;
use serde_json::{Map, Value, json};

use super::stored_action::StoredAction;
use crate::access::ChannelGrant;
use crate::actions::Actions;
use crate::boxed;
use crate::mcp::APPROVAL_ADDRESS;
use crate::posts::action_cookies::ActionCookie;
use crate::posts::props::is_of_integration;

/// What the client sends.
#[derive(Debug, Clone, Default)]
pub struct Press {
    pub selected_option: String,
    /// That of the button, of an ephemeral post.
    pub cookie: String,
    /// Of a button in the text of a message, or of a block.
    pub query: Map<String, Value>,
}

/// The pressed button, and the post that it is of.
pub(super) struct Pressed {
    pub grant: ChannelGrant,
    pub action: StoredAction,
    /// The author of the post, for whom the integration acts.
    pub author: Actor,
    pub post_id: PostId,
    pub root_id: Option<PostId>,
    /// With the props that say who the post is from.
    pub props: PostProps,
    /// Of an ephemeral post.
    pub cookie: Option<ActionCookie>,
}

impl Actions<'_> {
    /// The client's part of the trigger id. Who may read the channel may press.
    #[boxed]
    pub async fn press(&self, actor: &Actor, post: PostId, action_id: &str, press: Press) -> Result<String> {
        let pressed = match press.cookie.as_str() {
            "" => self.stored_post(actor, post, action_id).await?,
            cookie => self.ephemeral_post(actor, post, action_id, cookie).await?,
        };
        if pressed.grant.is_archived() {
            return Err(channels::ARCHIVED.into());
        }
        if pressed.action.url == APPROVAL_ADDRESS {
            self.mcp().decide(actor, &pressed.author, post, &pressed.action.context).await?;
            return Ok(self.new_trigger(actor.user_id).await?.client_id.to_string());
        }
        let context = pressed.action.context_for(&press.selected_option, &press.query)?;
        let trigger = self.new_trigger(actor.user_id).await?;
        let request = self.integration_request(actor, &pressed, &trigger.token, context).await?;
        let answer = self.call_integration(&pressed.action.url, &request).await?;
        self.handle_answer(actor, &pressed, answer).await?;
        Ok(trigger.client_id.to_string())
    }

    async fn stored_post(&self, actor: &Actor, id: PostId, action_id: &str) -> Result<Pressed> {
        let grant = self.access.read_post(actor, id).await?;
        let action = StoredAction::find(&grant.post.props, action_id).ok_or(codes::ACTION_NOT_FOUND)?;
        let (props, root_id, user_id) = (grant.post.props.clone(), grant.post.root_id, grant.post.user_id);
        let (grant, is_of_integration) = (grant.channel_grant, is_of_integration(&props));
        let author = self.access.author_of_actions(user_id, is_of_integration, grant.channel.team_id).await?.ok_or(codes::ACTION_OWNER)?;
        let author = match self.access.posting_actor(author, grant.channel.id).await {
            Err(error) if error.code.kind == Kind::Forbidden => return Err(codes::ACTION_OWNER.with_source(error)),
            author => author?,
        };
        Ok(Pressed { grant, action, author, post_id: id, root_id, props, cookie: None })
    }

    async fn ephemeral_post(&self, actor: &Actor, id: PostId, action_id: &str, cookie: &str) -> Result<Pressed> {
        let cookie = self.posts().read_action_cookie(cookie, actor.user_id, id, action_id).await?;
        let grant = self.access.read_channel(actor, cookie.channel_id).await?;
        let action = StoredAction::new(&cookie.action).ok_or(codes::ACTION_NOT_FOUND)?;
        // Only integrations and those who may send ephemeral posts to others make them.
        let author = self.access.author_of_actions(cookie.author_id, true, None).await?.ok_or(codes::ACTION_OWNER)?;
        let props = PostProps::from(cookie.trusted_props.clone());
        Ok(Pressed { grant, action, author, post_id: id, root_id: cookie.root_id, props, cookie: Some(cookie) })
    }

    async fn integration_request(&self, actor: &Actor, pressed: &Pressed, trigger: &str, context: Map<String, Value>) -> Result<Value> {
        let Pressed { grant, action, post_id, .. } = pressed;
        let user = self.users().account(grant, actor.user_id).await?;
        let team = match grant.team_id() {
            Some(team) => teams::get(self.access.read(grant), team).await?,
            None => None,
        };
        let (team_id, team_domain) = team.map(|team| (team.id.to_string(), team.name)).unwrap_or_default();
        Ok(json!({
            "user_id": actor.user_id,
            "user_name": user.username,
            "channel_id": grant.channel.id,
            "channel_name": grant.channel.name,
            "team_id": team_id,
            "team_domain": team_domain,
            "post_id": post_id,
            "trigger_id": trigger,
            "type": action.kind,
            "data_source": action.data_source,
            "context": context,
        }))
    }
}
