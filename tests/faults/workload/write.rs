//! A writer: posts, with and without files, and sends again what has no outcome, as clients do.

use std::sync::Arc;
use std::time::Instant;

use serde_json::{Value, json};

use super::{Person, Shared, seen};
use crate::ledger::{ChannelIndex, Record};

/// Every so many messages one has a file, and one is sent again after its acknowledgement.
const FILE_EVERY: usize = 5;
const RESEND_EVERY: usize = 7;
/// Length of a file's text, more than a page of the disk.
const FILE_CHARS: usize = 9_000;

/// Posts until the load ends.
pub async fn write(shared: Arc<Shared>, writer: Person, number: usize) {
    let mut pace = shared.pace.map(tokio::time::interval);
    let mut stop = shared.stop.clone();
    for count in 0.. {
        if let Some(pace) = &mut pace {
            tokio::select! {
                _ = pace.tick() => {}
                _ = stop.wait_for(|stop| *stop) => {}
            }
        }
        if shared.is_stopped() {
            return;
        }
        let channel = ChannelIndex((number + count) % shared.channels.len());
        let message = format!("{} writer {number} message {count}", shared.name);
        let file = if count % FILE_EVERY == FILE_EVERY - 1 { Some(upload(&shared, &writer, channel, &message).await) } else { None };
        let times = if count % RESEND_EVERY == RESEND_EVERY - 1 { 2 } else { 1 };
        post(&shared, &writer, channel, &message, file.as_deref(), times).await;
    }
}

/// Sends until it is acknowledged so many times.
pub async fn post(shared: &Shared, writer: &Person, channel: ChannelIndex, message: &str, file: Option<&str>, times: usize) {
    let mut post = json!({"channel_id": &*shared.channels[channel.0], "message": message, "pending_post_id": message});
    if let Some(file) = file {
        post["file_ids"] = json!([file]);
    }
    shared.ledger.write(Record::Sent { channel, message: message.into() });
    let start = Instant::now();
    for time in 0..times {
        let created = until_done(shared, writer, "POST", "/posts", &post).await;
        let post = seen(&created).expect("a person's post");
        if time == 0 {
            shared.latencies.lock().push(start.elapsed());
        }
        shared.ledger.write(Record::Acknowledged { post });
    }
}

/// The content of the file of this message.
pub fn content(message: &str) -> String {
    message.repeat(FILE_CHARS / message.len())
}

/// Returns the id of the file. The name of each file in the ledger is its id and the message that it belongs to.
async fn upload(shared: &Shared, writer: &Person, channel: ChannelIndex, message: &str) -> String {
    let path = format!("/files?channel_id={}&filename=notes.txt", shared.channels[channel.0]);
    let uploaded = until_done(shared, writer, "POST", &path, &json!(content(message))).await;
    let id = uploaded["file_infos"][0]["id"].as_str().expect("the id of the file").to_owned();
    shared.ledger.write(Record::Uploaded { file: format!("{id} {message}").into() });
    id
}

async fn until_done(shared: &Shared, person: &Person, method: &str, path: &str, body: &Value) -> Value {
    loop {
        shared.wait_until_up().await;
        match person.client.call(method, path, Some(body.clone())).await {
            Ok(answer) => return answer,
            Err(error) => shared.count_failure(&error, path),
        }
        tokio::task::yield_now().await;
    }
}
