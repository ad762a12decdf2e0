//! What a person has chosen for mails about messages, beside the settings of the account.

use guildhall_model::user::{Presence, User};
use guildhall_model::{Millis, Result};
use guildhall_storage::preferences;

use super::schedule::Interval;
use super::times::{QuietHours, zone_of};
use crate::access::SystemGrant;
use crate::notifications::Notifications;

/// The category of Mattermost's preferences, and its names; the last one is our own.
pub(super) const CATEGORY: &str = "notifications";
pub(super) const EMAIL_INTERVAL: &str = "email_interval";
const EMAIL_QUIET_HOURS: &str = "email_quiet_hours";
const DISPLAY_SETTINGS: &str = "display_settings";
const USE_MILITARY_TIME: &str = "use_military_time";

/// Who is not to be disturbed without an end of it is asked again after this time.
const DND_CHECK_MS: i64 = 15 * 60 * 1000;

impl Notifications<'_> {
    pub(super) async fn interval_of(&self, grant: &SystemGrant, user: &User) -> Result<Interval> {
        let value = self.preference(grant, user, (CATEGORY, EMAIL_INTERVAL)).await?;
        Ok(Interval::of_preference(value.as_deref(), &self.settings()))
    }

    /// Until when mails to the person wait: the end of "do not disturb" or of their quiet hours.
    pub(super) async fn quiet_until(&self, grant: &SystemGrant, user: &User, now: Millis) -> Result<Option<Millis>> {
        let status = self.statuses().any_status(user.id).await?;
        if status.presence == Presence::DoNotDisturb {
            let end = status.dnd_end_time;
            return Ok(Some(if end > now { end } else { now.plus_ms(DND_CHECK_MS) }));
        }
        let hours = self.preference(grant, user, (CATEGORY, EMAIL_QUIET_HOURS)).await?;
        Ok(hours.as_deref().and_then(QuietHours::parse).and_then(|hours| hours.until(now, &zone_of(&user.timezone))))
    }

    /// Whether the person reads times as 14:00, where the language leaves the choice.
    pub(super) async fn uses_24_hours(&self, grant: &SystemGrant, user: &User) -> Result<bool> {
        Ok(self.preference(grant, user, (DISPLAY_SETTINGS, USE_MILITARY_TIME)).await?.is_some_and(|value| value == "true"))
    }

    async fn preference(&self, grant: &SystemGrant, user: &User, (category, name): (&str, &str)) -> Result<Option<String>> {
        let preference = preferences::get(self.access.read(grant), grant.id(user.id), category, name).await?;
        Ok(preference.map(|preference| preference.value))
    }
}
