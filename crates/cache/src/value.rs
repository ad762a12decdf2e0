//! Values of any type, and the way back to their type.

use std::any::Any;
use std::sync::Arc;

#[derive(Clone)]
pub(crate) struct Value(Arc<dyn Any + Send + Sync>);

impl Value {
    pub fn new<V: Send + Sync + 'static>(value: V) -> Self {
        Self(Arc::new(value))
    }

    pub fn as_type<V: 'static>(&self) -> &V {
        of_type(&*self.0)
    }

    pub fn to_type<V: Clone + 'static>(&self) -> V {
        self.as_type::<V>().clone()
    }
}

/// What a cache contains has the cache's types, because only its own methods insert.
pub(crate) fn of_type<T: 'static>(erased: &dyn Any) -> &T {
    match erased.downcast_ref() {
        Some(typed) => typed,
        None => unreachable!("a cache contains another type than its own"),
    }
}
