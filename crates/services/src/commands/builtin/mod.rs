//! The built-in commands, a file each. They call what the API calls: none may do what its twin there may not.

macro_rules! commands {
    ($($file:ident),+ $(,)?) => {
        $(mod $file;)+
        /// Every built-in command, in the order that lists show.
        pub const ALL: &[BuiltIn] = &[$($file::COMMAND),+];
    };
}

mod call;

use futures::future::BoxFuture;
use guildhall_model::Result;

use super::answer::CommandAnswer;

pub use call::Call;

type Run = for<'a> fn(&'a Call<'a>) -> BoxFuture<'a, Result<CommandAnswer>>;

/// A command that every server has.
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

/// The command of this trigger.
pub fn find(trigger: &str) -> Option<&'static BuiltIn> {
    ALL.iter().find(|command| command.trigger == trigger)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trigger_is_there_once_and_finds_its_command() {
        for (at, command) in ALL.iter().enumerate() {
            assert!(find(command.trigger).is_some_and(|found| found.trigger == command.trigger));
            assert!(ALL[..at].iter().all(|other| other.trigger != command.trigger), "{}", command.trigger);
            assert!(!command.description.is_empty());
        }
        assert!(find("nosuchcommand").is_none());
    }
}
