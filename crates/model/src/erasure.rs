//! Erasing people: what becomes of their messages, and what their account is called afterwards.

use crate::id::UserId;
use crate::user::User;

/// What stands in the place of a message.
pub const ERASED_MESSAGE: &str = "*This message was erased.*";
/// Of the addresses of erased accounts. No mail is ever sent there (RFC 2606).
pub const ERASED_DOMAIN: &str = "erased.invalid";

const NAME_PREFIX: &str = "deleted-";

/// What becomes of the messages and files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErasedMessages {
    /// They stay, under an account without a name.
    Keep,
    /// Messages become a placeholder, and files are deleted.
    Delete,
}

impl ErasedMessages {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Delete => "delete",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Keep, Self::Delete].into_iter().find(|messages| messages.name() == name)
    }
}

/// `deleted-` and the last characters of the id, which are random.
pub fn erased_name(id: UserId, chars: usize) -> String {
    let id = id.to_string();
    format!("{NAME_PREFIX}{}", &id[id.len().saturating_sub(chars)..])
}

impl User {
    /// Nobody gets there by choosing a name and an address: it also takes an account that was deactivated, and whose password was removed.
    pub fn is_erased(&self) -> bool {
        let is_named = self.username.starts_with(NAME_PREFIX) && self.email == format!("{}@{ERASED_DOMAIN}", self.username);
        is_named && !self.is_active() && self.last_password_update.is_zero()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_made_of_the_id() {
        let id: UserId = "woirew37qb8mppy1dd9p3oowma".parse().unwrap();
        assert_eq!(erased_name(id, 8), "deleted-9p3oowma");
        assert_eq!(erased_name(id, 90), format!("deleted-{id}"));
    }

    #[test]
    fn what_becomes_of_messages_has_a_name() {
        for messages in [ErasedMessages::Keep, ErasedMessages::Delete] {
            assert_eq!(ErasedMessages::from_name(messages.name()), Some(messages));
        }
        assert_eq!(ErasedMessages::from_name(""), None);
    }
}
