//! A cache of recently authenticated tokens. Events invalidate entries (`consumers.rs`); changes by other nodes take
//! effect when the entry expires.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use guildhall_model::Millis;
use guildhall_model::id::{SessionId, UserId};
use guildhall_model::ports::TokenHash;
use moka::sync::Cache;

use super::Authentication;

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

pub struct TokenCache {
    tokens: Cache<TokenHash, Arc<CachedToken>>,
    /// Counts invalidations: a look-up that began before one must not be inserted after it.
    invalidations: AtomicU64,
}

impl Default for TokenCache {
    fn default() -> Self {
        let tokens = Cache::builder().max_capacity(TOKENS_MAX).time_to_live(AGE_MAX).support_invalidation_closures().build();
        Self { tokens, invalidations: AtomicU64::new(0) }
    }
}

impl TokenCache {
    pub fn get(&self, token: TokenHash) -> Option<Arc<CachedToken>> {
        self.tokens.get(&token)
    }

    /// To be read before the look-up whose result is passed to [`insert`](Self::insert).
    pub fn generation(&self) -> u64 {
        self.invalidations.load(Ordering::SeqCst)
    }

    pub fn insert(&self, generation: u64, token: TokenHash, cached: Arc<CachedToken>) {
        if self.generation() != generation {
            return;
        }
        self.tokens.insert(token, cached);
        if self.generation() != generation {
            self.tokens.invalidate(&token);
        }
    }

    pub fn invalidate(&self, token: TokenHash) {
        self.invalidations.fetch_add(1, Ordering::SeqCst);
        self.tokens.invalidate(&token);
    }

    pub fn invalidate_session(&self, session: SessionId) {
        self.invalidate_where(move |authentication| authentication.actor.session_id == session);
    }

    pub fn invalidate_user(&self, user: UserId) {
        self.invalidate_where(move |authentication| authentication.actor.user_id == user);
    }

    pub fn invalidate_all(&self) {
        self.invalidations.fetch_add(1, Ordering::SeqCst);
        self.tokens.invalidate_all();
    }

    fn invalidate_where(&self, matches: impl Fn(&Authentication) -> bool + Send + Sync + 'static) {
        self.invalidations.fetch_add(1, Ordering::SeqCst);
        if self.tokens.invalidate_entries_if(move |_, cached| matches(&cached.authentication)).is_err() {
            self.tokens.invalidate_all();
        }
    }
}
