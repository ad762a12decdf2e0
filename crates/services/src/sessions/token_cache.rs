//! A cache of recently authenticated tokens. Events invalidate entries (`consumers.rs`); changes by other nodes take
//! effect when the entry expires.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use guildhall_cache::Cache;
use guildhall_model::Millis;
use guildhall_model::id::{SessionId, UserId};
use guildhall_model::ports::TokenHash;

use super::Authentication;
use crate::cache::GenerationCache;

const TOKENS_MAX: u64 = 200_000;
const AGE_MAX: Duration = Duration::from_secs(30);

/// A token that was valid when it was looked up.
pub struct CachedToken {
    pub authentication: Authentication,
    /// When the last use was saved.
    pub touched_at: AtomicI64,
    /// The session's lifetime without activity; zero when it does not expire.
    pub length_ms: i64,
}

impl CachedToken {
    /// Whether to save this use; true for one of concurrent callers only.
    pub fn claim_touch(&self, now: Millis, every_ms: i64) -> bool {
        let last = self.touched_at.load(Ordering::Relaxed);
        now.0 - last >= every_ms && self.touched_at.compare_exchange(last, now.0, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

pub(crate) struct TokenCache(GenerationCache<TokenHash, Arc<CachedToken>>);

impl Default for TokenCache {
    fn default() -> Self {
        let tokens = Cache::builder().max_capacity(TOKENS_MAX).time_to_live(AGE_MAX).support_invalidation_closures().build();
        Self(GenerationCache::new(tokens))
    }
}

impl Deref for TokenCache {
    type Target = GenerationCache<TokenHash, Arc<CachedToken>>;
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl TokenCache {
    pub fn invalidate_session(&self, session: SessionId) {
        self.invalidate_where(move |cached| cached.authentication.actor.session_id == session);
    }

    pub fn invalidate_user(&self, user: UserId) {
        self.invalidate_where(move |cached| cached.authentication.actor.user_id == user);
    }
}
