//! Reading in a private channel without being its member, which roles of the system allow: it leaves one audit record for
//! each person, channel and hour, committed before anything is read.

use std::time::Duration;

use guildhall_cache::Cache;
use guildhall_model::channel::ChannelKind;
use guildhall_model::id::{ChannelId, UserId};
use guildhall_model::user::AuthMethod;
use guildhall_model::{Actor, Millis, Result};
use guildhall_storage::Batch;
use tokio::sync::Mutex;

use super::authority::Origin;
use super::record::Details;
use super::{Access, ChannelGrant};

const HOUR_MS: i64 = 60 * 60 * 1_000;
/// Beyond it, what was read least recently is recorded again within its hour.
const ENTRIES_MAX: u64 = 10_000;

/// When the reading of a channel by a person was last recorded. In memory only: recorded again after a restart.
pub(super) struct Readings {
    recorded_at: Cache<(Option<UserId>, ChannelId), Millis>,
    /// Held while records are committed: of concurrent requests one records, and the others wait for its commit.
    recording: Mutex<()>,
}

impl Default for Readings {
    fn default() -> Self {
        let recorded_at = Cache::builder().max_capacity(ENTRIES_MAX).time_to_live(Duration::from_millis(HOUR_MS as u64)).build();
        Self { recorded_at, recording: Mutex::default() }
    }
}

impl Readings {
    fn is_recorded(&self, origin: Origin, channel: ChannelId, now: Millis) -> bool {
        self.recorded_at.get(&(origin.user_id, channel)).is_some_and(|at| now.0 - at.0 < HOUR_MS)
    }
}

impl Access {
    /// Records the reading of those channels that are private and of which the actor is no member.
    pub(super) async fn note_readings<'g>(&self, actor: &Actor, grants: impl IntoIterator<Item = &'g ChannelGrant>) -> Result<()> {
        let is_outside = |grant: &&ChannelGrant| grant.channel.kind == ChannelKind::Private && grant.member.is_none();
        let mut outside: Vec<&ChannelGrant> = grants.into_iter().filter(is_outside).collect();
        // An integration checks where it may post: its owner reads nothing.
        if outside.is_empty() || actor.auth_method == AuthMethod::Integration {
            return Ok(());
        }
        let (origin, now) = (Origin::of(actor), self.clock.now());
        let is_new = |grant: &&ChannelGrant| !self.readings.is_recorded(origin, grant.channel.id, now);
        if !outside.iter().any(is_new) {
            return Ok(());
        }
        let _recording = self.readings.recording.lock().await;
        outside.retain(is_new);
        if outside.is_empty() {
            return Ok(());
        }
        let mut batch = Batch::default();
        for grant in &outside {
            let team = grant.channel.team_id.map(|team| team.to_string()).unwrap_or_default();
            let details = Details::default().with("channel_id", grant.channel.id).with("team_id", team);
            batch.push(self.audit_record(origin, "channels.read", details));
        }
        self.db.commit(batch).await?;
        outside.iter().for_each(|grant| self.readings.recorded_at.insert((origin.user_id, grant.channel.id), now));
        Ok(())
    }
}
