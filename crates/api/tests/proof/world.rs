//! A server with one team, its people, and a private, a public and a direct channel, each with words that must not leak.

use std::collections::BTreeMap;

use guildhall_testkit::{Ears, Person, TestServer};
use serde_json::{Value, json};
use tokio::sync::Mutex;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// No account.
    Nobody,
    /// An account in a team of their own.
    Stranger,
    /// A guest of the team, in its lobby only.
    Guest,
    /// In the team and its private channel; nothing here is theirs.
    Member,
    /// Made the team and everything in it: `{user_id}` is theirs.
    Owner,
    /// Administrates the system, and is in no channel.
    Admin,
}

impl Role {
    pub const ALL: [Self; 6] = [Self::Nobody, Self::Stranger, Self::Guest, Self::Member, Self::Owner, Self::Admin];
}

/// Which channel (and its posts and files) a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scene {
    /// Owner and member are in it.
    Private,
    /// Only the owner is in it.
    Public,
    /// The owner's with a colleague.
    Direct,
}

impl Scene {
    pub const ALL: [Self; 3] = [Self::Private, Self::Public, Self::Direct];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Public => "public",
            Self::Direct => "direct",
        }
    }

    /// A word that is in everything said here, and nowhere else.
    pub const fn canary(self) -> &'static str {
        match self {
            Self::Private => "quokkaprivate",
            Self::Public => "quokkapublic",
            Self::Direct => "quokkadirect",
        }
    }

    /// The same for the channel's own name.
    pub const fn name_canary(self) -> &'static str {
        match self {
            Self::Private => "wombatprivate",
            Self::Public => "wombatpublic",
            Self::Direct => "wombatdirect",
        }
    }
}

pub const COLLEAGUE: &str = "quollcolleague";
pub const TEAM_CANARY: &str = "quokkateam";
pub const TEAM_NAME_CANARY: &str = "wombatteam";
/// What every canary in a text begins with, so that a search for it finds what it may.
pub const SEARCHED: &str = "quokka";

pub struct World {
    pub server: TestServer,
    people: BTreeMap<Role, Person>,
    /// In the team, and the other end of the direct channel.
    pub colleague: Person,
    /// An account without a team.
    pub newcomer: Person,
    pub team: Value,
    pub lobby: Value,
    channels: BTreeMap<Scene, Value>,
    posts: BTreeMap<Scene, Value>,
    files: BTreeMap<Scene, String>,
    ears: Mutex<BTreeMap<Role, Ears>>,
    /// Things that only some requests need, made when they are first asked for.
    pub(super) made: Mutex<BTreeMap<(Scene, String), String>>,
}

impl World {
    pub async fn new() -> Self {
        let server = TestServer::start_with(|settings| settings.integrations.access_tokens = true).await;
        let admin = server.person("admin").await;
        let owner = server.person("owner").await;
        let member = server.person("member").await;
        let guest = server.person("guest").await;
        let stranger = server.person("stranger").await;
        let colleague = server.person(COLLEAGUE).await;
        let newcomer = server.person("newcomer").await;

        let services = &server.app().services;
        let actor = services.sessions().authenticate(admin.token.as_deref().unwrap()).await.unwrap().actor;
        services.users().set_user_roles(&actor, guest.id, "system_guest").await.unwrap();

        stranger.team("elsewhere").await;
        let team = json!({
            "name": TEAM_NAME_CANARY, "display_name": TEAM_CANARY, "description": TEAM_CANARY, "type": "I", "allow_open_invite": false,
        });
        let team = owner.post("/teams", team).await.ok();
        owner.bring_to_team(&team, &member).await;
        owner.bring_to_team(&team, &colleague).await;
        admin.bring_to_team(&team, &guest).await;
        let lobby = owner.channel(&team, "lobby", "P").await;
        owner.bring_to_channel(&lobby, &guest).await;

        let mut world = Self {
            people: [
                (Role::Nobody, server.nobody()),
                (Role::Stranger, stranger),
                (Role::Guest, guest),
                (Role::Member, member),
                (Role::Owner, owner),
                (Role::Admin, admin),
            ]
            .into(),
            server,
            colleague,
            newcomer,
            team,
            lobby,
            channels: BTreeMap::new(),
            posts: BTreeMap::new(),
            files: BTreeMap::new(),
            ears: Mutex::default(),
            made: Mutex::default(),
        };
        for scene in Scene::ALL {
            world.furnish(scene).await;
        }
        world.listen().await;
        world
    }

    async fn furnish(&mut self, scene: Scene) {
        let owner = self.person(Role::Owner).clone();
        let word = scene.canary();
        let kind = if scene == Scene::Public { "O" } else { "P" };
        let channel = match scene {
            Scene::Direct => owner.post("/channels/direct", json!([owner.id, self.colleague.id])).await.ok(),
            Scene::Private | Scene::Public => {
                let channel = json!({
                    "team_id": self.team["id"], "name": scene.name_canary(), "display_name": word, "type": kind, "header": word, "purpose": word,
                });
                owner.post("/channels", channel).await.ok()
            }
        };
        if scene == Scene::Private {
            owner.bring_to_channel(&channel, self.person(Role::Member)).await;
        }
        let id = channel["id"].as_str().unwrap();
        let file_name = format!("{word}.txt");
        let parts = [("channel_id", None, id.as_bytes()), ("files", Some(file_name.as_str()), word.as_bytes())];
        let file = owner.upload("/files", &parts).await.ok()["file_infos"][0]["id"].as_str().unwrap().to_owned();
        let post = json!({"channel_id": id, "message": format!("{word} is said here"), "file_ids": [file]});
        let post = owner.post("/posts", post).await.ok();
        self.channels.insert(scene, channel);
        self.posts.insert(scene, post);
        self.files.insert(scene, file);
    }

    async fn listen(&mut self) {
        let mut ears = BTreeMap::new();
        for (role, person) in &self.people {
            if person.token.is_some() {
                ears.insert(*role, person.listen().await);
            }
        }
        self.ears = Mutex::new(ears);
    }

    pub fn person(&self, role: Role) -> &Person {
        &self.people[&role]
    }

    pub fn channel(&self, scene: Scene) -> &Value {
        &self.channels[&scene]
    }

    pub fn post(&self, scene: Scene) -> &Value {
        &self.posts[&scene]
    }

    pub fn file(&self, scene: Scene) -> &str {
        &self.files[&scene]
    }

    /// The words and ids that somebody in this role must never read, where they do not say them themselves.
    pub fn forbidden(&self, role: Role) -> Vec<String> {
        let mut words = Vec::new();
        if matches!(role, Role::Nobody | Role::Stranger) {
            words.extend([TEAM_CANARY, TEAM_NAME_CANARY].map(str::to_owned));
            words.push(self.team["id"].as_str().unwrap().to_owned());
            words.push(self.lobby["id"].as_str().unwrap().to_owned());
        }
        if role == Role::Guest {
            // Nobody who shares a channel with the guest.
            words.extend([self.person(Role::Member).id.to_string(), self.colleague.id.to_string(), COLLEAGUE.to_owned()]);
        }
        let scenes: &[Scene] = match role {
            Role::Nobody | Role::Stranger | Role::Guest => &Scene::ALL,
            Role::Member | Role::Admin => &[Scene::Direct],
            Role::Owner => &[],
        };
        for scene in scenes {
            words.extend([scene.canary().to_owned(), scene.name_canary().to_owned(), self.file(*scene).to_owned()]);
            words.extend([self.channel(*scene), self.post(*scene)].map(|object| object["id"].as_str().unwrap().to_owned()));
        }
        words
    }

    /// What each live connection has been sent since the last look.
    pub async fn heard(&self) -> Vec<(Role, Value)> {
        let mut heard = Vec::new();
        for (role, ears) in self.ears.lock().await.iter_mut() {
            heard.extend(ears.so_far().into_iter().map(|event| (*role, event)));
        }
        heard
    }
}
