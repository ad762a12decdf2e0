//! How a cache is limited.

use std::hash::Hash;
use std::marker::PhantomData;
use std::time::{Duration, Instant};

use moka::Expiry;
use moka::policy::EvictionPolicy;

use crate::Cache;
use crate::key::Key;
use crate::value::Value;

pub struct Builder<K, V> {
    entries: moka::sync::CacheBuilder<Key, Value, moka::sync::Cache<Key, Value>>,
    types: PhantomData<fn(K) -> V>,
}

impl<K, V> Builder<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    pub(crate) fn new() -> Self {
        Self { entries: moka::sync::Cache::builder(), types: PhantomData }
    }

    pub fn build(self) -> Cache<K, V> {
        Cache { entries: self.entries.build(), types: PhantomData }
    }

    /// In entries, or in what [`weigher`](Self::weigher) counts. Above it, what was used least goes.
    pub fn max_capacity(self, capacity_max: u64) -> Self {
        Self { entries: self.entries.max_capacity(capacity_max), ..self }
    }

    pub fn weigher(self, weight: impl Fn(&K, &V) -> u32 + Send + Sync + 'static) -> Self {
        let weight = move |key: &Key, value: &Value| weight(key.as_type(), value.as_type());
        Self { entries: self.entries.weigher(weight), ..self }
    }

    pub fn time_to_live(self, time: Duration) -> Self {
        Self { entries: self.entries.time_to_live(time), ..self }
    }

    pub fn time_to_idle(self, time: Duration) -> Self {
        Self { entries: self.entries.time_to_idle(time), ..self }
    }

    /// How long each value is valid.
    pub fn time_to_live_by(self, time: fn(&V) -> Duration) -> Self {
        Self { entries: self.entries.expire_after(Validity(time)), ..self }
    }

    /// What was used last stays, however rarely it is used.
    pub fn evict_least_recently_used(self) -> Self {
        Self { entries: self.entries.eviction_policy(EvictionPolicy::lru()), ..self }
    }

    /// Allows [`Cache::invalidate_entries_if`].
    pub fn support_invalidation_closures(self) -> Self {
        Self { entries: self.entries.support_invalidation_closures(), ..self }
    }
}

struct Validity<V>(fn(&V) -> Duration);

impl<V: 'static> Expiry<Key, Value> for Validity<V> {
    fn expire_after_create(&self, _: &Key, value: &Value, _: Instant) -> Option<Duration> {
        Some(self.0(value.as_type()))
    }
}
