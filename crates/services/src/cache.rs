//! A cache of values that events invalidate: a value that was looked up before an invalidation is not cached after it.

use std::hash::Hash;

use guildhall_cache::Cache;
use guildhall_metrics::Counter;
use parking_lot::RwLock;

/// How often a cache had what was looked up, and how much it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CacheStatistics {
    pub hits: u64,
    pub misses: u64,
    pub entries: u64,
}

pub(crate) struct GenerationCache<K, V> {
    entries: Cache<K, V>,
    hits: Counter,
    misses: Counter,
    /// Counts invalidations. Locked by whoever inserts, so that no value of before an invalidation is inserted after it, not even
    /// for a moment.
    generation: RwLock<u64>,
}

impl<K, V> GenerationCache<K, V>
where
    K: Copy + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    pub fn new(entries: Cache<K, V>) -> Self {
        Self { entries, hits: Counter::new(), misses: Counter::new(), generation: RwLock::new(0) }
    }

    pub fn get(&self, key: K) -> Option<V> {
        let found = self.entries.get(&key);
        if found.is_some() { &self.hits } else { &self.misses }.increment();
        found
    }

    pub fn statistics(&self) -> CacheStatistics {
        CacheStatistics { hits: self.hits.get(), misses: self.misses.get(), entries: self.entries.entry_count() }
    }

    /// To be read before the look-up whose result is passed to [`insert`](Self::insert).
    pub fn generation(&self) -> u64 {
        *self.generation.read()
    }

    pub fn insert(&self, generation: u64, key: K, value: V) {
        let current = self.generation.read();
        if *current == generation {
            self.entries.insert(key, value);
        }
    }

    pub fn invalidate(&self, key: K) {
        self.begin_generation();
        self.entries.invalidate(&key);
    }

    pub fn invalidate_all(&self) {
        self.begin_generation();
        self.entries.invalidate_all();
    }

    /// Invalidates everything if the cache was built without support for closures.
    pub fn invalidate_where(&self, matches: impl Fn(&V) -> bool + Send + Sync + 'static) {
        self.begin_generation();
        self.entries.invalidate_entries_if(move |_, value| matches(value));
    }

    /// Waits for inserts of the generation that ends; what they have inserted can be invalidated then.
    fn begin_generation(&self) {
        *self.generation.write() += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_before_an_invalidation_is_not_cached_after_it() {
        let cache: GenerationCache<u8, ()> = GenerationCache::new(Cache::builder().max_capacity(10).build());
        let generation = cache.generation();
        cache.invalidate(1);
        cache.insert(generation, 1, ());
        assert!(cache.get(1).is_none());
        cache.insert(cache.generation(), 1, ());
        assert!(cache.get(1).is_some());
        let CacheStatistics { hits, misses, .. } = cache.statistics();
        assert_eq!((hits, misses), (1, 1));
    }
}
