//! The built-in commands, one file each. They call the same use cases as the API, with the same permission checks.

macro_rules! commands {
    ($($file:ident),+ $(,)?) => {
        $(mod $file;)+
        /// Every built-in command, in the order of lists.
        pub const ALL: &[BuiltIn] = &[$($file::COMMAND),+];
    };
}

mod call;

use futures::future::BoxFuture;
use guildhall_model::Result;

use super::response::CommandResponse;

pub use call::Call;

type Run = for<'a> fn(&'a Call<'a>) -> BoxFuture<'a, Result<CommandResponse>>;

/// A built-in command.
pub struct BuiltIn {
    pub trigger: &'static str,
    pub display_name: &'static str,
    pub hint: &'static str,
    pub description: &'static str,
    pub run: Run,
}

commands![
    away, code, collapse, dnd, echo, expand, groupmsg, header, help, invite, join, kick, leave, logout, me, msg, mute, offline, online,
    open, purpose, remove, rename, search, settings, shortcuts, shrug, status,
];

/// The built-in command with this trigger.
pub fn find(trigger: &str) -> Option<&'static BuiltIn> {
    ALL.iter().find(|command| command.trigger == trigger)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trigger_is_unique_and_finds_its_command() {
        for (index, command) in ALL.iter().enumerate() {
            assert!(find(command.trigger).is_some_and(|found| found.trigger == command.trigger));
            assert!(ALL[..index].iter().all(|other| other.trigger != command.trigger), "{}", command.trigger);
            assert!(!command.description.is_empty());
        }
        assert!(find("nosuchcommand").is_none());
    }
}
