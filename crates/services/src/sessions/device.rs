//! Attaching a session to a mobile device, as the app reports it after the log-in.

use guildhall_model::codes::{context, users as codes};
use guildhall_model::user::{AuthMethod, Props};
use guildhall_model::{Actor, Event, Result};
use guildhall_storage::sessions;

use super::DEVICE_ID_CHARS_MAX;
use crate::boxed;
use crate::sessions::Sessions;

/// The session props that a device may set.
const DEVICE_PROPS: [&str; 2] = ["device_notification_disabled", "mobile_version"];
const DEVICE_PROP_CHARS_MAX: usize = 128;

impl Sessions<'_> {
    /// Attaches the session to a device and revokes the user's other sessions on it. An empty id keeps the device.
    #[boxed]
    pub async fn attach_device(&self, actor: &Actor, device_id: &str, props: &Props) -> Result<()> {
        let is_bad_prop =
            |(name, value): (&String, &String)| !DEVICE_PROPS.contains(&name.as_str()) || value.chars().count() > DEVICE_PROP_CHARS_MAX;
        if device_id.chars().count() > DEVICE_ID_CHARS_MAX || actor.auth_method != AuthMethod::Session {
            return Err(context::INVALID_PARAM.with("name", "device_id"));
        }
        if device_id.is_empty() && props.is_empty() || props.iter().any(is_bad_prop) {
            return Err(context::INVALID_PARAM.with("name", "device_id"));
        }
        let grant = self.access.own_account(actor);
        let db = self.access.read(&grant);
        let mut session = sessions::get(db, grant.id(), actor.session_id).await?.ok_or(codes::SESSION_NOT_FOUND)?;
        session.props.extend(props.clone());
        let mut ended = Vec::new();
        if !device_id.is_empty() {
            session.device_id = device_id.to_owned();
            session.expires_at = self.clock.now().plus_ms(self.session_length_ms(&session));
            ended = sessions::of_device(db, grant.id(), device_id).await?;
            ended.retain(|id| *id != actor.session_id);
        }
        let mut write = self.access.write(&grant, "sessions.attach_device");
        write.push(sessions::set_device(grant.write_id(), &session));
        write.extend(sessions::delete_each(grant.write_id(), &ended));
        let revoked = |session_id| Event::SessionRevoked { user_id: actor.user_id, session_id };
        let updated = Event::SessionUpdated { user_id: actor.user_id, session_id: actor.session_id };
        write.commit(ended.into_iter().map(revoked).chain([updated]).collect::<Vec<_>>()).await
    }
}
