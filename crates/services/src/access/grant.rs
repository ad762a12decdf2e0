//! Proofs of decisions: values that only this module can make, and that reads and writes demand.

use guildhall_model::channel::{Channel, ChannelMember};
use guildhall_model::id::UserId;
use guildhall_model::post::Post;
use guildhall_model::team::{Team, TeamMember};

mod sealed {
    pub trait Sealed {}
}

/// Only this folder can make one, and so the grants that hold it.
#[derive(Debug)]
pub(super) struct Proof;

/// Shown to read and write. Only `access` makes them.
pub trait Grant: sealed::Sealed {}

macro_rules! grants {
    ($($grant:ident),+) => {$(
        impl sealed::Sealed for $grant {}
        impl Grant for $grant {}
    )+};
}
grants!(SystemGrant, UserGrant, TeamGrant, ChannelGrant, PostGrant);

/// Anything on this server.
#[derive(Debug)]
pub struct SystemGrant(());

impl SystemGrant {
    pub(super) const fn new() -> Self {
        Self(())
    }
}

/// The things of one person: profile, sessions, preferences, status, sidebar.
#[derive(Debug)]
pub struct UserGrant {
    user_id: UserId,
}

impl UserGrant {
    pub(super) const fn new(user_id: UserId) -> Self {
        Self { user_id }
    }
    pub const fn user_id(&self) -> UserId {
        self.user_id
    }
}

/// A team, for what was asked.
#[derive(Debug)]
pub struct TeamGrant {
    pub team: Team,
    /// The actor's membership, where they are in it.
    pub member: Option<TeamMember>,
    pub(super) _proof: Proof,
}

/// A channel, for what was asked.
#[derive(Debug)]
pub struct ChannelGrant {
    pub channel: Channel,
    /// The actor's membership, where they are in it.
    pub member: Option<ChannelMember>,
    pub team_member: Option<TeamMember>,
    pub(super) _proof: Proof,
}

/// A post and its channel, for what was asked.
#[derive(Debug)]
pub struct PostGrant {
    pub post: Post,
    pub on: ChannelGrant,
    pub(super) _proof: Proof,
}
