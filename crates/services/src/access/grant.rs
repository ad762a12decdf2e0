//! Grants: proofs of authorization, bound to one object and to reading or writing. Only this folder can make them. They
//! give out the granted ids that storage requires.

use std::ops::Deref;

use guildhall_model::channel::{Channel, ChannelMember};
use guildhall_model::id::{ChannelId, PostId, SchemeId, TeamId, UserId};
use guildhall_model::post::Post;
use guildhall_model::team::{Team, TeamMember};
use guildhall_storage::{Database, Granted, Server, Write};

use super::authority::{Authority, Origin};
use super::record::Object;

mod sealed {
    use super::{Authority, Object};

    pub trait Sealed {
        /// By what right the grant was obtained.
        fn authority(&self) -> Authority;

        /// What the grant is for.
        fn object(&self) -> Object;
    }
}

/// Permits reading.
pub trait Grant: sealed::Sealed + Sync {}

/// By what right a grant was obtained.
pub(super) fn authority_of(grant: &impl Grant) -> Authority {
    grant.authority()
}

/// Permits writing.
pub trait WriteGrant: Grant {}

macro_rules! grants {
    ($($grant:ident: |$self:ident| $object:expr;)+) => {$(
        impl sealed::Sealed for $grant {
            fn authority(&self) -> Authority {
                self.authority
            }
            fn object(&self) -> Object {
                let $self = self;
                $object
            }
        }
        impl Grant for $grant {}
    )+};
}
grants! {
    SystemGrant: |_grant| Object::Server;
    UserGrant: |grant| Object::User(grant.user_id());
    TeamGrant: |grant| Object::Team(grant.team.id);
    ChannelGrant: |grant| Object::Channel(grant.channel.id);
    PostGrant: |grant| Object::Post { id: grant.post.id, channel: grant.post.channel_id, author: grant.post.user_id };
}

/// A grant that also permits writing; dereferences to the grant for reading.
#[derive(Debug)]
#[must_use]
pub struct Writing<G>(G);

impl<G> Writing<G> {
    pub(super) const fn new(grant: G) -> Self {
        Self(grant)
    }

    pub fn into_read_grant(self) -> G {
        self.0
    }

    pub(super) fn map(self, change: impl FnOnce(G) -> G) -> Self {
        Self(change(self.0))
    }
}

impl<G: Grant> Writing<G> {
    /// Who obtained it: for records about further objects of the same batch.
    pub(crate) fn origin(&self) -> Origin {
        authority_of(self).origin
    }
}

impl<G> Deref for Writing<G> {
    type Target = G;
    fn deref(&self) -> &G {
        &self.0
    }
}

impl<G: Grant> sealed::Sealed for Writing<G> {
    fn authority(&self) -> Authority {
        self.0.authority()
    }
    fn object(&self) -> Object {
        self.0.object()
    }
}
impl<G: Grant> Grant for Writing<G> {}
impl<G: Grant> WriteGrant for Writing<G> {}

/// Any object on this server.
#[must_use]
pub struct SystemGrant {
    db: Database,
    authority: Authority,
}

impl SystemGrant {
    pub(super) const fn new(db: Database, authority: Authority) -> Self {
        Self { db, authority }
    }

    pub fn id<K: Copy>(&self, key: K) -> Granted<K> {
        self.db.grant(key)
    }

    /// Data of the server itself, which belongs to no user, team or channel.
    pub fn server(&self) -> Granted<Server> {
        self.id(Server)
    }

    pub fn user(&self, id: UserId) -> UserGrant {
        UserGrant::new(self.db.grant(id), self.authority)
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

/// The data of one user: account, sessions, preferences, status, sidebar, channel memberships.
#[derive(Debug)]
#[must_use]
pub struct UserGrant {
    id: Granted<UserId, Write>,
    authority: Authority,
}

impl UserGrant {
    pub(super) const fn new(id: Granted<UserId, Write>, authority: Authority) -> Self {
        Self { id, authority }
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

/// A team, for the permission that was checked.
#[derive(Debug)]
#[must_use]
pub struct TeamGrant {
    pub team: Team,
    /// The actor's membership, if any.
    pub member: Option<TeamMember>,
    pub(super) id: Granted<TeamId, Write>,
    pub(super) authority: Authority,
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

/// A channel, for the permission that was checked.
#[derive(Debug)]
#[must_use]
pub struct ChannelGrant {
    pub channel: Channel,
    /// The actor's membership, if any.
    pub member: Option<ChannelMember>,
    pub team_member: Option<TeamMember>,
    /// The scheme of the channel's team.
    pub team_scheme_id: Option<SchemeId>,
    pub(super) id: Granted<ChannelId, Write>,
    /// The team's name and its public channels are readable to everybody that may read the channel.
    pub(super) team_id: Option<Granted<TeamId>>,
    pub(super) is_archived: bool,
    pub(super) authority: Authority,
}

impl ChannelGrant {
    pub const fn id(&self) -> Granted<ChannelId> {
        self.id.to_read()
    }

    pub const fn team_id(&self) -> Option<Granted<TeamId>> {
        self.team_id
    }

    /// Whose roles the channel's members have.
    pub fn scheme_id(&self) -> Option<SchemeId> {
        self.channel.scheme_id.or(self.team_scheme_id)
    }

    /// Whether the channel or its team is archived: then nothing is posted, changed or uploaded in it.
    pub const fn is_archived(&self) -> bool {
        self.is_archived
    }
}

impl Writing<ChannelGrant> {
    pub const fn write_id(&self) -> Granted<ChannelId, Write> {
        self.0.id
    }
}

/// A post and its channel, for the permission that was checked.
#[derive(Debug)]
#[must_use]
pub struct PostGrant {
    pub post: Post,
    pub channel_grant: ChannelGrant,
    pub(super) id: Granted<PostId, Write>,
    pub(super) thread_id: Granted<PostId>,
    pub(super) authority: Authority,
}

impl PostGrant {
    pub const fn id(&self) -> Granted<PostId> {
        self.id.to_read()
    }

    /// The thread of the post (a root post may have no replies): a grant for a reply includes its thread.
    pub const fn thread_id(&self) -> Granted<PostId> {
        self.thread_id
    }
}

impl PostGrant {
    /// The same right over what belongs to somebody else, or not.
    pub(super) fn extended_to(self, is_others: bool) -> Self {
        Self { authority: self.authority.extended_to(is_others), ..self }
    }
}

impl Writing<PostGrant> {
    pub const fn write_id(&self) -> Granted<PostId, Write> {
        self.0.id
    }

    /// The post's channel, for the counters and pins that a change of the post updates.
    pub const fn channel_write_id(&self) -> Granted<ChannelId, Write> {
        self.0.channel_grant.id
    }
}
