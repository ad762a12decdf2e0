//! A reader by REST: reads the newest messages of each channel again and again, also of those that it was removed from; and
//! after a fault all messages and files.

use std::sync::Arc;

use serde_json::Value;

use super::{Person, Shared, seen, write};
use crate::ledger::{ChannelIndex, ReaderId, Record, SeenPost};
use crate::support::CallError;

const PAGE: usize = 60;
const WHOLE_PAGE: usize = 200;
/// Reads again after so many further messages.
const EVERY: usize = 15;
/// What is not served after so many attempts is lost.
const ATTEMPTS_MAX: usize = 500;

/// Reads until the load ends.
pub async fn poll(shared: Arc<Shared>, person: Person, reader: ReaderId) {
    while !shared.is_stopped() {
        for channel in (0..shared.channels.len()).map(ChannelIndex) {
            shared.wait_until_up().await;
            let requested = shared.ledger.position();
            match page(&shared, &person, channel, 0, PAGE).await {
                Ok(posts) => shared.ledger.write(Record::Page { reader, channel, requested, posts }),
                Err(CallError::Rejected(403, _)) => {}
                Err(error) => shared.count_failure(&error, "reading"),
            }
        }
        shared.progress(EVERY).await;
    }
}

/// Reads all messages of the channel. A reader who may not read it reads nothing.
pub async fn read_whole(shared: &Shared, person: &Person, reader: ReaderId, channel: ChannelIndex, is_member: bool) {
    let requested = shared.ledger.position();
    let mut newest_first = Vec::new();
    for number in 0.. {
        let posts = served(shared, || page(shared, person, channel, number, WHOLE_PAGE)).await.unwrap_or_default();
        if posts.is_empty() {
            break;
        }
        newest_first.extend(posts.into_iter().rev());
    }
    let posts: Vec<_> = newest_first.into_iter().rev().collect();
    shared.ledger.write(if is_member {
        Record::Whole { reader, channel, requested, posts }
    } else {
        Record::Page { reader, channel, requested, posts }
    });
}

/// Downloads all files of the round, and compares their content.
pub async fn download_all(shared: &Shared, person: &Person) {
    for file in shared.ledger.files() {
        let (id, message) = file.split_once(' ').expect("an id and a message");
        let path = format!("/files/{id}");
        let content = served(shared, || person.client.call("GET", &path, None)).await;
        let is_intact = content.as_ref().and_then(Value::as_str) == Some(&write::content(message));
        shared.ledger.write(Record::Downloaded { file, is_intact });
    }
}

/// What is there after a fault; `None` if it is rejected, or not served for too long.
async fn served<T, F: Future<Output = Result<T, CallError>>>(shared: &Shared, call: impl Fn() -> F) -> Option<T> {
    for _ in 0..ATTEMPTS_MAX {
        match call().await {
            Ok(answer) => return Some(answer),
            Err(CallError::Rejected(403 | 404, _)) => return None,
            Err(error) => shared.count_failure(&error, "reading after the fault"),
        }
    }
    None
}

/// A page of the channel, oldest first.
async fn page(shared: &Shared, person: &Person, channel: ChannelIndex, page: usize, length: usize) -> Result<Vec<SeenPost>, CallError> {
    let path = format!("/channels/{}/posts?page={page}&per_page={length}", shared.channels[channel.0]);
    let posts = person.client.call("GET", &path, None).await?;
    let order = posts["order"].as_array().map(Vec::as_slice).unwrap_or_default();
    Ok(order.iter().rev().filter_map(|id| seen(&posts["posts"][id.as_str()?])).collect())
}
