//! Cookies of buttons and menus: ephemeral posts are not stored, so clients keep what their buttons do, encrypted.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use guildhall_model::codes::actions as codes;
use guildhall_model::id::{ChannelId, PostId, UserId};
use guildhall_model::post::{Post, PostProps};
use guildhall_model::{Millis, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::attachments::actions_of;
use crate::posts::Posts;
use crate::token_key::TokenKey;

const PURPOSE: &str = "cookies of message buttons";
/// How long the buttons of an ephemeral post are valid.
const VALID_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// A button or menu of an ephemeral post, and what the server must know of the post.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ActionCookie {
    /// Who has got the post.
    pub user_id: UserId,
    pub author_id: UserId,
    pub post_id: PostId,
    pub channel_id: ChannelId,
    pub root_id: Option<PostId>,
    pub create_at: Millis,
    /// With what the integration is called with.
    pub action: Map<String, Value>,
    /// What says who the post is from.
    pub trusted_props: Map<String, Value>,
}

impl Posts<'_> {
    /// The props for clients: each button and menu with its cookie.
    pub(super) async fn with_action_cookies(&self, post: &Post, to: UserId) -> Result<PostProps> {
        let mut members = post.props.members().clone();
        let key = self.cookie_key().await?;
        let trusted_props = post.props.trusted();
        for action in members.get_mut("attachments").into_iter().flat_map(actions_of) {
            if !action.contains_key("integration") {
                continue;
            }
            let cookie = ActionCookie {
                user_id: to,
                author_id: post.user_id,
                post_id: post.id,
                channel_id: post.channel_id,
                root_id: post.root_id,
                create_at: post.create_at,
                action: action.clone(),
                trusted_props: trusted_props.clone(),
            };
            let plain = serde_json::to_vec(&cookie).map_err(|error| codes::ACTION_COOKIE.with_source(error))?;
            action.insert("cookie".to_owned(), STANDARD.encode(key.encrypt(&*self.secrets, &plain)?).into());
        }
        Ok(PostProps::from(members))
    }

    /// The button or menu of a cookie, if the user has got it for this one, and not too long ago.
    pub(crate) async fn read_action_cookie(&self, text: &str, user: UserId, post: PostId, action_id: &str) -> Result<ActionCookie> {
        let sealed = STANDARD.decode(text).map_err(|error| codes::ACTION_COOKIE.with_source(error))?;
        let plain = self.cookie_key().await?.decrypt(&sealed)?.ok_or(codes::ACTION_COOKIE)?;
        let cookie: ActionCookie = serde_json::from_slice(&plain).map_err(|error| codes::ACTION_COOKIE.with_source(error))?;
        let is_for_this = cookie.user_id == user && cookie.post_id == post;
        let is_valid = is_for_this && cookie.create_at.plus_ms(VALID_MS) > self.clock.now();
        let is_this_action = cookie.action.get("id").and_then(Value::as_str) == Some(action_id);
        if is_valid && is_this_action { Ok(cookie) } else { Err(codes::ACTION_COOKIE.into()) }
    }

    async fn cookie_key(&self) -> Result<TokenKey> {
        TokenKey::derive(&self.system().identity().await?.public_link_secret, PURPOSE)
    }
}
