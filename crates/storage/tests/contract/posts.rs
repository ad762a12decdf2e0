//! Posts, what they count for, and pages of them.

use guildhall_model::channel::Channel;
use guildhall_model::codes::{context, posts as codes};
use guildhall_model::id::{FileId, PostId, UserId};
use guildhall_model::post::{Post, PostProps, Reaction};
use guildhall_model::{Id, Millis};
use guildhall_storage::posts::lists::{self, PostFilter};
use guildhall_storage::posts::{self, audience, change, counts, deletion, flagged, mentioned, recount, unread};
use guildhall_storage::{Batch, Database, Statement, channel_members, channels, on_every_database, params, reactions};

use super::fixtures::{NOW, World, channel_member, create_world};

/// The n-th post of "dev", Ann's, a millisecond after the one before.
pub fn post(world: &World, n: u8) -> Post {
    Post::new(PostId::from_bytes([n; 16]), NOW.plus_ms(n.into()), world.ann.id, world.dev.id, format!("message {n} 🎉"))
}

pub fn reply(world: &World, n: u8, root: &Post) -> Post {
    Post { root_id: Some(root.id), user_id: world.ben.id, ..post(world, n) }
}

pub async fn insert_posts(db: &Database, posts: &[&Post]) {
    for post in posts {
        let mut batch = vec![posts::insert(db.grant(post.channel_id), post), counts::count_in_channel(db.grant(post.channel_id), post)];
        if let Some(root) = post.root_id {
            batch.extend(counts::count_in_thread(db.grant(root), post));
        }
        db.commit(batch).await.unwrap();
    }
}

/// A batch in the lane of the id, so that batches of different ids run concurrently.
fn in_lane(id: &impl Id, statements: Vec<Statement>) -> Batch {
    Batch::from(statements).in_lane_of(id)
}

fn ids(posts: &[Post]) -> Vec<u8> {
    posts.iter().map(|post| post.id.bytes()[0]).collect()
}

on_every_database! {
    async fn a_post_is_read_as_it_was_written(db) {
        let world = create_world(&db).await;
        let full = Post {
            props: PostProps::from_stored("{\"a\":\"b\"}".to_owned()),
            kind: "custom_x".to_owned(),
            hashtags: "#a #b".to_owned(),
            file_ids: vec![FileId::from_bytes([7; 16]), FileId::from_bytes([8; 16])],
            is_pinned: true,
            has_reactions: true,
            ..post(&world, 1)
        };
        insert_posts(&db, &[&full]).await;
        assert_eq!(db.open_unchecked(posts::get(&db, full.id).await.unwrap()), Some(full));
        assert_eq!(db.open_unchecked(posts::get(&db, PostId::from_bytes([9; 16])).await.unwrap()), None);
    }

    async fn a_pending_id_is_unique_per_sender(db) {
        let world = create_world(&db).await;
        let first = Post { pending_post_id: "ann:1".to_owned(), ..post(&world, 1) };
        insert_posts(&db, &[&first]).await;
        let again = Post { id: PostId::from_bytes([2; 16]), ..first.clone() };
        let batch = vec![posts::insert(db.grant(again.channel_id), &again), counts::count_in_channel(db.grant(again.channel_id), &again)];
        assert!(db.commit(batch).await.unwrap_err().is(codes::DUPLICATE_POST));
        let found = posts::by_pending_id(&db, db.grant(world.dev.id), world.ann.id, "ann:1").await.unwrap().unwrap();
        assert_eq!(found.id, first.id);
        assert_eq!(db.open_unchecked(channels::get(&db, world.dev.id).await.unwrap()).unwrap().total_msg_count, 1);
        let others = Post { user_id: world.ben.id, ..again };
        db.commit(posts::insert(db.grant(others.channel_id), &others)).await.unwrap();
        db.commit(vec![posts::insert(db.grant(post(&world, 3).channel_id), &post(&world, 3)), posts::insert(db.grant(post(&world, 4).channel_id), &post(&world, 4))]).await.unwrap();
    }

    async fn a_channel_counts_posts_of_people(db) {
        let world = create_world(&db).await;
        let root = post(&world, 1);
        let system = Post { kind: "system_join_channel".to_owned(), ..post(&world, 3) };
        insert_posts(&db, &[&root, &reply(&world, 2, &root), &system]).await;
        let channel = db.open_unchecked(channels::get(&db, world.dev.id).await.unwrap()).unwrap();
        assert_eq!((channel.total_msg_count, channel.total_msg_count_root), (2, 1));
        assert_eq!((channel.last_post_at, channel.last_root_post_at), (system.create_at, system.create_at));
        let found = db.open_unchecked(posts::get(&db, root.id).await.unwrap()).unwrap();
        assert_eq!((found.reply_count, found.last_reply_at), (1, NOW.plus_ms(2)));
    }

    async fn only_authors_and_mentioned_members_are_updated(db) {
        let world = create_world(&db).await;
        db.commit(channel_members::insert(db.grant(world.dev.id), &channel_member(&world.dev, &world.ben))).await.unwrap();
        let root = post(&world, 1);
        insert_posts(&db, &[&root]).await;
        let both = [world.ben.id, world.ann.id];
        let reply = Post { root_id: Some(root.id), ..post(&world, 2) };
        let mut batch = vec![counts::mark_viewed_by_author(db.grant(root.channel_id), &root)];
        batch.extend(counts::count_mentions(db.grant(world.dev.id), &both, &root));
        batch.extend(counts::count_mentions(db.grant(world.dev.id), &both[..1], &reply));
        db.commit(batch).await.unwrap();
        let ann = channel_members::get(&db, db.grant(world.dev.id), world.ann.id).await.unwrap().unwrap();
        let ben = channel_members::get(&db, db.grant(world.dev.id), world.ben.id).await.unwrap().unwrap();
        assert_eq!((ann.msg_count, ann.msg_count_root, ann.mention_count, ann.last_viewed_at), (1, 1, 1, root.create_at));
        assert_eq!((ben.msg_count, ben.mention_count, ben.mention_count_root), (0, 2, 1));
        db.commit(counts::mark_own_reply_read(db.grant(world.dev.id), world.ben.id)).await.unwrap();
        assert_eq!(channel_members::get(&db, db.grant(world.dev.id), world.ben.id).await.unwrap().unwrap().msg_count, 1);
    }

    async fn pages_are_ordered_within_a_millisecond(db) {
        let world = create_world(&db).await;
        let mut said: Vec<Post> = (1..=6).map(|n| Post { create_at: NOW.plus_ms((n / 3).into()), ..post(&world, n) }).collect();
        said[4].root_id = Some(said[0].id);
        // As imported ones may be.
        db.commit(said.iter().map(|post| posts::insert(db.grant(post.channel_id), post)).collect::<Vec<_>>()).await.unwrap();
        let dev = world.dev.id;
        assert_eq!(ids(&lists::page(&db, db.grant(dev), PostFilter::All, 0, 4).await.unwrap()), [6, 5, 4, 3]);
        assert_eq!(ids(&lists::page(&db, db.grant(dev), PostFilter::All, 4, 4).await.unwrap()), [2, 1]);
        assert_eq!(ids(&lists::page(&db, db.grant(dev), PostFilter::Roots, 0, 4).await.unwrap()), [6, 4, 3, 2]);
        let at = |n: usize| (said[n - 1].create_at, said[n - 1].id);
        assert_eq!(ids(&lists::before(&db, db.grant(dev), PostFilter::All, at(5), 3).await.unwrap()), [4, 3, 2]);
        assert_eq!(ids(&lists::before(&db, db.grant(dev), PostFilter::Roots, at(6), 2).await.unwrap()), [4, 3]);
        assert_eq!(ids(&lists::after(&db, db.grant(dev), PostFilter::All, at(1), 3).await.unwrap()), [4, 3, 2]);
        assert_eq!(ids(&lists::after(&db, db.grant(dev), PostFilter::Roots, at(4), 9).await.unwrap()), [6]);
        assert!(lists::page(&db, db.grant(world.secret.id), PostFilter::All, 0, 4).await.unwrap().is_empty());
        assert_eq!(db.open_unchecked(posts::by_ids(&db, &[said[0].id, said[2].id, PostId::from_bytes([99; 16])]).await.unwrap()).len(), 2);
    }

    async fn an_edit_is_guarded_and_keeps_the_revision(db) {
        let world = create_world(&db).await;
        let before = Post { pending_post_id: "ann:1".to_owned(), ..post(&world, 1) };
        insert_posts(&db, &[&before]).await;
        let after = Post { message: "new".to_owned(), update_at: NOW.plus_ms(50), edit_at: NOW.plus_ms(50), ..before.clone() };
        let batch = || vec![change::edit(db.grant(after.id), &after, before.update_at), change::insert_revision(db.grant(before.id), &before, PostId::from_bytes([2; 16]), NOW.plus_ms(50))];
        db.commit(batch()).await.unwrap();
        assert!(db.commit(batch()).await.unwrap_err().is(context::CONFLICT));
        assert_eq!(db.open_unchecked(posts::get(&db, before.id).await.unwrap()).unwrap().message, "new");
        let history = lists::edit_history(&db, db.grant(before.id), 10).await.unwrap();
        assert_eq!((history.len(), history[0].message.as_str(), history[0].original_id), (1, "message 1 🎉", Some(before.id)));
        assert_eq!(ids(&lists::page(&db, db.grant(world.dev.id), PostFilter::All, 0, 9).await.unwrap()), [1]);
        assert_eq!(ids(&lists::changed_since(&db, db.grant(world.dev.id), PostFilter::All, Millis::ZERO, 9).await.unwrap()), [1]);
        assert_eq!(posts::last_update_at(&db, db.grant(world.dev.id)).await.unwrap(), NOW.plus_ms(50));
        for (pinned, listed) in [(true, vec![1]), (true, vec![1]), (false, vec![])] {
            db.commit(change::pin(db.grant(before.id), &before, pinned, NOW.plus_ms(60)).to_vec()).await.unwrap();
            assert_eq!(ids(&lists::pinned(&db, db.grant(world.dev.id), 9).await.unwrap()), listed);
            assert_eq!(channels::count_pinned(&db, db.grant(world.dev.id)).await.unwrap(), listed.len() as i64);
        }
    }

    async fn deleting_a_root_deletes_its_thread(db) {
        let world = create_world(&db).await;
        let root = post(&world, 1);
        let (first, second) = (reply(&world, 2, &root), reply(&world, 3, &root));
        insert_posts(&db, &[&root, &first, &second]).await;
        db.commit(deletion::delete(db.grant(second.id), &second, None, NOW.plus_ms(10))).await.unwrap();
        let found = db.open_unchecked(posts::get(&db, root.id).await.unwrap()).unwrap();
        assert_eq!((found.reply_count, found.last_reply_at, found.update_at), (1, first.create_at, NOW.plus_ms(10)));
        assert!(db.commit(deletion::delete(db.grant(second.id), &second, None, NOW.plus_ms(11))).await.unwrap_err().is(codes::NOT_FOUND));
        db.commit(deletion::delete(db.grant(root.id), &root, None, NOW.plus_ms(12))).await.unwrap();
        assert!(lists::page(&db, db.grant(world.dev.id), PostFilter::All, 0, 9).await.unwrap().is_empty());
        assert_eq!(ids(&lists::changed_since(&db, db.grant(world.dev.id), PostFilter::All, NOW.plus_ms(9), 9).await.unwrap()), [3, 2, 1]);
        assert_eq!(ids(&lists::changed_since(&db, db.grant(world.dev.id), PostFilter::Roots, NOW.plus_ms(9), 9).await.unwrap()), [1]);
        assert_eq!(db.open_unchecked(posts::get(&db, root.id).await.unwrap()).unwrap().reply_count, 0);
    }

    async fn no_reply_is_added_to_a_deleted_root(db) {
        let world = create_world(&db).await;
        for round in 0..12_u8 {
            let root = post(&world, 16 * round + 1);
            insert_posts(&db, &[&root]).await;
            let replies: Vec<Post> = (1..=8).map(|n| reply(&world, 16 * round + 1 + n, &root)).collect();
            let answer = |reply: &Post| {
                let mut batch = vec![posts::lock_root(db.grant(root.id), NOW), posts::insert(db.grant(reply.channel_id), reply), counts::count_in_channel(db.grant(reply.channel_id), reply)];
                batch.extend(counts::count_in_thread(db.grant(root.id), reply));
                db.commit(in_lane(&reply.id, batch))
            };
            let (before, after) = replies.split_at(usize::from(round) % 8);
            let delete = db.commit(in_lane(&root.id, deletion::delete(db.grant(root.id), &root, None, NOW.plus_ms(300))));
            let (early, deleted, late) = futures::join!(
                futures::future::join_all(before.iter().map(answer)),
                delete,
                futures::future::join_all(after.iter().map(answer)),
            );
            deleted.unwrap();
            for (reply, outcome) in replies.iter().zip(early.into_iter().chain(late)) {
                let kept = db.open_unchecked(posts::get(&db, reply.id).await.unwrap());
                match outcome {
                    Ok(()) => assert!(!kept.unwrap().delete_at.is_zero(), "a live reply of a deleted root"),
                    Err(error) => {
                        assert!(error.is(codes::BAD_ROOT) || error.is(context::CONFLICT), "{error}");
                        assert_eq!(kept, None);
                    }
                }
            }
            assert_eq!(db.open_unchecked(posts::get(&db, root.id).await.unwrap()).unwrap().reply_count, 0);
        }
    }

    async fn no_post_is_added_to_a_channel_that_was_archived_concurrently(db) {
        let world = create_world(&db).await;
        let archived = Channel { delete_at: NOW.plus_ms(1), update_at: NOW.plus_ms(1), ..world.dev.clone() };
        let new: Vec<Post> = (1..=8).map(|n| post(&world, n)).collect();
        let insert_post = |post: &Post| db.commit(in_lane(&post.id, vec![posts::insert(db.grant(post.channel_id), post), counts::count_in_channel(db.grant(post.channel_id), post)]));
        let archive = db.commit(in_lane(&world.dev.id, vec![channels::update(db.grant(archived.id), &archived, NOW)]));
        let (before, after) = new.split_at(4);
        let (early, done, late) = futures::join!(
            futures::future::join_all(before.iter().map(insert_post)),
            archive,
            futures::future::join_all(after.iter().map(insert_post)),
        );
        done.unwrap();
        let mut count = 0;
        for outcome in early.into_iter().chain(late).chain([insert_post(&post(&world, 9)).await]) {
            match outcome {
                Ok(()) => count += 1,
                // Also where a later post was faster.
                Err(error) => assert!(error.is(context::CONFLICT), "{error}"),
            }
        }
        assert_eq!(db.open_unchecked(channels::get(&db, world.dev.id).await.unwrap()).unwrap().total_msg_count, count);
        assert_eq!(lists::page(&db, db.grant(world.dev.id), PostFilter::All, 0, 20).await.unwrap().len() as i64, count);
        assert!(count < 9);
        let notice = Post { kind: "system_channel_deleted".to_owned(), ..post(&world, 10) };
        insert_post(&notice).await.unwrap();
    }

    async fn addressees_are_found_by_username_and_keyword(db) {
        let world = create_world(&db).await;
        db.commit(audience::set_keywords(db.grant(world.ben.id), &["deploy".to_owned(), "日本".to_owned()])).await.unwrap();
        let names = async |usernames: &[&str], keywords: &[&str]| {
            let own = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
            let found = audience::find_addressees(&db, db.grant(world.dev.id), world.ann.id, &own(usernames), &own(keywords)).await.unwrap();
            let mut names: Vec<(String, bool)> = found.into_iter().map(|p| (p.username, p.channel_notify_props.is_some())).collect();
            names.sort();
            names
        };
        let (ann, ben) = (("ann".to_owned(), true), ("ben".to_owned(), false));
        assert_eq!(names(&[], &[]).await, std::slice::from_ref(&ann));
        assert_eq!(names(&["ben", "nobody"], &[]).await, [ann.clone(), ben.clone()]);
        assert_eq!(names(&[], &["日本", "x"]).await, [ann.clone(), ben.clone()]);
        let many: Vec<String> = (0..2500).map(|n| format!("w{n}")).collect();
        let mut many: Vec<&str> = many.iter().map(String::as_str).collect();
        many.push("deploy");
        assert_eq!(names(&["ann"], &many).await, [ann.clone(), ben]);
        db.commit(audience::set_keywords(db.grant(world.ben.id), &[])).await.unwrap();
        assert_eq!(names(&[], &["deploy"]).await, [ann]);
        assert_eq!(audience::members(&db, db.grant(world.direct.id), 9).await.unwrap().len(), 2);
        assert_eq!(audience::members(&db, db.grant(world.direct.id), 1).await.unwrap().len(), 1);
        let among = async |people: &[UserId], limit| audience::members_among(&db, db.grant(world.direct.id), people, limit).await.unwrap().len();
        let (ann, ben) = (world.ann.id, world.ben.id);
        assert_eq!((among(&[], 9).await, among(&[ben, UserId::from_bytes([9; 16])], 9).await, among(&[ann, ben], 1).await), (0, 1, 1));
        // Also with more people than one statement takes.
        let mut many: Vec<UserId> = (0..2_000_u128).map(|n| UserId::from_bytes((n << 64).to_be_bytes())).collect();
        many.insert(0, ann);
        many.push(ben);
        assert_eq!((among(&many, 9).await, among(&many, 1).await), (2, 1));
    }

    async fn unread_posts_are_counted_again(db) {
        let world = create_world(&db).await;
        let root = post(&world, 1);
        let system = Post { kind: "system_join_channel".to_owned(), ..post(&world, 4) };
        insert_posts(&db, &[&root, &reply(&world, 2, &root), &post(&world, 3), &system]).await;
        let dev = world.dev.id;
        assert_eq!(unread::count_after(&db, db.grant(dev), NOW).await.unwrap(), (3, 2));
        assert_eq!(unread::count_after(&db, db.grant(dev), NOW.plus_ms(9)).await.unwrap(), (0, 0));
        let first = unread::first_after(&db, db.grant(dev), NOW.plus_ms(1), false).await.unwrap();
        assert_eq!(first.map(|(_, at)| at), Some(NOW.plus_ms(2)));
        let first = unread::first_after(&db, db.grant(dev), NOW.plus_ms(1), true).await.unwrap();
        assert_eq!(first.map(|(_, at)| at), Some(NOW.plus_ms(3)));
        let read = async |seen_until: Option<i64>| {
            let mark = |at: i64| unread::set_read_state(db.grant(world.ann.id), dev, NOW.plus_ms(at), NOW);
            let mut batch: Vec<Statement> = seen_until.map(mark).into_iter().collect();
            batch.push(recount::recount_read(db.grant(world.ann.id), &[dev]));
            db.commit(batch).await.unwrap();
            let member = channel_members::get(&db, db.grant(dev), world.ann.id).await.unwrap().unwrap();
            (member.msg_count, member.msg_count_root)
        };
        // Ann's own posts (1 and 3) are unread where she marked the channel as unread after them, later ones are not.
        assert_eq!(read(None).await, (2, 2));
        assert_eq!(read(Some(0)).await, (0, 0));
        assert_eq!(read(Some(1)).await, (1, 1));
        insert_posts(&db, &[&post(&world, 20)]).await;
        assert_eq!(read(None).await, (2, 2));
    }

    async fn mentions_are_recounted_from_what_is_stored(db) {
        let world = create_world(&db).await;
        let dev = world.dev.id;
        let root = post(&world, 1);
        let posts = [root.clone(), reply(&world, 2, &root), post(&world, 3), post(&world, 4)];
        for (post, mentioned) in posts.iter().zip([vec![world.ann.id], vec![world.ben.id, world.ann.id], vec![world.ben.id], vec![]]) {
            db.commit(posts::insert_mentioning(db.grant(dev), post, &mentioned)).await.unwrap();
        }
        db.commit(Statement::raw("UPDATE posts SET mentioned = NULL WHERE id = ?", params![posts[3].id])).await.unwrap();
        assert_eq!(mentioned::of_post(&db, db.grant(posts[1].id)).await.unwrap(), Some(vec![world.ben.id, world.ann.id]));
        assert_eq!(mentioned::of_post(&db, db.grant(posts[3].id)).await.unwrap(), None);
        assert_eq!(mentioned::count_in_channel(&db, db.grant(dev), world.ann.id, NOW).await.unwrap(), (2, 1));
        assert_eq!(mentioned::count_in_channel(&db, db.grant(dev), world.ann.id, NOW.plus_ms(1)).await.unwrap(), (1, 0));
        assert_eq!(mentioned::count_in_thread(&db, db.grant(root.id), world.ben.id, NOW).await.unwrap(), 1);
        let unrecorded = mentioned::unrecorded_in_channel(&db, db.grant(dev), world.ben.id, NOW, 9).await.unwrap();
        assert_eq!(ids(&unrecorded), [4]);
        assert!(mentioned::unrecorded_in_thread(&db, db.grant(root.id), world.ben.id, NOW, 9).await.unwrap().is_empty());
        db.commit(recount::recount_mentions(db.grant(world.ann.id), dev, (3, 1)).to_vec()).await.unwrap();
        let ann = channel_members::get(&db, db.grant(dev), world.ann.id).await.unwrap().unwrap();
        assert_eq!((ann.mention_count, ann.mention_count_root), (5, 2));
    }

    async fn a_deletion_erases_what_is_stored(db) {
        let world = create_world(&db).await;
        let full = |post: Post| Post {
            props: PostProps::from_stored("{\"secret\":\"b\"}".to_owned()),
            message: "secret".to_owned(),
            hashtags: "#secret".to_owned(),
            file_ids: vec![FileId::from_bytes([7; 16])],
            is_pinned: true,
            has_reactions: true,
            ..post
        };
        let root = full(post(&world, 1));
        let answer = full(reply(&world, 2, &root));
        for post in [&root, &answer] {
            insert_posts(&db, &[post]).await;
            let mut batch = vec![change::update_pin_index(db.grant(post.id), post, true)];
            batch.push(change::insert_revision(db.grant(post.id), post, PostId::from_bytes([post.id.bytes()[0] + 100; 16]), NOW));
            let reaction = Reaction {
                user_id: world.ann.id,
                post_id: post.id,
                emoji_name: "tada".to_owned(),
                create_at: NOW,
                update_at: NOW,
                delete_at: Millis::ZERO,
                channel_id: world.dev.id,
            };
            batch.extend(reactions::add(db.grant(post.id), &reaction));
            db.commit(batch).await.unwrap();
        }
        db.commit(deletion::delete(db.grant(root.id), &root, None, NOW.plus_ms(50))).await.unwrap();
        for post in [&root, &answer] {
            let found = db.open_unchecked(posts::get(&db, post.id).await.unwrap()).unwrap();
            let tombstone = Post::new(post.id, post.create_at, post.user_id, post.channel_id, String::new());
            let at = NOW.plus_ms(50);
            assert_eq!(found, Post { root_id: post.root_id, update_at: at, delete_at: at, ..tombstone });
        }
        for (table, rows) in [("posts", 2), ("reactions", 0), ("pinned_posts", 0)] {
            assert_eq!(db.one::<i64>(format!("SELECT COUNT(*) FROM {table}"), params![]).await.unwrap(), rows, "{table}");
        }
    }

    async fn tombstones_of_earlier_versions_are_erased(db) {
        let world = create_world(&db).await;
        let living = post(&world, 1);
        let deleted = Post { delete_at: NOW, ..post(&world, 2) };
        insert_posts(&db, &[&living, &deleted]).await;
        for (post, id) in [(&living, 3), (&deleted, 4)] {
            db.commit(change::insert_revision(db.grant(post.id), post, PostId::from_bytes([id; 16]), NOW)).await.unwrap();
        }
        let server = db.grant(guildhall_storage::Server);
        let page = deletion::page_of_ids(&db, server, PostId::from_bytes([0; 16]), 9).await.unwrap();
        assert_eq!(page.iter().map(|(id, is_tombstone)| (id.bytes()[0], *is_tombstone)).collect::<Vec<_>>(), [(1, false), (2, true), (3, false), (4, false)]);
        db.commit(deletion::erase_tombstones(db.grant(guildhall_storage::Server), &[deleted.id])).await.unwrap();
        let message = async |id| db.open_unchecked(posts::get(&db, PostId::from_bytes([id; 16])).await.unwrap()).map(|post| post.message);
        assert_eq!(message(1).await, Some(living.message.clone()));
        assert_eq!(message(2).await, Some(String::new()));
        assert_eq!(message(3).await, Some(living.message.clone()));
        assert_eq!(message(4).await, None);
    }

    async fn saved_posts_are_limited_to_readable_ones(db) {
        let world = create_world(&db).await;
        let direct = Post { channel_id: world.direct.id, ..post(&world, 2) };
        insert_posts(&db, &[&post(&world, 1), &direct]).await;
        let save = "INSERT INTO preferences (user_id, category, name, value) VALUES (?, ?, ?, ?)";
        for user in [world.ann.id, world.ben.id] {
            for n in [1, 2] {
                let name = PostId::from_bytes([n; 16]).to_string();
                db.commit(guildhall_storage::Statement::raw(save, params![user, "flagged_post", name, "true"])).await.unwrap();
            }
        }
        let saved = async |user, team, channel| {
            let ids = flagged::ids(&db, user, team, channel).await.unwrap();
            ids.into_iter().map(|id| id.bytes()[0]).collect::<Vec<_>>()
        };
        assert_eq!(saved(db.grant(world.ann.id), None, None).await, [2, 1]);
        assert_eq!(saved(db.grant(world.ben.id), None, None).await, [2]);
        assert_eq!(saved(db.grant(world.ann.id), Some(world.team.id), None).await, [2, 1]);
        assert_eq!(saved(db.grant(world.ann.id), None, Some(world.dev.id)).await, [1]);
        db.commit(deletion::delete(db.grant(post(&world, 1).id), &post(&world, 1), None, NOW.plus_ms(9))).await.unwrap();
        assert_eq!(saved(db.grant(world.ann.id), None, None).await, [2]);
    }

    async fn reactions_mark_their_post(db) {
        let world = create_world(&db).await;
        let one = post(&world, 1);
        insert_posts(&db, &[&one, &post(&world, 2)]).await;
        let react = |name: &str, ms| Reaction {
            user_id: world.ann.id,
            post_id: one.id,
            emoji_name: name.to_owned(),
            create_at: NOW.plus_ms(ms),
            update_at: NOW.plus_ms(ms),
            delete_at: Millis::ZERO,
            channel_id: world.dev.id,
        };
        for reaction in [react("tada", 5), react("+1", 6), react("tada", 7)] {
            db.commit(reactions::add(db.grant(reaction.post_id), &reaction).to_vec()).await.unwrap();
        }
        let found = reactions::by_posts(&db, &[&one, &post(&world, 2)]).await.unwrap();
        assert_eq!(found, [react("tada", 5), react("+1", 6)]);
        let marked = async || db.open_unchecked(posts::get(&db, one.id).await.unwrap()).unwrap().has_reactions;
        assert!(marked().await);
        db.commit(reactions::remove(db.grant(one.id), world.ann.id, "tada", NOW.plus_ms(8)).to_vec()).await.unwrap();
        assert!(marked().await);
        db.commit(reactions::remove(db.grant(one.id), world.ann.id, "+1", NOW.plus_ms(9)).to_vec()).await.unwrap();
        assert!(!marked().await);
    }
}
