//! What is not in the audit trail, and what rules must know: how much somebody reads and downloads, and from where access tokens are used.
//! Counted in memory of this node; one record for each account or token and window in which a threshold is crossed.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use guildhall_cache::Cache;
use guildhall_model::id::{FileId, SessionId, UserId};
use guildhall_model::security_alert::{AlertRule, Reaction};
use guildhall_model::user::AuthMethod;
use guildhall_model::{Actor, Events, Millis, Result, neighbouring_network};
use parking_lot::Mutex;

use crate::access::{Details, Origin};
use crate::boxed;
use crate::security_alerts::SecurityAlerts;
use crate::window_counts::{WindowCounts, WindowLimit};

/// Names of the records.
pub(super) const MANY_FILES: &str = "security_alerts.many_files";
pub(super) const MANY_MESSAGES: &str = "security_alerts.many_messages";
pub(super) const TOKEN_IN_NETWORKS: &str = "security_alerts.token_in_networks";

/// Operations that return messages.
const READINGS: &[&str] = &[
    "call_mcp",
    "get_posts_for_channel",
    "get_posts_by_ids",
    "get_post_thread",
    "get_posts_around_last_unread",
    "search_posts",
    "search_posts_in_all_teams",
];

const ACCOUNTS_MAX: u64 = 100_000;
const TOKENS_MAX: u64 = 20_000;
/// Files that somebody has downloaded, and that are not counted again.
const DOWNLOADS_MAX: u64 = 200_000;
/// Networks of one token that are remembered.
const NETWORKS_MAX: usize = 8;
/// The longest window that the settings allow.
const WINDOW_MS_MAX: i64 = 120 * 60 * 1_000;

/// Counts of each account, and the networks of each access token.
pub(crate) struct State {
    downloads: WindowCounts<UserId>,
    /// When a file was counted last. A player requests parts of one video many times.
    downloaded: Cache<(UserId, FileId), Millis>,
    readings: WindowCounts<UserId>,
    tokens: Cache<SessionId, Arc<Mutex<TokenUse>>>,
}

impl Default for State {
    fn default() -> Self {
        let idle = Duration::from_millis(2 * WINDOW_MS_MAX.unsigned_abs());
        Self {
            downloads: WindowCounts::new(ACCOUNTS_MAX, WINDOW_MS_MAX),
            downloaded: Cache::builder().max_capacity(DOWNLOADS_MAX).time_to_idle(idle).build(),
            readings: WindowCounts::new(ACCOUNTS_MAX, WINDOW_MS_MAX),
            tokens: Cache::builder().max_capacity(TOKENS_MAX).time_to_idle(idle).build(),
        }
    }
}

/// From where a token was used, and when last.
#[derive(Debug, Default)]
struct TokenUse {
    networks: BTreeMap<IpAddr, Millis>,
    recorded_at: Millis,
}

impl TokenUse {
    /// The networks of the window if they are to be recorded now.
    fn note(&mut self, network: IpAddr, threshold: i64, window_ms: i64, now: Millis) -> Option<Vec<IpAddr>> {
        let since = now.minus_ms(window_ms);
        self.networks.retain(|_, used_at| *used_at > since);
        if self.networks.len() < NETWORKS_MAX || self.networks.contains_key(&network) {
            self.networks.insert(network, now);
        }
        if (self.networks.len() as i64) < threshold.min(NETWORKS_MAX as i64) || self.recorded_at > since {
            return None;
        }
        self.recorded_at = now;
        Some(self.networks.keys().copied().collect())
    }
}

impl SecurityAlerts<'_> {
    /// Whether a request is one to note, asked for each request of somebody who has authenticated: most are not.
    pub fn is_noted(&self, actor: &Actor, operation: &'static str) -> bool {
        match actor.auth_method {
            AuthMethod::AccessToken => true,
            AuthMethod::Session | AuthMethod::OAuth => !actor.is_bot && READINGS.contains(&operation),
            AuthMethod::Integration | AuthMethod::Local | AuthMethod::LocalAccount => false,
        }
    }

    /// For requests that are to be noted. It writes only where a threshold is crossed.
    pub async fn note_request(&self, actor: &Actor, operation: &'static str) {
        let noted = match actor.auth_method {
            AuthMethod::AccessToken => self.note_token(actor).await,
            _ => Ok(()),
        };
        let noted = match noted {
            // Programs read much.
            Ok(()) if !actor.is_bot => self.note_reading(actor, operation).await,
            noted => noted,
        };
        if let Err(error) = noted {
            tracing::error!(%error, operation, "unusual use is missing from the audit trail");
        }
    }

    /// For the content of a file that is read, in parts or as a whole. It writes only where the threshold is crossed.
    pub(crate) async fn note_download(&self, actor: &Actor, file: FileId) {
        let is_person = matches!(actor.auth_method, AuthMethod::Session | AuthMethod::AccessToken | AuthMethod::OAuth) && !actor.is_bot;
        if !is_person || !self.is_another_download(actor.user_id, file) {
            return;
        }
        let threshold = self.settings().security_alerts.mass_download_files;
        let noted = self.note_use(actor, (AlertRule::MassDownload, MANY_FILES), &self.state().downloads, threshold).await;
        if let Err(error) = noted {
            tracing::error!(%error, "a download is missing from the audit trail");
        }
    }

    fn is_another_download(&self, user: UserId, file: FileId) -> bool {
        let (now, window_ms) = (self.clock.now(), self.settings().security_alerts.window_ms());
        let is_counted = self.state().downloaded.get(&(user, file)).is_some_and(|at| at > now.minus_ms(window_ms));
        if !is_counted {
            self.state().downloaded.insert((user, file), now);
        }
        !is_counted
    }

    async fn note_reading(&self, actor: &Actor, operation: &'static str) -> Result<()> {
        if !READINGS.contains(&operation) {
            return Ok(());
        }
        let threshold = self.settings().security_alerts.mass_reading_requests;
        self.note_use(actor, (AlertRule::MassReading, MANY_MESSAGES), &self.state().readings, threshold).await
    }

    async fn note_use(
        &self,
        actor: &Actor,
        (rule, action): (AlertRule, &'static str),
        counts: &WindowCounts<UserId>,
        threshold: i64,
    ) -> Result<()> {
        let settings = self.settings();
        let settings = &settings.security_alerts;
        let max = u32::try_from(threshold).unwrap_or(u32::MAX);
        let limit = WindowLimit { max, window_ms: settings.window_ms() };
        let is_crossed = counts.add(actor.user_id, 1, limit, self.clock.now()).is_ok_and(|counted| counted.count == max);
        if !is_crossed || settings.reaction(rule) == Reaction::Nothing {
            return Ok(());
        }
        self.record_use(actor, action, Details::default().with("requests", max).with("minutes", settings.window_minutes)).await
    }

    async fn note_token(&self, actor: &Actor) -> Result<()> {
        let settings = self.settings();
        let settings = &settings.security_alerts;
        let Some(address) = actor.address else { return Ok(()) };
        if settings.reaction(AlertRule::TokenNetworks) == Reaction::Nothing {
            return Ok(());
        }
        let token = self.state().tokens.get_with(actor.session_id, Arc::default);
        let network = neighbouring_network(address);
        let networks = token.lock().note(network, settings.token_networks_count, settings.window_ms(), self.clock.now());
        let Some(networks) = networks else { return Ok(()) };
        let names: Vec<String> = networks.iter().map(ToString::to_string).collect();
        let details = Details::default().with("token_id", actor.session_id).with("networks", names.join(", "));
        self.record_use(actor, TOKEN_IN_NETWORKS, details).await
    }

    #[boxed]
    async fn record_use(&self, actor: &Actor, action: &'static str, details: Details) -> Result<()> {
        let grant = self.access.system("unusual use is recorded");
        let mut write = self.access.write(&grant, "security_alerts.note");
        write.push(self.access.audit_record(Origin::of(actor), action, details));
        write.commit(Events::none("rules read the audit trail")).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_in_two_networks_is_recorded_once_in_a_window() {
        let [office, home, train]: [IpAddr; 3] = ["203.0.113.0", "198.51.100.0", "192.0.2.0"].map(|address| address.parse().unwrap());
        let (mut token, window_ms) = (TokenUse::default(), 600_000);
        let mut note = |network, at| token.note(network, 2, window_ms, Millis(1_800_000_000_000 + at));
        assert_eq!(note(office, 0), None);
        assert_eq!(note(office, 1), None);
        // It has moved: nobody uses it in the office any more.
        assert_eq!(note(home, window_ms + 1), None);
        assert_eq!(note(office, window_ms + 2), Some(vec![home, office]));
        assert_eq!(note(train, window_ms + 3), None);
        assert_eq!(note(home, 2 * window_ms), None);
        assert_eq!(note(office, 2 * window_ms + 2), Some(vec![train, home, office]));
    }

    #[test]
    fn the_networks_of_a_token_are_bounded() {
        let mut token = TokenUse::default();
        for number in 0..=255 {
            token.note(IpAddr::from([10, 0, number, 0]), 1_000, 600_000, Millis(1));
        }
        assert_eq!(token.networks.len(), NETWORKS_MAX);
    }
}
