//! Pictures of other servers, loaded by this one: their servers do not learn who reads a message, and the client's
//! Content-Security-Policy names no other host.

mod fetch;

use std::sync::Arc;
use std::time::{Duration, Instant};

use guildhall_model::Error;
use guildhall_model::id::UserId;
use moka::Expiry;
use moka::future::Cache;
use moka::sync::Cache as SyncCache;
use tokio::sync::Semaphore;

pub use fetch::ProxiedImage;

noun! {
    /// Pictures of other servers.
    image_proxy::ImageProxy, state: State, uses: []
}

const CACHE_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// What an entry takes besides the picture; bounds the number of failures.
const ENTRY_BYTES: usize = 1024;
const IMAGE_VALID: Duration = Duration::from_secs(60 * 60);
/// How long a picture that could not be loaded is not requested again.
const FAILURE_VALID: Duration = Duration::from_secs(60);
/// Requests to other servers at once.
const REQUESTS_MAX: usize = 32;
const REQUESTS_PER_USER_MAX: usize = 4;
const USERS_MAX: u64 = 100_000;

type CachedImage = Result<ProxiedImage, Arc<Error>>;

pub(crate) struct State {
    /// Concurrent requests for the same address wait for one.
    images: Cache<Arc<str>, CachedImage>,
    requests: Semaphore,
    /// One person's slow addresses do not take all requests.
    requests_of_users: SyncCache<UserId, Arc<Semaphore>>,
}

impl Default for State {
    fn default() -> Self {
        let weight = |url: &Arc<str>, image: &CachedImage| {
            let bytes = ENTRY_BYTES + url.len() + image.as_ref().map_or(0, |image| image.bytes.len());
            u32::try_from(bytes).unwrap_or(u32::MAX)
        };
        let images = Cache::builder().max_capacity(CACHE_BYTES_MAX).weigher(weight).expire_after(Validity).build();
        let requests_of_users = SyncCache::builder().max_capacity(USERS_MAX).time_to_idle(2 * IMAGE_VALID).build();
        Self { images, requests: Semaphore::new(REQUESTS_MAX), requests_of_users }
    }
}

impl State {
    fn requests_of(&self, user: UserId) -> Arc<Semaphore> {
        self.requests_of_users.get_with(user, || Arc::new(Semaphore::new(REQUESTS_PER_USER_MAX)))
    }
}

struct Validity;

impl Expiry<Arc<str>, CachedImage> for Validity {
    fn expire_after_create(&self, _: &Arc<str>, image: &CachedImage, _: Instant) -> Option<Duration> {
        Some(if image.is_ok() { IMAGE_VALID } else { FAILURE_VALID })
    }
}

/// The error again, for each caller of a shared failure.
fn copy_of(error: &Error) -> Error {
    Error { code: error.code, params: error.params.clone(), source: None }
}
