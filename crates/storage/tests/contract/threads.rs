//! Threads, who follows them, and how much of them is unread.

use guildhall_model::Millis;
use guildhall_model::id::PostId;
use guildhall_model::post::{Post, ThreadMember};
use guildhall_storage::posts::{change, counts, thread};
use guildhall_storage::threads::lists::{self, From, Scope, Totals};
use guildhall_storage::{Database, Statement, on_every_database, threads};

use super::fixtures::{NOW, Place, place};
use super::posts::{post, reply, say};

async fn do_all(db: &Database, statements: impl IntoIterator<Item = Statement>) {
    db.commit(statements.into_iter().collect::<Vec<_>>()).await.unwrap();
}

fn scope(db: &Database, place: &Place) -> Scope {
    Scope { user: db.grant(place.ann.id), team: db.grant(place.team.id), personal_too: true }
}

/// Roots 1 and 2 of "dev" and 3 of the direct channel, each with a reply of Ben's (11, 12, 13); Ann follows all.
async fn three_threads(db: &Database, place: &Place) {
    for n in 1..=3_u8 {
        let channel_id = if n == 3 { place.direct.id } else { place.dev.id };
        let root = Post { channel_id, ..post(place, n) };
        let reply = Post { channel_id, ..reply(place, 10 + n, &root) };
        say(db, &[&root, &reply]).await;
        do_all(
            db,
            [
                counts::participant(db.grant(root.id), place.ann.id, root.create_at),
                threads::follow_if_new(db.grant(root.id), place.ann.id, NOW, NOW),
            ],
        )
        .await;
    }
}

on_every_database! {
    async fn following_is_kept_until_it_is_ended(db) {
        let place = place(&db).await;
        let root = PostId::from_bytes([1; 16]);
        let member = async || threads::member(&db, db.grant(root), place.ann.id).await.unwrap();
        assert_eq!(member().await, None);
        do_all(&db, [threads::follow_if_new(db.grant(root), place.ann.id, NOW, NOW.plus_ms(1))]).await;
        do_all(&db, [threads::follow_if_new(db.grant(root), place.ann.id, Millis::ZERO, NOW.plus_ms(9))]).await;
        let first = ThreadMember {
            thread_id: root,
            user_id: place.ann.id,
            following: true,
            last_viewed_at: NOW,
            unread_mentions: 0,
            last_update_at: NOW.plus_ms(1),
        };
        assert_eq!(member().await, Some(first.clone()));
        do_all(&db, [threads::set_following(db.grant(root), db.grant(place.ann.id), false, NOW.plus_ms(2))]).await;
        do_all(&db, [threads::follow_if_new(db.grant(root), place.ann.id, NOW, NOW.plus_ms(3))]).await;
        assert!(!member().await.unwrap().following);
        do_all(&db, [threads::follow_mentioned(db.grant(root), place.ann.id, NOW, NOW.plus_ms(4))]).await;
        do_all(&db, [threads::follow_mentioned(db.grant(root), place.ann.id, NOW, NOW.plus_ms(5))]).await;
        let mentioned = ThreadMember { unread_mentions: 2, last_update_at: NOW.plus_ms(5), ..first };
        assert_eq!(member().await, Some(mentioned));
        do_all(&db, [threads::follow_and_read(db.grant(root), place.ann.id, NOW.plus_ms(6))]).await;
        assert_eq!(member().await.map(|m| (m.unread_mentions, m.last_viewed_at)), Some((0, NOW.plus_ms(6))));
    }

    async fn a_mention_goes_with_its_reply(db) {
        let place = place(&db).await;
        three_threads(&db, &place).await;
        let root = post(&place, 1);
        let mention = reply(&place, 21, &root);
        say(&db, &[&mention]).await;
        do_all(&db, [threads::follow_mentioned(db.grant(root.id), place.ann.id, NOW, NOW)]).await;
        do_all(&db, [threads::follow_mentioned(db.grant(root.id), place.ann.id, NOW, NOW)]).await;
        let unread = async || {
            let member = threads::member(&db, db.grant(root.id), place.ann.id).await.unwrap().unwrap();
            (member.unread_mentions, member.last_update_at)
        };
        do_all(&db, change::delete(db.grant(mention.id), &mention, NOW.plus_ms(50))).await;
        assert_eq!(unread().await, (1, NOW.plus_ms(50)), "the other reply is still there");
        do_all(&db, change::delete(db.grant(reply(&place, 11, &root).id), &reply(&place, 11, &root), NOW.plus_ms(60))).await;
        assert_eq!(unread().await, (0, NOW.plus_ms(60)));
        assert_eq!(lists::totals(&db, scope(&db, &place)).await.unwrap().unread_mentions, 0);
    }

    async fn followers_are_those_still_in_the_channel(db) {
        let place = place(&db).await;
        three_threads(&db, &place).await;
        let root = PostId::from_bytes([1; 16]);
        // Ben is not in "dev": what he follows there is none of his business any more.
        do_all(&db, [threads::follow_if_new(db.grant(root), place.ben.id, NOW, NOW)]).await;
        assert_eq!(threads::followers(&db, db.grant(root)).await.unwrap(), [(place.ann.id, NOW, 0, 1)]);
        let participants = threads::participants(&db, &[&post(&place, 1), &post(&place, 3)]).await.unwrap();
        assert_eq!(participants.iter().map(|(_, user)| *user).collect::<Vec<_>>(), [place.ann.id, place.ben.id, place.ann.id, place.ben.id]);
        assert_eq!(threads::followed(&db, db.grant(place.ann.id), &[root]).await.unwrap(), [root]);
        assert!(threads::followed(&db, db.grant(place.ben.id), &[PostId::from_bytes([2; 16])]).await.unwrap().is_empty());
    }

    async fn lists_are_by_the_last_reply(db) {
        let place = place(&db).await;
        three_threads(&db, &place).await;
        let page = async |scope, from, since, unread, limit| {
            let threads = lists::page(&db, scope, from, Millis(since), unread, limit).await.unwrap();
            threads.into_iter().map(|thread| thread.post.id.bytes()[0]).collect::<Vec<_>>()
        };
        let all = scope(&db, &place);
        assert_eq!(page(all, From::Newest, 0, false, 9).await, [3, 2, 1]);
        assert_eq!(page(all, From::Newest, 0, false, 2).await, [3, 2]);
        assert_eq!(page(Scope { personal_too: false, ..all }, From::Newest, 0, false, 9).await, [2, 1]);
        let second = (NOW.plus_ms(12), PostId::from_bytes([2; 16]));
        assert_eq!(page(all, From::Before(second.0, second.1), 0, false, 9).await, [1]);
        assert_eq!(page(all, From::After(second.0, second.1), 0, false, 9).await, [3]);
        assert_eq!(page(all, From::Newest, NOW.0 + 3, false, 9).await, [3]);
        assert_eq!(lists::totals(&db, all).await.unwrap(), Totals { threads: 3, unread_threads: 3, unread_mentions: 0 });

        let first = PostId::from_bytes([1; 16]);
        do_all(&db, [threads::set_seen(db.grant(first), db.grant(place.ann.id), NOW.plus_ms(11), 4, NOW)]).await;
        assert_eq!(page(all, From::Newest, 0, true, 9).await, [3, 2]);
        assert_eq!(lists::totals(&db, all).await.unwrap(), Totals { threads: 3, unread_threads: 2, unread_mentions: 4 });
        assert_eq!(lists::mentions_by_channel(&db, all).await.unwrap(), [(place.dev.id, 4)]);
        let one = lists::one(&db, db.grant(place.ann.id), db.grant(first)).await.unwrap().unwrap();
        assert_eq!((one.unread_replies, one.unread_mentions, one.reply_count, one.team_id), (0, 4, 1, Some(place.team.id)));
        assert!(lists::one(&db, db.grant(place.ben.id), db.grant(first)).await.unwrap().is_none());
        assert_eq!(lists::replies_after(&db, db.grant(first), place.ann.id, NOW).await.unwrap(), 1);
        do_all(&db, [lists::read_all(db.grant(place.ann.id), Scope { personal_too: false, ..all }, NOW.plus_ms(99))]).await;
        assert_eq!(lists::totals(&db, all).await.unwrap(), Totals { threads: 3, unread_threads: 1, unread_mentions: 0 });
    }

    async fn replies_come_in_pages_both_ways(db) {
        let place = place(&db).await;
        let root = post(&place, 1);
        let replies: Vec<Post> = (2..=6).map(|n| reply(&place, n, &root)).collect();
        say(&db, &[&root]).await;
        say(&db, &replies.iter().collect::<Vec<_>>()).await;
        let page = async |from, limit| {
            let replies = thread::replies(&db, db.grant(root.id), from, limit).await.unwrap();
            replies.into_iter().map(|reply| reply.id.bytes()[0]).collect::<Vec<_>>()
        };
        let at = |n: u8| (NOW.plus_ms(n.into()), PostId::from_bytes([n; 16]));
        assert_eq!(page(thread::From::After(Millis::ZERO, root.id), 3).await, [2, 3, 4]);
        assert_eq!(page(thread::From::After(at(4).0, at(4).1), 9).await, [5, 6]);
        assert_eq!(page(thread::From::Before(Millis(i64::MAX), root.id), 2).await, [6, 5]);
        assert_eq!(page(thread::From::Before(at(4).0, at(4).1), 9).await, [3, 2]);
        assert_eq!(page(thread::From::ChangedSince(at(5).0, at(5).1), 9).await, [6]);
    }
}
