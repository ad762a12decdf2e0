//! Reading drafts, with their files.

use std::collections::BTreeMap;

use guildhall_model::codes::drafts as codes;
use guildhall_model::draft::{Draft, WithFiles};
use guildhall_model::file::FileInfo;
use guildhall_model::id::{FileId, TeamId, UserId};
use guildhall_model::{Actor, Result};
use guildhall_storage::{Reader, drafts, files};

use crate::access::UserGrant;
use crate::boxed;
use crate::drafts::Drafts;

impl Drafts<'_> {
    /// The actor's own drafts in a team and in direct and group channels.
    #[boxed]
    pub async fn drafts_in_team(&self, actor: &Actor, user: UserId, team: TeamId) -> Result<Vec<WithFiles<Draft>>> {
        let own = self.access.require_own_account(actor, user)?;
        self.check_enabled()?;
        let team = self.access.view_team(actor, team).await?;
        let db = self.access.read(&own);
        let drafts = drafts::in_team(db, own.id(), team.id()).await?;
        with_files(db, &own, drafts, |draft| &draft.file_ids).await
    }

    pub(super) fn check_enabled(&self) -> Result<()> {
        if self.settings().posts.drafts { Ok(()) } else { Err(codes::DISABLED.into()) }
    }
}

/// Each with those of its files that still wait for a message, in the order of their ids.
pub(crate) async fn with_files<T>(
    db: &Reader,
    own: &UserGrant,
    items: Vec<T>,
    ids: impl Fn(&T) -> &Vec<FileId>,
) -> Result<Vec<WithFiles<T>>> {
    let all: Vec<FileId> = items.iter().flat_map(|item| ids(item).iter().copied()).collect();
    let found: BTreeMap<FileId, FileInfo> = match all.is_empty() {
        true => BTreeMap::new(),
        false => files::of_drafts(db, &all, own.id()).await?.into_iter().map(|file| (file.id, file)).collect(),
    };
    let with = |item| {
        let files = ids(&item).iter().filter_map(|id| found.get(id).cloned()).collect();
        WithFiles { item, files }
    };
    Ok(items.into_iter().map(with).collect())
}
