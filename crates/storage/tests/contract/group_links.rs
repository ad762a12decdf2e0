//! Links of groups with teams and channels: their rows, and who waits to be added.

use guildhall_model::codes::{context, groups as codes};
use guildhall_model::group::{Group, GroupMember};
use guildhall_model::group_link::{GroupLink, LinkTarget};
use guildhall_model::id::{GroupLinkId, UserId};
use guildhall_storage::group_links::{self, ChannelViewer, Target};
use guildhall_storage::groups::{self, GroupFilter};
use guildhall_storage::{Database, Server, channels, on_every_database, team_members, users};

use super::fixtures::{NOW, World, create_world, user};
use super::groups::group;

fn link(n: u8, group: &Group, target: LinkTarget, auto_add: bool) -> GroupLink {
    GroupLink {
        id: GroupLinkId::from_bytes([n; 16]),
        group_id: group.id,
        team_id: target.team_id(),
        channel_id: target.channel_id(),
        creator_id: Some(UserId::from_bytes([1; 16])),
        auto_add,
        create_at: NOW,
        update_at: NOW,
    }
}

/// Developers (Ann and Ben), whom links 31 and 32 add to the team and to "dev", and a link with "secret" that adds nobody.
async fn create_links(db: &Database) -> (World, Group, [GroupLink; 3]) {
    let world = create_world(db).await;
    let developers = group(11, "dev", "Developers");
    let member = |user: &guildhall_model::user::User| GroupMember { group_id: developers.id, user_id: user.id, create_at: NOW };
    let mut batch = vec![groups::insert(&developers)];
    batch.extend(groups::insert_members(db.grant(developers.id), &[member(&world.ann), member(&world.ben)]));
    let links = [
        link(31, &developers, LinkTarget::Team(world.team.id), true),
        link(32, &developers, LinkTarget::Channel(world.dev.id), true),
        link(33, &developers, LinkTarget::Channel(world.secret.id), false),
    ];
    batch.push(group_links::insert(Target::Team(db.grant(world.team.id)), &links[0]));
    batch.push(group_links::insert(Target::Channel(db.grant(world.dev.id)), &links[1]));
    batch.push(group_links::insert(Target::Channel(db.grant(world.secret.id)), &links[2]));
    db.commit(batch).await.unwrap();
    (world, developers, links)
}

async fn due(db: &Database, at_ms: i64) -> Vec<(GroupLinkId, UserId)> {
    let waiting = group_links::due(db, db.grant(Server), NOW.plus_ms(at_ms), 10).await.unwrap();
    waiting.into_iter().map(|waiting| (waiting.link.id, waiting.user_id)).collect()
}

on_every_database! {
    async fn links_are_found_by_what_they_are_to(db) {
        let (world, developers, links) = create_links(&db).await;
        let (team, dev) = (Target::Team(db.grant(world.team.id)), Target::Channel(db.grant(world.dev.id)));
        assert_eq!(group_links::get(&db, developers.id, team).await.unwrap().as_ref(), Some(&links[0]));
        assert_eq!(group_links::get(&db, developers.id, dev).await.unwrap().as_ref(), Some(&links[1]));
        assert_eq!(group_links::get(&db, developers.id, Target::Channel(db.grant(world.direct.id))).await.unwrap(), None);
        let again = link(34, &developers, LinkTarget::Team(world.team.id), true);
        let insert = group_links::insert(Target::Team(db.grant(world.team.id)), &again);
        assert!(db.commit(insert).await.unwrap_err().is(context::CONFLICT));
        assert_eq!(group_links::adding(&db, developers.id).await.unwrap(), links[..2]);
        assert_eq!(group_links::linked_among(&db, &[developers.id]).await.unwrap(), [developers.id]);

        let of = async |to_channels| group_links::of_group(&db, db.grant(Server), developers.id, to_channels).await.unwrap();
        let (of_teams, of_channels) = (of(false).await, of(true).await);
        assert_eq!((of_teams.len(), of_channels.len()), (1, 2));
        assert_eq!((of_teams[0].team_display_name.as_str(), &of_teams[0].channel), ("one", &None));
        let names: Vec<&str> = of_channels.iter().map(|named| named.channel.as_ref().unwrap().0.as_str()).collect();
        assert_eq!((names, of_channels[0].team_id), (vec!["dev", "secret"], world.team.id));
        let named = group_links::get_named(&db, db.grant(Server), links[1].id).await.unwrap();
        assert_eq!(named.as_ref(), of_channels.first());

        let filter = |linked_to, not_linked_to| GroupFilter { linked_to, not_linked_to: [not_linked_to, None], ..GroupFilter::default() };
        let count = async |filter: GroupFilter| groups::list(&db, &filter, 10, 0).await.unwrap().len();
        let (dev, direct) = (LinkTarget::Channel(world.dev.id), LinkTarget::Channel(world.direct.id));
        assert_eq!((count(filter(Some(dev), None)).await, count(filter(Some(direct), None)).await), (1, 0));
        assert_eq!((count(filter(None, Some(dev))).await, count(filter(None, Some(direct))).await), (0, 1));
        assert_eq!(count(filter(Some(LinkTarget::Team(world.team.id)), None)).await, 1);
    }

    async fn groups_of_channels_are_for_those_who_see_the_channel(db) {
        let (world, developers, _) = create_links(&db).await;
        let seen = async |user_id, sees_public_channels, sees_all_channels| {
            let viewer = ChannelViewer { user_id, sees_public_channels, sees_all_channels };
            let found = group_links::by_channels(&db, db.grant(world.team.id), viewer, 10, 0).await.unwrap();
            assert!(found.iter().all(|found| found.1 == developers));
            found.into_iter().map(|found| found.0).collect::<Vec<_>>()
        };
        assert_eq!(seen(world.ann.id, false, false).await, [world.dev.id, world.secret.id]);
        assert_eq!(seen(world.ben.id, true, false).await, [world.dev.id]);
        assert!(seen(world.ben.id, false, false).await.is_empty());
        assert_eq!(seen(world.ben.id, false, true).await, [world.dev.id, world.secret.id]);
        let archived = guildhall_model::channel::Channel { delete_at: NOW, update_at: NOW.plus_ms(1), ..world.dev.clone() };
        db.commit(channels::update(db.grant(world.dev.id), &archived, NOW)).await.unwrap();
        assert_eq!(seen(world.ann.id, true, true).await, [world.secret.id]);
    }

    async fn each_member_waits_once_for_each_link(db) {
        let (world, developers, links) = create_links(&db).await;
        let ids: Vec<GroupLinkId> = links.iter().map(|link| link.id).collect();
        let all = [(ids[0], world.ann.id), (ids[0], world.ben.id), (ids[1], world.ann.id), (ids[1], world.ben.id)];
        // The third adds nobody.
        db.commit(group_links::enqueue(&ids, Some(&[world.ann.id, UserId::from_bytes([99; 16])]), Some(world.ben.id), NOW)).await.unwrap();
        assert_eq!(due(&db, 0).await, [all[0], all[2]]);
        db.commit(group_links::enqueue(&ids, None, None, NOW)).await.unwrap();
        assert_eq!(due(&db, 0).await, all);
        let waiting = group_links::due(&db, db.grant(Server), NOW, 2).await.unwrap();
        assert_eq!((waiting[0].added_by, waiting[1].added_by, waiting[0].team_id), (Some(world.ben.id), None, world.team.id));
        let of_channel = group_links::due(&db, db.grant(Server), NOW, 10).await.unwrap();
        assert_eq!((&of_channel[2].link, of_channel[2].team_id), (&links[1], world.team.id));

        let mark = |link, user| group_links::mark_added(db.grant(Server), link, user, NOW.plus_ms(5));
        let guard = || group_links::guard_waiting(db.grant(Server), ids[0], world.ann.id);
        db.commit(guard()).await.unwrap();
        db.commit(mark(ids[0], world.ann.id)).await.unwrap();
        assert!(db.commit(guard()).await.unwrap_err().is(codes::LINK_NOT_FOUND));
        assert!(db.commit(mark(ids[0], world.ann.id)).await.unwrap_err().is(codes::LINK_NOT_FOUND));
        db.commit(group_links::enqueue(&ids, None, None, NOW)).await.unwrap();
        assert_eq!(due(&db, 0).await, all[1..]);
        db.commit(group_links::postpone(db.grant(Server), ids[1], None, NOW.plus_ms(50))).await.unwrap();
        db.commit(group_links::postpone(db.grant(Server), ids[0], Some(world.ann.id), NOW.plus_ms(50))).await.unwrap();
        assert_eq!(due(&db, 49).await, [all[1]]);
        assert_eq!(due(&db, 50).await, all[1..]);

        // Who leaves the group does not wait any more, and waits again when they are back.
        db.commit(groups::remove_members(db.grant(developers.id), &[world.ann.id])).await.unwrap();
        assert!(db.commit(mark(ids[1], world.ann.id)).await.unwrap_err().is(codes::LINK_NOT_FOUND));
        let member = GroupMember { group_id: developers.id, user_id: world.ann.id, create_at: NOW };
        db.commit(groups::insert_members(db.grant(developers.id), &[member])).await.unwrap();
        assert_eq!(due(&db, 50).await, [all[1], all[3]]);
        db.commit(group_links::enqueue(&ids[..1], Some(&[world.ann.id]), None, NOW)).await.unwrap();
        assert_eq!(due(&db, 50).await, [all[0], all[1], all[3]]);
        db.commit(groups::remove_from_all(db.grant(world.ben.id)).to_vec()).await.unwrap();
        assert_eq!(due(&db, 50).await, [all[0]]);
        db.commit(group_links::forget_waiting_for(db.grant(world.dev.id))).await.unwrap();
        assert_eq!(due(&db, 50).await, [all[0]]);
        db.commit(group_links::forget_waiting(ids[0])).await.unwrap();
        assert!(due(&db, 50).await.is_empty());
    }

    async fn nobody_waits_where_something_is_archived_nor_as_a_guest(db) {
        let (world, developers, links) = create_links(&db).await;
        db.commit(group_links::enqueue(&[links[1].id], None, None, NOW)).await.unwrap();
        let waiting = async || due(&db, 0).await.into_iter().map(|(_, user)| user).collect::<Vec<_>>();
        let guest = guildhall_model::user::User { roles: "system_guest".to_owned(), update_at: NOW.plus_ms(1), ..world.ben.clone() };
        db.commit(users::update(db.grant(guest.id), &guest, NOW)).await.unwrap();
        assert_eq!(waiting().await, [world.ann.id]);
        let gone = guildhall_model::user::User { delete_at: NOW, update_at: NOW.plus_ms(1), ..world.ann.clone() };
        db.commit(users::update(db.grant(gone.id), &gone, NOW)).await.unwrap();
        assert!(waiting().await.is_empty());
        let back = guildhall_model::user::User { update_at: NOW.plus_ms(2), ..world.ann.clone() };
        db.commit(users::update(db.grant(back.id), &back, gone.update_at)).await.unwrap();
        assert_eq!(waiting().await, [world.ann.id]);

        let archived = Group { delete_at: NOW, update_at: NOW.plus_ms(50), ..developers.clone() };
        db.commit(groups::update(db.grant(developers.id), &archived, developers.update_at)).await.unwrap();
        assert!(waiting().await.is_empty());
        let restored = Group { update_at: NOW.plus_ms(51), ..developers.clone() };
        db.commit(groups::update(db.grant(developers.id), &restored, archived.update_at)).await.unwrap();
        let closed = guildhall_model::channel::Channel { delete_at: NOW, update_at: NOW.plus_ms(1), ..world.dev.clone() };
        db.commit(channels::update(db.grant(closed.id), &closed, NOW)).await.unwrap();
        assert!(waiting().await.is_empty());
    }

    async fn a_change_of_a_link_expects_it_as_it_was_read(db) {
        let (world, developers, links) = create_links(&db).await;
        let (team, dev) = (Target::Team(db.grant(world.team.id)), Target::Channel(db.grant(world.dev.id)));
        let off = GroupLink { auto_add: false, update_at: NOW.plus_ms(1), ..links[0].clone() };
        // A link to something else is not the team's.
        assert!(db.commit(group_links::set_auto_add(dev, &off, NOW)).await.unwrap_err().is(context::CONFLICT));
        db.commit(group_links::set_auto_add(team, &off, NOW)).await.unwrap();
        assert!(db.commit(group_links::set_auto_add(team, &off, NOW)).await.unwrap_err().is(context::CONFLICT));
        let guard = |known: &[GroupLinkId]| vec![group_links::lock_group(developers.id), group_links::guard_no_other(developers.id, known)];
        db.commit(guard(&[links[1].id])).await.unwrap();
        assert!(db.commit(guard(&[])).await.unwrap_err().is(context::CONFLICT));
        assert!(db.commit(guard(&[links[0].id])).await.unwrap_err().is(context::CONFLICT));

        db.commit(group_links::enqueue(&[links[1].id], None, None, NOW)).await.unwrap();
        assert!(db.commit(group_links::delete(team, links[1].id).to_vec()).await.unwrap_err().is(codes::LINK_NOT_FOUND));
        db.commit(group_links::delete(dev, links[1].id).to_vec()).await.unwrap();
        assert!(due(&db, 0).await.is_empty());
        db.commit(guard(&[])).await.unwrap();
        assert_eq!(team_members::count(&db, db.grant(world.team.id)).await.unwrap(), 2);
    }

    async fn a_person_who_waits_for_nothing_that_exists_is_no_work(db) {
        let (world, developers, links) = create_links(&db).await;
        let eve = user(21, "eve");
        db.commit(users::insert(&eve, "").0).await.unwrap();
        db.commit(group_links::enqueue(&[links[0].id], Some(&[eve.id]), None, NOW)).await.unwrap();
        assert!(due(&db, 0).await.is_empty());
        db.commit(group_links::enqueue(&[links[0].id], Some(&[world.ben.id]), None, NOW)).await.unwrap();
        // Only the membership ends, as when both happen at once.
        db.commit(guildhall_storage::Statement::raw(
            "DELETE FROM user_group_members WHERE group_id = ?",
            guildhall_storage::params![developers.id],
        ))
        .await
        .unwrap();
        assert!(due(&db, 0).await.is_empty());
    }
}
