//! Custom statuses: an emoji and a short text, and the list of recent ones.

use guildhall_model::codes::users as codes;
use guildhall_model::id::UserId;
use guildhall_model::user::{Preference, Props, User};
use guildhall_model::{Actor, Event, Millis, Permission, Result};
use guildhall_storage::{Statement, preferences};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::access::{UserGrant, Write, Writing};
use crate::boxed;
use crate::statuses::Statuses;

const PROP: &str = "customStatus";
const CATEGORY: &str = "custom_status";
const RECENT: &str = "recent_custom_statuses";
const RECENT_MAX: usize = 5;
const TEXT_CHARS_MAX: usize = 100;
const EMOJI_CHARS_MAX: usize = 64;
const DURATIONS: [&str; 8] = ["", "dont_clear", "thirty_minutes", "one_hour", "four_hours", "today", "this_week", "date_and_time"];
/// The zero time of Mattermost's JSON: no expiry.
const NEVER: &str = "0001-01-01T00:00:00Z";

/// Stored as JSON in the user's props, where clients read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomStatus {
    pub emoji: String,
    pub text: String,
    pub duration: String,
    pub expires_at: String,
}

impl Default for CustomStatus {
    fn default() -> Self {
        Self { emoji: String::new(), text: String::new(), duration: String::new(), expires_at: NEVER.to_owned() }
    }
}

impl CustomStatus {
    fn validate(mut self, now: Millis) -> Result<Self> {
        self.text = self.text.trim().to_owned();
        if self.emoji.is_empty() && !self.text.is_empty() {
            "speech_balloon".clone_into(&mut self.emoji);
        }
        if self.expires_at.is_empty() {
            NEVER.clone_into(&mut self.expires_at);
        }
        if !self.emoji.is_empty() && self.is_well_formed() && self.has_valid_expiry(now) {
            Ok(self)
        } else {
            Err(codes::CUSTOM_STATUS_INVALID.into())
        }
    }

    /// Whether text, emoji and expiry are within the limits. It may have expired.
    fn is_well_formed(&self) -> bool {
        let emoji_char = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '+');
        let is_emoji = self.emoji.chars().count() <= EMOJI_CHARS_MAX && self.emoji.chars().all(emoji_char);
        let is_time = self.expires_at.is_empty() || OffsetDateTime::parse(&self.expires_at, &Rfc3339).is_ok();
        is_emoji && self.text.chars().count() <= TEXT_CHARS_MAX && is_time
    }

    /// Whether the duration is known and, where there is one, the expiry is in the future.
    fn has_valid_expiry(&self, now: Millis) -> bool {
        let Ok(end) = OffsetDateTime::parse(&self.expires_at, &Rfc3339) else { return false };
        let has_end = !matches!(self.duration.as_str(), "" | "dont_clear");
        DURATIONS.contains(&self.duration.as_str()) && (!has_end || end.unix_timestamp_nanos() / 1_000_000 > i128::from(now.0))
    }
}

impl Statuses<'_> {
    #[boxed]
    pub async fn set_custom_status(&self, actor: &Actor, user: UserId, status: CustomStatus) -> Result<()> {
        let (grant, _) = self.users().user_to_change(actor, user, Permission::EditOtherUsers).await?;
        let status = status.validate(self.clock.now())?;
        let json = to_json(&status)?;
        let mut recent = self.recent_statuses(&grant).await?;
        recent.retain(|old| old.text != status.text);
        recent.insert(0, status);
        recent.truncate(RECENT_MAX);
        let preference = recent_preference(user, &recent)?;
        let change = |user: &mut User| {
            user.props.insert(PROP.to_owned(), json.clone());
            Ok(())
        };
        let extra_writes = |_: &User, write: &mut Write<'_>| {
            let (statements, events) = save_preference(&grant, &preference);
            write.extend(statements);
            events
        };
        self.users().change_account((&grant, "statuses.set_custom"), change, extra_writes).await?;
        Ok(())
    }

    #[boxed]
    pub async fn unset_custom_status(&self, actor: &Actor, user: UserId) -> Result<()> {
        let (grant, _) = self.users().user_to_change(actor, user, Permission::EditOtherUsers).await?;
        let change = |user: &mut User| {
            user.props.remove(PROP);
            Ok(())
        };
        self.users().change_account((&grant, "statuses.unset_custom"), change, |_, _| Vec::new()).await?;
        Ok(())
    }

    #[boxed]
    pub async fn remove_recent_status(&self, actor: &Actor, user: UserId, removed: &CustomStatus) -> Result<()> {
        let (grant, _) = self.users().user_to_change(actor, user, Permission::EditOtherUsers).await?;
        let mut recent = self.recent_statuses(&grant).await?;
        let is_removed = |old: &CustomStatus| old.emoji == removed.emoji && old.text == removed.text && old.duration == removed.duration;
        if !recent.iter().any(is_removed) {
            return Err(codes::CUSTOM_STATUS_RECENT.into());
        }
        recent.retain(|old| !is_removed(old));
        let (statements, events) = save_preference(&grant, &recent_preference(user, &recent)?);
        let mut write = self.access.write(&grant, "statuses.remove_recent");
        write.extend(statements);
        write.commit(events).await
    }

    /// Invalid JSON (clients can write the preference themselves) counts as an empty list.
    async fn recent_statuses(&self, grant: &UserGrant) -> Result<Vec<CustomStatus>> {
        let saved = preferences::get(self.access.read(grant), grant.id(), CATEGORY, RECENT).await?;
        Ok(saved.and_then(|saved| serde_json::from_str(&saved.value).ok()).unwrap_or_default())
    }
}

/// Validates the custom status in a user's props, whichever use case sets them: other users' clients parse it.
pub(crate) fn check_custom_status(props: &Props) -> Result<()> {
    let Some(json) = props.get(PROP).filter(|json| !json.is_empty()) else { return Ok(()) };
    // serde would accept a list as the fields in order.
    let status = Some(json).filter(|json| json.starts_with('{')).and_then(|json| serde_json::from_str::<CustomStatus>(json).ok());
    if status.is_some_and(|status| status.is_well_formed()) { Ok(()) } else { Err(codes::CUSTOM_STATUS_INVALID.into()) }
}

fn recent_preference(user_id: UserId, recent: &[CustomStatus]) -> Result<Preference> {
    Ok(Preference { user_id, category: CATEGORY.to_owned(), name: RECENT.to_owned(), value: to_json(&recent)? })
}

fn save_preference(grant: &Writing<UserGrant>, preference: &Preference) -> (Vec<Statement>, Vec<Event>) {
    let event = Event::PreferencesChanged { user_id: preference.user_id, preferences: vec![preference.clone()] };
    // A sidebar event accompanies every change of preferences.
    let sidebar = Event::CategoriesUpdated { user_id: preference.user_id, team_id: None, categories: Vec::new() };
    (vec![preferences::save(grant.write_id(), preference)], vec![sidebar, event])
}

fn to_json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| guildhall_model::codes::context::INTERNAL.with_source(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_800_000_000_000);

    fn status(emoji: &str, text: &str, duration: &str, expires_at: &str) -> CustomStatus {
        CustomStatus { emoji: emoji.into(), text: text.into(), duration: duration.into(), expires_at: expires_at.into() }
    }

    #[test]
    fn a_text_without_emoji_gets_the_default_emoji_and_no_expiry() {
        let validated = status("", " at lunch ", "", "").validate(NOW).unwrap();
        assert_eq!(validated, status("speech_balloon", "at lunch", "", NEVER));
    }

    #[test]
    fn the_prop_is_a_custom_status_or_empty() {
        let check = |json: &str| check_custom_status(&Props::from([(PROP.to_owned(), json.to_owned())]));
        for good in ["", "{}", r#"{"emoji":"tea","text":"","duration":"today","expires_at":"2020-01-01T00:00:00Z"}"#] {
            assert!(check(good).is_ok(), "{good}");
        }
        let long = format!(r#"{{"emoji":"tea","text":"{}"}}"#, "x".repeat(101));
        for bad in ["tea", "null", "5", "[]", r#"["tea"]"#, r#"{"emoji":5}"#, r#"{"text":{}}"#, r#"{"expires_at":"soon"}"#, &long] {
            assert!(check(bad).is_err(), "{bad}");
        }
        assert!(check_custom_status(&Props::default()).is_ok());
    }

    #[test]
    fn an_expiry_must_be_in_the_future() {
        assert!(status("palm_tree", "", "this_week", "2030-01-01T00:00:00Z").validate(NOW).is_ok());
        let long = "x".repeat(101);
        for bad in [
            status("", "", "", ""),
            status("palm_tree", &long, "", ""),
            status("palm tree", "", "", ""),
            status("palm_tree", "", "for_ever", ""),
            status("palm_tree", "", "today", ""),
            status("palm_tree", "", "today", "2020-01-01T00:00:00Z"),
            status("palm_tree", "", "", "tomorrow"),
        ] {
            assert!(bad.clone().validate(NOW).is_err(), "{bad:?}");
        }
    }
}
