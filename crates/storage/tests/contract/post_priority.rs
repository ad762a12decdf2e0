//! Priorities, acknowledgements, reminders and repeated notifications of posts.

use guildhall_model::codes::{context, posts as codes};
use guildhall_model::post::{PersistentNotification, Post, PostAcknowledgement, PostPriority, PostReminder, PriorityLevel};
use guildhall_storage::posts::{self, acknowledgements, deletion, persistent_notifications, reminders};
use guildhall_storage::{Database, Server, on_every_database};

use super::fixtures::{NOW, World, create_world};
use super::posts::post;

const URGENT: PostPriority = PostPriority { level: PriorityLevel::Urgent, requested_ack: true, persistent_notifications: true };

async fn urgent_post(db: &Database) -> (World, Post) {
    let world = create_world(db).await;
    let urgent = Post { priority: URGENT, ..post(&world, 21) };
    let insert = posts::insert_mentioning(db.grant(urgent.channel_id), &urgent, &[world.ben.id]);
    let notification = PersistentNotification { post_id: urgent.id, next_at: NOW.plus_ms(10), sent_count: 0 };
    db.commit(vec![insert, persistent_notifications::insert(&notification)]).await.unwrap();
    (world, urgent)
}

async fn stored(db: &Database, post: &Post) -> Post {
    db.open_unchecked(posts::get(db, post.id).await.unwrap()).unwrap()
}

on_every_database! {
    async fn posts_keep_their_priority_and_acknowledgements(db) {
        let (world, urgent) = urgent_post(&db).await;
        assert_eq!(stored(&db, &urgent).await.priority, URGENT);
        assert!(!stored(&db, &urgent).await.has_acknowledgements);
        let of = |user, at| PostAcknowledgement {
            post_id: urgent.id, user_id: user, channel_id: urgent.channel_id, acknowledged_at: NOW.plus_ms(at),
        };
        let (ann, ben) = (of(world.ann.id, 2), of(world.ben.id, 1));
        for one in [&ann, &ben] {
            db.commit(acknowledgements::add(db.grant(urgent.id), one).to_vec()).await.unwrap();
        }
        let again = db.commit(acknowledgements::add(db.grant(urgent.id), &of(world.ann.id, 5)).to_vec()).await.unwrap_err();
        assert!(again.is(context::CONFLICT), "{again}");
        assert!(stored(&db, &urgent).await.has_acknowledgements);
        assert_eq!(acknowledgements::by_posts(&db, &[&urgent]).await.unwrap(), [ben, ann]);
        db.commit(acknowledgements::remove(db.grant(urgent.id), world.ben.id, NOW.plus_ms(9)).to_vec()).await.unwrap();
        assert_eq!(acknowledgements::by_posts(&db, &[&urgent]).await.unwrap(), [ann]);
        assert_eq!(acknowledgements::get(&db, db.grant(urgent.id), world.ben.id).await.unwrap(), None);
        assert_eq!(stored(&db, &urgent).await.update_at, NOW.plus_ms(9));
    }

    async fn a_deleted_post_leaves_nothing_of_it(db) {
        let (world, urgent) = urgent_post(&db).await;
        let ack = PostAcknowledgement {
            post_id: urgent.id, user_id: world.ben.id, channel_id: urgent.channel_id, acknowledged_at: NOW,
        };
        db.commit(acknowledgements::add(db.grant(urgent.id), &ack).to_vec()).await.unwrap();
        let reminder = PostReminder { user_id: world.ben.id, post_id: urgent.id, target_at: NOW, create_at: NOW };
        db.commit(vec![reminders::guard_post(urgent.id), reminders::set(db.grant(world.ben.id), &reminder)]).await.unwrap();
        let as_stored = stored(&db, &urgent).await;
        db.commit(deletion::delete(db.grant(urgent.id), &as_stored, None, NOW.plus_ms(3))).await.unwrap();
        assert!(acknowledgements::by_posts(&db, &[&urgent]).await.unwrap().is_empty());
        assert!(reminders::due(&db, db.grant(Server), NOW, 10).await.unwrap().is_empty());
        assert!(persistent_notifications::due(&db, db.grant(Server), NOW.plus_ms(99), 10).await.unwrap().is_empty());
        for late in [acknowledgements::add(db.grant(urgent.id), &ack).to_vec(), vec![reminders::guard_post(urgent.id)]] {
            assert!(db.commit(late).await.unwrap_err().is(codes::NOT_FOUND));
        }
    }

    async fn a_reminder_is_due_at_the_last_time_that_was_chosen(db) {
        let (world, urgent) = urgent_post(&db).await;
        let at = |at| PostReminder { user_id: world.ben.id, post_id: urgent.id, target_at: NOW.plus_ms(at), create_at: NOW };
        for time in [5, 20] {
            db.commit(vec![reminders::set(db.grant(world.ben.id), &at(time))]).await.unwrap();
        }
        assert_eq!(reminders::count(&db, db.grant(world.ben.id)).await.unwrap(), 1);
        let due = async |ms| reminders::due(&db, db.grant(Server), NOW.plus_ms(ms), 10).await.unwrap();
        assert!(due(19).await.is_empty());
        assert_eq!(due(20).await, [at(20)]);
        db.commit(vec![reminders::delete(db.grant(Server), &at(5))]).await.unwrap();
        assert_eq!(due(20).await, [at(20)], "that time is chosen no more");
        db.commit(vec![reminders::delete(db.grant(Server), &at(20))]).await.unwrap();
        assert!(due(20).await.is_empty());
    }

    async fn a_repeated_notification_advances_once_and_ends_with_a_response(db) {
        let (world, urgent) = urgent_post(&db).await;
        let due = async |ms| persistent_notifications::due(&db, db.grant(Server), NOW.plus_ms(ms), 10).await.unwrap();
        assert!(due(9).await.is_empty());
        let first = due(10).await;
        let advance = || vec![persistent_notifications::advance(db.grant(Server), &first[0], NOW.plus_ms(20))];
        db.commit(advance()).await.unwrap();
        assert!(db.commit(advance()).await.unwrap_err().is(context::CONFLICT), "another node has sent it");
        assert!(due(19).await.is_empty());
        assert_eq!(due(20).await[0].sent_count, 1);
        let response = |user| vec![persistent_notifications::delete_if_mentioned(db.grant(urgent.id), user)];
        db.commit(response(world.ann.id)).await.unwrap();
        assert_eq!(due(20).await.len(), 1, "Ann is not mentioned");
        db.commit(response(world.ben.id)).await.unwrap();
        assert!(due(20).await.is_empty());
    }
}
