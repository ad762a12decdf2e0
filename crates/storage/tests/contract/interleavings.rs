//! Two nodes at the same moment, in a fixed order: a batch is held between its last statement and its commit, another one is
//! committed meanwhile or has to wait. SQLite has one writer, so there the one is executed after the other.

use std::time::Duration;

use guildhall_model::codes::{channels as codes, context, groups as group_codes, users as user_codes};
use guildhall_model::id::{PostId, UserId};
use guildhall_model::post::Post;
use guildhall_model::team::Team;
use guildhall_model::user::User;
use guildhall_model::{Error, Millis};
use guildhall_storage::posts::{self, change, counts, deletion, mentioned, recount, unread};
use guildhall_storage::testing::TestDatabase;
use guildhall_storage::{
    Database, DatabaseUrl, Dialect, OpenOptions, Statement, channel_members, channels, groups, names, on_every_database, params,
    team_members, teams, threads, users,
};
use mysql_async::prelude::Queryable as _;

use super::fixtures::{NOW, World, channel_member, create_world, user};
use super::groups::group;
use super::posts::{insert_posts, post, reply};

const GATE: &str = "UPDATE settings SET value = value WHERE name = 'gate'";

/// A transaction that has locked the row that a held batch writes last.
enum Gate {
    Postgres(tokio_postgres::Client),
    Mysql(mysql_async::Conn),
}

impl Gate {
    async fn close(db: &TestDatabase) -> Self {
        match db.url() {
            DatabaseUrl::Postgres(url) => {
                let (client, connection) = tokio_postgres::connect(url.as_str(), tokio_postgres::NoTls).await.unwrap();
                tokio::spawn(connection);
                client.batch_execute(&format!("BEGIN; {GATE}")).await.unwrap();
                Self::Postgres(client)
            }
            DatabaseUrl::Mysql(url) => {
                let mut connection = mysql_async::Conn::from_url(url.as_str()).await.unwrap();
                connection.query_drop("BEGIN").await.unwrap();
                connection.query_drop(GATE).await.unwrap();
                Self::Mysql(connection)
            }
            DatabaseUrl::SqliteFile(_) | DatabaseUrl::SqliteMemory => panic!("SQLite has one writer"),
        }
    }

    async fn open(self) {
        match self {
            Self::Postgres(client) => client.batch_execute("ROLLBACK").await.unwrap(),
            Self::Mysql(mut connection) => connection.query_drop("ROLLBACK").await.unwrap(),
        }
    }
}

/// Transactions that wait for a lock. In PostgreSQL only those that wait for longer than groups do, which then begin again. MariaDB
/// tells the waits of all databases together, so there it is statements that take as long.
async fn waiting(db: &Database) -> i64 {
    let sql = match db.dialect() {
        Dialect::Postgres => {
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' \
             AND clock_timestamp() - xact_start > interval '100 milliseconds'"
        }
        _ => {
            "SELECT COUNT(*) FROM information_schema.processlist \
             WHERE db = DATABASE() AND command <> 'Sleep' AND time_ms > 100 AND id <> CONNECTION_ID()"
        }
    };
    db.one(sql, params![]).await.unwrap()
}

/// Ben of [`create_world`].
const BEN: UserId = UserId::from_bytes([2; 16]);

/// A database tells nobody that a transaction waits.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// Another node, whose connection is open. A busy machine has time for what it waits for.
async fn open_node(db: &TestDatabase) -> Database {
    let options =
        OpenOptions { readers: 1, writers: 1, connect_timeout_ms: 60_000, statement_timeout_ms: 60_000, ..OpenOptions::default() };
    let node = Database::open(db.url(), options).await.unwrap();
    node.commit(Statement::raw(GATE, params![])).await.unwrap();
    node
}

type Outcome = Result<(), Error>;

/// Executes both at the same moment: `held` is executed first and commits last, unless `other` has to wait for it.
async fn interleave(db: &TestDatabase, mut held: Vec<Statement>, other: Vec<Statement>) -> (Outcome, Outcome) {
    if db.dialect() == Dialect::Sqlite {
        return (db.commit(held).await, db.commit(other).await);
    }
    db.commit(Statement::raw("DELETE FROM settings WHERE name = 'gate'", params![])).await.unwrap();
    db.commit(Statement::raw("INSERT INTO settings (name, value) VALUES ('gate', '')", params![])).await.unwrap();
    held.push(Statement::raw(GATE, params![]));
    let (first, second) = (open_node(db).await, open_node(db).await);
    let gate = Gate::close(db).await;
    let held = tokio::spawn(async move { first.commit(held).await });
    while waiting(db).await < 1 {
        assert!(!held.is_finished(), "the batch was not held");
        tokio::time::sleep(POLL_INTERVAL).await;
    }
    let other = tokio::spawn(async move { second.commit(other).await });
    while !other.is_finished() && waiting(db).await < 2 {
        tokio::time::sleep(POLL_INTERVAL).await;
    }
    gate.open().await;
    (held.await.unwrap(), other.await.unwrap())
}

fn by_ben(world: &World, n: u8) -> Post {
    Post { user_id: world.ben.id, ..post(world, n) }
}

/// Records how many posts there are, in the batch that ends a right; not in a row that a post locks.
fn record_posts(world: &World) -> Statement {
    let sql = "UPDATE channels SET header = (SELECT COUNT(*) FROM posts WHERE channel_id = ?) WHERE id = ?";
    Statement::raw(sql, params![world.dev.id, world.direct.id])
}

async fn assert_no_later_post(db: &Database, world: &World, what: &str) {
    let recorded: String = db.one("SELECT header FROM channels WHERE id = ?", params![world.direct.id]).await.unwrap();
    let posts: i64 = db.one("SELECT COUNT(*) FROM posts WHERE channel_id = ?", params![world.dev.id]).await.unwrap();
    assert_eq!(recorded, posts.to_string(), "{what}: a post landed after the end of the right");
}

/// The people's rights end while a post is between the check of the right and its commit.
async fn end_during_post(db: &TestDatabase, world: &World, n: u8, guard: Statement, end: Vec<Statement>, what: &str) {
    let mut ending = end;
    ending.push(record_posts(world));
    let post = by_ben(world, n);
    let (_, ended) = interleave(db, vec![guard, posts::insert(db.grant(world.dev.id), &post)], ending).await;
    ended.unwrap();
    assert_no_later_post(db, world, what).await;
}

async fn world_with_ben(db: &Database) -> World {
    let world = create_world(db).await;
    db.commit(channel_members::insert(db.grant(world.dev.id), &channel_member(&world.dev, &world.ben))).await.unwrap();
    world
}

type Counters = (i64, i64, i64, i64);

async fn counters(db: &Database, world: &World) -> Counters {
    let member = channel_members::get(db, db.grant(world.dev.id), BEN).await.unwrap().unwrap();
    (member.msg_count, member.msg_count_root, member.mention_count, member.mention_count_root)
}

/// The counters that Ben has equal those of a recount.
async fn assert_recounted(db: &Database, world: &World, what: &str) {
    let before = counters(db, world).await;
    db.commit(recount_all(db, world)).await.unwrap();
    assert_eq!(before, counters(db, world).await, "{what}: read, read roots, mentions, mentions in roots");
}

/// A post of Ann that mentions Ben.
async fn mention_ben(db: &Database, post: &Post) {
    let channel = db.grant(post.channel_id);
    let mut batch = vec![posts::insert_mentioning(channel, post, &[BEN]), counts::count_in_channel(channel, post)];
    batch.extend(counts::count_mentions(channel, &[BEN], post));
    if let Some(root) = post.root_id {
        batch.extend(counts::count_in_thread(db.grant(root), post));
        batch.push(threads::follow_mentioned(db.grant(root), BEN, NOW, post.create_at));
    }
    db.commit(batch).await.unwrap();
}

fn view(db: &Database, world: &World, until: Millis) -> Vec<Statement> {
    let mut view = vec![channel_members::mark_viewed(db.grant(BEN), world.dev.id, until)];
    view.extend(recount_all(db, world));
    view
}

fn mark_unread(db: &Database, world: &World, seen_until: Millis) -> Vec<Statement> {
    let mut mark = vec![unread::set_read_state(db.grant(BEN), world.dev.id, seen_until, NOW)];
    mark.extend(recount_all(db, world));
    mark
}

fn recount_all(db: &Database, world: &World) -> Vec<Statement> {
    let mut recounts = vec![recount::recount_read(db.grant(BEN), &[world.dev.id])];
    recounts.extend(recount::recount_mentions(db.grant(BEN), world.dev.id, (0, 0)));
    recounts
}

async fn unread_thread_mentions(db: &Database, root: PostId) -> i64 {
    threads::member(db, db.grant(root), BEN).await.unwrap().unwrap().unread_mentions
}

on_every_database! {
    async fn no_post_lands_after_its_author_was_deactivated(db) {
        let world = world_with_ben(&db).await;
        let gone = User { delete_at: NOW, update_at: NOW.plus_ms(1), ..world.ben.clone() };
        let back = User { update_at: NOW, ..world.ben.clone() };
        let dev = db.grant(world.dev.id);
        let guards = [
            ("a post", counts::mark_viewed_by_author(dev, &by_ben(&world, 1))),
            ("a reply", counts::mark_own_reply_read(dev, BEN)),
            ("a change by a member", channel_members::guard(dev.to_read(), BEN)),
            ("a change by somebody of the team", team_members::guard_active(world.team.id, BEN)),
            ("a change by anybody", users::guard_active(BEN)),
        ];
        for (n, (what, guard)) in (1..).zip(guards) {
            end_during_post(&db, &world, n, guard.clone(), vec![users::update(db.grant(BEN), &gone, NOW)], what).await;
            assert!(db.commit(guard).await.unwrap_err().is(context::PERMISSIONS), "{what}");
            db.commit(users::update(db.grant(BEN), &back, NOW.plus_ms(1))).await.unwrap();
        }
    }

    async fn no_post_lands_after_its_author_was_removed(db) {
        let world = world_with_ben(&db).await;
        let dev = db.grant(world.dev.id);
        let guards = [
            ("a post", counts::mark_viewed_by_author(dev, &by_ben(&world, 1))),
            ("a reply", counts::mark_own_reply_read(dev, BEN)),
            ("a change", channel_members::guard(dev.to_read(), BEN)),
        ];
        for (n, (what, guard)) in (1..).zip(guards) {
            end_during_post(&db, &world, n, guard.clone(), vec![channel_members::remove(dev, BEN)], what).await;
            assert!(db.commit(guard).await.unwrap_err().is(context::PERMISSIONS), "{what}");
            db.commit(channel_members::insert(dev, &channel_member(&world.dev, &world.ben))).await.unwrap();
        }
        let (team, what) = (db.grant(world.team.id), "a change by somebody of the team");
        let guard = team_members::guard_active(world.team.id, BEN);
        end_during_post(&db, &world, 9, guard, vec![team_members::leave(team, BEN, None, NOW)], what).await;
    }

    async fn no_post_lands_in_an_archived_channel_or_team(db) {
        let world = world_with_ben(&db).await;
        let dev = db.grant(world.dev.id);
        let archived_team = Team { delete_at: NOW, update_at: NOW.plus_ms(1), ..world.team.clone() };
        let count = counts::count_in_channel(dev, &by_ben(&world, 1));
        end_during_post(&db, &world, 1, count, vec![teams::update(db.grant(world.team.id), &archived_team, NOW)], "a team").await;
        let root = by_ben(&world, 3);
        let reply = Post { root_id: Some(root.id), ..by_ben(&world, 4) };
        for post in [&root, &reply] {
            assert!(db.commit(counts::count_in_channel(dev, post)).await.unwrap_err().is(context::CONFLICT));
        }
        assert!(db.commit(channel_members::guard(dev.to_read(), BEN)).await.unwrap_err().is(context::PERMISSIONS));
        assert!(db.commit(channels::guard_active(dev.to_read())).await.unwrap_err().is(codes::ARCHIVED));
        db.commit(teams::update(db.grant(world.team.id), &Team { update_at: NOW, ..world.team.clone() }, NOW.plus_ms(1))).await.unwrap();
        db.commit(counts::count_in_channel(dev, &root)).await.unwrap();

        let archived = guildhall_model::channel::Channel { delete_at: NOW, update_at: NOW.plus_ms(1), ..world.dev.clone() };
        let count = counts::count_in_channel(dev, &by_ben(&world, 5));
        end_during_post(&db, &world, 5, count, vec![channels::update(dev, &archived, NOW)], "a channel").await;
        assert!(db.commit(counts::count_in_channel(dev, &by_ben(&world, 6))).await.unwrap_err().is(context::CONFLICT));
        assert!(db.commit(channel_members::guard(dev.to_read(), BEN)).await.unwrap_err().is(context::PERMISSIONS));
        assert!(db.commit(channels::guard_active(dev.to_read())).await.unwrap_err().is(codes::ARCHIVED));
        db.commit(vec![channel_members::guard(db.grant(world.direct.id), BEN), channels::guard_active(db.grant(world.direct.id))]).await.unwrap();
    }

    async fn posts_are_committed_in_the_order_of_their_times(db) {
        let world = create_world(&db).await;
        let dev = db.grant(world.dev.id);
        let count = async |at: i64| db.commit(counts::count_in_channel(dev, &Post { create_at: NOW.plus_ms(at), ..post(&world, 1) })).await;
        count(5).await.unwrap();
        for passed in [4, 5] {
            assert!(count(passed).await.unwrap_err().is(context::CONFLICT), "members who viewed the channel have read until 5");
        }
        count(6).await.unwrap();
        // A message of the server is not counted; later posts follow it.
        let notice = Post { kind: "system_join_channel".to_owned(), ..post(&world, 9) };
        db.commit(counts::count_in_channel(dev, &notice)).await.unwrap();
        assert!(count(7).await.unwrap_err().is(context::CONFLICT));
        db.commit(counts::count_in_channel(dev, &Post { create_at: NOW, ..notice })).await.unwrap();
        count(10).await.unwrap();
        // A clock that is far ahead is not followed.
        let far = 10 + 60 * counts::CLOCK_SKEW_MAX_MS;
        count(far).await.unwrap();
        count(11).await.unwrap();
        assert!(count(far - 1).await.is_err());
    }

    async fn a_deletion_waits_for_views_and_marks(db) {
        let world = world_with_ben(&db).await;
        let (root, mention, last) = (post(&world, 1), post(&world, 2), post(&world, 4));
        insert_posts(&db, &[&root]).await;
        mention_ben(&db, &mention).await;
        insert_posts(&db, &[&last]).await;
        let delete = |post: &Post| deletion::delete(db.grant(post.id), post, None, NOW.plus_ms(100));

        let (viewed, deleted) = interleave(&db, view(&db, &world, NOW.plus_ms(4)), delete(&root)).await;
        viewed.and(deleted).unwrap();
        assert_recounted(&db, &world, "a view during a deletion").await;

        let (marked, deleted) = interleave(&db, mark_unread(&db, &world, NOW), delete(&mention)).await;
        marked.and(deleted).unwrap();
        assert_recounted(&db, &world, "a mark during a deletion").await;

        // The other way round.
        let (next, after) = (post(&world, 5), post(&world, 6));
        mention_ben(&db, &next).await;
        mention_ben(&db, &after).await;
        let (deleted, viewed) = interleave(&db, delete(&next), view(&db, &world, NOW.plus_ms(6))).await;
        viewed.and(deleted).unwrap();
        assert_recounted(&db, &world, "a deletion during a view").await;
        let (deleted, marked) = interleave(&db, delete(&after), mark_unread(&db, &world, NOW)).await;
        marked.and(deleted).unwrap();
        assert_recounted(&db, &world, "a deletion during a mark").await;
    }

    async fn an_edit_waits_for_views_and_marks(db) {
        let world = world_with_ben(&db).await;
        let mention = post(&world, 2);
        mention_ben(&db, &mention).await;
        let dev = db.grant(world.dev.id);
        let edit = |users: &[UserId], change: i64| {
            let mut edit = vec![change::edit(db.grant(mention.id), &mention, NOW.plus_ms(2)), mentioned::set(db.grant(mention.id), users)];
            edit.extend(recount::change_unread_mentions(dev, &mention, &[BEN], change));
            edit
        };
        for (users, change) in [(vec![], -1), (vec![BEN], 1)] {
            let (viewed, edited) = interleave(&db, view(&db, &world, NOW.plus_ms(2)), edit(&users, change)).await;
            viewed.and(edited).unwrap();
            assert_recounted(&db, &world, "a view during an edit").await;
            let (users, change) = if change < 0 { (vec![BEN], 1) } else { (vec![], -1) };
            let (marked, edited) = interleave(&db, mark_unread(&db, &world, NOW), edit(&users, change)).await;
            marked.and(edited).unwrap();
            assert_recounted(&db, &world, "a mark during an edit").await;
        }
    }

    async fn changes_of_replies_wait_for_the_readers_of_their_thread(db) {
        let world = world_with_ben(&db).await;
        let root = post(&world, 1);
        insert_posts(&db, &[&root]).await;
        let replies: Vec<Post> = (2..=4).map(|n| Post { user_id: world.ann.id, ..reply(&world, n, &root) }).collect();
        for reply in &replies {
            mention_ben(&db, reply).await;
        }
        let read_until = |seen_until: i64| {
            let read = threads::set_read_state(db.grant(root.id), db.grant(BEN), NOW.plus_ms(seen_until), NOW);
            vec![read, recount::recount_thread_mentions(db.grant(BEN), root.id, 0)]
        };
        db.commit(read_until(1_000)).await.unwrap();
        assert_eq!(unread_thread_mentions(&db, root.id).await, 0);
        let member = threads::member(&db, db.grant(root.id), BEN).await.unwrap().unwrap();
        assert_eq!(member.last_viewed_at, NOW.plus_ms(4), "what is not committed yet is not read");

        let delete = deletion::delete(db.grant(replies[0].id), &replies[0], None, NOW.plus_ms(100));
        let (marked, deleted) = interleave(&db, read_until(1), delete).await;
        marked.and(deleted).unwrap();
        assert_eq!(unread_thread_mentions(&db, root.id).await, 2, "a mark during a deletion");

        db.commit(read_until(1_000)).await.unwrap();
        let edited = &replies[1];
        let mut edit = vec![mentioned::set(db.grant(edited.id), &[])];
        edit.extend(recount::change_unread_thread_mentions(edited, &[BEN], -1));
        let (marked, edited) = interleave(&db, read_until(1), edit).await;
        marked.and(edited).unwrap();
        assert_eq!(unread_thread_mentions(&db, root.id).await, 1, "a mark during an edit");
    }

    async fn a_reply_that_arrives_while_all_threads_are_read_stays_unread(db) {
        let world = world_with_ben(&db).await;
        let root = post(&world, 1);
        insert_posts(&db, &[&root]).await;
        mention_ben(&db, &Post { user_id: world.ann.id, ..reply(&world, 2, &root) }).await;
        let channel = db.grant(world.dev.id);
        let reply = |n: u8| {
            let next = Post { user_id: world.ann.id, ..reply(&world, n, &root) };
            let mut reply = vec![posts::insert_mentioning(channel, &next, &[BEN]), counts::count_in_channel(channel, &next)];
            reply.push(threads::follow_mentioned(db.grant(root.id), BEN, NOW, next.create_at));
            reply
        };
        let read = || threads::lists::read_in_channels(db.grant(BEN), &[world.dev.id], NOW.plus_ms(1_000)).to_vec();
        let assert_counted = async || {
            let member = threads::member(&db, db.grant(root.id), BEN).await.unwrap().unwrap();
            let counted = mentioned::count_in_thread(&db, db.grant(root.id), BEN, member.last_viewed_at).await.unwrap();
            assert_eq!(member.unread_mentions, counted);
        };
        let (replied, was_read) = interleave(&db, reply(3), read()).await;
        replied.and(was_read).unwrap();
        assert_counted().await;
        let (was_read, replied) = interleave(&db, read(), reply(4)).await;
        replied.and(was_read).unwrap();
        assert_counted().await;
    }

    async fn an_account_and_a_group_of_one_name_are_not_both_made(db) {
        create_world(&db).await;
        let account = |n: u8, name: &str| {
            let insert = users::insert(&user(n, name), "").0;
            [insert].into_iter().chain(names::guard_account(name)).collect::<Vec<_>>()
        };
        let group = |n: u8, name: &str| [groups::insert(&group(n, name, name))].into_iter().chain(names::guard_group(name)).collect::<Vec<_>>();
        // Where each waits for the other, PostgreSQL aborts one of them, which is tried again and comes too late.
        let check = |(account, group): (Outcome, Outcome)| match (account, group) {
            (Ok(()), Err(error)) => assert!(error.is(group_codes::USERNAME_TAKEN), "{error}"),
            (Err(error), Ok(())) => assert!(error.is(user_codes::USERNAME_EXISTS), "{error}"),
            both => panic!("{both:?}"),
        };
        check(interleave(&db, account(21, "crew"), group(22, "crew")).await);
        let (group, account) = interleave(&db, group(23, "band"), account(24, "band")).await;
        check((account, group));
    }
}
