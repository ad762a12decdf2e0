//! What the database has committed against what was published: each batch once, in the order of the commits, or not at all.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::message::{END, Message};
use crate::world::World;

pub fn judge(world: &World) {
    let (commits, acknowledged) = (world.server.commits(), world.server.acknowledged());
    let mut state = world.state.lock();
    let positions: HashMap<i64, usize> = state.published.iter().copied().zip(0..).collect();
    let acknowledged: BTreeSet<i64> = acknowledged.into_iter().collect();
    for (number, operation) in &state.operations {
        let is_published = positions.contains_key(number);
        if operation.is_stored {
            assert_eq!(is_published, acknowledged.contains(number), "published, and committed with an answer: operation {number}");
        }
        assert!(is_published || !operation.is_confirmed, "operation {number} was answered and not published");
    }
    assert_eq!(state.published.last(), Some(&END));

    let mut rows: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for step in commits.iter().filter(|step| positions.contains_key(&step.batch)) {
        rows.entry(step.row).or_default().push(step.batch);
    }
    for (row, batches) in rows {
        let published: Vec<usize> = batches.iter().map(|batch| positions[batch]).collect();
        assert!(published.is_sorted(), "the commits {batches:?} of row {row} were published in the order {:?}", state.published);
    }
    let unknown: BTreeSet<i64> = commits.iter().map(|step| step.batch).filter(|batch| !acknowledged.contains(batch)).collect();
    state.figures.unknown_commits = unknown.len() as u64;
    state.figures.removals = state.messages.iter().filter(|message| matches!(message, Message::Leave { .. })).count() as u64;
}
