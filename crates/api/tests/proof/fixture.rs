//! A server with a team, its members, and a private, a public and a direct channel, each with words that must not leak.

use std::collections::BTreeMap;

use guildhall_testkit::{EventStream, ServerTemplate, TestServer, TestUser};
use serde_json::{Value, json};
use tokio::sync::{Mutex, OnceCell};

/// The caller of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Not authenticated.
    Anonymous,
    /// A user in another team.
    Stranger,
    /// A guest of the team, in the channel "lobby" only.
    Guest,
    /// A member of the team and its private channel, who created no objects.
    Member,
    /// The creator of the team and of all objects in it; `{user_id}` stands for this user.
    Owner,
    /// A system administrator, member of no channel.
    Admin,
    /// Members of no team and no channel with the role `system_manager`, `system_user_manager` or `system_read_only_admin`.
    Manager,
    UserManager,
    Auditor,
}

impl Role {
    pub const ALL: [Self; 9] = [
        Self::Anonymous,
        Self::Stranger,
        Self::Guest,
        Self::Member,
        Self::Owner,
        Self::Admin,
        Self::Manager,
        Self::UserManager,
        Self::Auditor,
    ];
    /// Administrators of a part of the server.
    pub const DELEGATED: [Self; 3] = [Self::Manager, Self::UserManager, Self::Auditor];

    /// Whether a role of the system gives access without membership.
    pub fn is_administrator(self) -> bool {
        self == Self::Admin || Self::DELEGATED.contains(&self)
    }
}

/// The channel that a request refers to, with its posts and files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// Its members are the owner and the member.
    Private,
    /// Its only member is the owner.
    Public,
    /// Between the owner and the colleague.
    Direct,
}

impl Target {
    pub const ALL: [Self; 3] = [Self::Private, Self::Public, Self::Direct];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Public => "public",
            Self::Direct => "direct",
        }
    }

    /// A word that occurs in all texts of the channel, and nowhere else.
    pub const fn canary(self) -> &'static str {
        match self {
            Self::Private => "quokkaprivate",
            Self::Public => "quokkapublic",
            Self::Direct => "quokkadirect",
        }
    }

    /// The same for the channel's name.
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
/// The common prefix of all canaries in texts, as a search term.
pub const SEARCHED: &str = "quokka";

pub struct Fixture {
    pub server: TestServer,
    people: BTreeMap<Role, TestUser>,
    /// A member of the team, and of the direct channel.
    pub colleague: TestUser,
    /// A user without a team.
    pub newcomer: TestUser,
    pub team: Value,
    pub lobby: Value,
    channels: BTreeMap<Target, Value>,
    posts: BTreeMap<Target, Value>,
    files: BTreeMap<Target, String>,
    events: Mutex<BTreeMap<Role, EventStream>>,
    /// Objects that only some requests need, created on first use.
    pub(super) created: Mutex<BTreeMap<(Target, String), String>>,
}

/// What a fixture consists of, before it is used. Making it takes much longer than starting a server with a copy of it.
struct Template {
    server: ServerTemplate,
    people: BTreeMap<Role, TestUser>,
    colleague: TestUser,
    newcomer: TestUser,
    team: Value,
    lobby: Value,
    channels: BTreeMap<Target, Value>,
    posts: BTreeMap<Target, Value>,
    files: BTreeMap<Target, String>,
}

static TEMPLATE: OnceCell<Template> = OnceCell::const_new();

impl Fixture {
    pub async fn new() -> Self {
        let template = TEMPLATE.get_or_init(Template::new).await;
        let server = TestServer::start_from(&template.server).await;
        let mut fixture = Self {
            people: template.people.iter().map(|(role, person)| (*role, server.reconnect(person))).collect(),
            colleague: server.reconnect(&template.colleague),
            newcomer: server.reconnect(&template.newcomer),
            server,
            team: template.team.clone(),
            lobby: template.lobby.clone(),
            channels: template.channels.clone(),
            posts: template.posts.clone(),
            files: template.files.clone(),
            events: Mutex::default(),
            created: Mutex::default(),
        };
        fixture.connect_all().await;
        fixture
    }

    async fn connect_all(&mut self) {
        let mut events = BTreeMap::new();
        for (role, person) in &self.people {
            if person.token.is_some() {
                events.insert(*role, person.subscribe().await);
            }
        }
        self.events = Mutex::new(events);
    }

    pub fn person(&self, role: Role) -> &TestUser {
        &self.people[&role]
    }

    pub fn channel(&self, target: Target) -> &Value {
        &self.channels[&target]
    }

    pub fn post(&self, target: Target) -> &Value {
        &self.posts[&target]
    }

    pub fn file(&self, target: Target) -> &str {
        &self.files[&target]
    }

    /// The words and ids that this role must never receive, except in responses to requests that contain them.
    pub fn forbidden(&self, role: Role) -> Vec<String> {
        let mut words = Vec::new();
        if matches!(role, Role::Anonymous | Role::Stranger) {
            words.extend([TEAM_CANARY, TEAM_NAME_CANARY].map(str::to_owned));
            words.push(self.team["id"].as_str().unwrap().to_owned());
            words.push(self.lobby["id"].as_str().unwrap().to_owned());
        }
        if role == Role::Guest {
            // Users who share no channel with the guest.
            words.extend([self.person(Role::Member).id.to_string(), self.colleague.id.to_string(), COLLEAGUE.to_owned()]);
        }
        let targets: &[Target] = match role {
            Role::Anonymous | Role::Stranger | Role::Guest => &Target::ALL,
            Role::Member | Role::Admin | Role::Manager | Role::UserManager | Role::Auditor => &[Target::Direct],
            Role::Owner => &[],
        };
        if Role::DELEGATED.contains(&role) {
            // They may see that the private channel exists, not what is in it.
            words.extend([format!("{} is said here", Target::Private.canary()), self.file(Target::Private).to_owned()]);
            words.push(self.post(Target::Private)["id"].as_str().unwrap().to_owned());
        }
        for target in targets {
            words.extend([target.canary().to_owned(), target.name_canary().to_owned(), self.file(*target).to_owned()]);
            words.extend([self.channel(*target), self.post(*target)].map(|object| object["id"].as_str().unwrap().to_owned()));
        }
        words
    }

    /// The events that each live connection received since the last call.
    pub async fn received_events(&self) -> Vec<(Role, Value)> {
        let mut received_events = Vec::new();
        for (role, events) in self.events.lock().await.iter_mut() {
            received_events.extend(events.received_events().into_iter().map(|event| (*role, event)));
        }
        received_events
    }
}

impl Template {
    async fn new() -> Self {
        let server = TestServer::start_on_disk(|settings| settings.integrations.access_tokens = true).await;
        let admin = server.create_user("admin").await;
        let owner = server.create_user("owner").await;
        let member = server.create_user("member").await;
        let guest = server.create_user("guest").await;
        let stranger = server.create_user("stranger").await;
        let colleague = server.create_user(COLLEAGUE).await;
        let newcomer = server.create_user("newcomer").await;
        let manager = server.create_user("manager").await;
        let user_manager = server.create_user("usermanager").await;
        let auditor = server.create_user("auditor").await;

        let services = &server.app().services;
        let actor = services.sessions().authenticate(admin.token.as_deref().unwrap(), None).await.unwrap().actor;
        for (user, roles) in [
            (&guest, "system_guest"),
            (&manager, "system_user system_manager"),
            (&user_manager, "system_user system_user_manager"),
            (&auditor, "system_user system_read_only_admin"),
        ] {
            services.users().set_user_roles(&actor, user.id, roles).await.unwrap();
        }

        stranger.create_team("elsewhere").await;
        let team = json!({
            "name": TEAM_NAME_CANARY, "display_name": TEAM_CANARY, "description": TEAM_CANARY, "type": "I", "allow_open_invite": false,
        });
        let team = owner.post("/teams", team).await.ok();
        owner.add_to_team(&team, &member).await;
        owner.add_to_team(&team, &colleague).await;
        admin.add_to_team(&team, &guest).await;
        let lobby = owner.create_channel(&team, "lobby", "P").await;
        owner.add_to_channel(&lobby, &guest).await;

        let mut channels = BTreeMap::new();
        let mut posts = BTreeMap::new();
        let mut files = BTreeMap::new();
        for target in Target::ALL {
            let (channel, post, file) = create_channel(&owner, &team, target, &member, &colleague).await;
            channels.insert(target, channel);
            posts.insert(target, post);
            files.insert(target, file);
        }
        let people = [
            (Role::Anonymous, server.anonymous()),
            (Role::Stranger, stranger),
            (Role::Guest, guest),
            (Role::Member, member),
            (Role::Owner, owner),
            (Role::Admin, admin),
            (Role::Manager, manager),
            (Role::UserManager, user_manager),
            (Role::Auditor, auditor),
        ];
        let server = server.into_template().await;
        Self { server, people: people.into(), colleague, newcomer, team, lobby, channels, posts, files }
    }
}

/// With a file and a post.
async fn create_channel(owner: &TestUser, team: &Value, target: Target, member: &TestUser, colleague: &TestUser) -> (Value, Value, String) {
    let word = target.canary();
    let kind = if target == Target::Public { "O" } else { "P" };
    let channel = match target {
        Target::Direct => owner.post("/channels/direct", json!([owner.id, colleague.id])).await.ok(),
        Target::Private | Target::Public => {
            let channel = json!({
                "team_id": team["id"], "name": target.name_canary(), "display_name": word, "type": kind, "header": word, "purpose": word,
            });
            owner.post("/channels", channel).await.ok()
        }
    };
    if target == Target::Private {
        owner.add_to_channel(&channel, member).await;
    }
    let id = channel["id"].as_str().unwrap();
    let file_name = format!("{word}.txt");
    let parts = [("channel_id", None, id.as_bytes()), ("files", Some(file_name.as_str()), word.as_bytes())];
    let file = owner.upload("/files", &parts).await.ok()["file_infos"][0]["id"].as_str().unwrap().to_owned();
    let post = json!({"channel_id": id, "message": format!("{word} is said here"), "file_ids": [file]});
    let post = owner.post("/posts", post).await.ok();
    (channel, post, file)
}
