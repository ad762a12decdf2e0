//! Messages that wait to be sent by mail.

use guildhall_model::Millis;
use guildhall_model::channel::ChannelKind;
use guildhall_model::codes::context;
use guildhall_model::id::{ChannelId, PostId, UserId};
use guildhall_model::post::Post;
use guildhall_model::user::{Preference, User};
use guildhall_storage::mail_notifications::{self, MailNotification, PostNotification};
use guildhall_storage::posts::{self, mentioned};
use guildhall_storage::{Batch, Database, Server, on_every_database, preferences, threads, users};

use super::fixtures::{NOW, channel, channel_member, user};

const ADA: UserId = UserId::from_bytes([1; 16]);
const BOB: UserId = UserId::from_bytes([2; 16]);
const CHANNEL: ChannelId = ChannelId::from_bytes([9; 16]);

fn post_id(n: u8) -> PostId {
    PostId::from_bytes([n; 16])
}

fn row_of_post(n: u8) -> PostNotification {
    PostNotification { post_id: post_id(n), channel_id: CHANNEL, create_at: Millis(i64::from(n)), expanded_until: None }
}

fn row(user_id: UserId, n: u8, due_at: i64) -> MailNotification {
    MailNotification { user_id, post_id: post_id(n), due_at: Millis(due_at) }
}

async fn insert(db: &Database, rows: &[MailNotification]) {
    let rows: Batch = rows.iter().map(|row| mail_notifications::insert(db.grant(Server), row)).collect();
    db.commit(rows).await.unwrap();
}

on_every_database! {
    async fn messages_are_dealt_with_in_their_order_and_once(db) {
        db.commit(vec![mail_notifications::insert_post(&row_of_post(2)), mail_notifications::insert_post(&row_of_post(1))]).await.unwrap();
        let waiting = async || mail_notifications::posts(&db, db.grant(Server), 10).await.unwrap();
        assert_eq!(waiting().await, [row_of_post(1), row_of_post(2)]);
        assert!(mail_notifications::has_work(&db, db.grant(Server), Millis::ZERO).await.unwrap());

        db.commit(mail_notifications::set_expanded(db.grant(Server), &row_of_post(1), BOB)).await.unwrap();
        assert_eq!(waiting().await[0], PostNotification { expanded_until: Some(BOB), ..row_of_post(1) });
        for n in [1, 2] {
            db.commit(mail_notifications::delete_post(db.grant(Server), post_id(n))).await.unwrap();
            assert!(db.commit(mail_notifications::delete_post(db.grant(Server), post_id(n))).await.unwrap_err().is(context::CONFLICT));
        }
        assert!(db.commit(mail_notifications::set_expanded(db.grant(Server), &row_of_post(1), BOB)).await.unwrap_err().is(context::CONFLICT));
        assert!(!mail_notifications::has_work(&db, db.grant(Server), NOW).await.unwrap());
    }

    async fn a_person_is_due_with_the_first_of_their_messages(db) {
        insert(&db, &[row(ADA, 3, 300), row(ADA, 1, 100), row(BOB, 2, 200), row(ADA, 1, 999)]).await;
        let due = async |now| mail_notifications::due(&db, db.grant(Server), Millis(now), 10).await.unwrap();
        assert_eq!((due(99).await, due(100).await, due(200).await), (vec![], vec![ADA], vec![ADA, BOB]));
        assert_eq!(mail_notifications::due(&db, db.grant(Server), Millis(200), 1).await.unwrap(), [ADA]);
        let has_work = async |now| mail_notifications::has_work(&db, db.grant(Server), Millis(now)).await.unwrap();
        assert_eq!((has_work(99).await, has_work(100).await), (false, true));
        assert_eq!(mail_notifications::of_user(&db, db.grant(ADA)).await.unwrap(), [post_id(1), post_id(3)]);
        assert_eq!(mail_notifications::waiting(&db, db.grant(Server)).await.unwrap(), (0, 3));
        let mut counts = mail_notifications::counts(&db, db.grant(Server), &[ADA, BOB, UserId::from_bytes([7; 16])]).await.unwrap();
        counts.sort();
        assert_eq!(counts, [(ADA, 2), (BOB, 1)]);

        db.commit(mail_notifications::postpone(db.grant(ADA), Millis(250))).await.unwrap();
        assert_eq!((due(249).await, due(250).await), (vec![BOB], vec![BOB, ADA]));
        let deletion = || mail_notifications::delete(db.grant(ADA), &[post_id(1), post_id(3)]);
        db.commit(deletion()).await.unwrap();
        assert!(db.commit(deletion()).await.unwrap_err().is(context::CONFLICT), "somebody else has queued the mail");
        db.commit(mail_notifications::delete_of_user(db.grant(BOB))).await.unwrap();
        assert_eq!(mail_notifications::waiting(&db, db.grant(Server)).await.unwrap(), (0, 0));
    }

    async fn recipients_are_active_members_without_bots(db) {
        let (town, names) = (channel(9, None, ChannelKind::Group, "town"), ["ada", "bob", "gone", "robot", "stranger"]);
        let (insert_channel, id) = guildhall_storage::channels::insert_personal(&town);
        let mut batch = Batch::from(insert_channel);
        let mut people: Vec<User> = (1..).zip(names).map(|(n, name)| user(n, name)).collect();
        (people[2].delete_at, people[3].is_bot) = (NOW, true);
        for person in &people {
            batch.push(users::insert(person, "").0);
            if person.username != "stranger" {
                batch.push(guildhall_storage::channel_members::insert(id, &channel_member(&town, person)));
            }
        }
        db.commit(batch).await.unwrap();
        let ids: Vec<UserId> = people.iter().map(|person| person.id).collect();
        let mut found = mail_notifications::recipients(&db, db.grant(town.id), &ids).await.unwrap();
        found.sort_by_key(|recipient| recipient.user.id);
        assert_eq!(found.iter().map(|recipient| recipient.user.username.as_str()).collect::<Vec<_>>(), ["ada", "bob"]);
        assert!(mail_notifications::recipients(&db, db.grant(town.id), &[]).await.unwrap().is_empty());
    }

    async fn what_concerns_a_person_is_found(db) {
        let channel: guildhall_storage::Granted<ChannelId, guildhall_storage::Write> = db.grant(CHANNEL);
        let post = |n: u8| Post::new(post_id(n), Millis(i64::from(n)), ADA, CHANNEL, "x".to_owned());
        db.commit(vec![
            posts::insert_mentioning(channel, &post(1), &[ADA, BOB]),
            posts::insert_mentioning(channel, &post(2), &[ADA]),
            posts::insert(channel, &post(3)),
        ]).await.unwrap();
        let mut mentioning = mentioned::mentioning_person(&db, db.grant(ADA), &[post_id(1), post_id(2), post_id(3)]).await.unwrap();
        mentioning.sort();
        assert_eq!(mentioning, [post_id(1), post_id(2)]);
        assert_eq!(mentioned::mentioning_person(&db, db.grant(BOB), &[post_id(2), post_id(1)]).await.unwrap(), [post_id(1)]);

        let thread = channel.thread(&post(1)).unwrap();
        db.commit(vec![threads::follow(thread, BOB, Millis(5), NOW), threads::follow(thread, ADA, Millis(6), NOW)]).await.unwrap();
        db.commit(threads::set_following(thread.to_read(), db.grant(ADA), false, Millis(7), NOW)).await.unwrap();
        assert_eq!(threads::followers(&db, thread.to_read()).await.unwrap(), [BOB]);
        let memberships = threads::memberships(&db, db.grant(ADA), &[post_id(1), post_id(2)]).await.unwrap();
        assert_eq!(memberships.iter().map(|one| (one.thread_id, one.following)).collect::<Vec<_>>(), [(post_id(1), false)]);

        let preference = |user_id, name: &str| Preference { user_id, category: "notifications".into(), name: name.into(), value: "3600".into() };
        db.commit(vec![
            preferences::save(db.grant(ADA), &preference(ADA, "email_interval")),
            preferences::save(db.grant(BOB), &preference(BOB, "other")),
        ]).await.unwrap();
        let found = preferences::of_people(&db, db.grant(Server), &[ADA, BOB], "notifications", "email_interval").await.unwrap();
        assert_eq!(found, [(ADA, "3600".to_owned())]);
    }
}
