//! Denied requests: those that take a permission of the system, or somebody else's account.

use std::net::IpAddr;

use guildhall_model::id::UserId;
use guildhall_model::{Events, Millis, Permission, Result, client_network};

use crate::access::PermissionDenied;
use crate::audits::Audits;
use crate::boxed;
use crate::window_counts::{WindowCounts, WindowLimit};

/// Records of one user at one address in a minute; one more says that there were more.
const RECORDS_MAX: u32 = 20;
const WINDOW_MS: i64 = 60 * 1_000;
const LIMIT: WindowLimit = WindowLimit { max: RECORDS_MAX + 1, window_ms: WINDOW_MS };
const ENTRIES_MAX: u64 = 10_000;

/// The denied requests of each user at each address, so that nobody fills the audit trail. In memory of this node.
pub(crate) struct State(WindowCounts<Sender>);

type Sender = (Option<UserId>, Option<IpAddr>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Recorded {
    Yes,
    /// As the last one of its minute.
    ThatThereAreMore,
    No,
}

impl Default for State {
    fn default() -> Self {
        Self(WindowCounts::new(ENTRIES_MAX, WINDOW_MS))
    }
}

impl State {
    fn count(&self, user: Option<UserId>, address: Option<IpAddr>, now: Millis) -> Recorded {
        match self.0.add((user, address.map(client_network)), 1, LIMIT, now).map(|counted| counted.count) {
            Ok(..=RECORDS_MAX) => Recorded::Yes,
            Ok(_) => Recorded::ThatThereAreMore,
            Err(_) => Recorded::No,
        }
    }
}

impl Audits<'_> {
    /// Records that a request for this operation of the API was denied.
    #[boxed]
    pub async fn record_denied(&self, denied: &PermissionDenied, operation: &'static str) -> Result<()> {
        let origin = denied.origin;
        let action = match self.state().count(origin.user_id, origin.address, self.clock.now()) {
            Recorded::Yes => "access.denied",
            Recorded::ThatThereAreMore => "access.denied_more",
            Recorded::No => return Ok(()),
        };
        let grant = self.access.system("a request was denied");
        let mut write = self.access.write(&grant, action).recorded_as(origin);
        write.detail("operation", operation);
        write.detail("permission", denied.permission.map_or("own_account", Permission::name));
        write.commit(Events::none("the caller gets the error")).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_at_an_address_has_a_limit_of_records_in_a_minute() {
        let (state, start) = (State::default(), Millis(1_800_000_000_000));
        let (ada, bob) = (Some(UserId::from_bytes([1; 16])), Some(UserId::from_bytes([2; 16])));
        let (here, there): (Option<IpAddr>, Option<IpAddr>) = ("10.0.0.1".parse().ok(), "10.0.0.2".parse().ok());
        let records = |user, address, now| {
            let recorded: Vec<Recorded> = (0..50).map(|_| state.count(user, address, now)).collect();
            let number = |what| recorded.iter().filter(|one| **one == what).count();
            (number(Recorded::Yes), number(Recorded::ThatThereAreMore))
        };
        assert_eq!(records(ada, here, start), (20, 1));
        assert_eq!(records(ada, here, start.plus_ms(WINDOW_MS - 1)), (0, 0));
        assert_eq!(records(bob, here, start), (20, 1));
        assert_eq!(records(ada, there, start), (20, 1));
        assert_eq!(records(ada, here, start.plus_ms(WINDOW_MS)), (20, 1));
    }
}
