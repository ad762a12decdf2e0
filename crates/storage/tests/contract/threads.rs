//! Threads, who follows them, and how much of them is unread.

use guildhall_model::Millis;
use guildhall_model::id::PostId;
use guildhall_model::post::{Post, ThreadMember};
use guildhall_storage::posts::{counts, deletion, mentioned, recount, thread};
use guildhall_storage::threads::lists::{self, Scope, ThreadCursor, Totals};
use guildhall_storage::{Database, Statement, on_every_database, threads};

use super::fixtures::{NOW, World, create_world};
use super::posts::{insert_posts, post, reply};

async fn commit_all(db: &Database, statements: impl IntoIterator<Item = Statement>) {
    db.commit(statements.into_iter().collect::<Vec<_>>()).await.unwrap();
}

fn scope(db: &Database, world: &World) -> Scope {
    Scope { user: db.grant(world.ann.id), team: db.grant(world.team.id), include_personal: true }
}

/// Roots 1 and 2 of "dev" and 3 of the direct channel, each with a reply of Ben's (11, 12, 13); Ann follows all.
async fn three_threads(db: &Database, world: &World) {
    let channel = |n: u8| if n == 3 { world.direct.id } else { world.dev.id };
    let roots = [1, 2, 3].map(|n| Post { channel_id: channel(n), ..post(world, n) });
    insert_posts(db, &roots.each_ref()).await;
    for (n, root) in (1..).zip(&roots) {
        insert_posts(db, &[&Post { channel_id: channel(n), ..reply(world, 10 + n, root) }]).await;
        commit_all(
            db,
            [
                counts::add_participant(db.grant(root.id), world.ann.id, root.create_at),
                threads::follow_if_new(db.grant(root.id), world.ann.id, NOW, NOW),
            ],
        )
        .await;
    }
}

on_every_database! {
    async fn a_person_follows_until_they_unfollow(db) {
        let world = create_world(&db).await;
        let root = PostId::from_bytes([1; 16]);
        let member = async || threads::member(&db, db.grant(root), world.ann.id).await.unwrap();
        assert_eq!(member().await, None);
        commit_all(&db, [threads::follow_if_new(db.grant(root), world.ann.id, NOW, NOW.plus_ms(1))]).await;
        commit_all(&db, [threads::follow_if_new(db.grant(root), world.ann.id, Millis::ZERO, NOW.plus_ms(9))]).await;
        let first = ThreadMember {
            thread_id: root,
            user_id: world.ann.id,
            following: true,
            last_viewed_at: NOW,
            unread_mentions: 0,
            last_update_at: NOW.plus_ms(1),
        };
        assert_eq!(member().await, Some(first.clone()));
        commit_all(&db, [threads::set_following(db.grant(root), db.grant(world.ann.id), false, NOW, NOW.plus_ms(2))]).await;
        commit_all(&db, [threads::follow_if_new(db.grant(root), world.ann.id, NOW, NOW.plus_ms(3))]).await;
        assert!(!member().await.unwrap().following);
        commit_all(&db, [threads::follow_mentioned(db.grant(root), world.ann.id, NOW, NOW.plus_ms(4))]).await;
        commit_all(&db, [threads::follow_mentioned(db.grant(root), world.ann.id, NOW, NOW.plus_ms(5))]).await;
        let mentioned = ThreadMember { unread_mentions: 2, last_update_at: NOW.plus_ms(5), ..first };
        assert_eq!(member().await, Some(mentioned));
        commit_all(&db, [threads::follow_and_read(db.grant(root), world.ann.id, NOW.plus_ms(6))]).await;
        assert_eq!(member().await.map(|m| (m.unread_mentions, m.last_viewed_at)), Some((0, NOW.plus_ms(6))));
    }

    async fn deleting_a_reply_removes_its_mentions(db) {
        let world = create_world(&db).await;
        three_threads(&db, &world).await;
        let root = post(&world, 1);
        let mention = reply(&world, 21, &root);
        insert_posts(&db, &[&mention]).await;
        for id in [mention.id, reply(&world, 11, &root).id] {
            commit_all(&db, [mentioned::set(db.grant(id), &[world.ben.id, world.ann.id])]).await;
            commit_all(&db, [threads::follow_mentioned(db.grant(root.id), world.ann.id, NOW, NOW)]).await;
        }
        let unread = async || {
            let member = threads::member(&db, db.grant(root.id), world.ann.id).await.unwrap().unwrap();
            (member.unread_mentions, member.last_update_at)
        };
        commit_all(&db, deletion::delete(db.grant(mention.id), &mention, None, NOW.plus_ms(50))).await;
        assert_eq!(unread().await, (1, NOW.plus_ms(50)), "the other reply is still there");
        commit_all(&db, deletion::delete(db.grant(reply(&world, 11, &root).id), &reply(&world, 11, &root), None, NOW.plus_ms(60))).await;
        assert_eq!(unread().await, (0, NOW.plus_ms(60)));
        assert_eq!(lists::totals(&db, scope(&db, &world)).await.unwrap().unread_mentions, 0);
    }

    async fn followers_must_be_members_of_the_channel(db) {
        let world = create_world(&db).await;
        three_threads(&db, &world).await;
        let root = PostId::from_bytes([1; 16]);
        // Ben is not a member of "dev".
        commit_all(&db, [threads::follow_if_new(db.grant(root), world.ben.id, NOW, NOW)]).await;
        assert_eq!(threads::members(&db, db.grant(root)).await.unwrap(), [(world.ann.id, NOW, 0, 1, true)]);
        assert_eq!(threads::replies_by_author(&db, db.grant(root)).await.unwrap(), [(world.ben.id, 1)]);
        let participants = threads::participants(&db, &[&post(&world, 1), &post(&world, 3)]).await.unwrap();
        assert_eq!(participants.iter().map(|(_, user)| *user).collect::<Vec<_>>(), [world.ann.id, world.ben.id, world.ann.id, world.ben.id]);
        assert_eq!(threads::followed(&db, db.grant(world.ann.id), &[root]).await.unwrap(), [root]);
        assert!(threads::followed(&db, db.grant(world.ben.id), &[PostId::from_bytes([2; 16])]).await.unwrap().is_empty());
    }

    async fn lists_are_sorted_by_the_last_reply(db) {
        let world = create_world(&db).await;
        three_threads(&db, &world).await;
        let page = async |scope, from, since, unread, limit| {
            let threads = lists::page(&db, scope, from, Millis(since), unread, limit).await.unwrap();
            threads.into_iter().map(|thread| thread.post.id.bytes()[0]).collect::<Vec<_>>()
        };
        let all = scope(&db, &world);
        assert_eq!(page(all, ThreadCursor::Newest, 0, false, 9).await, [3, 2, 1]);
        assert_eq!(page(all, ThreadCursor::Newest, 0, false, 2).await, [3, 2]);
        assert_eq!(page(Scope { include_personal: false, ..all }, ThreadCursor::Newest, 0, false, 9).await, [2, 1]);
        let second = (NOW.plus_ms(12), PostId::from_bytes([2; 16]));
        assert_eq!(page(all, ThreadCursor::Before(second.0, second.1), 0, false, 9).await, [1]);
        assert_eq!(page(all, ThreadCursor::After(second.0, second.1), 0, false, 9).await, [3]);
        assert_eq!(page(all, ThreadCursor::Newest, NOW.0 + 3, false, 9).await, [3]);
        assert_eq!(lists::totals(&db, all).await.unwrap(), Totals { threads: 3, unread_threads: 3, unread_mentions: 0 });

        let first = PostId::from_bytes([1; 16]);
        let read = threads::set_read_state(db.grant(first), db.grant(world.ann.id), NOW.plus_ms(11), NOW);
        commit_all(&db, [read, recount::recount_thread_mentions(db.grant(world.ann.id), first, 4)]).await;
        assert_eq!(page(all, ThreadCursor::Newest, 0, true, 9).await, [3, 2]);
        assert_eq!(lists::totals(&db, all).await.unwrap(), Totals { threads: 3, unread_threads: 2, unread_mentions: 4 });
        assert_eq!(lists::mentions_by_channel(&db, all).await.unwrap(), [(world.dev.id, 4)]);
        let one = lists::get(&db, db.grant(world.ann.id), db.grant(first)).await.unwrap().unwrap();
        assert_eq!((one.unread_replies, one.unread_mentions, one.reply_count, one.team_id), (0, 4, 1, Some(world.team.id)));
        assert!(lists::get(&db, db.grant(world.ben.id), db.grant(first)).await.unwrap().is_none());
        assert_eq!(lists::replies_after(&db, db.grant(first), world.ann.id, NOW).await.unwrap(), 1);
        commit_all(&db, lists::read_all(db.grant(world.ann.id), Scope { include_personal: false, ..all }, NOW.plus_ms(99))).await;
        assert_eq!(lists::totals(&db, all).await.unwrap(), Totals { threads: 3, unread_threads: 1, unread_mentions: 0 });
    }

    async fn replies_are_paged_in_both_directions(db) {
        let world = create_world(&db).await;
        let root = post(&world, 1);
        let replies: Vec<Post> = (2..=6).map(|n| reply(&world, n, &root)).collect();
        insert_posts(&db, &[&root]).await;
        insert_posts(&db, &replies.iter().collect::<Vec<_>>()).await;
        let page = async |from, limit| {
            let replies = thread::replies(&db, db.grant(root.id), from, limit).await.unwrap();
            replies.into_iter().map(|reply| reply.id.bytes()[0]).collect::<Vec<_>>()
        };
        let at = |n: u8| (NOW.plus_ms(n.into()), PostId::from_bytes([n; 16]));
        assert_eq!(page(thread::ReplyCursor::After(Millis::ZERO, root.id), 3).await, [2, 3, 4]);
        assert_eq!(page(thread::ReplyCursor::After(at(4).0, at(4).1), 9).await, [5, 6]);
        assert_eq!(page(thread::ReplyCursor::Before(Millis(i64::MAX), root.id), 2).await, [6, 5]);
        assert_eq!(page(thread::ReplyCursor::Before(at(4).0, at(4).1), 9).await, [3, 2]);
        assert_eq!(page(thread::ReplyCursor::ChangedSince(at(5).0, at(5).1), 9).await, [6]);
    }
}
