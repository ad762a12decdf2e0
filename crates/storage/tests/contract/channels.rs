//! Channels, who is in them, and what they have seen.

use guildhall_model::Millis;
use guildhall_model::channel::{Channel, ChannelKind};
use guildhall_model::codes::{channels as codes, context};
use guildhall_model::id::UserId;
use guildhall_model::post::Post;
use guildhall_storage::channel_lists::{self, ArchivedFilter, ChannelFilter, Scope};
use guildhall_storage::posts::{self, counts, recount};
use guildhall_storage::{Database, channel_members, channels, on_every_database, team_members};

use super::fixtures::{NOW, channel, channel_member, create_world, team};
use super::posts::post;

async fn names(db: &Database, scope: Scope<'_>, filter: &ChannelFilter) -> Vec<String> {
    let found = channel_lists::list(db, scope, filter, 50, 0).await.unwrap();
    assert_eq!(channel_lists::count(db, scope, filter).await.unwrap(), found.len() as i64);
    let mut names: Vec<_> = found.into_iter().map(|channel| channel.name).collect();
    names.sort();
    names
}

on_every_database! {
    async fn a_name_is_unique_in_a_team_and_among_direct_channels(db) {
        let world = create_world(&db).await;
        assert_eq!(db.open_unchecked(channels::get(&db, world.dev.id).await.unwrap()), Some(world.dev.clone()));
        assert_eq!(db.open_unchecked(channels::by_name(&db, Some(world.team.id), "dev").await.unwrap()), Some(world.dev.clone()));
        assert_eq!(db.open_unchecked(channels::by_name(&db, None, "ann__ben").await.unwrap()), Some(world.direct.clone()));
        assert_eq!(db.open_unchecked(channels::by_name(&db, None, "dev").await.unwrap()), None);
        let again = channel(9, Some(&world.team), ChannelKind::Private, "dev");
        assert!(db.commit(channels::insert(db.grant(again.team_id.unwrap()), &again).0).await.unwrap_err().is(codes::NAME_TAKEN));
        let direct = channel(9, None, ChannelKind::Direct, "ann__ben");
        assert!(db.commit(channels::insert_personal(&direct).0).await.unwrap_err().is(context::CONFLICT));
        let elsewhere = channel(9, Some(&team(8, "two")), ChannelKind::Public, "dev");
        db.commit(channels::insert(db.grant(elsewhere.team_id.unwrap()), &elsewhere).0).await.unwrap();
        assert_eq!(channels::count_in_team(&db, db.grant(world.team.id)).await.unwrap(), 2);
        let public = channels::public_by_names(&db, db.grant(world.team.id), &["none", "dev", "secret"], None).await.unwrap();
        assert_eq!(public, [("dev".to_owned(), world.dev.display_name.clone())]);
        assert!(channels::public_by_names(&db, db.grant(world.team.id), &[], None).await.unwrap().is_empty());
        let of_stranger = Some(UserId::from_bytes([99; 16]));
        assert!(channels::public_by_names(&db, db.grant(world.team.id), &["dev"], of_stranger).await.unwrap().is_empty());
    }

    async fn a_concurrent_change_of_a_channel_is_not_overwritten(db) {
        let world = create_world(&db).await;
        let changed = Channel { header: "new".to_owned(), kind: ChannelKind::Private, update_at: NOW.plus_ms(1), ..world.dev.clone() };
        db.commit(channels::update(db.grant(changed.id), &changed, NOW)).await.unwrap();
        assert_eq!(db.open_unchecked(channels::get(&db, changed.id).await.unwrap()), Some(changed.clone()));
        assert!(db.commit(channels::update(db.grant(changed.id), &changed, NOW)).await.unwrap_err().is(context::CONFLICT));
        let taken = Channel { name: "secret".to_owned(), ..changed };
        assert!(db.commit(channels::update(db.grant(taken.id), &taken, NOW.plus_ms(1))).await.unwrap_err().is(codes::NAME_TAKEN));
    }

    async fn a_channel_and_its_membership_are_read_in_one_query(db) {
        let world = create_world(&db).await;
        let before = db.queries();
        let standing = channels::with_member(&db, world.dev.id, world.ben.id).await.unwrap().unwrap();
        assert_eq!(db.queries() - before, 1);
        assert_eq!(standing.channel, world.dev);
        assert!(standing.member.is_none() && standing.team_member.is_some());
    }

    async fn the_channels_of_a_person_are_listed(db) {
        let world = create_world(&db).await;
        let gone = Channel { delete_at: NOW, ..channel(9, Some(&world.team), ChannelKind::Public, "gone") };
        db.commit(vec![channels::insert(db.grant(gone.team_id.unwrap()), &gone).0, channel_members::insert(db.grant(gone.id), &channel_member(&gone, &world.ann))]).await.unwrap();
        let own = async |team, archived| {
            let channels = channel_lists::of_user(&db, db.grant(world.ann.id), team, archived).await.unwrap();
            let mut names: Vec<_> = channels.into_iter().map(|channel| channel.name).collect();
            names.sort();
            names
        };
        assert_eq!(own(Some(db.grant(world.team.id)), ArchivedFilter::Exclude).await, ["ann__ben", "dev", "secret"]);
        assert_eq!(own(None, ArchivedFilter::Since(Millis::ZERO)).await, ["ann__ben", "dev", "gone", "secret"]);
        assert_eq!(own(None, ArchivedFilter::Since(NOW.plus_ms(1))).await, ["ann__ben", "dev", "secret"]);
        assert_eq!(own(Some(db.grant(team(8, "two").id)), ArchivedFilter::Exclude).await, ["ann__ben"]);
        assert_eq!(channel_members::channel_ids(&db, db.grant(world.ann.id)).await.unwrap().len(), 4);
        assert_eq!(channel_members::memberships(&db, db.grant(world.ann.id)).await.unwrap().len(), 3);
        assert_eq!(channel_members::of_user_in_team(&db, db.grant(world.ann.id), db.grant(world.team.id), true).await.unwrap().len(), 4);
        assert_eq!(channel_members::of_user_in_team(&db, db.grant(world.ann.id), db.grant(world.team.id), false).await.unwrap().len(), 3);
        let paged = channel_members::page_of_user(&db, db.grant(world.ann.id), false, 10, 0).await.unwrap();
        assert_eq!((paged.len(), paged[0].team_name.as_str()), (3, "one"));
        assert_eq!(channel_members::page_of_user(&db, db.grant(world.ann.id), true, 10, 3).await.unwrap().len(), 1);
    }

    async fn lists_of_channels_are_filtered(db) {
        let world = create_world(&db).await;
        let (scope, all) = (Scope::Team(db.grant(world.team.id)), ChannelFilter::in_use());
        assert_eq!(names(&db, scope, &all).await, ["dev", "secret"]);
        assert_eq!(names(&db, scope, &ChannelFilter { kinds: vec![ChannelKind::Public], ..all.clone() }).await, ["dev"]);
        assert_eq!(names(&db, scope, &ChannelFilter { visible_to: Some(world.ben.id), ..all.clone() }).await, ["dev"]);
        assert_eq!(names(&db, scope, &ChannelFilter { visible_to: Some(world.ann.id), ..all.clone() }).await, ["dev", "secret"]);
        assert_eq!(names(&db, scope, &ChannelFilter { member: Some(world.ben.id), ..all.clone() }).await, Vec::<String>::new());
        assert_eq!(names(&db, scope, &ChannelFilter { term: "SEC".to_owned(), ..all.clone() }).await, ["secret"]);
        assert_eq!(names(&db, scope, &ChannelFilter { term: "%".to_owned(), ..all.clone() }).await, Vec::<String>::new());
        assert_eq!(names(&db, scope, &ChannelFilter { ids: Some(vec![world.dev.id]), ..all.clone() }).await, ["dev"]);
        assert_eq!(names(&db, scope, &ChannelFilter { ids: Some(Vec::new()), ..all.clone() }).await, Vec::<String>::new());
        assert_eq!(names(&db, scope, &ChannelFilter { archived: Some(true), ..all.clone() }).await, Vec::<String>::new());
        let with_teams = channel_lists::list_with_teams(&db, scope, &all, 1, 1).await.unwrap();
        assert_eq!((with_teams.len(), with_teams[0].team_display_name.as_str()), (1, "one"));
        let with_ben = channel_lists::personal_with_people(&db, db.grant(world.ann.id), ChannelKind::Direct, "Be", 10).await.unwrap();
        assert_eq!(with_ben, std::slice::from_ref(&world.direct));
        assert!(channel_lists::personal_with_people(&db, db.grant(world.ann.id), ChannelKind::Direct, "ann", 10).await.unwrap().is_empty());
    }

    async fn members_are_added_removed_and_counted(db) {
        let world = create_world(&db).await;
        let member = channel_member(&world.dev, &world.ben);
        db.commit(channel_members::insert(db.grant(member.channel_id), &member)).await.unwrap();
        assert!(db.commit(channel_members::insert(db.grant(member.channel_id), &member)).await.unwrap_err().is(context::CONFLICT));
        db.commit(channel_members::insert_if_absent(db.grant(member.channel_id), &member)).await.unwrap();
        assert_eq!(channel_members::get(&db, db.grant(world.dev.id), world.ben.id).await.unwrap(), Some(member.clone()));
        assert_eq!(channel_members::stats(&db, db.grant(world.dev.id)).await.unwrap(), (2, 0));
        assert_eq!(channel_members::counts(&db, &[db.grant(world.dev.id), db.grant(world.secret.id)]).await.unwrap().len(), 2);
        assert_eq!(channel_members::users(&db, db.grant(world.dev.id)).await.unwrap().len(), 2);
        assert_eq!(channel_members::user_ids(&db, db.grant(world.secret.id)).await.unwrap(), [world.ann.id]);
        assert_eq!(channel_members::page(&db, db.grant(world.dev.id), 1, 1).await.unwrap(), std::slice::from_ref(&member));
        assert_eq!(channel_members::by_ids(&db, db.grant(world.dev.id), &[world.ben.id]).await.unwrap(), [member]);
        db.commit(channel_members::remove(db.grant(world.dev.id), world.ben.id)).await.unwrap();
        assert!(db.commit(channel_members::remove(db.grant(world.dev.id), world.ben.id)).await.unwrap_err().is(codes::MEMBER_NOT_FOUND));
        let other = team(8, "two");
        db.commit(team_members::lock_members_in_channel(db.grant(world.team.id), world.direct.id).expect_rows(2)).await.unwrap();
        db.commit(team_members::lock_members_in_channel(db.grant(other.id), world.direct.id).expect_rows(0)).await.unwrap();
        assert_eq!(channel_members::not_in_team(&db, db.grant(world.dev.id), db.grant(other.id)).await.unwrap(), [world.ann.id]);
        assert!(channel_members::not_in_team(&db, db.grant(world.dev.id), db.grant(world.team.id)).await.unwrap().is_empty());
        db.commit(channel_members::end_thread_memberships_not_in_team(db.grant(world.dev.id), db.grant(other.id), NOW)).await.unwrap();
        db.commit(channel_members::remove_not_in_team(db.grant(world.dev.id), db.grant(other.id))).await.unwrap();
        assert!(channel_members::user_ids(&db, db.grant(world.dev.id)).await.unwrap().is_empty());
        db.commit(vec![
            channel_members::end_thread_memberships(db.grant(world.dev.id), world.ann.id, NOW),
            channel_members::end_thread_memberships_in_team(db.grant(world.team.id), world.ann.id, NOW),
            channel_members::remove_from_team(db.grant(world.team.id), world.ann.id),
        ]).await.unwrap();
        assert_eq!(channel_members::channel_ids(&db, db.grant(world.ann.id)).await.unwrap(), [world.direct.id]);
    }

    async fn concurrent_changes_of_settings_are_not_overwritten(db) {
        let world = create_world(&db).await;
        let mut member = channel_member(&world.dev, &world.ann);
        member.scheme_admin = true;
        db.commit(channel_members::set_roles(db.grant(member.channel_id), &member)).await.unwrap();
        member.notify_props.insert("desktop".to_owned(), "none".to_owned());
        member.last_update_at = NOW.plus_ms(1);
        db.commit(channel_members::set_notify_props(db.grant(member.user_id), &member, NOW)).await.unwrap();
        assert_eq!(channel_members::get(&db, db.grant(world.dev.id), world.ann.id).await.unwrap(), Some(member.clone()));
        assert!(db.commit(channel_members::set_notify_props(db.grant(member.user_id), &member, NOW)).await.unwrap_err().is(context::CONFLICT));
    }

    async fn posts_that_arrive_during_a_view_stay_unread(db) {
        let world = create_world(&db).await;
        let dev = world.dev.id;
        let bens = |n: u8| Post { user_id: world.ben.id, ..post(&world, n) };
        for n in 1..=6 {
            let mut batch = vec![posts::insert_mentioning(db.grant(dev), &bens(n), &[world.ann.id]), counts::count_in_channel(db.grant(dev), &bens(n))];
            batch.extend(counts::count_mentions(db.grant(dev), &[world.ann.id], &bens(n)));
            db.commit(batch).await.unwrap();
        }
        let view = async |until: i64| {
            let mut batch = vec![channel_members::mark_viewed(db.grant(world.ann.id), dev, NOW.plus_ms(until))];
            batch.push(recount::recount_read(db.grant(world.ann.id), &[dev]));
            batch.extend(recount::recount_mentions(db.grant(world.ann.id), dev, (0, 0)));
            db.commit(batch).await.unwrap();
            let after = channel_members::get(&db, db.grant(dev), world.ann.id).await.unwrap().unwrap();
            (after.msg_count, after.msg_count_root, after.mention_count, after.mention_count_root, after.last_viewed_at)
        };
        // The sixth post was committed after the fifth was read.
        assert_eq!(view(5).await, (5, 5, 1, 1, NOW.plus_ms(5)));
        // An older view does not reset anything.
        assert_eq!(view(1).await, (5, 5, 1, 1, NOW.plus_ms(5)));
        assert!(channel_members::unread_threads(&db, db.grant(world.ann.id)).await.unwrap().is_empty());
        assert_eq!(channels::count_pinned(&db, db.grant(world.dev.id)).await.unwrap(), 0);
        assert_eq!(channels::count_files(&db, db.grant(world.dev.id)).await.unwrap(), 0);
    }
}
