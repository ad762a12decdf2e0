//! The audit records that each route leaves, by role: the second table of the calls that `access_probe.rs` makes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use guildhall_model::Actor;

use crate::access_probe::CallResult;
use crate::proof::fixture::{Fixture, Role, Target};
use crate::proof::requests::{self, Case};

const MINUTE_MS: i64 = 60 * 1_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// Requests other than GET that succeed as an administrator and leave no record, and why.
const UNRECORDED: &[(&str, &[&str])] = &[
    (
        "it reads",
        &[
            "POST /api/v4/channels/group/search",
            "POST /api/v4/channels/search",
            "POST /api/v4/channels/stats/member_count",
            "POST /api/v4/channels/{channel_id}/members/ids",
            "POST /api/v4/emoji/names",
            "POST /api/v4/emoji/search",
            "POST /api/v4/files/search",
            "POST /api/v4/groups/names",
            "POST /api/v4/guest_links/info",
            "POST /api/v4/logs/query",
            "POST /api/v4/permissions/ancillary",
            "POST /api/v4/posts/ids",
            "POST /api/v4/posts/ids/reactions",
            "POST /api/v4/posts/search",
            "POST /api/v4/properties/groups/{group_name}/fields/search",
            "POST /api/v4/roles/names",
            "POST /api/v4/teams/search",
            "POST /api/v4/teams/{team_id}/channels/ids",
            "POST /api/v4/teams/{team_id}/channels/search",
            "POST /api/v4/teams/{team_id}/files/search",
            "POST /api/v4/teams/{team_id}/members/ids",
            "POST /api/v4/teams/{team_id}/posts/search",
            "POST /api/v4/users/group_channels",
            "POST /api/v4/users/ids",
            "POST /api/v4/users/login/magic_link/info",
            "POST /api/v4/users/login/type",
            "POST /api/v4/users/mfa",
            "POST /api/v4/users/search",
            "POST /api/v4/users/status/ids",
            "POST /api/v4/users/tokens/search",
            "POST /api/v4/users/usernames",
        ],
    ),
    (
        "it stores nothing",
        &[
            "POST /api/v4/config/reload",
            "POST /api/v4/logs",
            "POST /api/v4/posts/ephemeral",
            "POST /api/v4/users/{user_id}/typing",
            "PUT /api/v4/system/notices/view",
        ],
    ),
    (
        "it finds nothing to change",
        &[
            "DELETE /api/v4/bots/{bot_user_id}/icon",
            "DELETE /api/v4/users/{user_id}/image",
            "DELETE /api/v4/users/{user_id}/status/custom",
            "POST /api/v4/channels/{channel_id}/move",
            "POST /api/v4/posts/{post_id}/unpin",
            "PUT /api/v4/channels/members/{user_id}/direct/read",
            "PUT /api/v4/channels/{channel_id}/privacy",
            "POST /api/v4/roles/{role_id}/reset",
            "PUT /api/v4/config",
            "PUT /api/v4/users/{user_id}/mfa",
        ],
    ),
    (
        "it is the caller's own",
        &[
            "PATCH /api/v4/custom_profile_attributes/values",
            "POST /api/v4/channels/group",
            "POST /api/v4/drafts",
            "POST /api/v4/posts/schedule",
            "PUT /api/v4/users/sessions/device",
        ],
    ),
    ("an integration posts for its owner", &["POST /hooks/{hook_id}"]),
];

/// In the paths of what decides on access: such writes leave a record whoever makes them, also for their own account.
const DECIDING_ON_ACCESS: &[&str] = &[
    "/active",
    "/data_exports",
    "/demote",
    "/email/",
    "/guest_links",
    "/invitations",
    "/invite-guests",
    "/invite/",
    "/mfa",
    "/moderations",
    "/passkeys",
    "/password",
    "/promote",
    "/roles",
    "/schemeRoles",
    "/sessions",
    "/tokens",
];

/// Reads that are recorded, because they take much away.
const RECORDED_READS: &[(&str, &str)] = &[("GET /api/v4/audits/export", "audits.export")];

/// The audit trail before a request.
pub(crate) struct Trail<'a> {
    fixture: &'a Fixture,
    records: i64,
}

const COUNT: &str = "SELECT COUNT(*) FROM audits";

impl<'a> Trail<'a> {
    /// The clock moves on, so that what was recorded of earlier requests (readings within an hour, denied requests within a minute)
    /// does not matter.
    pub async fn before(case: &Case, role: Role, fixture: &'a Fixture) -> Self {
        let is_reading_from_outside = role.is_administrator() && case.target == Target::Private && case.refers_to_channel();
        fixture.server.clock.advance_ms(if is_reading_from_outside { HOUR_MS } else { MINUTE_MS });
        Self { fixture, records: fixture.server.count(COUNT).await }
    }

    /// The actions of the records since then.
    pub async fn actions(self) -> Vec<String> {
        let number = self.fixture.server.count(COUNT).await - self.records;
        let services = &self.fixture.server.app().services;
        let audits = services.audits().audits(&Actor::local_administrator(), number, 0).await.unwrap();
        audits.into_iter().rev().map(|audit| audit.action).collect()
    }
}

/// Rules that hold independently of the table.
pub(crate) fn check_rules(cases: &[Case], results: &[CallResult]) -> Vec<String> {
    let mut violations = Vec::new();
    for CallResult { row, role, status, recorded } in results {
        let case = &cases[*row];
        let name = || format!("{} {} ({}) as {role:?}: {status} {recorded:?}", case.route.method, case.address, case.target.name());
        let succeeded = (200..300).contains(status);
        let is_write = case.route.method != "GET";
        let route = format!("{} {}", case.route.method, case.route.path);
        let is_listed = UNRECORDED.iter().any(|(_, routes)| routes.contains(&route.as_str()));
        let must_be_recorded = role.is_administrator() || DECIDING_ON_ACCESS.iter().any(|word| route.contains(word));
        if must_be_recorded && succeeded && is_write && recorded.is_empty() && !is_listed {
            violations.push(format!("{}: no audit record", name()));
        }
        let is_from_outside = role.is_administrator() && case.target == Target::Private && case.refers_to_channel();
        let is_reading_from_outside = is_from_outside && *recorded == ["channels.read"];
        let is_recorded_read = RECORDED_READS.iter().any(|(of, action)| *of == route && *recorded == [*action]);
        if succeeded && !is_write && !recorded.is_empty() && !is_reading_from_outside && !is_recorded_read {
            violations.push(format!("{}: a read is recorded", name()));
        }
        let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        let is_name = |action: &String| action.split_once('.').is_some_and(|(noun, verb)| is_word(noun) && is_word(verb));
        if !recorded.iter().all(is_name) {
            violations.push(format!("{}: an action is not named noun.verb", name()));
        }
        let is_denied = |action: &String| action.starts_with("access.");
        if !succeeded && !recorded.iter().all(|action| is_denied(action) || action == "channels.read" || action.ends_with("_failed")) {
            violations.push(format!("{}: what was rejected is recorded as done", name()));
        }
    }
    violations
}

pub(crate) fn to_table(cases: &[Case], results: &[CallResult]) -> String {
    let mut by_row: BTreeMap<usize, BTreeMap<Role, String>> = BTreeMap::new();
    for result in results.iter().filter(|result| !result.recorded.is_empty()) {
        by_row.entry(result.row).or_default().insert(result.role, result.recorded.join("+"));
    }
    let mut table = String::from(
        "# The audit records of every route by role; see audit_probe.rs. What is not listed leaves none. Written by\n\
         # GUILDHALL_BLESS=1 cargo test -p guildhall-api access_probe\n\
         # METHOD path gate (channel and query) | role,role: action; role: action\n",
    );
    for (row, roles) in by_row {
        let mut by_action: Vec<(String, Vec<String>)> = Vec::new();
        for (role, actions) in roles {
            let role = format!("{role:?}").to_lowercase();
            match by_action.iter_mut().find(|(known, _)| *known == actions) {
                Some((_, roles)) => roles.push(role),
                None => by_action.push((actions, vec![role])),
            }
        }
        let columns: Vec<String> = by_action.iter().map(|(actions, roles)| format!("{}: {actions}", roles.join(","))).collect();
        let _ = writeln!(table, "{} | {}", requests::row(&cases[row]), columns.join("; "));
    }
    table
}
