//! Channels, who is in them, and what they have seen.

use guildhall_model::Millis;
use guildhall_model::channel::{Channel, ChannelKind};
use guildhall_model::codes::{channels as codes, context};
use guildhall_storage::channel_lists::{self, Archived, ChannelFilter, Scope};
use guildhall_storage::channel_members::{self, Membership};
use guildhall_storage::{Database, Statement, channels, on_every_database, params, team_members};

use super::fixtures::{NOW, channel, channel_member, place, team};

async fn names(db: &Database, scope: Scope, filter: &ChannelFilter) -> Vec<String> {
    let found = channel_lists::list(db, scope, filter, 50, 0).await.unwrap();
    assert_eq!(channel_lists::count(db, scope, filter).await.unwrap(), found.len() as i64);
    let mut names: Vec<_> = found.into_iter().map(|channel| channel.name).collect();
    names.sort();
    names
}

on_every_database! {
    async fn a_name_is_taken_once_a_team_and_once_among_direct_channels(db) {
        let place = place(&db).await;
        assert_eq!(db.open_unchecked(channels::get(&db, place.dev.id).await.unwrap()), Some(place.dev.clone()));
        assert_eq!(db.open_unchecked(channels::by_name(&db, Some(place.team.id), "dev").await.unwrap()), Some(place.dev.clone()));
        assert_eq!(db.open_unchecked(channels::by_name(&db, None, "ann__ben").await.unwrap()), Some(place.direct.clone()));
        assert_eq!(db.open_unchecked(channels::by_name(&db, None, "dev").await.unwrap()), None);
        let again = channel(9, Some(&place.team), ChannelKind::Private, "dev");
        assert!(db.commit(channels::insert(db.grant(again.team_id.unwrap()), &again).0).await.unwrap_err().is(codes::NAME_TAKEN));
        let direct = channel(9, None, ChannelKind::Direct, "ann__ben");
        assert!(db.commit(channels::insert_personal(&direct).0).await.unwrap_err().is(context::CONFLICT));
        let elsewhere = channel(9, Some(&team(8, "two")), ChannelKind::Public, "dev");
        db.commit(channels::insert(db.grant(elsewhere.team_id.unwrap()), &elsewhere).0).await.unwrap();
        assert_eq!(channels::count_in_team(&db, db.grant(place.team.id)).await.unwrap(), 2);
        let public = channels::public_by_names(&db, db.grant(place.team.id), &["none", "dev", "secret"]).await.unwrap();
        assert_eq!(public, [("dev".to_owned(), place.dev.display_name.clone())]);
        assert!(channels::public_by_names(&db, db.grant(place.team.id), &[]).await.unwrap().is_empty());
    }

    async fn a_channel_changed_meanwhile_is_not_overwritten(db) {
        let place = place(&db).await;
        let changed = Channel { header: "new".to_owned(), kind: ChannelKind::Private, update_at: NOW.plus_ms(1), ..place.dev.clone() };
        db.commit(channels::update(db.grant(changed.id), &changed, NOW)).await.unwrap();
        assert_eq!(db.open_unchecked(channels::get(&db, changed.id).await.unwrap()), Some(changed.clone()));
        assert!(db.commit(channels::update(db.grant(changed.id), &changed, NOW)).await.unwrap_err().is(context::CONFLICT));
        let taken = Channel { name: "secret".to_owned(), ..changed };
        assert!(db.commit(channels::update(db.grant(taken.id), &taken, NOW.plus_ms(1))).await.unwrap_err().is(codes::NAME_TAKEN));
    }

    async fn one_query_tells_how_somebody_stands_to_a_channel(db) {
        let place = place(&db).await;
        let before = db.queries();
        let standing = channels::standing(&db, place.dev.id, place.ben.id).await.unwrap().unwrap();
        assert_eq!(db.queries() - before, 1);
        assert_eq!(standing.channel, place.dev);
        assert!(standing.member.is_none() && standing.team_member.is_some());
    }

    async fn somebody_s_channels_are_listed(db) {
        let place = place(&db).await;
        let gone = Channel { delete_at: NOW, ..channel(9, Some(&place.team), ChannelKind::Public, "gone") };
        db.commit(vec![channels::insert(db.grant(gone.team_id.unwrap()), &gone).0, channel_members::insert(db.grant(gone.id), &channel_member(&gone, &place.ann))]).await.unwrap();
        let own = async |team, archived| {
            let channels = channel_lists::of_user(&db, db.grant(place.ann.id), team, archived).await.unwrap();
            let mut names: Vec<_> = channels.into_iter().map(|channel| channel.name).collect();
            names.sort();
            names
        };
        assert_eq!(own(Some(db.grant(place.team.id)), Archived::Without).await, ["ann__ben", "dev", "secret"]);
        assert_eq!(own(None, Archived::Since(Millis::ZERO)).await, ["ann__ben", "dev", "gone", "secret"]);
        assert_eq!(own(None, Archived::Since(NOW.plus_ms(1))).await, ["ann__ben", "dev", "secret"]);
        assert_eq!(own(Some(db.grant(team(8, "two").id)), Archived::Without).await, ["ann__ben"]);
        assert_eq!(channel_members::channel_ids(&db, db.grant(place.ann.id)).await.unwrap().len(), 4);
        assert_eq!(channel_members::memberships(&db, db.grant(place.ann.id)).await.unwrap().len(), 3);
        assert_eq!(channel_members::of_user_in_team(&db, db.grant(place.ann.id), db.grant(place.team.id), true).await.unwrap().len(), 4);
        assert_eq!(channel_members::of_user_in_team(&db, db.grant(place.ann.id), db.grant(place.team.id), false).await.unwrap().len(), 3);
        let paged = channel_members::page_of_user(&db, db.grant(place.ann.id), false, 10, 0).await.unwrap();
        assert_eq!((paged.len(), paged[0].team_name.as_str()), (3, "one"));
        assert_eq!(channel_members::page_of_user(&db, db.grant(place.ann.id), true, 10, 3).await.unwrap().len(), 1);
    }

    async fn lists_of_channels_are_filtered(db) {
        let place = place(&db).await;
        let (scope, all) = (Scope::Team(db.grant(place.team.id)), ChannelFilter::in_use());
        assert_eq!(names(&db, scope, &all).await, ["dev", "secret"]);
        assert_eq!(names(&db, scope, &ChannelFilter { kinds: vec![ChannelKind::Public], ..all.clone() }).await, ["dev"]);
        assert_eq!(names(&db, scope, &ChannelFilter { visible_to: Some(place.ben.id), ..all.clone() }).await, ["dev"]);
        assert_eq!(names(&db, scope, &ChannelFilter { visible_to: Some(place.ann.id), ..all.clone() }).await, ["dev", "secret"]);
        assert_eq!(names(&db, scope, &ChannelFilter { member: Some(place.ben.id), ..all.clone() }).await, Vec::<String>::new());
        assert_eq!(names(&db, scope, &ChannelFilter { term: "SEC".to_owned(), ..all.clone() }).await, ["secret"]);
        assert_eq!(names(&db, scope, &ChannelFilter { term: "%".to_owned(), ..all.clone() }).await, Vec::<String>::new());
        assert_eq!(names(&db, scope, &ChannelFilter { ids: Some(vec![place.dev.id]), ..all.clone() }).await, ["dev"]);
        assert_eq!(names(&db, scope, &ChannelFilter { ids: Some(Vec::new()), ..all.clone() }).await, Vec::<String>::new());
        assert_eq!(names(&db, scope, &ChannelFilter { archived: Some(true), ..all.clone() }).await, Vec::<String>::new());
        let with_teams = channel_lists::list_with_teams(&db, scope, &all, 1, 1).await.unwrap();
        assert_eq!((with_teams.len(), with_teams[0].team_display_name.as_str()), (1, "one"));
        let with_ben = channel_lists::personal_with_people(&db, db.grant(place.ann.id), ChannelKind::Direct, "Be", 10).await.unwrap();
        assert_eq!(with_ben, std::slice::from_ref(&place.direct));
        assert!(channel_lists::personal_with_people(&db, db.grant(place.ann.id), ChannelKind::Direct, "ann", 10).await.unwrap().is_empty());
    }

    async fn members_come_go_and_are_counted(db) {
        let place = place(&db).await;
        let member = channel_member(&place.dev, &place.ben);
        db.commit(channel_members::insert(db.grant(member.channel_id), &member)).await.unwrap();
        assert!(db.commit(channel_members::insert(db.grant(member.channel_id), &member)).await.unwrap_err().is(context::CONFLICT));
        db.commit(channel_members::ensure(db.grant(member.channel_id), &member)).await.unwrap();
        assert_eq!(channel_members::get(&db, db.grant(place.dev.id), place.ben.id).await.unwrap(), Some(member.clone()));
        assert_eq!(channel_members::stats(&db, db.grant(place.dev.id)).await.unwrap(), (2, 0));
        assert_eq!(channel_members::counts(&db, &[db.grant(place.dev.id), db.grant(place.secret.id)]).await.unwrap().len(), 2);
        assert_eq!(channel_members::users(&db, db.grant(place.dev.id)).await.unwrap().len(), 2);
        assert_eq!(channel_members::user_ids(&db, db.grant(place.secret.id)).await.unwrap(), [place.ann.id]);
        assert_eq!(channel_members::page(&db, db.grant(place.dev.id), 1, 1).await.unwrap(), std::slice::from_ref(&member));
        assert_eq!(channel_members::by_ids(&db, db.grant(place.dev.id), &[place.ben.id]).await.unwrap(), [member]);
        db.commit(channel_members::remove(db.grant(place.dev.id), place.ben.id)).await.unwrap();
        assert!(db.commit(channel_members::remove(db.grant(place.dev.id), place.ben.id)).await.unwrap_err().is(codes::MEMBER_NOT_FOUND));
        let other = team(8, "two");
        db.commit(team_members::hold(db.grant(place.team.id), place.direct.id).expect_rows(2)).await.unwrap();
        db.commit(team_members::hold(db.grant(other.id), place.direct.id).expect_rows(0)).await.unwrap();
        assert_eq!(channel_members::outsiders(&db, db.grant(place.dev.id), db.grant(other.id)).await.unwrap(), [place.ann.id]);
        assert!(channel_members::outsiders(&db, db.grant(place.dev.id), db.grant(place.team.id)).await.unwrap().is_empty());
        db.commit(channel_members::remove_outsiders(db.grant(place.dev.id), db.grant(other.id))).await.unwrap();
        assert!(channel_members::user_ids(&db, db.grant(place.dev.id)).await.unwrap().is_empty());
        db.commit(vec![
            channel_members::forget_threads(db.grant(place.dev.id), place.ann.id),
            channel_members::forget_threads_in_team(db.grant(place.team.id), place.ann.id),
            channel_members::remove_from_team(db.grant(place.team.id), place.ann.id),
        ]).await.unwrap();
        assert_eq!(channel_members::channel_ids(&db, db.grant(place.ann.id)).await.unwrap(), [place.direct.id]);
    }

    async fn settings_changed_meanwhile_are_not_overwritten(db) {
        let place = place(&db).await;
        let mut member = channel_member(&place.dev, &place.ann);
        member.scheme_admin = true;
        db.commit(channel_members::set_roles(db.grant(member.channel_id), &member)).await.unwrap();
        member.notify_props.insert("desktop".to_owned(), "none".to_owned());
        member.last_update_at = NOW.plus_ms(1);
        db.commit(channel_members::set_notify_props(db.grant(member.user_id), &member, NOW)).await.unwrap();
        assert_eq!(channel_members::get(&db, db.grant(place.dev.id), place.ann.id).await.unwrap(), Some(member.clone()));
        assert!(db.commit(channel_members::set_notify_props(db.grant(member.user_id), &member, NOW)).await.unwrap_err().is(context::CONFLICT));
    }

    async fn what_comes_while_one_reads_stays_unread(db) {
        let place = place(&db).await;
        let counts = |total: i64, mentions: i64| vec![
            Statement::raw("UPDATE channels SET total_msg_count = ?, total_msg_count_root = ?, last_post_at = ? WHERE id = ?",
                params![total, total, NOW.plus_ms(total), place.dev.id]),
            Statement::raw("UPDATE channel_members SET mention_count = ?, mention_count_root = ? WHERE channel_id = ? AND user_id = ?",
                params![mentions, mentions, place.dev.id, place.ann.id]),
        ];
        db.commit(counts(5, 1)).await.unwrap();
        let Membership { channel, member } = channel_members::memberships_in(&db, db.grant(place.ann.id), &[place.dev.id]).await.unwrap().pop().unwrap();
        let seen = Membership { channel, member };
        db.commit(counts(6, 2)).await.unwrap();
        db.commit(channel_members::view(db.grant(place.ann.id), &seen, NOW.plus_ms(5))).await.unwrap();
        let after = channel_members::get(&db, db.grant(place.dev.id), place.ann.id).await.unwrap().unwrap();
        assert_eq!((after.msg_count, after.msg_count_root, after.mention_count, after.mention_count_root), (5, 5, 1, 1));
        assert_eq!(after.last_viewed_at, NOW.plus_ms(5));
        // An older look takes nothing back.
        db.commit(channel_members::view(db.grant(place.ann.id), &Membership { channel: place.dev.clone(), member: channel_member(&place.dev, &place.ann) }, NOW)).await.unwrap();
        let same = channel_members::get(&db, db.grant(place.dev.id), place.ann.id).await.unwrap().unwrap();
        assert_eq!((same.msg_count, same.last_viewed_at, same.mention_count), (5, NOW.plus_ms(5), 1));
        assert!(channel_members::unread_threads(&db, db.grant(place.ann.id)).await.unwrap().is_empty());
        assert_eq!(channels::count_pinned(&db, db.grant(place.dev.id)).await.unwrap(), 0);
        assert_eq!(channels::count_files(&db, db.grant(place.dev.id)).await.unwrap(), 0);
    }
}
