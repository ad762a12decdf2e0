//! Every route as nobody, a stranger, a guest, a member, the owner of what it is about, and an administrator. The outcome
//! is `access_probe.txt`; a route that is new or answers otherwise shows there in review.
//! `GUILDHALL_BLESS=1` writes it anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use crate::proof::requests::{About, Case};
use crate::proof::world::{COLLEAGUE, Role, Scene, World};
use guildhall_testkit::{PASSWORD, TestServer};
use tokio::sync::Mutex;

/// What anybody may call without an account. Each of these decides by something else: a password, a token, a signature.
const PUBLIC: &[&str] = &[
    "GET /api/v4/config/client",
    "GET /api/v4/license/client",
    "GET /api/v4/openapi.json",
    "GET /api/v4/plugins/webapp",
    "GET /api/v4/system/ping",
    "GET /api/v4/teams/invite/{invite_id}",
    "GET /api/v4/websocket",
    "GET /files/{file_id}/public",
    "POST /api/v4/users",
    "POST /api/v4/users/login",
    "POST /api/v4/users/login/type",
    "POST /api/v4/users/logout",
    "POST /hooks/commands/{hook_id}",
    "POST /hooks/{hook_id}",
];

/// Path parameters that name something of the team's: whoever is not in it never succeeds with them.
const OF_THE_TEAM: &[&str] = &["{team_id}", "{teamId}", "{channel_id}", "{post_id}", "{thread_id}", "{file_id}", "{upload_id}"];
/// The same for channels, whose words even administrators do not read when they are direct.
const OF_THE_CHANNEL: &[&str] = &["{channel_id}", "{post_id}", "{thread_id}", "{file_id}", "{upload_id}"];

/// (operation, who, why they succeed all the same)
const EXCEPTIONS: &[(&str, &[Role], &str)] = &[
    ("get_team_invite_info", &[Role::Nobody, Role::Stranger, Role::Guest], "an invitation says whose it is"),
    ("add_team_member_from_invite", &[Role::Stranger], "an invitation lets its holder in"),
    ("get_notices", &[Role::Stranger], "there are none, for any team"),
    ("update_channel_notify_props", &[Role::Admin], "administrators change anybody's settings; nothing is read"),
];

/// What a whole team hears about its public channels, by id alone: guests who are not in them, too.
const TOLD_TO_TEAMS: &[&str] = &["channel_converted", "channel_deleted", "channel_restored"];

#[derive(Debug, Clone, Copy)]
struct Outcome {
    row: usize,
    role: Role,
    status: u16,
}

#[derive(Default)]
struct Findings {
    outcomes: Vec<Outcome>,
    wrong: Vec<String>,
    /// Who read which word: proof that there was something to leak.
    read: BTreeSet<(Role, &'static str)>,
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_each_role_as_the_table_says() {
    let routes = TestServer::start().await.routes().to_vec();
    let mut cases: Vec<Case> = routes.iter().flat_map(Case::of).collect();
    cases.sort_by(|left, right| row_key(left).cmp(&row_key(right)));
    let cases = Arc::new(cases);
    let findings = probe(Arc::clone(&cases)).await;

    for (role, scene) in
        [(Role::Owner, Scene::Direct), (Role::Owner, Scene::Private), (Role::Member, Scene::Private), (Role::Member, Scene::Public)]
    {
        assert!(findings.read.contains(&(role, scene.canary())), "{role:?} never read what is {}", scene.name());
    }
    let table = written(&cases, &findings.outcomes);
    let mut wrong = findings.wrong;
    wrong.extend(broken_rules(&cases, &findings.outcomes));
    wrong.sort();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/access_probe.txt");
    if std::env::var_os("GUILDHALL_BLESS").is_some() {
        std::fs::write(&file, &table).unwrap();
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    let (committed, table): (Vec<&str>, Vec<&str>) = (committed.lines().collect(), table.lines().collect());
    let gone: Vec<String> = committed.iter().filter(|line| !table.contains(line)).map(|line| format!("- {line}")).collect();
    let new: Vec<String> = table.iter().filter(|line| !committed.contains(line)).map(|line| format!("+ {line}")).collect();
    assert!(gone.is_empty() && new.is_empty(), "run with GUILDHALL_BLESS=1 and review:\n{}\n{}", gone.join("\n"), new.join("\n"));
}

#[tokio::test]
async fn the_public_routes_are_these() {
    let server = TestServer::start().await;
    let mut public: Vec<String> =
        server.routes().iter().filter(|route| route.gate == "public").map(|route| format!("{} {}", route.method, route.path)).collect();
    public.sort();
    assert_eq!(public, PUBLIC);
}

/// Whoever shares no channel with a guest does not exist for them.
#[tokio::test]
async fn guests_reach_nobody_outside_of_their_channels() {
    let world = World::new().await;
    let mut wrong = Vec::new();
    for route in world.server.routes().iter().filter(|route| route.gate != "public") {
        for mut case in Case::of(route) {
            let is_by_path = case.address.contains("{user_id}");
            if !is_by_path && !case.names_somebody() {
                continue;
            }
            case.about = About::Colleague;
            let answer = world.person(Role::Guest).send(case.request(&world).await.build()).await;
            let succeeded = (200..300).contains(&answer.status);
            let shows_them = [COLLEAGUE, &world.colleague.id.to_string()].iter().any(|word| answer.text().contains(word));
            if succeeded && (is_by_path || shows_them) {
                wrong.push(format!("{}: {} {}", answer.request, answer.status, answer.text()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What succeeds in an archived channel all the same: reading, one's own place in it, who is what there, the webhooks that point at it, and bringing it back.
const IN_ARCHIVED: &[&str] = &[
    "DELETE /api/v4/hooks/incoming/{hook_id}",
    "DELETE /api/v4/hooks/outgoing/{hook_id}",
    "DELETE /api/v4/users/{user_id}/teams/{team_id}/threads/{thread_id}/following",
    "POST /api/v4/channels/members/{user_id}/mark_read",
    "POST /api/v4/channels/members/{user_id}/view",
    "POST /api/v4/channels/stats/member_count",
    "POST /api/v4/channels/{channel_id}/members/ids",
    "POST /api/v4/channels/{channel_id}/move",
    "POST /api/v4/channels/{channel_id}/restore",
    "POST /api/v4/hooks/incoming",
    "POST /api/v4/hooks/outgoing",
    "POST /api/v4/hooks/outgoing/{hook_id}/regen_token",
    "POST /api/v4/posts/ids",
    "POST /api/v4/posts/ids/reactions",
    "POST /api/v4/teams/{team_id}/channels/ids",
    "POST /api/v4/users/group_channels",
    "POST /api/v4/users/{user_id}/posts/{post_id}/set_unread",
    "POST /api/v4/users/{user_id}/teams/{team_id}/channels/categories",
    "POST /api/v4/users/{user_id}/teams/{team_id}/threads/{thread_id}/set_unread/{post_id}",
    "POST /api/v4/users/{user_id}/typing",
    "PUT /api/v4/channels/{channel_id}/members/{user_id}/notify_props",
    "PUT /api/v4/channels/{channel_id}/members/{user_id}/roles",
    "PUT /api/v4/channels/{channel_id}/members/{user_id}/schemeRoles",
    "PUT /api/v4/hooks/incoming/{hook_id}",
    "PUT /api/v4/hooks/outgoing/{hook_id}",
    "PUT /api/v4/users/{user_id}/teams/{team_id}/channels/categories/{category_id}",
    "PUT /api/v4/users/{user_id}/teams/{team_id}/threads/{thread_id}/following",
];

#[tokio::test]
async fn nothing_is_written_into_an_archived_channel() {
    let archived = || async {
        let world = World::new().await;
        // What is made for a request has to be made before.
        for route in world.server.routes().iter() {
            for case in Case::of(route) {
                case.request(&world).await;
            }
        }
        let channel = world.channel(Scene::Private)["id"].as_str().unwrap();
        world.person(Role::Owner).delete(&format!("/channels/{channel}")).await.ok();
        world
    };
    let mut world = archived().await;
    let mut written = BTreeSet::new();
    for route in world.server.routes().to_vec().iter().filter(|route| route.method != "GET") {
        for case in Case::of(route).into_iter().filter(|case| case.scene == Scene::Private && case.is_about_a_channel()) {
            for role in [Role::Member, Role::Owner] {
                let answer = world.person(role).send(case.request(&world).await.build()).await;
                if (200..300).contains(&answer.status) {
                    written.insert(format!("{} {}", route.method, route.path));
                    world = archived().await;
                }
            }
        }
    }
    let allowed: BTreeSet<String> = IN_ARCHIVED.iter().map(|route| (*route).to_owned()).collect();
    let more: Vec<_> = written.difference(&allowed).collect();
    assert!(more.is_empty(), "{more:#?}");
}

fn row_key(case: &Case) -> (String, &'static str, usize, &'static str) {
    let method = ["GET", "POST", "PUT", "PATCH", "DELETE"].iter().position(|method| *method == case.route.method).unwrap_or(9);
    (case.route.path.clone(), case.route.method, method, case.label)
}

/// Calls everything. A world serves until somebody changed something in it.
async fn probe(cases: Arc<Vec<Case>>) -> Findings {
    let mut cells: Vec<(usize, Role)> = Vec::new();
    for role in Role::ALL {
        cells.extend((0..cases.len()).map(|row| (row, role)));
    }
    cells.reverse();
    let cells = Arc::new(Mutex::new(cells));
    let workers: Vec<_> = (0..std::thread::available_parallelism().map_or(2, usize::from))
        .map(|_| {
            let (cases, cells) = (Arc::clone(&cases), Arc::clone(&cells));
            tokio::spawn(async move {
                let mut findings = Findings::default();
                let mut world = World::new().await;
                loop {
                    let Some((row, role)) = cells.lock().await.pop() else { return findings };
                    let changed = call(&cases[row], row, role, &world, &mut findings).await;
                    if changed {
                        world = World::new().await;
                    }
                }
            })
        })
        .collect();
    let mut all = Findings::default();
    for worker in workers {
        let findings = worker.await.unwrap();
        all.outcomes.extend(findings.outcomes);
        all.wrong.extend(findings.wrong);
        all.read.extend(findings.read);
    }
    all
}

/// Whether something was changed.
async fn call(case: &Case, row: usize, role: Role, world: &World, findings: &mut Findings) -> bool {
    let filled = case.request(world).await;
    world.heard().await;
    let answer = world.person(role).send(filled.build()).await;
    let succeeded = (200..300).contains(&answer.status);
    findings.outcomes.push(Outcome { row, role, status: answer.status });

    let name = format!("{} {} ({}{}) as {role:?}", case.route.method, case.address, case.scene.name(), case.label);
    if answer.status >= 500 && answer.status != 501 {
        findings.wrong.push(format!("{name}: {}", answer.text()));
    }
    if !succeeded
        && answer.status >= 400
        && (answer.json()["id"].as_str().is_none_or(str::is_empty) || answer.json()["status_code"] != answer.status)
    {
        findings.wrong.push(format!("{name}: not an error of ours: {}", answer.text()));
    }
    let text = answer.text();
    for word in world.forbidden(role).iter().filter(|word| !filled.contains(word)) {
        if text.contains(word.as_str()) && !is_exception(case, role) {
            findings.wrong.push(format!("{name}: {} and shows {word}", answer.status));
        }
    }
    findings.read.extend(Scene::ALL.iter().map(|scene| scene.canary()).filter(|word| text.contains(word)).map(|word| (role, word)));
    for secret in ["$argon2", PASSWORD] {
        if text.contains(secret) {
            findings.wrong.push(format!("{name}: shows {secret}"));
        }
    }
    if succeeded && case.route.method != "GET" {
        for (listener, event) in world.heard().await {
            if TOLD_TO_TEAMS.iter().any(|name| event["event"] == *name) && !event.to_string().contains("quokka") {
                continue;
            }
            let event = event.to_string();
            // Who was just let in may hear of it.
            let joined = listener == role && role != Role::Guest;
            for word in world.forbidden(listener).iter().filter(|word| event.contains(*word) && !joined) {
                findings.wrong.push(format!("{name}: {listener:?} heard {word}: {event}"));
            }
        }
    }
    succeeded && case.route.method != "GET"
}

fn is_exception(case: &Case, role: Role) -> bool {
    EXCEPTIONS.iter().any(|(operation, roles, _)| *operation == case.route.operation && roles.contains(&role))
}

/// What must hold whatever the table says.
fn broken_rules(cases: &[Case], outcomes: &[Outcome]) -> Vec<String> {
    let mut wrong = Vec::new();
    for Outcome { row, role, status } in outcomes {
        let case = &cases[*row];
        let succeeded = (200..300).contains(status);
        let names = |params: &[&str]| params.iter().any(|param| case.route.path.contains(param));
        let must_fail = match role {
            Role::Nobody if case.route.gate != "public" => {
                if *status != 401 {
                    wrong.push(format!("{} {} as nobody: {status}, not 401", case.route.method, case.address));
                }
                false
            }
            Role::Nobody | Role::Stranger => names(OF_THE_TEAM),
            Role::Guest => names(OF_THE_CHANNEL),
            Role::Member | Role::Admin => names(OF_THE_CHANNEL) && case.scene == Scene::Direct,
            Role::Owner => false,
        };
        if succeeded && must_fail && !is_exception(case, *role) {
            wrong.push(format!("{} {} ({}) as {role:?}: {status}", case.route.method, case.address, case.scene.name()));
        }
    }
    wrong
}

fn written(cases: &[Case], outcomes: &[Outcome]) -> String {
    let mut by_row: BTreeMap<usize, BTreeMap<Role, u16>> = BTreeMap::new();
    for outcome in outcomes {
        by_row.entry(outcome.row).or_default().insert(outcome.role, outcome.status);
    }
    let mut table = String::from(
        "# What every route answers to whom; see access_probe.rs. Written by GUILDHALL_BLESS=1 cargo test -p guildhall-api access_probe\n\
         # METHOD path gate (about which channel, with which query) | nobody stranger guest member owner admin\n",
    );
    for (row, case) in cases.iter().enumerate() {
        let about = if case.is_about_a_channel() { case.scene.name() } else { "" };
        let about = [about, case.label].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        let about = if about.is_empty() { String::new() } else { format!(" ({about})") };
        let gate = [case.route.gate, case.route.permission].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(":");
        let statuses: Vec<String> = Role::ALL.iter().map(|role| by_row[&row][role].to_string()).collect();
        let _ = writeln!(table, "{} {} {gate}{about} | {}", case.route.method, case.route.path, statuses.join(" "));
    }
    table
}
