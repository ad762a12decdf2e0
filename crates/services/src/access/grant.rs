//! Proofs of decisions, bound to what was decided on and to the verb: values that only this folder can make. They hand out
//! the granted ids that storage asks for.

use std::ops::Deref;

use guildhall_model::channel::{Channel, ChannelMember};
use guildhall_model::id::{ChannelId, PostId, TeamId, UserId};
use guildhall_model::post::Post;
use guildhall_model::team::{Team, TeamMember};
use guildhall_storage::{Database, Granted, Server, Write};

mod sealed {
    pub trait Sealed {}
}

/// Shown to read. Only `access` makes them.
pub trait Grant: sealed::Sealed + Sync {}

/// Shown to write.
pub trait WriteGrant: Grant {}

macro_rules! grants {
    ($($grant:ident),+) => {$(
        impl sealed::Sealed for $grant {}
        impl Grant for $grant {}
    )+};
}
grants!(SystemGrant, UserGrant, TeamGrant, ChannelGrant, PostGrant);

/// A grant that also writes: it goes wherever the grant for reading goes.
#[derive(Debug)]
#[must_use]
pub struct Writing<G>(G);

impl<G> Writing<G> {
    pub(super) const fn new(grant: G) -> Self {
        Self(grant)
    }

    pub fn into_reading(self) -> G {
        self.0
    }
}

impl<G> Deref for Writing<G> {
    type Target = G;
    fn deref(&self) -> &G {
        &self.0
    }
}

impl<G: Grant> sealed::Sealed for Writing<G> {}
impl<G: Grant> Grant for Writing<G> {}
impl<G: Grant> WriteGrant for Writing<G> {}

/// Anything on this server.
#[must_use]
pub struct SystemGrant {
    db: Database,
}

impl SystemGrant {
    pub(super) const fn new(db: Database) -> Self {
        Self { db }
    }

    pub fn id<K: Copy>(&self, key: K) -> Granted<K> {
        self.db.grant(key)
    }

    /// What belongs to the server as a whole.
    pub fn server(&self) -> Granted<Server> {
        self.id(Server)
    }

    pub fn user(&self, id: UserId) -> UserGrant {
        UserGrant::new(self.db.grant(id))
    }
}

impl Writing<SystemGrant> {
    pub fn write_id<K: Copy>(&self, key: K) -> Granted<K, Write> {
        self.db.grant(key)
    }

    pub fn write_server(&self) -> Granted<Server, Write> {
        self.write_id(Server)
    }

    pub fn user_to_write(&self, id: UserId) -> Writing<UserGrant> {
        Writing(self.user(id))
    }
}

/// The things of one person: account, sessions, preferences, status, sidebar, places in channels.
#[derive(Debug)]
#[must_use]
pub struct UserGrant {
    id: Granted<UserId, Write>,
}

impl UserGrant {
    pub(super) const fn new(id: Granted<UserId, Write>) -> Self {
        Self { id }
    }

    pub const fn user_id(&self) -> UserId {
        self.id.key()
    }

    pub const fn id(&self) -> Granted<UserId> {
        self.id.to_read()
    }
}

impl Writing<UserGrant> {
    pub const fn write_id(&self) -> Granted<UserId, Write> {
        self.0.id
    }
}

/// A team, for what was asked.
#[derive(Debug)]
#[must_use]
pub struct TeamGrant {
    pub team: Team,
    /// The actor's membership, where they are in it.
    pub member: Option<TeamMember>,
    pub(super) id: Granted<TeamId, Write>,
}

impl TeamGrant {
    pub const fn id(&self) -> Granted<TeamId> {
        self.id.to_read()
    }
}

impl Writing<TeamGrant> {
    pub const fn write_id(&self) -> Granted<TeamId, Write> {
        self.0.id
    }
}

/// A channel, for what was asked.
#[derive(Debug)]
#[must_use]
pub struct ChannelGrant {
    pub channel: Channel,
    /// The actor's membership, where they are in it.
    pub member: Option<ChannelMember>,
    pub team_member: Option<TeamMember>,
    pub(super) id: Granted<ChannelId, Write>,
    /// What the channel's team is called, and its public channels, are known to all who read the channel.
    pub(super) team_id: Option<Granted<TeamId>>,
}

impl ChannelGrant {
    pub const fn id(&self) -> Granted<ChannelId> {
        self.id.to_read()
    }

    pub const fn team_id(&self) -> Option<Granted<TeamId>> {
        self.team_id
    }
}

impl Writing<ChannelGrant> {
    pub const fn write_id(&self) -> Granted<ChannelId, Write> {
        self.0.id
    }
}

/// A post and its channel, for what was asked.
#[derive(Debug)]
#[must_use]
pub struct PostGrant {
    pub post: Post,
    pub on: ChannelGrant,
    pub(super) id: Granted<PostId, Write>,
    pub(super) thread_id: Granted<PostId>,
}

impl PostGrant {
    pub const fn id(&self) -> Granted<PostId> {
        self.id.to_read()
    }

    /// The thread that the post is in, or would begin: who reads a reply reads its thread.
    pub const fn thread_id(&self) -> Granted<PostId> {
        self.thread_id
    }
}

impl Writing<PostGrant> {
    pub const fn write_id(&self) -> Granted<PostId, Write> {
        self.0.id
    }

    /// The post's channel, for what a change of the post changes in it.
    pub const fn channel_write_id(&self) -> Granted<ChannelId, Write> {
        self.0.on.id
    }
}
