//! Pictures of other servers, loaded by this one: their servers do not learn who reads a message, and the client's
//! Content-Security-Policy names no other host.

mod fetch;

use std::sync::Arc;
use std::time::Duration;

use guildhall_cache::Cache;
use guildhall_model::Error;
use guildhall_model::id::UserId;
use tokio::sync::{Mutex, Semaphore};

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
const LOADING_MAX: u64 = 100_000;

type CachedImage = Result<ProxiedImage, Arc<Error>>;

pub(crate) struct State {
    images: Cache<Arc<str>, CachedImage>,
    /// Concurrent requests for the same address wait for one, which holds its lock.
    loading: Cache<Arc<str>, Arc<Mutex<()>>>,
    requests: Semaphore,
    /// One person's slow addresses do not take all requests.
    requests_of_users: Cache<UserId, Arc<Semaphore>>,
}

impl Default for State {
    fn default() -> Self {
        let weight = |url: &Arc<str>, image: &CachedImage| {
            let bytes = ENTRY_BYTES + url.len() + image.as_ref().map_or(0, |image| image.bytes.len());
            u32::try_from(bytes).unwrap_or(u32::MAX)
        };
        let images = Cache::builder().max_capacity(CACHE_BYTES_MAX).weigher(weight).time_to_live_by(validity).build();
        let loading = Cache::builder().max_capacity(LOADING_MAX).time_to_idle(2 * IMAGE_VALID).build();
        let requests_of_users = Cache::builder().max_capacity(USERS_MAX).time_to_idle(2 * IMAGE_VALID).build();
        Self { images, loading, requests: Semaphore::new(REQUESTS_MAX), requests_of_users }
    }
}

impl State {
    fn loading_of(&self, url: &Arc<str>) -> Arc<Mutex<()>> {
        self.loading.get_with(Arc::clone(url), Arc::default)
    }

    fn requests_of(&self, user: UserId) -> Arc<Semaphore> {
        self.requests_of_users.get_with(user, || Arc::new(Semaphore::new(REQUESTS_PER_USER_MAX)))
    }
}

fn validity(image: &CachedImage) -> Duration {
    if image.is_ok() { IMAGE_VALID } else { FAILURE_VALID }
}

/// The error again, for each caller of a shared failure.
fn copy_of(error: &Error) -> Error {
    Error { code: error.code, params: error.params.clone(), source: None }
}
