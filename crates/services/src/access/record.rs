//! What an audit record says: the action, the object of the grant, and details as `name=value`. Never secrets, and never
//! the text of a message.

use std::fmt::{self, Write as _};

use guildhall_model::audit::Audit;
use guildhall_model::id::{ChannelId, PostId, TeamId, UserId};
use guildhall_storage::{Statement, audits};

use super::Access;
use super::authority::{Authority, Origin};

/// Recorded instead of an IP address for requests over the local socket.
const LOCAL_ADDRESS: &str = "local";

/// Longest details of a record; the rest is cut off.
const DETAILS_CHARS_MAX: usize = 1_024;

/// The object of a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Object {
    Server,
    User(UserId),
    Team(TeamId),
    Channel(ChannelId),
    Post { id: PostId, channel: ChannelId, author: UserId },
}

/// Details of a record, as `name=value` separated by spaces. Values that contain spaces are quoted, so that a name which
/// somebody chose cannot look like another detail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Details(String);

impl Details {
    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.add(name, value);
        self
    }

    pub fn add(&mut self, name: &str, value: impl fmt::Display) {
        let value = value.to_string();
        self.separate();
        let is_word = !value.is_empty() && !value.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '='));
        // Writing to a string does not fail.
        let _ = if is_word { write!(self.0, "{name}={value}") } else { write!(self.0, "{name}={value:?}") };
    }

    fn and(mut self, more: &Self) -> Self {
        if !more.0.is_empty() {
            self.separate();
            self.0.push_str(&more.0);
        }
        self
    }

    fn separate(&mut self) {
        if !self.0.is_empty() {
            self.0.push(' ');
        }
    }

    fn into_text(self) -> String {
        self.0.chars().take(DETAILS_CHARS_MAX).collect()
    }
}

impl Object {
    fn details(self) -> Details {
        let none = Details::default();
        match self {
            Self::Server => none,
            Self::User(id) => none.with("user_id", id),
            Self::Team(id) => none.with("team_id", id),
            Self::Channel(id) => none.with("channel_id", id),
            Self::Post { id, channel, author } => none.with("post_id", id).with("channel_id", channel).with("author_id", author),
        }
    }
}

/// The record of a batch, made when it is committed: a batch that needs none costs nothing.
#[derive(Debug, Clone)]
pub(super) struct Record {
    pub authority: Authority,
    pub object: Object,
    pub action: &'static str,
    /// In addition to the ids of the object.
    pub details: Details,
}

impl Record {
    /// The statement for the batch; `None` where nothing has to be recorded.
    pub fn into_statement(self, access: &Access) -> Option<Statement> {
        if !self.authority.is_recorded {
            return None;
        }
        Some(access.audit_record(self.authority.origin, self.action, self.object.details().and(&self.details)))
    }
}

impl Access {
    /// A record by itself: for what is not a write under a grant, or for a further object of a batch.
    pub(crate) fn audit_record(&self, origin: Origin, action: &str, details: Details) -> Statement {
        if let Some(services) = self.services.upgrade() {
            services.counters.audit_records.increment();
        }
        audits::insert(&Audit {
            id: self.ids.next(),
            create_at: self.clock.now(),
            user_id: origin.user_id,
            action: action.to_owned(),
            extra_info: details.into_text(),
            ip_address: match origin.address {
                Some(address) => address.to_string(),
                None if origin.is_local => LOCAL_ADDRESS.to_owned(),
                None => String::new(),
            },
            session_id: origin.session_id,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_look_like_another_detail() {
        let details = Details::default().with("name", "a user_id=b").with("old_name", "").with("kind", "O").with("word", "say\"it");
        assert_eq!(details.0, r#"name="a user_id=b" old_name="" kind=O word="say\"it""#);
        assert_eq!(Details::default().with("name", "one\ntwo").0, r#"name="one\ntwo""#);
    }

    #[test]
    fn details_are_bounded() {
        assert_eq!(Details::default().with("name", "x".repeat(5_000)).into_text().chars().count(), DETAILS_CHARS_MAX);
    }
}
