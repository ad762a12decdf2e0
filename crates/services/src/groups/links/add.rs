//! The job that adds those who wait for a link: one batch a person, with the mark that they were added, so that it goes on where it
//! ended, and nobody is added twice.

use guildhall_model::codes::{groups as codes, teams as team_codes};
use guildhall_model::{Error, Events, Millis, Result};
use guildhall_storage::group_links::{self, Waiting};
use guildhall_storage::{team_members, teams};

use super::GroupAdmission;
use crate::access::{Origin, SystemGrant};
use crate::groups::Groups;
use crate::jobs::{JobContext, is_of_server};
use crate::teams::Admission;

/// People between two renewals of the lease.
const PAGE: i64 = 100;

/// After which somebody is tried again who could not be added: where the team was full, or their address is of no allowed domain.
const RETRY_MS: i64 = 60 * 60 * 1000;

impl Groups<'_> {
    pub(crate) async fn has_members_to_add(&self, grant: &SystemGrant, now: Millis) -> Result<bool> {
        let is_enabled = self.settings().groups.enabled;
        Ok(is_enabled && !group_links::due(self.access.read(grant), grant.server(), now, 1).await?.is_empty())
    }

    pub(crate) async fn add_members_of_links(&self, job: &JobContext<'_>) -> Result<()> {
        let (mut added, mut postponed) = (0, 0);
        loop {
            let page = group_links::due(self.access.read(&job.grant), job.grant.server(), self.clock.now(), PAGE).await?;
            if page.is_empty() || !self.settings().groups.enabled {
                return Ok(());
            }
            for waiting in &page {
                match self.add_waiting(job, waiting).await {
                    Ok(()) => added += 1,
                    // They have left the group, or the link was deleted.
                    Err(error) if error.is(codes::LINK_NOT_FOUND) => {}
                    Err(error) if is_of_server(&error) => return Err(error),
                    Err(error) => {
                        postponed += 1;
                        self.postpone(job, waiting, &error).await?;
                    }
                }
            }
            job.set_data("added", added);
            job.set_data("postponed", postponed);
            job.renew().await?;
        }
    }

    async fn add_waiting(&self, job: &JobContext<'_>, waiting: &Waiting) -> Result<()> {
        let (system, link, user) = (&job.grant, &waiting.link, waiting.user_id);
        let db = self.access.read(system);
        let mark = group_links::mark_added(system.write_server(), link.id, user, self.clock.now());
        let added_by = Origin { user_id: waiting.added_by, is_local: waiting.added_by.is_none(), ..Origin::default() };
        let admission = |statements| GroupAdmission { link: link.id, added_by, statements };
        let member = team_members::get(db, system.id(waiting.team_id), user).await?;
        let is_in_team = member.is_some_and(|member| member.delete_at.is_zero());
        let last = admission(vec![job.require_lease(), mark]);
        // Of two batches, the first adds to the channel's team.
        let first = admission(vec![job.require_lease(), group_links::guard_waiting(system.write_server(), link.id, user)]);
        if !is_in_team {
            let team = teams::get(db, system.id(waiting.team_id)).await?.ok_or(codes::LINK_NOT_FOUND)?;
            let team = self.access.team_for_system(system, team);
            let admission = if link.channel_id.is_some() { &first } else { &last };
            self.teams().insert_member(&team, user, Admission::ByGroup(admission)).await?;
        }
        match link.channel_id {
            Some(channel) => self.channels().add_member_by_group(system, channel, user, &last).await,
            None if is_in_team => {
                let mut write = self.access.write(system, "groups.mark_added");
                write.extend(last.statements);
                write.commit(Events::none("they were in the team already")).await
            }
            None => Ok(()),
        }
    }

    async fn postpone(&self, job: &JobContext<'_>, waiting: &Waiting, reason: &Error) -> Result<()> {
        tracing::info!(error = %reason, link = %waiting.link.id, user = %waiting.user_id, "a member of a group was not added; tried again later");
        // A full team is full for all.
        let user = (!reason.is(team_codes::FULL)).then_some(waiting.user_id);
        let retry_at = self.clock.now().plus_ms(RETRY_MS);
        let mut write = self.access.write(&job.grant, "groups.postpone_adding");
        write.push(job.require_lease());
        write.push(group_links::postpone(job.grant.write_server(), waiting.link.id, user, retry_at));
        write.commit(Events::none("nobody was added")).await
    }
}
