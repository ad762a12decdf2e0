//! What the reading scenarios share: clients that send requests one after another and look into some of the answers.

use anyhow::{Context, Result};

use super::Setup;
use crate::api;
use crate::http::HttpClient;
use crate::load::{Window, Worker, drive, prepare};
use crate::report::Report;

/// Every so many answers one is parsed and checked; checking all would make the generator the slower part.
const CHECKED_EVERY: u64 = 64;
const CONNECTING_AT_ONCE: usize = 64;

/// The requests of one client.
pub(super) trait Reads: Send + 'static {
    fn next(&mut self) -> Read;
    /// Fails if the answer to the last request is not right.
    fn check(&mut self, body: &[u8]) -> Result<()>;
}

pub(super) enum Read {
    Get(String),
    /// A path and a JSON body.
    Post(String, Vec<u8>),
}

struct Reader<R> {
    http: HttpClient,
    reads: R,
    count: u64,
}

impl<R: Reads> Worker for Reader<R> {
    async fn perform(&mut self) -> Result<()> {
        let answer = match self.reads.next() {
            Read::Get(path) => self.http.get(&path).await?,
            Read::Post(path, body) => self.http.post(&path, body).await?,
        };
        if self.count.is_multiple_of(CHECKED_EVERY) {
            self.reads.check(&answer.body).context("a wrong answer")?;
        }
        self.count += 1;
        Ok(())
    }
}

/// Client `n` is a user, by index, with requests of its own.
pub(super) async fn measure<R: Reads>(
    setup: &Setup<'_>,
    scenario: &'static str,
    make: impl Fn(usize) -> Result<(usize, R)>,
) -> Result<Report> {
    let readers = prepare(setup.clients(), CONNECTING_AT_ONCE, async |n| {
        let (user, reads) = make(n)?;
        Ok(Reader { http: api::connect(setup.address(), &setup.dataset.users[user]).await?, reads, count: 0 })
    });
    let readers = readers.await?;
    let window = Window::after(setup.load.warm_up, setup.load.duration);
    let (measured, _) = drive(readers, window, setup.process()).await?;
    Ok(Report::of_requests(scenario, "requests", setup.clients(), &measured))
}
