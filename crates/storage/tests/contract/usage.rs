//! What is stored is counted with the files, never beyond a quota, and a recount gives the same.

use futures::future::join_all;
use guildhall_model::codes::{channels as channel_codes, files as codes};
use guildhall_model::file::{FileInfo, UploadSession};
use guildhall_model::id::{FileId, PostId, UploadId, UserId};
use guildhall_model::post::Post;
use guildhall_model::usage::{Holder, NamedUsage, Quota, Scope, Usage};
use guildhall_model::{Code, Millis};
use guildhall_storage::usage::{self, Counted, Quotas};
use guildhall_storage::{Batch, Database, STEPS, Server, Statement, files, on_every_database, params, posts, testing};

use super::fixtures::{NOW, World, channel, create_places, create_world, team};

const NONE: Quotas = Quotas { channel: Quota::NONE, user: Quota::NONE, team: Quota::NONE, server: Quota::NONE };

const fn usage(bytes: i64, files: i64) -> Usage {
    Usage { bytes, files }
}

async fn used(db: &Database, holder: Holder) -> Option<Usage> {
    usage::of_holders(db, &[holder]).await.unwrap()[0].1
}

fn holders(world: &World) -> [Holder; 3] {
    [Holder::User(world.ann.id), Holder::Channel(world.dev.id), Holder::Team(Some(world.team.id))]
}

fn file(world: &World, n: u8, by: UserId, post: Option<u8>, size_bytes: i64) -> FileInfo {
    FileInfo {
        id: FileId::from_bytes([n; 16]),
        user_id: by,
        post_id: post.map(|n| PostId::from_bytes([n; 16])),
        channel_id: world.dev.id,
        create_at: NOW,
        update_at: NOW,
        delete_at: Millis::ZERO,
        name: "a".to_owned(),
        extension: String::new(),
        size_bytes,
        mime_type: String::new(),
        width: 0,
        height: 0,
        has_preview_image: false,
        mini_preview: None,
        blob_key: format!("blob{n}"),
        thumbnail_key: None,
        preview_key: None,
    }
}

/// A file with its count.
fn stored(db: &Database, world: &World, file: &FileInfo) -> Vec<Statement> {
    let mut statements: Vec<Statement> =
        [Holder::User(file.user_id), Holder::Channel(world.dev.id), Holder::Team(Some(world.team.id))].map(usage::ensure).into();
    statements.extend(usage::take(db.grant(world.dev.id), file.user_id, usage(file.size_bytes, 1), &NONE));
    statements.push(files::insert(db.grant(world.dev.id), file));
    statements
}

async fn differences(db: &Database) -> Vec<usage::Difference> {
    let mut all = Vec::new();
    for scope in [Scope::User, Scope::Channel, Scope::Team, Scope::Server] {
        all.extend(usage::compare(db, db.grant(Server), scope, [0; 16], 100).await.unwrap().differences);
    }
    all
}

on_every_database! {
    async fn a_file_counts_for_everybody_or_for_nobody(db) {
        let world = create_world(&db).await;
        let more = usage(60, 1);
        let take = |quotas: &Quotas| usage::take(db.grant(world.dev.id), world.ann.id, more, quotas).to_vec();
        assert_eq!(used(&db, Holder::User(world.ann.id)).await, None);
        assert_eq!(used(&db, Holder::Server).await, Some(usage(0, 0)));
        db.commit(holders(&world).map(usage::ensure).to_vec()).await.unwrap();
        db.commit(holders(&world).map(usage::ensure).to_vec()).await.unwrap();
        db.commit(take(&NONE)).await.unwrap();
        let small = Quota { bytes: 119, files: 10 };
        let few = Quota { bytes: 1_000, files: 1 };
        let cases: [(Quotas, Code); 5] = [
            (Quotas { channel: small, ..NONE }, codes::CHANNEL_QUOTA),
            (Quotas { user: few, ..NONE }, codes::USER_QUOTA),
            (Quotas { team: small, ..NONE }, codes::TEAM_QUOTA),
            (Quotas { server: small, ..NONE }, codes::SERVER_QUOTA),
            (Quotas { server: few, team: few, ..NONE }, codes::TEAM_QUOTA),
        ];
        for (quotas, code) in cases {
            assert!(db.commit(take(&quotas)).await.unwrap_err().is(code), "{quotas:?}");
        }
        let exact = Quota { bytes: 120, files: 2 };
        db.commit(take(&Quotas { channel: exact, user: exact, team: exact, server: exact })).await.unwrap();
        for holder in holders(&world).into_iter().chain([Holder::Server]) {
            assert_eq!(used(&db, holder).await, Some(usage(120, 2)), "{holder:?}");
        }
        db.commit(usage::give_back(world.dev.id, world.ann.id, usage(120, 2)).to_vec()).await.unwrap();
        for holder in holders(&world).into_iter().chain([Holder::Server]) {
            assert_eq!(used(&db, holder).await, Some(usage(0, 0)), "{holder:?}");
        }
    }

    async fn direct_channels_count_together_and_have_no_quota(db) {
        let world = create_world(&db).await;
        let holders = [Holder::User(world.ben.id), Holder::Channel(world.direct.id), Holder::Team(None)];
        let mut batch: Vec<Statement> = holders.map(usage::ensure).into();
        let team = Quota { bytes: 1, files: 1 };
        for _ in 0..3 {
            batch.extend(usage::take(db.grant(world.direct.id), world.ben.id, usage(5, 1), &Quotas { team, ..NONE }));
        }
        db.commit(batch).await.unwrap();
        assert_eq!(used(&db, Holder::Team(None)).await, Some(usage(15, 3)));
    }

    async fn concurrent_batches_never_pass_a_quota_together(db) {
        let world = create_world(&db).await;
        let mut rows: Vec<Statement> = holders(&world).map(usage::ensure).into();
        rows.extend([Holder::User(world.ben.id), Holder::Channel(world.secret.id)].map(usage::ensure));
        db.commit(rows).await.unwrap();
        let quotas = Quotas { team: Quota { bytes: 205, files: 1_000 }, ..NONE };
        let taken = (0..100_u8).map(|n| {
            let (channel, user) = (if n % 2 == 0 { world.dev.id } else { world.secret.id }, if n % 3 == 0 { world.ann.id } else { world.ben.id });
            let batch = Batch::from(usage::take(db.grant(channel), user, usage(10, 1), &quotas).to_vec());
            db.commit(batch.in_lane_of(&FileId::from_bytes([n; 16])))
        });
        let outcomes = join_all(taken).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 20);
        assert!(outcomes.into_iter().filter_map(Result::err).all(|error| error.is(codes::TEAM_QUOTA)));
        for holder in [Holder::Team(Some(world.team.id)), Holder::Server] {
            assert_eq!(used(&db, holder).await, Some(usage(200, 20)));
        }
    }

    async fn a_deleted_thread_gives_back_what_each_author_stored(db) {
        let world = create_world(&db).await;
        let post = |n: u8, root: Option<u8>, by: UserId| Post {
            root_id: root.map(|n| PostId::from_bytes([n; 16])),
            pending_post_id: format!("p{n}"),
            ..Post::new(PostId::from_bytes([n; 16]), NOW.plus_ms(n.into()), by, world.dev.id, "look".to_owned())
        };
        let (root, reply, other) = (post(20, None, world.ann.id), post(21, Some(20), world.ben.id), post(22, None, world.ben.id));
        let mut batch: Vec<Statement> = [&root, &reply, &other].map(|post| posts::insert(db.grant(world.dev.id), post)).into();
        let kept = file(&world, 14, world.ben.id, Some(22), 8);
        for file in [
            file(&world, 11, world.ann.id, Some(20), 1),
            file(&world, 12, world.ann.id, Some(20), 2),
            file(&world, 13, world.ben.id, Some(21), 4),
            kept,
        ] {
            batch.extend(stored(&db, &world, &file));
        }
        db.commit(batch).await.unwrap();
        assert_eq!(used(&db, Holder::Server).await, Some(usage(15, 4)));
        assert_eq!(differences(&db).await, []);

        db.commit(posts::deletion::delete(db.grant(reply.id), &reply, None, NOW.plus_ms(90))).await.unwrap();
        assert_eq!((used(&db, Holder::User(world.ben.id)).await, used(&db, Holder::Server).await), (Some(usage(8, 1)), Some(usage(11, 3))));
        db.commit(posts::deletion::delete(db.grant(root.id), &root, None, NOW.plus_ms(91))).await.unwrap();
        assert_eq!(used(&db, Holder::User(world.ann.id)).await, Some(usage(0, 0)));
        for holder in [Holder::User(world.ben.id), Holder::Channel(world.dev.id), Holder::Team(Some(world.team.id)), Holder::Server] {
            assert_eq!(used(&db, holder).await, Some(usage(8, 1)), "{holder:?}");
        }
        assert_eq!(differences(&db).await, []);
    }

    async fn a_channel_moves_with_what_it_stores(db) {
        let world = create_world(&db).await;
        let other = team(9, "two");
        db.commit(guildhall_storage::teams::insert(&other).0).await.unwrap();
        db.commit(stored(&db, &world, &file(&world, 11, world.ann.id, None, 7))).await.unwrap();
        let to = |bytes| usage::move_channel(db.grant(world.dev.id), Some(world.team.id), db.grant(other.id), Quota { bytes, files: 9 });
        assert!(db.commit(to(6)).await.unwrap_err().is(codes::TEAM_QUOTA));
        assert_eq!(used(&db, Holder::Team(Some(world.team.id))).await, Some(usage(7, 1)));
        db.commit(to(7)).await.unwrap();
        assert_eq!(used(&db, Holder::Team(Some(world.team.id))).await, Some(usage(0, 0)));
        assert_eq!(used(&db, Holder::Team(Some(other.id))).await, Some(usage(7, 1)));
        // An empty channel goes also into a team that is over its quota.
        let empty = usage::move_channel(db.grant(world.secret.id), Some(world.team.id), db.grant(other.id), Quota { bytes: 1, files: 1 });
        db.commit(empty).await.unwrap();
    }

    async fn a_recount_finds_and_corrects_every_row(db) {
        let world = create_world(&db).await;
        db.commit(stored(&db, &world, &file(&world, 11, world.ann.id, None, 7))).await.unwrap();
        assert_eq!(differences(&db).await, []);
        db.commit(Statement::raw("UPDATE storage_usage SET bytes = bytes + 5, files = 3", params![])).await.unwrap();
        db.commit(Statement::raw("DELETE FROM storage_usage WHERE scope = 1", params![])).await.unwrap();
        let found = usage::compare(&db, db.grant(Server), Scope::User, [0; 16], 1).await.unwrap();
        let expected = usage::Difference { holder: Holder::User(world.ann.id), counted: usage(0, 0), stored: usage(7, 1) };
        assert_eq!((found.last, found.differences), (Some([1; 16]), vec![expected]));
        for holder in holders(&world).into_iter().chain([Holder::Server]) {
            db.commit(usage::recount(db.grant(Server), holder).to_vec()).await.unwrap();
            assert_eq!(used(&db, holder).await, Some(usage(7, 1)), "{holder:?}");
        }
        assert_eq!(differences(&db).await, []);
        let of_users = usage::largest(&db, db.grant(Server), Scope::User, 10, 0).await.unwrap();
        let ann = NamedUsage { id: world.ann.id.to_string(), name: "ann".to_owned(), display_name: String::new(), roles: "system_user".to_owned(), usage: usage(7, 1) };
        assert_eq!(of_users, [ann]);
        assert!(usage::largest(&db, db.grant(Server), Scope::Team, 10, 1).await.unwrap().is_empty());
    }

    async fn the_step_counts_what_is_there(db: empty) {
        let at = STEPS.iter().position(|step| step.name == "storage_usage").unwrap();
        testing::migrate_to(&db, &STEPS[..at]).await.unwrap();
        let world = create_places(&db).await;
        let deleted = FileInfo { delete_at: NOW, ..file(&world, 13, world.ben.id, Some(20), 100) };
        let upload = UploadSession {
            id: UploadId::from_bytes([30; 16]),
            user_id: world.ben.id,
            channel_id: world.direct.id,
            filename: "b".to_owned(),
            size_bytes: 9,
            create_at: NOW,
        };
        let mut batch: Vec<Statement> = [file(&world, 11, world.ann.id, None, 1), file(&world, 12, world.ann.id, Some(20), 2), deleted]
            .iter()
            .map(|file| files::insert(db.grant(world.dev.id), file))
            .collect();
        batch.push(files::insert_upload(db.grant(world.direct.id), &upload));
        db.commit(batch).await.unwrap();
        db.migrate().await.unwrap();
        assert_eq!(differences(&db).await, []);
        assert_eq!(used(&db, Holder::User(world.ann.id)).await, Some(usage(3, 2)));
        assert_eq!(used(&db, Holder::Team(None)).await, Some(usage(9, 1)));
        assert_eq!(used(&db, Holder::Server).await, Some(usage(12, 3)));
    }

    async fn rows_are_counted_under_a_lock(db) {
        let world = create_world(&db).await;
        let max = 5;
        let made = (0..20_u8).map(|n| {
            let new = channel(100 + n, Some(&world.team), guildhall_model::channel::ChannelKind::Public, &format!("c{n}"));
            let (insert, id) = guildhall_storage::channels::insert(db.grant(world.team.id), &new);
            let mut batch = vec![insert, guildhall_storage::channels::set_creator(id, world.ann.id)];
            batch.extend(usage::guard(Counted::ChannelsOf(world.ann.id), max, channel_codes::CREATED_TOO_MANY));
            db.commit(Batch::from(batch).in_lane_of(&FileId::from_bytes([n; 16])))
        });
        let outcomes = join_all(made).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 5);
        let refused = outcomes.into_iter().find_map(Result::err).unwrap();
        assert!(refused.is(channel_codes::CREATED_TOO_MANY) && refused.message().contains("(5)"), "{refused}");
        assert_eq!(usage::count(&db, Counted::ChannelsOf(world.ann.id)).await.unwrap(), 5);
        // Every other kind of row is counted without an error.
        let (user, team) = (world.ben.id, world.team.id);
        for what in [
            Counted::UploadsOf(user), Counted::PreferencesOf(user), Counted::AccessTokensOf(user), Counted::Emoji, Counted::EmojiOf(user),
            Counted::TeamsOf(user), Counted::GroupChannelsOf(user), Counted::IncomingWebhooksOf(user), Counted::OutgoingWebhooksOf(user),
            Counted::OutgoingWebhooksIn(team), Counted::CommandsOf(user), Counted::CommandsIn(team), Counted::BotsOf(user),
            Counted::OAuthAppsOf(user), Counted::CategoriesOf(user, team),
        ] {
            assert_eq!(usage::count(&db, what).await.unwrap(), 0, "{what:?}");
            db.commit(usage::guard(what, 0, channel_codes::TOO_MANY).to_vec()).await.unwrap();
        }
        assert_eq!(usage::count(&db, Counted::MembersOf(team)).await.unwrap(), 2);
        assert!(db.commit(usage::guard(Counted::MembersOf(team), 1, channel_codes::TOO_MANY).to_vec()).await.unwrap_err().is(channel_codes::TOO_MANY));
    }
}
