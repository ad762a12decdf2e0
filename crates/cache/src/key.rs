//! Keys of any type: hashed, compared and looked up through a trait object.

use std::any::Any;
use std::borrow::Borrow;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::value::of_type;

pub(crate) trait AnyKey: Any + Send + Sync {
    fn hash_into(&self, hasher: &mut dyn Hasher);
    fn equals(&self, other: &dyn AnyKey) -> bool;
}

impl<K: Hash + Eq + Send + Sync + 'static> AnyKey for K {
    fn hash_into(&self, mut hasher: &mut dyn Hasher) {
        self.hash(&mut hasher);
    }

    fn equals(&self, other: &dyn AnyKey) -> bool {
        (other as &dyn Any).downcast_ref::<K>().is_some_and(|other| self == other)
    }
}

impl Hash for dyn AnyKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.hash_into(state);
    }
}

impl PartialEq for dyn AnyKey {
    fn eq(&self, other: &Self) -> bool {
        self.equals(other)
    }
}

impl Eq for dyn AnyKey {}

#[derive(Clone, Eq)]
pub(crate) struct Key(Arc<dyn AnyKey>);

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (*self.0).hash_into(state);
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        *self.0 == *other.0
    }
}

impl Key {
    pub fn new<K: Hash + Eq + Send + Sync + 'static>(key: K) -> Self {
        Self(Arc::new(key))
    }

    pub fn as_type<K: 'static>(&self) -> &K {
        of_type(&*self.0)
    }
}

/// Keys are looked up without being copied to the heap.
impl Borrow<dyn AnyKey> for Key {
    fn borrow(&self) -> &dyn AnyKey {
        &*self.0
    }
}
