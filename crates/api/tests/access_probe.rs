//! Calls every route without an account, as a stranger, a guest, a member, the owner of the objects, an administrator, and
//! administrators of a part of the server. The statuses are compared with `access_probe.txt`, and the audit records with `audit_probe.txt`, so that
//! new routes and changes show in review. `GUILDHALL_BLESS=1` rewrites the file.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use crate::audit_probe;
use crate::proof::fixture::{COLLEAGUE, Fixture, Role, Target};
use crate::proof::requests::{self, Case, Subject};
use guildhall_testkit::{PASSWORD, TestServer};
use tokio::sync::Mutex;

/// The routes that need no session. Those that are not public information check a password, a token or a signature.
const PUBLIC: &[&str] = &[
    "DELETE /mcp",
    "GET /.well-known/oauth-authorization-server",
    "GET /.well-known/oauth-protected-resource",
    "GET /.well-known/oauth-protected-resource/mcp",
    "GET /api/v4/brand/image",
    "GET /api/v4/config/client",
    "GET /api/v4/license/client",
    "GET /api/v4/openapi.json",
    "GET /api/v4/plugins/webapp",
    "GET /api/v4/system/ping",
    "GET /api/v4/teams/invite/{invite_id}",
    "GET /api/v4/users/sessions/attributes/manifest",
    "GET /api/v4/websocket",
    "GET /files/{file_id}/public",
    "GET /health/live",
    "GET /health/ready",
    "GET /help",
    "GET /help/",
    "GET /help/{page}",
    "GET /mcp",
    "GET /oauth/authorize",
    "GET /unsubscribe",
    "POST /api/v4/actions/dialogs/open",
    "POST /api/v4/guest_links/info",
    "POST /api/v4/guest_links/join",
    "POST /api/v4/oauth/apps/register",
    "POST /api/v4/users",
    "POST /api/v4/users/email/verify",
    "POST /api/v4/users/email/verify/send",
    "POST /api/v4/users/login",
    "POST /api/v4/users/login/magic_link/code",
    "POST /api/v4/users/login/magic_link/info",
    "POST /api/v4/users/login/magic_link/send",
    "POST /api/v4/users/login/one_time_link",
    "POST /api/v4/users/login/passkey",
    "POST /api/v4/users/login/passkey/options",
    "POST /api/v4/users/login/type",
    "POST /api/v4/users/logout",
    "POST /api/v4/users/mfa",
    "POST /api/v4/users/password/reset",
    "POST /api/v4/users/password/reset/send",
    "POST /hooks/commands/{hook_id}",
    "POST /hooks/{hook_id}",
    "POST /mcp",
    "POST /oauth/access_token",
    "POST /unsubscribe",
];

/// Its errors have the form of RFC 6749, which OAuth's clients read.
const RFC_ERRORS: &str = "/oauth/access_token";

/// Path parameters of objects in the team: requests of users outside the team never succeed with them.
const TEAM_PARAMS: &[&str] = &["{team_id}", "{teamId}", "{channel_id}", "{post_id}", "{thread_id}", "{file_id}", "{upload_id}"];
/// The same for channels; direct channels are not readable by administrators either.
const CHANNEL_PARAMS: &[&str] = &["{channel_id}", "{post_id}", "{thread_id}", "{file_id}", "{upload_id}"];

/// (operation, roles, why they succeed nevertheless)
const EXCEPTIONS: &[(&str, &[Role], &str)] = &[
    ("get_team_invite_info", &[Role::Anonymous, Role::Stranger, Role::Guest], "an invitation contains the name of its team"),
    ("add_team_member_from_invite", &[Role::Stranger], "an invitation admits its holder"),
    ("get_notices", &[Role::Stranger], "there are none, for any team"),
    ("update_channel_notify_props", &[Role::Admin, Role::UserManager], "who manages users can change the settings of all; nothing is read"),
];

/// Events of public channels that are published to the whole team, including guests; they contain ids only.
const TEAM_EVENTS: &[&str] = &["channel_converted", "channel_deleted", "channel_restored"];

#[derive(Debug, Clone)]
pub(crate) struct CallResult {
    pub row: usize,
    pub role: Role,
    pub status: u16,
    /// The actions of the audit records that the request left.
    pub recorded: Vec<String>,
}

#[derive(Default)]
struct Findings {
    results: Vec<CallResult>,
    violations: Vec<String>,
    /// The canaries that each role read, to verify that there is something to leak.
    read: BTreeSet<(Role, &'static str)>,
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_returns_the_statuses_of_the_table() {
    let routes = TestServer::start().await.routes().to_vec();
    let mut cases: Vec<Case> = routes.iter().flat_map(Case::of).collect();
    cases.sort_by(|left, right| row_key(left).cmp(&row_key(right)));
    let cases = Arc::new(cases);
    let findings = call_all(Arc::clone(&cases)).await;

    for (role, target) in
        [(Role::Owner, Target::Direct), (Role::Owner, Target::Private), (Role::Member, Target::Private), (Role::Member, Target::Public)]
    {
        assert!(findings.read.contains(&(role, target.canary())), "{role:?} never read what is {}", target.name());
    }
    let table = to_table(&cases, &findings.results);
    let mut violations = findings.violations;
    violations.extend(check_rules(&cases, &findings.results));
    violations.extend(audit_probe::check_rules(&cases, &findings.results));
    violations.sort();
    let differences = [
        differences("tests/access_probe.txt", &table),
        differences("tests/audit_probe.txt", &audit_probe::to_table(&cases, &findings.results)),
    ];
    assert!(violations.is_empty(), "{}", violations.join("\n"));
    let differences = differences.concat();
    assert!(differences.is_empty(), "run with GUILDHALL_BLESS=1 and review:\n{}", differences.join("\n"));
}

/// The lines in which the table differs from the committed one, which is replaced when it is blessed.
fn differences(file: &str, table: &str) -> Vec<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("GUILDHALL_BLESS").is_some() {
        std::fs::write(&file, table).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    let (committed, table): (Vec<&str>, Vec<&str>) = (committed.lines().collect(), table.lines().collect());
    let gone: Vec<String> = committed.iter().filter(|line| !table.contains(line)).map(|line| format!("- {line}")).collect();
    let new: Vec<String> = table.iter().filter(|line| !committed.contains(line)).map(|line| format!("+ {line}")).collect();
    [gone, new].concat()
}

#[tokio::test]
async fn the_public_routes_are_listed() {
    let server = TestServer::start().await;
    let mut public: Vec<String> =
        server.routes().iter().filter(|route| route.gate == "public").map(|route| format!("{} {}", route.method, route.path)).collect();
    public.sort();
    assert_eq!(public, PUBLIC);
}

/// Users who share no channel with a guest are not found.
#[tokio::test]
async fn guests_cannot_access_users_outside_their_channels() {
    let fixture = Fixture::new().await;
    let mut violations = Vec::new();
    for route in fixture.server.routes().iter().filter(|route| route.gate != "public") {
        for mut case in Case::of(route) {
            let is_by_path = case.address.contains("{user_id}");
            if !is_by_path && !case.refers_to_user() {
                continue;
            }
            case.subject = Subject::Colleague;
            let answer = fixture.person(Role::Guest).send(case.request(&fixture).await.build()).await;
            let succeeded = (200..300).contains(&answer.status);
            let has_colleague = [COLLEAGUE, &fixture.colleague.id.to_string()].iter().any(|word| answer.text().contains(word));
            if succeeded && (is_by_path || has_colleague) {
                violations.push(format!("{}: {} {}", answer.request, answer.status, answer.text()));
            }
        }
    }
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

/// What delegated administrators may do with an account that may do more than they: add it to places, and what each colleague may.
const ALLOWED_WITH_SUPERIORS: &[&str] = &[
    "DELETE /api/v4/groups/{group_id}/members",
    "POST /api/v4/channels/group",
    "POST /api/v4/channels/{channel_id}/members",
    "POST /api/v4/emoji",
    "POST /api/v4/groups",
    "POST /api/v4/groups/{group_id}/members",
    "POST /api/v4/teams/{team_id}/members",
    "POST /api/v4/teams/{team_id}/members/batch",
    "POST /api/v4/teams/{team_id}/members/ids",
    "POST /api/v4/channels/{channel_id}/members/ids",
    "POST /api/v4/users/group_channels",
    "POST /api/v4/users/ids",
    "POST /api/v4/users/search",
    "POST /api/v4/users/status/ids",
    "POST /api/v4/users/usernames",
];

/// No password, second factor, session, token, role or state of an account that may do more than the caller is changed.
#[tokio::test]
async fn delegated_administrators_change_no_account_above_them() {
    let mut fixture = Fixture::new().await;
    let mut changed = BTreeSet::new();
    for route in fixture.server.routes().to_vec().iter().filter(|route| route.method != "GET" && route.gate != "public") {
        for mut case in Case::of(route) {
            case.subject = Subject::Admin;
            if case.target != Target::Private || !case.address.contains("{user_id}") && !case.refers_to_user() {
                continue;
            }
            for role in Role::DELEGATED {
                let answer = fixture.person(role).send(case.request(&fixture).await.build()).await;
                if (200..300).contains(&answer.status) {
                    changed.insert(format!("{} {}", route.method, route.path));
                    fixture = Fixture::new().await;
                }
            }
        }
    }
    let allowed: BTreeSet<String> = ALLOWED_WITH_SUPERIORS.iter().map(|route| (*route).to_owned()).collect();
    let more: Vec<_> = changed.difference(&allowed).collect();
    assert!(more.is_empty(), "{more:#?}");
}

/// Writes that succeed in an archived channel: reading by POST, the caller's own membership, ending own uploads, roles of
/// members, its webhooks, the caller's own drafts, moving and restoring it.
const ALLOWED_IN_ARCHIVED: &[&str] = &[
    "DELETE /api/v4/hooks/incoming/{hook_id}",
    "DELETE /api/v4/hooks/outgoing/{hook_id}",
    "DELETE /api/v4/posts/schedule/{scheduled_post_id}",
    "DELETE /api/v4/uploads/{upload_id}",
    "DELETE /api/v4/users/{user_id}/channels/{channel_id}/drafts",
    "DELETE /api/v4/users/{user_id}/channels/{channel_id}/drafts/{thread_id}",
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
async fn archived_channels_are_read_only() {
    let archived = || async {
        let fixture = Fixture::new().await;
        // Objects that requests need have to be created before the channel is archived.
        for route in fixture.server.routes().iter() {
            for case in Case::of(route) {
                case.request(&fixture).await;
            }
        }
        let channel = fixture.channel(Target::Private)["id"].as_str().unwrap();
        fixture.person(Role::Owner).delete(&format!("/channels/{channel}")).await.ok();
        fixture
    };
    let mut fixture = archived().await;
    let mut written = BTreeSet::new();
    for route in fixture.server.routes().to_vec().iter().filter(|route| route.method != "GET") {
        for case in Case::of(route).into_iter().filter(|case| case.target == Target::Private && case.refers_to_channel()) {
            for role in [Role::Member, Role::Owner] {
                let answer = fixture.person(role).send(case.request(&fixture).await.build()).await;
                if (200..300).contains(&answer.status) {
                    written.insert(format!("{} {}", route.method, route.path));
                    fixture = archived().await;
                }
            }
        }
    }
    let allowed: BTreeSet<String> = ALLOWED_IN_ARCHIVED.iter().map(|route| (*route).to_owned()).collect();
    let more: Vec<_> = written.difference(&allowed).collect();
    assert!(more.is_empty(), "{more:#?}");
}

fn row_key(case: &Case) -> (String, &'static str, usize, &'static str) {
    let method = ["GET", "POST", "PUT", "PATCH", "DELETE"].iter().position(|method| *method == case.route.method).unwrap_or(9);
    (case.route.path.clone(), case.route.method, method, case.label)
}

/// Calls all cases with all roles. A fixture is reused until a request changed it.
async fn call_all(cases: Arc<Vec<Case>>) -> Findings {
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
                let mut fixture = Fixture::new().await;
                loop {
                    let Some((row, role)) = cells.lock().await.pop() else { return findings };
                    let changed = call(&cases[row], row, role, &fixture, &mut findings).await;
                    if changed {
                        fixture = Fixture::new().await;
                    }
                }
            })
        })
        .collect();
    let mut all = Findings::default();
    for worker in workers {
        let findings = worker.await.unwrap();
        all.results.extend(findings.results);
        all.violations.extend(findings.violations);
        all.read.extend(findings.read);
    }
    all
}

/// Returns whether the request changed the fixture.
async fn call(case: &Case, row: usize, role: Role, fixture: &Fixture, findings: &mut Findings) -> bool {
    let filled = case.request(fixture).await;
    fixture.received_events().await;
    let trail = audit_probe::Trail::before(case, role, fixture).await;
    let answer = fixture.person(role).send(filled.build()).await;
    let succeeded = (200..300).contains(&answer.status);
    findings.results.push(CallResult { row, role, status: answer.status, recorded: trail.actions().await });

    let name = format!("{} {} ({}{}) as {role:?}", case.route.method, case.address, case.target.name(), case.label);
    if answer.status >= 500 && answer.status != 501 {
        findings.violations.push(format!("{name}: {}", answer.text()));
    }
    let has_form = || {
        let body = answer.json();
        match case.route.path == RFC_ERRORS {
            true => body["error"].is_string(),
            false => body["id"].as_str().is_some_and(|id| !id.is_empty()) && body["status_code"] == answer.status,
        }
    };
    if !succeeded && answer.status >= 400 && !has_form() {
        findings.violations.push(format!("{name}: not in the form of errors: {}", answer.text()));
    }
    let text = answer.text();
    for word in fixture.forbidden(role).iter().filter(|word| !filled.contains(word)) {
        if text.contains(word.as_str()) && !is_exception(case, role) {
            findings.violations.push(format!("{name}: {} and shows {word}", answer.status));
        }
    }
    findings.read.extend(Target::ALL.iter().map(|target| target.canary()).filter(|word| text.contains(word)).map(|word| (role, word)));
    for secret in ["$argon2", PASSWORD] {
        if text.contains(secret) {
            findings.violations.push(format!("{name}: shows {secret}"));
        }
    }
    if succeeded && case.route.method != "GET" {
        for (listener, event) in fixture.received_events().await {
            if TEAM_EVENTS.iter().any(|name| event["event"] == *name) && !event.to_string().contains("quokka") {
                continue;
            }
            let event = event.to_string();
            // A caller who joined with this request may receive its event.
            let joined = listener == role && role != Role::Guest;
            for word in fixture.forbidden(listener).iter().filter(|word| event.contains(*word) && !joined) {
                findings.violations.push(format!("{name}: {listener:?} received {word}: {event}"));
            }
        }
    }
    succeeded && case.route.method != "GET"
}

fn is_exception(case: &Case, role: Role) -> bool {
    EXCEPTIONS.iter().any(|(operation, roles, _)| *operation == case.route.operation && roles.contains(&role))
}

/// Rules that hold independently of the table.
fn check_rules(cases: &[Case], results: &[CallResult]) -> Vec<String> {
    let mut violations = Vec::new();
    for CallResult { row, role, status, .. } in results {
        let case = &cases[*row];
        let succeeded = (200..300).contains(status);
        let names = |params: &[&str]| params.iter().any(|param| case.route.path.contains(param));
        let must_fail = match role {
            Role::Anonymous if case.route.gate != "public" => {
                if *status != 401 {
                    violations.push(format!("{} {} as anonymous: {status}, not 401", case.route.method, case.address));
                }
                false
            }
            Role::Anonymous | Role::Stranger => names(TEAM_PARAMS),
            Role::Guest => names(CHANNEL_PARAMS),
            Role::Member | Role::Admin | Role::Manager | Role::UserManager | Role::Auditor => {
                names(CHANNEL_PARAMS) && case.target == Target::Direct
            }
            Role::Owner => false,
        };
        if succeeded && must_fail && !is_exception(case, *role) {
            violations.push(format!("{} {} ({}) as {role:?}: {status}", case.route.method, case.address, case.target.name()));
        }
    }
    violations
}

fn to_table(cases: &[Case], results: &[CallResult]) -> String {
    let mut by_row: BTreeMap<usize, BTreeMap<Role, u16>> = BTreeMap::new();
    for result in results {
        by_row.entry(result.row).or_default().insert(result.role, result.status);
    }
    let mut table = String::from(
        "# The statuses of every route by role; see access_probe.rs. Written by GUILDHALL_BLESS=1 cargo test -p guildhall-api access_probe\n\
         # METHOD path gate (channel and query) | anonymous stranger guest member owner admin manager usermanager auditor\n",
    );
    for (row, case) in cases.iter().enumerate() {
        let statuses: Vec<String> = Role::ALL.iter().map(|role| by_row[&row][role].to_string()).collect();
        let _ = writeln!(table, "{} | {}", requests::row(case), statuses.join(" "));
    }
    table
}
