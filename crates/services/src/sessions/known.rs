//! The tokens that were checked lately, so that a request does not ask the database who is asking. Events remove
//! entries (`consumers.rs`); what another node changes shows when the entry is too old.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use guildhall_model::Millis;
use guildhall_model::id::{SessionId, UserId};
use guildhall_model::ports::TokenHash;
use moka::sync::Cache;

use super::Authenticated;

const TOKENS_MAX: u64 = 200_000;
const AGE_MAX: Duration = Duration::from_secs(30);

/// A token that was good when it was looked up.
pub struct Known {
    pub who: Authenticated,
    /// When its last use was written down.
    pub touched_at: AtomicI64,
    /// How long a session lasts without use; zero where it has no end.
    pub length_ms: i64,
}

impl Known {
    /// Whether to write this use down; says so to one caller only.
    pub fn take_touch(&self, now: Millis, every_ms: i64) -> bool {
        let last = self.touched_at.load(Ordering::Relaxed);
        now.0 - last >= every_ms && self.touched_at.compare_exchange(last, now.0, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

pub struct KnownTokens {
    tokens: Cache<TokenHash, Arc<Known>>,
    /// Counts what was forgotten: who looked a token up before must not remember it after.
    forgotten: AtomicU64,
}

impl Default for KnownTokens {
    fn default() -> Self {
        let tokens = Cache::builder().max_capacity(TOKENS_MAX).time_to_live(AGE_MAX).support_invalidation_closures().build();
        Self { tokens, forgotten: AtomicU64::new(0) }
    }
}

impl KnownTokens {
    pub fn get(&self, token: TokenHash) -> Option<Arc<Known>> {
        self.tokens.get(&token)
    }

    /// To be taken before the look-up whose outcome is [`remember`](Self::remember)ed.
    pub fn ticket(&self) -> u64 {
        self.forgotten.load(Ordering::SeqCst)
    }

    pub fn remember(&self, ticket: u64, token: TokenHash, known: Arc<Known>) {
        if self.ticket() != ticket {
            return;
        }
        self.tokens.insert(token, known);
        if self.ticket() != ticket {
            self.tokens.invalidate(&token);
        }
    }

    pub fn forget_token(&self, token: TokenHash) {
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        self.tokens.invalidate(&token);
    }

    pub fn forget_session(&self, session: SessionId) {
        self.forget_where(move |who| who.actor.session_id == session);
    }

    pub fn forget_user(&self, user: UserId) {
        self.forget_where(move |who| who.actor.user_id == user);
    }

    pub fn forget_all(&self) {
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        self.tokens.invalidate_all();
    }

    fn forget_where(&self, is_meant: impl Fn(&Authenticated) -> bool + Send + Sync + 'static) {
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        if self.tokens.invalidate_entries_if(move |_, known| is_meant(&known.who)).is_err() {
            self.tokens.invalidate_all();
        }
    }
}
