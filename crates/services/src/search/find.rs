//! Searching posts: resolves a query's channels and users to those that the searching user may read.

use guildhall_model::channel::direct_name;
use guildhall_model::codes::context;
use guildhall_model::id::{ChannelId, TeamId, UserId};
use guildhall_model::post::PostView;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::search::{self, Filter, SearchableChannel};
use guildhall_storage::{Granted, Reader, users};

use super::Query;
use crate::access::TeamGrant;
use crate::boxed;
use crate::search::Search;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchRequest {
    pub terms: String,
    pub is_or_search: bool,
    pub time_zone_offset_seconds: i64,
    pub include_archived: bool,
    pub offset: i64,
    pub limit: i64,
}

impl Search<'_> {
    /// Posts of the channels that the actor is in: of one team and the direct channels, or of all teams.
    #[boxed]
    pub async fn search_posts(&self, actor: &Actor, team: Option<TeamId>, request: &SearchRequest) -> Result<Vec<PostView>> {
        if request.terms.trim().is_empty() {
            return Err(context::INVALID_PARAM.with("name", "terms"));
        }
        let team = match team {
            Some(team) => Some(self.access.team_to_read(actor, team, Permission::ViewTeam).await?),
            None => None,
        };
        let query = Query::parse(&request.terms, request.is_or_search, request.time_zone_offset_seconds);
        if query.is_empty() {
            return Ok(Vec::new());
        }
        let own = self.access.own_account(actor);
        let db = self.access.read(&own);
        let places = search::searchable_channels(db, own.id(), team.as_ref().map(TeamGrant::id), request.include_archived).await?;
        let Some(filter) = build_filter(db, actor.user_id, &query, &places).await? else {
            return Ok(Vec::new());
        };
        let posts = search::find(db, &query.terms, &filter, request.offset, request.limit).await?;
        self.posts().views_of(&own, posts).await
    }
}

/// `None` when the query names only channels or authors that do not exist: then nothing matches.
async fn build_filter(db: &Reader, actor_id: UserId, query: &Query, places: &[SearchableChannel]) -> Result<Option<Filter>> {
    let mut usernames: Vec<String> = query.from.iter().chain(&query.not_from).cloned().collect();
    let direct = query.within_channels.iter().chain(&query.not_within_channels).filter_map(|name| name.strip_prefix('@'));
    usernames.extend(direct.map(str::to_owned));
    let users = if usernames.is_empty() { Vec::new() } else { users::by_usernames(db, &usernames).await? };
    let id_of = |name: &String| users.iter().find(|user| user.username == *name).map(|user| user.id);
    let ids_of = |names: &[String]| names.iter().filter_map(id_of).collect::<Vec<UserId>>();
    let channels_of = |names: &[String]| -> Vec<Granted<ChannelId>> {
        let is_named = |place: &&SearchableChannel| {
            names.iter().any(|name| match name.strip_prefix('@') {
                Some(peer) => id_of(&peer.to_owned()).is_some_and(|peer| place.name == direct_name(actor_id, peer)),
                None => place.name == *name || place.id.key().to_string() == *name,
            })
        };
        places.iter().filter(is_named).map(|place| place.id).collect()
    };
    let excluded = channels_of(&query.not_within_channels);
    let mut channels =
        if query.within_channels.is_empty() { places.iter().map(|place| place.id).collect() } else { channels_of(&query.within_channels) };
    channels.retain(|id| !excluded.contains(id));
    let authors = ids_of(&query.from);
    if channels.is_empty() || (authors.is_empty() && !query.from.is_empty()) {
        return Ok(None);
    }
    let not_authors = ids_of(&query.not_from);
    Ok(Some(Filter { channels, authors, not_authors, within: query.within.clone(), outside: query.outside.clone() }))
}
