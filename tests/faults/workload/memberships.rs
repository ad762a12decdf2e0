//! An administrator who removes readers from channels and adds them again, so that each fault meets removals.

use std::sync::Arc;

use serde_json::json;

use super::{Person, Shared};
use crate::ledger::{ChannelIndex, ReaderId, Record};
use crate::support::CallError;

/// So many messages are acknowledged between two changes.
const EVERY: usize = 6;

/// Who of these is a member of each channel in the end.
pub type Members = Vec<(ReaderId, ChannelIndex, bool)>;

/// Changes memberships until the load ends. It ends with some of them removed.
pub async fn change(shared: Arc<Shared>, administrator: Person, movers: Vec<(ReaderId, Person)>) -> Members {
    let channels = (0..shared.channels.len()).map(ChannelIndex);
    let mut members: Vec<_> =
        channels.flat_map(|channel| movers.iter().map(move |(reader, person)| (*reader, person, channel, true))).collect();
    while !shared.is_stopped() {
        for (reader, person, channel, is_member) in &mut members {
            shared.progress(EVERY).await;
            if shared.is_stopped() {
                break;
            }
            let change = if *is_member { Change::Remove } else { Change::Add };
            make(&shared, &administrator, change, *reader, person, *channel).await;
            *is_member = !*is_member;
        }
    }
    members.into_iter().map(|(reader, _, channel, is_member)| (reader, channel, is_member)).collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Add,
    Remove,
}

async fn make(shared: &Shared, administrator: &Person, change: Change, reader: ReaderId, person: &Person, channel: ChannelIndex) {
    let path = format!("/channels/{}/members", shared.channels[channel.0]);
    let (method, path, body) = match change {
        Change::Add => ("POST", path, Some(json!({"user_id": &*person.id}))),
        Change::Remove => ("DELETE", format!("{path}/{}", person.id), None),
    };
    shared.ledger.write(match change {
        Change::Add => Record::Adding { reader, channel },
        Change::Remove => Record::Removing { reader, channel },
    });
    loop {
        shared.wait_until_up().await;
        match administrator.client.call(method, &path, body.clone()).await {
            Ok(_) => break,
            // An earlier attempt, of which there was no response, has removed them.
            Err(CallError::Rejected(404, _)) if change == Change::Remove => break,
            Err(error) => shared.count_failure(&error, &path),
        }
        tokio::task::yield_now().await;
    }
    shared.ledger.write(match change {
        Change::Add => Record::Added { reader, channel },
        Change::Remove => Record::Removed { reader, channel },
    });
}
