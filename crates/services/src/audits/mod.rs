//! The audit trail: entries are written in the batch of the change that they record; administrators read all of them,
//! users their own.

mod list;

use std::net::IpAddr;

use guildhall_model::Actor;
use guildhall_model::audit::Audit;
use guildhall_model::id::{SessionId, UserId};
use guildhall_model::user::AuthMethod;
use guildhall_storage::{Statement, audits};

noun! {
    /// The audit trail.
    audits::Audits, uses: []
}

/// The origin of an audited action.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct AuditSource {
    pub user_id: Option<UserId>,
    pub address: Option<IpAddr>,
    pub session_id: Option<SessionId>,
    pub is_local: bool,
}

impl AuditSource {
    pub fn of(actor: &Actor) -> Self {
        let session_id = (actor.auth_method == AuthMethod::Session).then_some(actor.session_id);
        let user_id = actor.has_account().then_some(actor.user_id);
        Self { user_id, address: actor.address, session_id, is_local: actor.auth_method == AuthMethod::Local }
    }
}

/// Recorded instead of an IP address for requests over the local socket.
const LOCAL_ADDRESS: &str = "local";

/// Longest `extra_info` of an entry; the rest is cut off.
const EXTRA_INFO_CHARS_MAX: usize = 1_024;

impl Audits<'_> {
    /// The statement that inserts an audit entry; belongs in the batch of the audited change.
    pub(crate) fn audit_entry(&self, source: AuditSource, action: &str, extra_info: &str) -> Statement {
        audits::insert(&Audit {
            id: self.ids.next(),
            create_at: self.clock.now(),
            user_id: source.user_id,
            action: action.to_owned(),
            extra_info: extra_info.chars().take(EXTRA_INFO_CHARS_MAX).collect(),
            ip_address: match source.address {
                Some(address) => address.to_string(),
                None if source.is_local => LOCAL_ADDRESS.to_owned(),
                None => String::new(),
            },
            session_id: source.session_id,
        })
    }
}
