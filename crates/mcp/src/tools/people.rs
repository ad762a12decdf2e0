//! Who the person is, and who else there is.

use std::collections::HashMap;

use guildhall_model::id::UserId;
use guildhall_model::user::User;
use guildhall_services::users::UserQuery;
use rmcp::handler::server::wrapper::Parameters;
use rmcp::schemars::{self, JsonSchema};
use rmcp::{tool, tool_router};
use serde::{Deserialize, Serialize};

use super::{Tools, limit};
use crate::call::CallResult;
use crate::views::{PersonView, peer};

const PEOPLE_DEFAULT: i64 = 20;
const PEOPLE_MAX: i64 = 100;

#[derive(Serialize)]
struct Identity {
    #[serde(flatten)]
    person: PersonView,
    server: String,
    site_url: String,
    teams: Vec<TeamRef>,
    /// Whether send_message posts: `never`, `after_approval` or `always`.
    posting: String,
}

#[derive(Serialize)]
struct TeamRef {
    id: String,
    name: String,
    title: String,
}

#[derive(Serialize)]
struct People {
    people: Vec<Found>,
}

#[derive(Serialize)]
struct Found {
    #[serde(flatten)]
    person: PersonView,
    /// The direct channel that the two have used.
    #[serde(skip_serializing_if = "Option::is_none")]
    direct_channel_id: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[schemars(crate = "schemars")]
pub(super) struct FindPeople {
    /// The beginning of a username, first name, last name or nickname.
    name: String,
    /// How many to return: 20 if left out, at most 100.
    limit: Option<i64>,
}

#[tool_router(router = of_people, vis = "pub(super)")]
impl Tools {
    #[tool(
        description = "Who you work for: their name, their teams, and whether you may post in their name.",
        annotations(title = "Who am I", read_only_hint = true, open_world_hint = false)
    )]
    async fn whoami(&self) -> CallResult {
        self.call("whoami", "", async {
            let (services, actor) = (&self.caller.services, &self.caller.actor);
            let (me, settings) = (services.users().me(actor).await?, services.settings());
            let teams = services.teams().get_teams_for_user(actor, actor.user_id).await?;
            let team = |view: guildhall_model::team::TeamView| TeamRef {
                id: view.team.id.to_string(),
                name: view.team.name,
                title: view.team.display_name,
            };
            Ok(Identity {
                person: PersonView::of(&me),
                server: settings.site.name.clone(),
                site_url: self.caller.site_url.clone(),
                teams: teams.into_iter().map(team).collect(),
                posting: settings.mcp.posting.clone(),
            })
        })
        .await
    }

    #[tool(
        description = "Finds people by name, with the direct channel that the person has with each, if there is one.",
        annotations(title = "Find people", read_only_hint = true, open_world_hint = false)
    )]
    async fn find_people(&self, Parameters(asked): Parameters<FindPeople>) -> CallResult {
        self.call("find_people", "", async {
            let (services, actor) = (&self.caller.services, &self.caller.actor);
            let query = UserQuery { active: true, ..UserQuery::default() };
            let users = services.users().search_users(actor, &query, &asked.name, limit(asked.limit, PEOPLE_DEFAULT, PEOPLE_MAX)).await?;
            let own = services.mcp().own_channels(actor).await?;
            let direct: HashMap<UserId, String> =
                own.iter().filter_map(|own| Some((peer(&own.channel, actor.user_id)?, own.channel.id.to_string()))).collect();
            let found = |user: User| Found { direct_channel_id: direct.get(&user.id).cloned(), person: PersonView::of(&user) };
            Ok(People { people: users.into_iter().map(found).collect() })
        })
        .await
    }
}
