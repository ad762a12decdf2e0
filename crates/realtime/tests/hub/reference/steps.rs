//! The steps of the random tests, and their probabilities.

use std::collections::BTreeSet;

use proptest::prelude::*;

pub const USERS: u8 = 3;
pub const CLIENTS: usize = 8;
pub const CHANNELS: u8 = 3;
/// Rooms are numbered: first the channels, then the teams.
const ROOMS: u8 = 5;
pub const WINDOW_MS: i64 = 1000;

#[derive(Debug, Clone)]
pub enum Step {
    Publish(Vec<Message>),
    /// Connects without a resume.
    Connect(usize),
    /// Resumes the client's connection, if it has one.
    Resume(usize),
    /// Reads the memberships, as from the database, without activating them.
    ReadMemberships(usize),
    Activate(usize),
    Abandon(usize),
    Read(usize),
    Reply(usize),
    /// Closes the socket and loses this many of the events read last.
    BreakSocket(usize, usize),
    /// In milliseconds.
    AdvanceClock(i64),
    CloseSession(u8),
    CloseUser(u8),
}

#[derive(Debug, Clone)]
pub enum Message {
    Deliver(AudienceSpec),
    Join(u8, u8),
    Leave(u8, u8),
}

#[derive(Debug, Clone)]
pub struct AudienceSpec {
    pub scope: ScopeSpec,
    pub omit: BTreeSet<u8>,
    pub omit_client: Option<usize>,
    pub only: Option<BTreeSet<u8>>,
    pub guests_in: Option<BTreeSet<u8>>,
}

#[derive(Debug, Clone)]
pub enum ScopeSpec {
    Everyone,
    Users(BTreeSet<u8>),
    Room(u8),
    Client(usize),
}

fn some_users() -> impl Strategy<Value = BTreeSet<u8>> {
    proptest::collection::btree_set(0..USERS, 0..=2)
}

fn audience_spec() -> impl Strategy<Value = AudienceSpec> {
    let scope = prop_oneof![
        2 => Just(ScopeSpec::Everyone),
        2 => some_users().prop_map(ScopeSpec::Users),
        8 => (0..ROOMS).prop_map(ScopeSpec::Room),
        1 => (0..CLIENTS).prop_map(ScopeSpec::Client),
    ];
    let omit = prop_oneof![4 => Just(BTreeSet::new()), 1 => some_users()];
    let omit_client = prop_oneof![4 => Just(None), 1 => (0..CLIENTS).prop_map(Some)];
    let only = prop_oneof![4 => Just(None), 1 => some_users().prop_map(Some)];
    let guests_in = prop_oneof![3 => Just(None), 1 => proptest::collection::btree_set(0..CHANNELS, 0..=2).prop_map(Some)];
    (scope, omit, omit_client, only, guests_in).prop_map(|(scope, omit, omit_client, only, guests_in)| AudienceSpec {
        scope,
        omit,
        omit_client,
        only,
        guests_in,
    })
}

fn message() -> impl Strategy<Value = Message> {
    prop_oneof![
        4 => audience_spec().prop_map(Message::Deliver),
        1 => (0..USERS, 0..ROOMS).prop_map(|(user, room)| Message::Join(user, room)),
        1 => (0..USERS, 0..ROOMS).prop_map(|(user, room)| Message::Leave(user, room)),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        16 => proptest::collection::vec(message(), 1..4).prop_map(Step::Publish),
        4 => (0..CLIENTS).prop_map(Step::Connect),
        6 => (0..CLIENTS).prop_map(Step::Resume),
        3 => (0..CLIENTS).prop_map(Step::ReadMemberships),
        5 => (0..CLIENTS).prop_map(Step::Activate),
        1 => (0..CLIENTS).prop_map(Step::Abandon),
        8 => (0..CLIENTS).prop_map(Step::Read),
        1 => (0..CLIENTS).prop_map(Step::Reply),
        4 => (0..CLIENTS, 0..4_usize).prop_map(|(client, lost)| Step::BreakSocket(client, lost)),
        2 => (1..WINDOW_MS).prop_map(Step::AdvanceClock),
        1 => (0..2 * USERS).prop_map(Step::CloseSession),
        1 => (0..USERS).prop_map(Step::CloseUser),
    ]
}

pub fn steps() -> impl Strategy<Value = Vec<Step>> {
    proptest::collection::vec(step(), 1..150)
}
