//! A granted id bounds what is found and what is written, whatever other ids and rows say.

use guildhall_model::Millis;
use guildhall_model::channel::{Channel, ChannelKind};
use guildhall_model::codes::{channels as channel_codes, context};
use guildhall_model::id::{PostId, SessionId, UploadId};
use guildhall_model::post::Post;
use guildhall_model::user::Preference;
use guildhall_storage::posts::{change, deletion, lists};
use guildhall_storage::threads::lists::last_reply_at;
use guildhall_storage::{
    Granted, Server, Write, channel_members, channels, files, on_every_database, posts, preferences, sessions, teams, threads,
};

use super::fixtures::{NOW, channel, channel_member, create_world, team};
use super::posts::{insert_posts, post, reply};
use super::sessions::session;

on_every_database! {
    async fn a_post_is_found_in_its_own_channel_only(db) {
        let world = create_world(&db).await;
        let root = post(&world, 1);
        let answer = reply(&world, 2, &root);
        insert_posts(&db, &[&root, &answer]).await;
        let (dev, secret) = (db.grant(world.dev.id), db.grant(world.secret.id));
        assert_eq!(posts::get_in(&db, dev, answer.id).await.unwrap().map(|found| found.id), Some(answer.id));
        assert_eq!(posts::get_in(&db, secret, answer.id).await.unwrap(), None);
        assert_eq!(posts::by_ids_in(&db, dev, &[root.id, answer.id]).await.unwrap().len(), 2);
        assert!(posts::by_ids_in(&db, secret, &[root.id, answer.id]).await.unwrap().is_empty());
        assert_eq!(posts::by_ids_of_member(&db, db.grant(world.ann.id), &[root.id, answer.id]).await.unwrap().len(), 2);
        assert!(posts::by_ids_of_member(&db, db.grant(world.ben.id), &[root.id, answer.id]).await.unwrap().is_empty());
        assert!(posts::by_ids_of_member(&db, db.grant(world.ann.id), &[]).await.unwrap().is_empty());
        let found = async |id| db.open_unchecked(posts::root(&db, id).await.unwrap()).map(|found| found.id);
        assert_eq!((found(root.id).await, found(answer.id).await), (Some(root.id), None));
        assert!(Granted::<_, Write>::thread(db.grant(world.secret.id), &root).is_none());
        db.commit(deletion::delete(db.grant(root.id), &root, None, NOW.plus_ms(9))).await.unwrap();
        assert_eq!(found(root.id).await, None);
    }

    async fn a_revision_is_found_by_its_own_post_only(db) {
        let world = create_world(&db).await;
        let (one, other) = (post(&world, 1), post(&world, 2));
        insert_posts(&db, &[&one, &other]).await;
        let version = PostId::from_bytes([3; 16]);
        db.commit(change::insert_revision(db.grant(one.id), &one, version, NOW.plus_ms(9))).await.unwrap();
        assert_eq!(lists::revision(&db, db.grant(one.id), version).await.unwrap().map(|found| found.message), Some(one.message));
        assert_eq!(lists::revision(&db, db.grant(other.id), version).await.unwrap(), None);
    }

    async fn the_grant_decides_where_a_row_is_written(db) {
        let world = create_world(&db).await;
        // Each of these rows names another channel or person than the grant.
        let elsewhere = Post { channel_id: world.secret.id, ..post(&world, 1) };
        let member = channel_member(&world.secret, &world.ben);
        let theirs = Preference { user_id: world.ben.id, category: "theme".to_owned(), name: String::new(), value: "{}".to_owned() };
        db.commit(vec![
            posts::insert(db.grant(world.dev.id), &elsewhere),
            channel_members::insert(db.grant(world.dev.id), &member),
            preferences::save(db.grant(world.ann.id), &theirs),
        ]).await.unwrap();
        assert!(posts::get_in(&db, db.grant(world.dev.id), elsewhere.id).await.unwrap().is_some());
        assert!(channel_members::get_own(&db, db.grant(world.ben.id), world.dev.id).await.unwrap().is_some());
        assert!(channel_members::get_own(&db, db.grant(world.ben.id), world.secret.id).await.unwrap().is_none());
        assert_eq!(preferences::count(&db, db.grant(world.ann.id)).await.unwrap(), 1);
        assert_eq!(preferences::count(&db, db.grant(world.ben.id)).await.unwrap(), 0);
        let renamed = Channel { name: "renamed".to_owned(), update_at: NOW.plus_ms(1), ..world.secret.clone() };
        db.commit(channels::update(db.grant(world.dev.id), &renamed, NOW)).await.unwrap();
        assert_eq!(teams_channel(&db, &world.team, "renamed").await, Some(world.dev.id));
    }

    async fn sessions_and_uploads_of_others_are_not_deleted(db) {
        let world = create_world(&db).await;
        let session = session(1, world.ann.id);
        db.commit(sessions::insert(db.grant(world.ann.id), &session, guildhall_model::ports::TokenHash::of("t"))).await.unwrap();
        assert_eq!(sessions::get(&db, db.grant(world.ben.id), session.id).await.unwrap(), None);
        db.commit(sessions::delete(db.grant(world.ben.id), session.id)).await.unwrap();
        db.commit(sessions::delete_each(db.grant(world.ben.id), &[session.id, SessionId::from_bytes([9; 16])])).await.unwrap();
        assert!(sessions::get(&db, db.grant(world.ann.id), session.id).await.unwrap().is_some());
        db.commit(sessions::delete_by_ids(db.grant(Server), &[session.id])).await.unwrap();
        assert_eq!(sessions::get(&db, db.grant(world.ann.id), session.id).await.unwrap(), None);
        let upload = UploadId::from_bytes([1; 16]);
        assert!(db.commit(files::delete_upload(db.grant(world.ben.id), upload)).await.unwrap_err().is(context::CONFLICT));
    }

    async fn a_channel_moves_to_the_granted_team(db) {
        let world = create_world(&db).await;
        let other = team(8, "two");
        let taken = channel(9, Some(&other), ChannelKind::Public, "secret");
        db.commit(vec![teams::insert(&other).0, channels::insert(db.grant(other.id), &taken).0]).await.unwrap();
        let moved = |channel: &Channel, name: &str| Channel { name: name.to_owned(), update_at: NOW.plus_ms(1), ..channel.clone() };
        let clash = channels::relocate(db.grant(world.secret.id), db.grant(other.id), &moved(&world.secret, "secret"), NOW);
        assert!(db.commit(clash.to_vec()).await.unwrap_err().is(channel_codes::NAME_TAKEN));
        let relocate = || channels::relocate(db.grant(world.dev.id), db.grant(other.id), &moved(&world.dev, "moved"), NOW).to_vec();
        db.commit(relocate()).await.unwrap();
        assert!(db.commit(relocate()).await.unwrap_err().is(context::CONFLICT));
        assert_eq!(teams_channel(&db, &other, "moved").await, Some(world.dev.id));
        assert_eq!(teams_channel(&db, &world.team, "dev").await, None);
    }

    async fn the_last_reply_is_found_for_followers_only(db) {
        let world = create_world(&db).await;
        let root = post(&world, 1);
        let answer = reply(&world, 2, &root);
        insert_posts(&db, &[&root, &answer]).await;
        db.commit(threads::follow_if_new(db.grant(root.id), world.ann.id, Millis::ZERO, NOW)).await.unwrap();
        assert_eq!(last_reply_at(&db, db.grant(world.ann.id), root.id).await.unwrap(), Some(answer.create_at));
        assert_eq!(last_reply_at(&db, db.grant(world.ben.id), root.id).await.unwrap(), None);
    }
}

async fn teams_channel(
    db: &guildhall_storage::Database,
    team: &guildhall_model::team::Team,
    name: &str,
) -> Option<guildhall_model::id::ChannelId> {
    db.open_unchecked(channels::by_name(db, Some(team.id), name).await.unwrap()).map(|found| found.id)
}
