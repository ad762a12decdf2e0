//! Every error code, a file a noun: our name, Mattermost's id, the kind, and our sentence.

macro_rules! codes {
    ($($name:ident = $kind:ident, $id:literal, $message:literal;)+) => {
        $(pub const $name: $crate::error::Code =
            $crate::error::Code::new($id, $crate::error::Kind::$kind, $message);)+
        /// Every code of this file, for the reference and its tests.
        pub const ALL: &[$crate::error::Code] = &[$($name),+];
    };
}
pub(crate) use codes;

pub mod channels;
pub mod context;
pub mod emoji;
pub mod files;
pub mod integrations;
pub mod outgoing;
pub mod posts;
pub mod storage;
pub mod system;
pub mod teams;
pub mod users;
