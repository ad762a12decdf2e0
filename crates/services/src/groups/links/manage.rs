//! Linking a group to a team or channel, changing the link, and ending it. The ending removes nobody.

use guildhall_model::codes::{channels as channel_codes, context, groups as codes, teams as team_codes};
use guildhall_model::group::Group;
use guildhall_model::group_link::{GroupLink, LINKED_MEMBERS_MAX, LINKS_OF_GROUP_MAX, LINKS_TO_ONE_MAX, LinkTarget};
use guildhall_model::id::GroupId;
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::group_links::{NamedLink, Target};
use guildhall_storage::usage::{self, Counted};
use guildhall_storage::{self as storage, channels, group_links, groups as rows, users};

use crate::access::{ChannelGrant, TeamGrant, Write, Writing};
use crate::boxed;
use crate::channels::notice::Notice;
use crate::groups::Groups;
use crate::retry::retry_on_conflict;

/// Fields to set; `None` leaves the field unchanged.
#[derive(Debug, Clone, Copy, Default)]
pub struct LinkChange {
    pub auto_add: Option<bool>,
    /// Only `false`.
    pub scheme_admin: Option<bool>,
}

/// The team or channel of a link, for whoever manages it.
enum TargetGrant {
    Team(Writing<TeamGrant>),
    Channel(Writing<ChannelGrant>),
}

impl TargetGrant {
    const fn to_read(&self) -> Target {
        match self {
            Self::Team(grant) => Target::Team(grant.write_id().to_read()),
            Self::Channel(grant) => Target::Channel(grant.write_id().to_read()),
        }
    }

    const fn to_write(&self) -> Target<storage::Write> {
        match self {
            Self::Team(grant) => Target::Team(grant.write_id()),
            Self::Channel(grant) => Target::Channel(grant.write_id()),
        }
    }
}

impl Groups<'_> {
    /// Links the group, or changes the link that there is.
    #[boxed]
    pub async fn link_group(&self, actor: &Actor, id: GroupId, target: LinkTarget, change: LinkChange) -> Result<NamedLink> {
        let grant = self.link_to_change(actor, target, change).await?;
        let link = retry_on_conflict(|| async {
            match self.find_link(&grant, id).await? {
                Some(link) => self.change_link(actor, &grant, (target, link), change).await,
                None => self.insert_link(actor, &grant, (target, id), change).await,
            }
        })
        .await?;
        self.with_names(link).await
    }

    #[boxed]
    pub async fn patch_group_link(&self, actor: &Actor, id: GroupId, target: LinkTarget, change: LinkChange) -> Result<NamedLink> {
        let grant = self.link_to_change(actor, target, change).await?;
        let link = retry_on_conflict(|| async {
            let link = self.find_link(&grant, id).await?.ok_or(codes::LINK_NOT_FOUND)?;
            self.change_link(actor, &grant, (target, link), change).await
        })
        .await?;
        self.with_names(link).await
    }

    /// Those whom the link has added stay.
    #[boxed]
    pub async fn unlink_group(&self, actor: &Actor, id: GroupId, target: LinkTarget) -> Result<()> {
        self.require_enabled()?;
        let grant = self.link_grant(actor, target).await?;
        let link = self.find_link(&grant, id).await?.ok_or(codes::LINK_NOT_FOUND)?;
        let mut write = self.write_link(&grant, "groups.unlink");
        write.detail("group_id", id);
        write.push(group_links::lock_group(id));
        write.extend(group_links::delete(grant.to_write(), link.id));
        write.commit(Event::GroupUnlinked { group_id: id, target }).await
    }

    async fn link_grant(&self, actor: &Actor, target: LinkTarget) -> Result<TargetGrant> {
        Ok(match target {
            LinkTarget::Team(team) => TargetGrant::Team(self.access.team(actor, team, Permission::ManageTeam).await?),
            LinkTarget::Channel(channel) => {
                let (public, private) = (Permission::ManagePublicChannelMembers, Permission::ManagePrivateChannelMembers);
                TargetGrant::Channel(self.access.channel_by_kind(actor, channel, public, private).await?)
            }
        })
    }

    /// A link that adds people takes what adding them takes.
    async fn link_to_change(&self, actor: &Actor, target: LinkTarget, change: LinkChange) -> Result<TargetGrant> {
        self.require_enabled()?;
        let grant = self.link_grant(actor, target).await?;
        match &grant {
            TargetGrant::Team(team) if !team.team.delete_at.is_zero() => return Err(team_codes::ARCHIVED.into()),
            TargetGrant::Channel(channel) if channel.channel.kind.is_personal() => return Err(channel_codes::MEMBERS_OF_DIRECT.into()),
            TargetGrant::Channel(channel) if channel.is_archived() => return Err(channel_codes::ARCHIVED.into()),
            TargetGrant::Team(_) | TargetGrant::Channel(_) => {}
        }
        if change.scheme_admin == Some(true) {
            return Err(codes::LINK_ADMINS.into());
        }
        match (change.auto_add, target) {
            (Some(true), LinkTarget::Team(team)) => self.team_to_add_to(actor, team).await.map(drop)?,
            (Some(true), LinkTarget::Channel(channel)) => self.channel_to_add_to(actor, channel).await.map(drop)?,
            (Some(false) | None, _) => {}
        }
        Ok(grant)
    }

    async fn find_link(&self, grant: &TargetGrant, group: GroupId) -> Result<Option<GroupLink>> {
        let system = self.access.system("the target was granted");
        group_links::get(self.access.read(&system), group, grant.to_read()).await
    }

    fn write_link(&self, grant: &TargetGrant, action: &'static str) -> Write<'_> {
        match grant {
            TargetGrant::Team(grant) => self.access.write(grant, action),
            TargetGrant::Channel(grant) => self.access.write(grant, action),
        }
    }

    async fn insert_link(
        &self,
        actor: &Actor,
        grant: &TargetGrant,
        (target, id): (LinkTarget, GroupId),
        change: LinkChange,
    ) -> Result<GroupLink> {
        let now = self.clock.now();
        let link = GroupLink {
            id: self.ids.next(),
            group_id: id,
            team_id: target.team_id(),
            channel_id: target.channel_id(),
            creator_id: actor.has_account().then_some(actor.user_id),
            auto_add: change.auto_add == Some(true),
            create_at: now,
            update_at: now,
        };
        let group = self.group_in_use(id).await?;
        let mut write = self.write_link(grant, "groups.link");
        write.detail("group_id", id);
        write.detail("auto_add", link.auto_add);
        // Locks the group: each of its new members is either seen here, or sees this link.
        let system = self.access.system("the target was granted");
        write.push(rows::guard_active(system.write_id(id)));
        write.push(group_links::insert(grant.to_write(), &link));
        let to_one = match target {
            LinkTarget::Team(team) => Counted::LinksToTeam(team),
            LinkTarget::Channel(channel) => Counted::LinksToChannel(channel),
        };
        let mut events = vec![Event::GroupLinked { group_id: id, target }];
        if link.auto_add {
            self.begin_adding(actor, grant, (&mut write, &mut events), (&link, &group)).await?;
        }
        // Last, as it is the server's row that they lock.
        write.extend(usage::guard(Counted::LinksOfGroup(id), LINKS_OF_GROUP_MAX, codes::TOO_MANY_LINKS));
        write.extend(usage::guard(to_one, LINKS_TO_ONE_MAX, codes::TOO_MANY_GROUPS));
        write.commit(events).await?;
        Ok(link)
    }

    async fn change_link(
        &self,
        actor: &Actor,
        grant: &TargetGrant,
        (target, before): (LinkTarget, GroupLink),
        change: LinkChange,
    ) -> Result<GroupLink> {
        let auto_add = change.auto_add.unwrap_or(before.auto_add);
        if auto_add == before.auto_add {
            return Ok(before);
        }
        let group = self.group_in_use(before.group_id).await?;
        let link = GroupLink { auto_add, update_at: self.now_after(before.update_at), ..before };
        let mut write = self.write_link(grant, "groups.patch_link");
        write.detail("group_id", link.group_id);
        write.detail("auto_add", auto_add);
        let system = self.access.system("the target was granted");
        write.push(rows::guard_active(system.write_id(link.group_id)));
        write.push(group_links::set_auto_add(grant.to_write(), &link, before.update_at));
        let mut events = vec![Event::GroupLinked { group_id: link.group_id, target }];
        if auto_add {
            self.begin_adding(actor, grant, (&mut write, &mut events), (&link, &group)).await?;
        } else {
            write.push(group_links::forget_waiting(link.id));
        }
        write.commit(events).await?;
        Ok(link)
    }

    /// All members of the group wait to be added, and one notice says so.
    async fn begin_adding(
        &self,
        actor: &Actor,
        grant: &TargetGrant,
        (write, events): (&mut Write<'_>, &mut Vec<Event>),
        (link, group): (&GroupLink, &Group),
    ) -> Result<()> {
        let system = self.access.system("the target was granted");
        if self.count_members_of(&system, link.group_id).await? > LINKED_MEMBERS_MAX {
            return Err(codes::TOO_MANY_LINKED.with("max", LINKED_MEMBERS_MAX));
        }
        let added_by = actor.has_account().then_some(actor.user_id);
        write.extend(group_links::enqueue(&[link.id], None, added_by, self.clock.now()));
        // Nobody is the author where the local administrator acts.
        let Some(author) = added_by else { return Ok(()) };
        let db = self.access.read(&system);
        let author = users::get(db, author).await?.ok_or(context::PERMISSIONS)?;
        match grant {
            TargetGrant::Channel(channel) => {
                let notice = Notice::group_added(&author, group, "channel");
                self.channels().add_notice(write, events, (channel.write_id(), &channel.channel), notice);
            }
            TargetGrant::Team(team) => {
                let defaults = channels::defaults(db, team.id()).await?;
                let town_square = defaults.iter().find(|channel| channel.is_default());
                if let Some((id, channel)) = town_square.and_then(|channel| Some((team.write_id().default_channel(channel)?, channel))) {
                    let notice = Notice::group_added(&author, group, "team");
                    self.channels().add_notice(write, events, (id, channel), notice);
                }
            }
        }
        Ok(())
    }

    async fn group_in_use(&self, id: GroupId) -> Result<Group> {
        let system = self.access.system("members of the server see every group");
        let group = rows::get(self.access.read(&system), id).await?.filter(|group| !group.is_archived());
        group.ok_or_else(|| codes::NOT_FOUND.into())
    }

    /// The names of the team and the channel, which whoever may link a group to them may see.
    async fn with_names(&self, link: GroupLink) -> Result<NamedLink> {
        let system = self.access.system("the target was granted");
        let named = group_links::get_named(self.access.read(&system), system.server(), link.id).await?;
        named.ok_or_else(|| codes::LINK_NOT_FOUND.into())
    }
}
