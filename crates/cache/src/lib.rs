//! A cache with limits of size and time. The code of the library below it is compiled once, for keys and values of any type:
//! each pair of types would add 70 kB to the program.

mod builder;
mod key;
#[cfg(test)]
mod tests;
mod value;

use std::hash::Hash;
use std::marker::PhantomData;

pub use builder::Builder;
use key::{AnyKey, Key};
use value::Value;

/// A cache that many threads use at once; clones share their entries.
pub struct Cache<K, V> {
    entries: moka::sync::Cache<Key, Value>,
    types: PhantomData<fn(K) -> V>,
}

impl<K, V> Clone for Cache<K, V> {
    fn clone(&self) -> Self {
        Self { entries: self.entries.clone(), types: PhantomData }
    }
}

impl<K, V> Cache<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// Without limits, until the builder's methods set some.
    pub fn builder() -> Builder<K, V> {
        Builder::new()
    }

    pub fn get(&self, key: &K) -> Option<V> {
        self.entries.get(key as &dyn AnyKey).map(|value| value.to_type())
    }

    pub fn contains_key(&self, key: &K) -> bool {
        self.entries.contains_key(key as &dyn AnyKey)
    }

    pub fn insert(&self, key: K, value: V) {
        self.entries.insert(Key::new(key), Value::new(value));
    }

    /// The value, which `create` makes if there is none; concurrent callers get the same one.
    pub fn get_with(&self, key: K, create: impl FnOnce() -> V) -> V {
        let create: Box<dyn FnOnce() -> Value + '_> = Box::new(|| Value::new(create()));
        self.entries.get_with(Key::new(key), create).to_type()
    }

    /// Like [`get_with`](Self::get_with), but an error is not kept: each of the concurrent callers gets a copy of it.
    pub fn try_get_with<E: Clone + Send + Sync + 'static>(&self, key: K, create: impl FnOnce() -> Result<V, E>) -> Result<V, E> {
        let create: Box<dyn FnOnce() -> Result<Value, Value> + '_> = Box::new(|| create().map(Value::new).map_err(Value::new));
        match self.entries.try_get_with(Key::new(key), create) {
            Ok(value) => Ok(value.to_type()),
            Err(error) => Err(error.to_type()),
        }
    }

    pub fn invalidate(&self, key: &K) {
        self.entries.invalidate(key as &dyn AnyKey);
    }

    pub fn invalidate_all(&self) {
        self.entries.invalidate_all();
    }

    /// Invalidates everything if the cache was built without [`support_invalidation_closures`](Builder::support_invalidation_closures).
    pub fn invalidate_entries_if(&self, matches: impl Fn(&K, &V) -> bool + Send + Sync + 'static) {
        let matches = move |key: &Key, value: &Value| matches(key.as_type(), value.as_type());
        if self.entries.invalidate_entries_if(matches).is_err() {
            self.entries.invalidate_all();
        }
    }

    /// About how many entries there are: those that were added or have expired at last may not be counted yet.
    pub fn entry_count(&self) -> u64 {
        self.entries.entry_count()
    }
}
