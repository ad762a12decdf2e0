//! The audit trail: written with what it tells of, read by administrators and by the people themselves.

mod list;

use std::net::IpAddr;

use guildhall_model::Actor;
use guildhall_model::audit::Audit;
use guildhall_model::id::{SessionId, UserId};
use guildhall_model::user::Via;
use guildhall_storage::{Statement, audits};

noun! {
    /// The audit trail.
    audits::Audits, uses: []
}

/// Whose doing something was, and from where.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Trace {
    pub user_id: Option<UserId>,
    pub address: Option<IpAddr>,
    pub session_id: Option<SessionId>,
    pub is_local: bool,
}

impl Trace {
    pub fn of(actor: &Actor) -> Self {
        let session_id = (actor.via == Via::Session).then_some(actor.session_id);
        let user_id = actor.has_account().then_some(actor.user_id);
        Self { user_id, address: actor.address, session_id, is_local: actor.via == Via::Local }
    }
}

/// Stands where the address does for what came over the local socket.
const LOCAL_ADDRESS: &str = "local";

/// What one line of the trail holds at most.
const EXTRA_INFO_MAX_CHARS: usize = 1_024;

impl Audits<'_> {
    /// A line of the trail, to be written in the batch of what it tells of.
    pub(crate) fn audited(&self, by: Trace, action: &str, extra_info: &str) -> Statement {
        audits::insert(&Audit {
            id: self.ids.next(),
            create_at: self.clock.now(),
            user_id: by.user_id,
            action: action.to_owned(),
            extra_info: extra_info.chars().take(EXTRA_INFO_MAX_CHARS).collect(),
            ip_address: match by.address {
                Some(address) => address.to_string(),
                None if by.is_local => LOCAL_ADDRESS.to_owned(),
                None => String::new(),
            },
            session_id: by.session_id,
        })
    }
}
