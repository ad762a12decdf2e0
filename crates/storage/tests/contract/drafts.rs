//! Drafts and scheduled posts: which are shown, and that each is changed and sent once.

use guildhall_model::Millis;
use guildhall_model::codes::drafts as codes;
use guildhall_model::draft::{Draft, ScheduledPost, SendError};
use guildhall_model::id::{PostId, ScheduledPostId};
use guildhall_model::post::{Post, PostProps};
use guildhall_storage::scheduled_posts::{self, InTeam};
use guildhall_storage::usage::{self, Counted};
use guildhall_storage::{Server, channel_members, drafts, on_every_database, posts};

use super::fixtures::{NOW, World, create_world};

fn draft(world: &World, channel: guildhall_model::id::ChannelId, message: &str) -> Draft {
    Draft {
        user_id: world.ann.id,
        channel_id: channel,
        root_id: None,
        create_at: NOW,
        update_at: NOW,
        message: message.to_owned(),
        kind: String::new(),
        props: PostProps::default(),
        file_ids: Vec::new(),
        priority: r#"{"priority":"urgent"}"#.to_owned(),
    }
}

fn scheduled(world: &World, n: u8, at_ms: i64) -> ScheduledPost {
    let (id, draft) = (ScheduledPostId::from_bytes([n; 16]), draft(world, world.dev.id, "later"));
    ScheduledPost { id, draft, scheduled_at: NOW.plus_ms(at_ms), processed_at: Millis::ZERO, error: None }
}

on_every_database! {
    async fn a_channel_and_each_thread_has_one_draft(db) {
        let world = create_world(&db).await;
        let ann = db.grant(world.ann.id);
        let root = Post::new(PostId::from_bytes([20; 16]), NOW, world.ann.id, world.dev.id, "root".to_owned());
        let in_dev = draft(&world, world.dev.id, "one");
        let reply = Draft { root_id: Some(root.id), update_at: NOW.plus_ms(1), ..draft(&world, world.dev.id, "reply") };
        let direct = Draft { update_at: NOW.plus_ms(2), ..draft(&world, world.direct.id, "to Ben") };
        db.commit(vec![
            posts::insert(db.grant(world.dev.id), &root),
            drafts::save(db.grant(world.ann.id), &in_dev),
            drafts::save(db.grant(world.ann.id), &reply),
            drafts::save(db.grant(world.ann.id), &direct),
        ]).await.unwrap();
        let changed = Draft { message: "two".to_owned(), update_at: NOW.plus_ms(3), create_at: NOW.plus_ms(3), ..in_dev };
        db.commit(drafts::save(db.grant(world.ann.id), &changed)).await.unwrap();
        let changed = Draft { create_at: NOW, ..changed };
        assert_eq!(drafts::get(&db, ann, world.dev.id, None).await.unwrap(), Some(changed.clone()));
        let team = db.grant(world.team.id);
        assert_eq!(drafts::in_team(&db, ann, team).await.unwrap(), [changed, direct.clone(), reply]);
        assert!(drafts::in_team(&db, db.grant(world.ben.id), db.grant(world.team.id)).await.unwrap().is_empty());

        // What cannot be written any more is not shown, and can be deleted.
        db.commit(channel_members::remove(db.grant(world.dev.id), world.ann.id)).await.unwrap();
        assert_eq!(drafts::in_team(&db, ann, db.grant(world.team.id)).await.unwrap(), std::slice::from_ref(&direct));
        db.commit(drafts::delete_unreachable(db.grant(world.ann.id), NOW.plus_ms(10))).await.unwrap();
        assert_eq!(usage::count(&db, Counted::DraftsOf(world.ann.id)).await.unwrap(), 1);
        db.commit(drafts::delete(db.grant(world.ann.id), world.direct.id, None)).await.unwrap();
        assert_eq!(usage::count(&db, Counted::DraftsOf(world.ann.id)).await.unwrap(), 0);
    }

    async fn a_scheduled_post_is_taken_once(db) {
        let world = create_world(&db).await;
        let ann = db.grant(world.ann.id);
        let (first, second) = (scheduled(&world, 1, 10), scheduled(&world, 2, 10));
        db.commit(vec![scheduled_posts::insert(db.grant(world.ann.id), &first), scheduled_posts::insert(db.grant(world.ann.id), &second)]).await.unwrap();
        let due = async |at_ms, after| scheduled_posts::due(&db, db.grant(Server), NOW.plus_ms(at_ms), after, 10).await.unwrap();
        assert!(due(9, None).await.is_empty());
        assert_eq!(due(10, None).await, [first.clone(), second.clone()]);
        assert_eq!(due(10, Some((first.scheduled_at, first.id))).await, std::slice::from_ref(&second));
        assert_eq!(scheduled_posts::get(&db, ann, first.id).await.unwrap().as_ref(), Some(&first));
        assert_eq!(scheduled_posts::get(&db, db.grant(world.ben.id), first.id).await.unwrap(), None);

        let mut failed = ScheduledPost { processed_at: NOW.plus_ms(11), error: Some(SendError::ChannelArchived), ..second.clone() };
        failed.draft.update_at = NOW.plus_ms(11);
        db.commit(scheduled_posts::update(db.grant(world.ann.id), &failed, NOW)).await.unwrap();
        assert_eq!(due(20, None).await, std::slice::from_ref(&first));
        let team = db.grant(world.team.id);
        let listed = scheduled_posts::in_team(&db, ann, team, true).await.unwrap();
        assert_eq!(listed, [InTeam(first.clone(), Some(world.team.id)), InTeam(failed, Some(world.team.id))]);

        // Changed since it was read.
        assert!(db.commit(scheduled_posts::delete(db.grant(world.ann.id), &second)).await.unwrap_err().is(codes::NOT_SCHEDULED));
        db.commit(scheduled_posts::delete(db.grant(world.ann.id), &first)).await.unwrap();
        assert!(db.commit(scheduled_posts::delete(db.grant(world.ann.id), &first)).await.unwrap_err().is(codes::NOT_SCHEDULED));
        assert_eq!(usage::count(&db, Counted::ScheduledPostsOf(world.ann.id)).await.unwrap(), 1);
    }
}
