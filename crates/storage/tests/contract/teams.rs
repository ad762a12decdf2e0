//! Teams and who is in them.

use guildhall_model::Millis;
use guildhall_model::codes::{context, teams as codes};
use guildhall_storage::team_members::{self, MemberFilter};
use guildhall_storage::teams::{self, TeamFilter};
use guildhall_storage::{on_every_database, users};

use super::fixtures::{NOW, create_world, team, team_member, user};

on_every_database! {
    async fn teams_are_found_by_id_name_and_invitation(db) {
        let world = create_world(&db).await;
        assert_eq!(teams::get(&db, db.grant(world.team.id)).await.unwrap(), Some(world.team.clone()));
        assert_eq!(db.open_unchecked(teams::by_name(&db, "one").await.unwrap()), Some(world.team.clone()));
        assert_eq!(db.open_unchecked(teams::by_name(&db, "One").await.unwrap()), None);
        assert_eq!(db.open_unchecked(teams::by_invite(&db, world.team.invite_id).await.unwrap()), Some(world.team.clone()));
        let again = team(9, "one");
        assert!(db.commit(teams::insert(&again).0).await.unwrap_err().is(codes::NAME_TAKEN));
    }

    async fn a_concurrent_change_of_a_team_is_not_overwritten(db) {
        let world = create_world(&db).await;
        let mut changed = world.team.clone();
        changed.update_at = NOW.plus_ms(1);
        changed.description = "what we do".to_owned();
        changed.allow_open_invite = true;
        db.commit(teams::update(db.grant(changed.id), &changed, NOW)).await.unwrap();
        assert_eq!(teams::get(&db, db.grant(changed.id)).await.unwrap(), Some(changed.clone()));
        assert!(db.commit(teams::update(db.grant(changed.id), &changed, NOW)).await.unwrap_err().is(context::CONFLICT));
    }

    async fn lists_of_teams_are_filtered(db) {
        let world = create_world(&db).await;
        let mut open = team(8, "two");
        open.display_name = "The Öpen 100%".to_owned();
        open.allow_open_invite = true;
        let mut gone = team(9, "gone");
        gone.delete_at = NOW;
        db.commit(vec![teams::insert(&open).0, teams::insert(&gone).0]).await.unwrap();
        let names = async |filter: TeamFilter| {
            let found = teams::list(&db, &filter, 10, 0).await.unwrap();
            assert_eq!(teams::count(&db, &filter).await.unwrap(), found.len() as i64);
            let mut names: Vec<_> = found.into_iter().map(|team| team.name).collect();
            names.sort();
            names
        };
        assert_eq!(names(TeamFilter::default()).await, ["one", "two"]);
        assert_eq!(names(TeamFilter { allow_open_invite: Some(true), ..TeamFilter::default() }).await, ["two"]);
        assert_eq!(names(TeamFilter { term: "100%".to_owned(), ..TeamFilter::default() }).await, ["two"]);
        assert_eq!(names(TeamFilter { term: "_".to_owned(), ..TeamFilter::default() }).await, Vec::<String>::new());
        assert_eq!(names(TeamFilter { include_archived: true, ..TeamFilter::default() }).await, ["gone", "one", "two"]);
        assert_eq!(teams::of_user(&db, db.grant(world.ann.id)).await.unwrap().len(), 1);
        assert_eq!(teams::common(&db, &[world.ann.id, world.ben.id]).await.unwrap(), std::slice::from_ref(&world.team));
        let stranger = user(7, "stranger");
        db.commit(users::insert(&stranger, "").0).await.unwrap();
        assert!(teams::common(&db, &[world.ann.id, stranger.id]).await.unwrap().is_empty());
    }

    async fn members_leave_and_rejoin(db) {
        let world = create_world(&db).await;
        let (team, ben) = (world.team.id, world.ben.id);
        db.commit(team_members::guard_membership(team, ben)).await.unwrap();
        db.commit(team_members::leave(db.grant(team), ben, Some(world.team.invite_id), NOW)).await.unwrap();
        assert_eq!(team_members::removed_invite(&db, db.grant(team), ben).await.unwrap(), Some(world.team.invite_id));
        assert_eq!(team_members::removed_invite(&db, db.grant(team), world.ann.id).await.unwrap(), None);
        assert!(db.commit(team_members::leave(db.grant(team), ben, None, NOW)).await.unwrap_err().is(codes::MEMBER_NOT_FOUND));
        assert!(db.commit(team_members::guard_membership(team, ben)).await.unwrap_err().is(codes::MEMBER_NOT_FOUND));
        assert_eq!(team_members::get(&db, db.grant(team), ben).await.unwrap().unwrap().delete_at, NOW);
        assert_eq!(team_members::count(&db, db.grant(team)).await.unwrap(), 1);
        assert!(team_members::of_user(&db, db.grant(ben)).await.unwrap().is_empty());
        assert!(team_members::team_ids(&db, db.grant(ben)).await.unwrap().is_empty());
        let back = team_member(&world.team, &world.ben);
        assert!(db.commit(team_members::rejoin(db.grant(back.team_id), &back, Millis(1))).await.unwrap_err().is(context::CONFLICT));
        db.commit(team_members::rejoin(db.grant(back.team_id), &back, NOW)).await.unwrap();
        assert_eq!(team_members::get(&db, db.grant(team), ben).await.unwrap(), Some(back.clone()));
        assert_eq!(team_members::removed_invite(&db, db.grant(team), ben).await.unwrap(), None);
        assert!(db.commit(team_members::insert(db.grant(back.team_id), &back)).await.unwrap_err().is(context::CONFLICT));
    }

    async fn lists_of_members_are_filtered_and_sorted(db) {
        let world = create_world(&db).await;
        let mut zoe = user(7, "aaron");
        zoe.delete_at = NOW;
        db.commit(vec![users::insert(&zoe, "").0, team_members::insert(db.grant(world.team.id), &team_member(&world.team, &zoe))]).await.unwrap();
        let ids = async |filter: MemberFilter, limit: i64, offset: i64| {
            let members = team_members::page(&db, db.grant(world.team.id), filter, limit, offset).await.unwrap();
            members.into_iter().map(|member| member.user_id).collect::<Vec<_>>()
        };
        assert_eq!(ids(MemberFilter::default(), 10, 0).await, [world.ann.id, world.ben.id, zoe.id]);
        assert_eq!(ids(MemberFilter { by_username: true, ..MemberFilter::default() }, 2, 0).await, [zoe.id, world.ann.id]);
        assert_eq!(ids(MemberFilter { active_only: true, ..MemberFilter::default() }, 10, 1).await, [world.ben.id]);
        // Ben shares a channel with Ann only.
        let seen = MemberFilter { visible_to: Some(world.ben.id), ..MemberFilter::default() };
        assert_eq!(ids(seen, 10, 0).await, [world.ann.id, world.ben.id]);
        assert_eq!(team_members::stats(&db, db.grant(world.team.id), None).await.unwrap(), (3, 2));
        assert_eq!(team_members::stats(&db, db.grant(world.team.id), Some(world.ben.id)).await.unwrap(), (2, 2));
        let some = team_members::by_ids(&db, db.grant(world.team.id), &[world.ben.id, zoe.id], Some(world.ben.id)).await.unwrap();
        assert_eq!(some.len(), 1);
        let mut admin = team_member(&world.team, &world.ben);
        admin.scheme_admin = true;
        db.commit(team_members::set_roles(db.grant(admin.team_id), &admin)).await.unwrap();
        assert_eq!(team_members::get(&db, db.grant(world.team.id), world.ben.id).await.unwrap(), Some(admin));
    }

    async fn icons_are_set_and_removed(db) {
        let world = create_world(&db).await;
        let key = guildhall_model::ports::BlobKey::from_sha256([7; 32]);
        db.commit(teams::set_icon(db.grant(world.team.id), Some(key), NOW)).await.unwrap();
        assert_eq!(teams::icon_key(&db, db.grant(world.team.id)).await.unwrap(), Some(key));
        let with_icon = teams::get(&db, db.grant(world.team.id)).await.unwrap().unwrap();
        assert_eq!((with_icon.last_team_icon_update, with_icon.update_at), (NOW, NOW.plus_ms(1)));
        db.commit(teams::set_icon(db.grant(world.team.id), None, NOW)).await.unwrap();
        assert_eq!(teams::icon_key(&db, db.grant(world.team.id)).await.unwrap(), None);
    }
}
