//! The cache keeps the types that callers see, and the limits.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use super::Cache;

#[test]
fn equal_keys_share_an_entry() {
    let cache: Cache<(String, u64), Arc<str>> = Cache::builder().max_capacity(10).build();
    let key = |name: &str, number| (name.to_owned(), number);
    cache.insert(key("a", 1), "one".into());
    cache.insert(key("a", 2), "two".into());
    assert_eq!(cache.get(&key("a", 1)).as_deref(), Some("one"));
    assert_eq!(cache.get(&key("a", 2)).as_deref(), Some("two"));
    assert_eq!(cache.get(&key("b", 1)), None);
    cache.insert(key("a", 1), "other".into());
    assert_eq!(cache.clone().get(&key("a", 1)).as_deref(), Some("other"));
    cache.invalidate(&key("a", 1));
    assert!(!cache.contains_key(&key("a", 1)));
    assert!(cache.contains_key(&key("a", 2)));
    cache.invalidate_all();
    assert!(!cache.contains_key(&key("a", 2)));
}

#[test]
fn one_of_concurrent_callers_creates_the_value() {
    let cache: Cache<u8, Arc<()>> = Cache::builder().max_capacity(10).build();
    let created = AtomicUsize::new(0);
    let create = || {
        created.fetch_add(1, Ordering::SeqCst);
        Arc::new(())
    };
    thread::scope(|scope| (0..8).for_each(|_| drop(scope.spawn(|| cache.get_with(1, create)))));
    assert_eq!(created.load(Ordering::SeqCst), 1);
}

#[test]
fn an_error_is_returned_and_not_kept() {
    let cache: Cache<u8, String> = Cache::builder().max_capacity(10).build();
    assert_eq!(cache.try_get_with(1, || Err::<String, _>("failed")), Err("failed"));
    assert_eq!(cache.try_get_with(1, || Ok::<_, &str>("fine".to_owned())), Ok("fine".to_owned()));
    assert_eq!(cache.try_get_with(1, || Err("not called")), Ok("fine".to_owned()));
}

#[test]
fn closures_see_keys_and_values_of_their_types() {
    let cache: Cache<u64, Arc<str>> = Cache::builder().max_capacity(100).support_invalidation_closures().build();
    for number in 0..10 {
        cache.insert(number, number.to_string().into());
    }
    cache.invalidate_entries_if(|number, text| *number < 3 || &**text == "7");
    let left: Vec<u64> = (0..10).filter(|number| cache.contains_key(number)).collect();
    assert_eq!(left, [3, 4, 5, 6, 8, 9]);

    let without_support: Cache<u64, ()> = Cache::builder().max_capacity(100).build();
    without_support.insert(1, ());
    without_support.invalidate_entries_if(|_, ()| false);
    assert!(!without_support.contains_key(&1));
}

#[test]
fn weights_and_validity_limit_what_is_kept() {
    let cache: Cache<u64, Vec<u8>> = Cache::builder().max_capacity(100).weigher(|_, bytes: &Vec<u8>| bytes.len() as u32).build();
    cache.insert(1, vec![0; 101]);
    cache.insert(2, vec![0; 100]);
    cache.entries.run_pending_tasks();
    assert!(!cache.contains_key(&1), "heavier than the whole cache");
    assert_eq!(cache.entry_count(), 1);

    let expires_at_once = |bytes: &Vec<u8>| if bytes.is_empty() { Duration::ZERO } else { Duration::MAX };
    let cache: Cache<u64, Vec<u8>> = Cache::builder().max_capacity(100).time_to_live_by(expires_at_once).build();
    cache.insert(1, vec![]);
    cache.insert(2, vec![0]);
    assert_eq!((cache.contains_key(&1), cache.contains_key(&2)), (false, true));
}
