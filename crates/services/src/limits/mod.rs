//! Limits of people, roles, channels, teams and the server: which hold, changing those of a single one, and how often
//! messages are sent (`docs/decisions/0029-limits.md`).

mod change;
mod in_effect;
mod list;
mod posts;

use std::sync::atomic::{AtomicU64, Ordering};

use guildhall_model::limits::{LimitTable, NamedLimits};
use parking_lot::RwLock;

pub(crate) use in_effect::Person;
pub use in_effect::{InEffect, TargetLimits};

noun! {
    /// Limits of people, roles, channels, teams and the server.
    limits::Limits, state: State, uses: []
}

#[derive(Default)]
pub(crate) struct State {
    /// All limits that are not settings: loaded at the start, and changed by `Event::LimitsChanged`.
    table: RwLock<LimitTable>,
    /// Counts the changes of the table, so that what was read before one does not replace it. Changed under the lock of the table.
    changes: AtomicU64,
    posts: posts::SentPosts,
}

impl State {
    /// By an event, after its commit.
    pub(crate) fn apply(&self, changed: &NamedLimits) {
        let mut table = self.table.write();
        self.changes.fetch_add(1, Ordering::Relaxed);
        table.set(changed);
    }

    /// Replaces the table by what was read since there were so many changes, unless there are more now.
    fn replace(&self, loaded: LimitTable, changes_before: u64) {
        let mut table = self.table.write();
        if self.changes.load(Ordering::Relaxed) == changes_before {
            *table = loaded;
        }
    }
}

#[cfg(test)]
mod tests {
    use guildhall_model::id::TeamId;
    use guildhall_model::limits::{OwnLimits, Target};
    use guildhall_model::usage::Usage;

    use super::*;

    #[test]
    fn what_was_read_before_a_change_does_not_replace_it() {
        let team = TeamId::from_bytes([1; 16]);
        let changed = NamedLimits {
            target: Target::Team(team),
            name: "crew".to_owned(),
            display_name: String::new(),
            is_archived: false,
            limits: OwnLimits { file_bytes: Some(7), ..OwnLimits::NONE },
            usage: Usage::default(),
        };
        let state = State::default();
        let before = state.changes.load(Ordering::Relaxed);
        state.apply(&changed);
        state.replace(LimitTable::default(), before);
        assert_eq!(state.table.read().of_team(Some(team)), changed.limits);
        state.replace(LimitTable::default(), before + 1);
        assert_eq!(*state.table.read(), LimitTable::default());
    }
}
