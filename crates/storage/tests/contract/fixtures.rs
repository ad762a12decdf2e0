//! People, teams and channels for the tests.

use guildhall_model::Millis;
use guildhall_model::channel::{Channel, ChannelKind, ChannelMember, default_notify_props};
use guildhall_model::id::{ChannelId, InviteId, TeamId, UserId};
use guildhall_model::team::{Team, TeamKind, TeamMember};
use guildhall_model::user::User;
use guildhall_storage::{Database, channel_members, channels, team_members, teams, users};

pub const NOW: Millis = Millis(1_800_000_000_000);

pub fn user(n: u8, username: &str) -> User {
    User {
        id: UserId::from_bytes([n; 16]),
        create_at: NOW,
        update_at: NOW,
        delete_at: Millis::ZERO,
        username: username.to_owned(),
        email: format!("{username}@example.com"),
        email_verified: true,
        nickname: String::new(),
        first_name: String::new(),
        last_name: String::new(),
        position: String::new(),
        roles: "system_user".to_owned(),
        notify_props: Default::default(),
        props: Default::default(),
        timezone: Default::default(),
        locale: "en".to_owned(),
        last_password_update: NOW,
        last_picture_update: Millis::ZERO,
        failed_attempts: 0,
        is_bot: false,
        has_second_factor: false,
    }
}

pub fn team(n: u8, name: &str) -> Team {
    Team {
        id: TeamId::from_bytes([n; 16]),
        create_at: NOW,
        update_at: NOW,
        delete_at: Millis::ZERO,
        name: name.to_owned(),
        display_name: name.to_owned(),
        description: String::new(),
        email: String::new(),
        kind: TeamKind::Open,
        company_name: String::new(),
        allowed_domains: String::new(),
        invite_id: InviteId::from_bytes([n; 16]),
        allow_open_invite: false,
        last_team_icon_update: Millis::ZERO,
        scheme_id: None,
    }
}

pub fn channel(n: u8, team: Option<&Team>, kind: ChannelKind, name: &str) -> Channel {
    Channel {
        id: ChannelId::from_bytes([n; 16]),
        create_at: NOW,
        update_at: NOW,
        delete_at: Millis::ZERO,
        team_id: team.map(|team| team.id),
        kind,
        name: name.to_owned(),
        display_name: name.to_owned(),
        header: String::new(),
        purpose: String::new(),
        creator_id: None,
        last_post_at: Millis::ZERO,
        last_root_post_at: Millis::ZERO,
        total_msg_count: 0,
        total_msg_count_root: 0,
        scheme_id: None,
    }
}

pub fn team_member(team: &Team, user: &User) -> TeamMember {
    TeamMember {
        team_id: team.id,
        user_id: user.id,
        scheme_guest: false,
        scheme_user: true,
        scheme_admin: false,
        explicit_roles: String::new(),
        create_at: NOW,
        delete_at: Millis::ZERO,
        scheme_id: team.scheme_id,
    }
}

pub fn channel_member(channel: &Channel, user: &User) -> ChannelMember {
    ChannelMember {
        channel_id: channel.id,
        user_id: user.id,
        scheme_guest: false,
        scheme_user: true,
        scheme_admin: false,
        explicit_roles: String::new(),
        last_viewed_at: Millis::ZERO,
        msg_count: 0,
        msg_count_root: 0,
        mention_count: 0,
        mention_count_root: 0,
        urgent_mention_count: 0,
        notify_props: default_notify_props(),
        last_update_at: NOW,
        scheme_id: channel.scheme_id,
    }
}

/// Ann and Ben in a team; Ann alone in its public "dev" and private "secret"; both in a direct channel.
pub struct World {
    pub ann: User,
    pub ben: User,
    pub team: Team,
    pub dev: Channel,
    pub secret: Channel,
    pub direct: Channel,
}

pub async fn create_world(db: &Database) -> World {
    let world = create_places(db).await;
    db.commit(vec![users::insert(&world.ann, "").0, users::insert(&world.ben, "").0]).await.unwrap();
    world
}

/// The same without the rows of the accounts: older schemas do not have all their columns.
pub async fn create_places(db: &Database) -> World {
    let (ann, ben, team) = (user(1, "ann"), user(2, "ben"), team(3, "one"));
    let dev = channel(4, Some(&team), ChannelKind::Public, "dev");
    let secret = channel(5, Some(&team), ChannelKind::Private, "secret");
    let direct = channel(6, None, ChannelKind::Direct, "ann__ben");
    let mut batch = vec![teams::insert(&team).0];
    batch.extend([&ann, &ben].map(|user| team_members::insert(db.grant(team.id), &team_member(&team, user))));
    batch.extend([&dev, &secret].map(|channel| channels::insert(db.grant(team.id), channel).0));
    batch.push(channels::insert_personal(&direct).0);
    batch.extend([&dev, &secret, &direct].map(|channel| channel_members::insert(db.grant(channel.id), &channel_member(channel, &ann))));
    batch.push(channel_members::insert(db.grant(direct.id), &channel_member(&direct, &ben)));
    db.commit(batch).await.unwrap();
    World { ann, ben, team, dev, secret, direct }
}
