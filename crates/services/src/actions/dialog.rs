//! Opening a dialog: an integration shows one to the user whose press or command has called it.

use std::sync::Arc;

use guildhall_model::codes::actions as codes;
use guildhall_model::event::DialogRequest;
use guildhall_model::id::UserId;
use guildhall_model::{Event, Result};
use serde_json::{Map, Value};

use super::{dialog_address, dialog_check};
use crate::actions::Actions;
use crate::boxed;
use crate::token_key::TokenKey;
use crate::webhooks::is_http_url;

/// What an integration sends.
#[derive(Debug, Clone, Default)]
pub struct NewDialog {
    pub trigger_id: String,
    /// Where what was entered is sent.
    pub url: String,
    pub dialog: Map<String, Value>,
}

impl Actions<'_> {
    /// The trigger id is the only credential: integrations need no account.
    #[boxed]
    pub async fn open_dialog(&self, new: NewDialog) -> Result<()> {
        let (client_id, user) = self.read_trigger(&new.trigger_id).await?;
        if self.access.active_actor(user).await?.is_none() {
            return Err(codes::TRIGGER_INVALID.into());
        }
        if !is_http_url(&new.url) {
            return Err(codes::DIALOG_INVALID.with("reason", "its url is no http or https address"));
        }
        let dialog = self.dialog_for(user, new.dialog).await?;
        let url = dialog_address::sign(&self.address_key().await?, user, &new.url, self.clock.now())?;
        let request = DialogRequest { trigger_id: client_id.to_string(), url, dialog };
        let grant = self.access.system("a trigger id is the right to show its user a dialog");
        self.access.publish(&grant, Event::DialogOpened { user_id: user, request: Arc::new(request) }).await;
        Ok(())
    }

    /// The dialog, checked, with addresses that this user may send.
    pub(super) async fn dialog_for(&self, user: UserId, dialog: Map<String, Value>) -> Result<Map<String, Value>> {
        let mut dialog = dialog_check::checked(dialog)?;
        let (key, now) = (self.address_key().await?, self.clock.now());
        for url in dialog_check::addresses(&mut dialog) {
            *url = dialog_address::sign(&key, user, url, now)?;
        }
        Ok(dialog)
    }

    pub(super) async fn address_key(&self) -> Result<TokenKey> {
        TokenKey::derive(&self.system().identity().await?.public_link_secret, dialog_address::PURPOSE)
    }
}
