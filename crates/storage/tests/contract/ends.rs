//! Ends of access: what is in flight when a membership ends, which sessions are valid, and what ends with a person.

use std::sync::Arc;

use guildhall_model::Millis;
use guildhall_model::codes::context;
use guildhall_model::file::UploadSession;
use guildhall_model::id::{AccessTokenId, PostId, SessionId, UploadId, UserId};
use guildhall_model::ports::TokenHash;
use guildhall_model::post::Post;
use guildhall_model::user::{AccessToken, Bot, User};
use guildhall_storage::posts::{self, counts};
use guildhall_storage::sessions::Accepted;
use guildhall_storage::{Batch, Server, Statement, bots, channel_members, files, on_every_database, params, sessions, team_members, users};

use super::fixtures::{NOW, World, channel_member, create_world, user};
use super::sessions::session;

const ALL: Accepted = Accepted { user_tokens: true, oauth: true };

const ROUNDS: u8 = 30;

fn post_of(user: UserId, world: &World, n: u16) -> Post {
    let [high, low] = n.to_be_bytes();
    let mut bytes = [9; 16];
    (bytes[0], bytes[1]) = (high, low);
    Post::new(PostId::from_bytes(bytes), NOW.plus_ms(n.into()), user, world.dev.id, "in flight".to_owned())
}

/// Records how many posts there were when the membership ended, in the batch that ends it.
fn record_count(world: &World) -> Statement {
    let sql = "UPDATE channels SET header = (SELECT COUNT(*) FROM posts WHERE channel_id = ?) WHERE id = ?";
    Statement::raw(sql, params![world.dev.id, world.dev.id])
}

on_every_database! {
    async fn a_post_in_flight_does_not_land_after_the_removal(db) {
        let world = Arc::new(create_world(&db).await);
        let db = Arc::new(db);
        let ben = world.ben.id;
        let mut landed = 0;
        for round in 0..ROUNDS {
            let member = channel_member(&world.dev, &world.ben);
            db.commit(channel_members::insert(db.grant(world.dev.id), &member)).await.unwrap();
            let mut tasks = tokio::task::JoinSet::new();
            for n in 0..6_u16 {
                let (db, world) = (Arc::clone(&db), Arc::clone(&world));
                tasks.spawn(async move {
                    let post = post_of(ben, &world, u16::from(round) * 10 + n);
                    let channel = db.grant(world.dev.id);
                    // Each in a lane of its own, as on several nodes.
                    let mut batch = Batch::new().in_lane_of(&post.id);
                    if n % 2 == 0 {
                        batch.push(posts::insert(channel, &post));
                        batch.push(counts::count_in_channel(channel, &post));
                        batch.push(counts::mark_viewed_by_author(channel, &post));
                    } else {
                        batch.push(channel_members::guard(channel.to_read(), ben));
                        batch.push(posts::insert(channel, &post));
                    }
                    match db.commit(batch).await {
                        Ok(()) => true,
                        Err(error) => {
                            assert!(error.is(context::PERMISSIONS) || error.is(context::CONFLICT) , "{error}");
                            false
                        }
                    }
                });
            }
            let removal = {
                let (db, world) = (Arc::clone(&db), Arc::clone(&world));
                tokio::spawn(async move {
                    for _ in 0..round {
                        tokio::task::yield_now().await;
                    }
                    let mut batch = Batch::new();
                    batch.push(channel_members::remove(db.grant(world.dev.id), ben));
                    batch.push(record_count(&world));
                    db.commit(batch).await.unwrap();
                })
            };
            landed += tasks.join_all().await.into_iter().filter(|landed| *landed).count();
            removal.await.unwrap();
            let counted: String = db.one("SELECT header FROM channels WHERE id = ?", params![world.dev.id]).await.unwrap();
            let all: i64 = db.one("SELECT COUNT(*) FROM posts WHERE channel_id = ?", params![world.dev.id]).await.unwrap();
            assert_eq!(counted, all.to_string(), "round {round}: a post landed after the removal");
        }
        assert!(landed > 0, "no post was ever faster than the removal");
    }

    async fn guards_require_membership_and_an_active_account(db) {
        let world = create_world(&db).await;
        let (ann, ben) = (world.ann.id, world.ben.id);
        let dev = db.grant(world.dev.id);
        db.commit(channel_members::guard(dev, ann)).await.unwrap();
        assert!(db.commit(channel_members::guard(dev, ben)).await.unwrap_err().is(context::PERMISSIONS));
        db.commit(team_members::guard_active(world.team.id, ben)).await.unwrap();
        db.commit(users::guard_active(ben)).await.unwrap();
        let gone = User { delete_at: NOW, update_at: NOW.plus_ms(1), ..world.ann.clone() };
        db.commit(users::update(db.grant(ann), &gone, NOW)).await.unwrap();
        for guard in [channel_members::guard(dev, ann), team_members::guard_active(world.team.id, ann), users::guard_active(ann)] {
            assert!(db.commit(guard).await.unwrap_err().is(context::PERMISSIONS));
        }
        let own = post_of(ann, &world, 1);
        assert!(db.commit(counts::mark_viewed_by_author(db.grant(world.dev.id), &own)).await.unwrap_err().is(context::PERMISSIONS));
        assert!(db.commit(counts::mark_own_reply_read(db.grant(world.dev.id), ben)).await.unwrap_err().is(context::PERMISSIONS));
    }

    async fn an_archived_team_takes_no_posts(db) {
        let world = create_world(&db).await;
        let post = post_of(world.ann.id, &world, 1);
        let archived = guildhall_model::team::Team { delete_at: NOW, update_at: NOW.plus_ms(1), ..world.team.clone() };
        db.commit(counts::count_in_channel(db.grant(world.dev.id), &post)).await.unwrap();
        db.commit(guildhall_storage::teams::update(db.grant(world.team.id), &archived, NOW)).await.unwrap();
        let next = post_of(world.ann.id, &world, 3);
        let refused = db.commit(counts::count_in_channel(db.grant(world.dev.id), &next)).await.unwrap_err();
        assert!(refused.is(context::CONFLICT));
        let reply = Post { root_id: Some(post.id), ..post_of(world.ann.id, &world, 2) };
        assert!(db.commit(counts::count_in_channel(db.grant(world.dev.id), &reply)).await.is_err());
        let direct = Post { channel_id: world.direct.id, ..post };
        db.commit(counts::count_in_channel(db.grant(world.direct.id), &direct)).await.unwrap();
        let of_dev = guildhall_storage::channels::with_member(&db, world.dev.id, world.ann.id).await.unwrap().unwrap();
        let of_direct = guildhall_storage::channels::with_member(&db, world.direct.id, world.ann.id).await.unwrap().unwrap();
        assert_eq!((of_dev.team_delete_at, of_direct.team_delete_at), (NOW, Millis::ZERO));
    }

    async fn valid_sessions_and_tokens_are_found_together(db) {
        let (ann, ben, beeper) = (user(1, "ann"), user(2, "ben"), User { is_bot: true, ..user(3, "beeper") });
        let bot = Bot {
            user_id: beeper.id, username: String::new(), display_name: String::new(), description: String::new(), owner_id: ben.id,
            create_at: NOW, update_at: NOW, delete_at: Millis::ZERO,
        };
        let token = |n: u8, user_id| AccessToken {
            id: AccessTokenId::from_bytes([n; 16]), user_id, description: String::new(), is_active: n != 23, create_at: NOW, expires_at: Millis::ZERO,
        };
        let mut batch = [&ann, &ben, &beeper].map(|user| users::insert(user, "").0).to_vec();
        batch.push(bots::insert(&bot));
        for n in [11, 12] {
            batch.push(sessions::insert(db.grant(ann.id), &session(n, ann.id), TokenHash::of(&n.to_string())));
        }
        for (n, user) in [(21, ann.id), (22, beeper.id), (23, ann.id)] {
            batch.push(sessions::insert_access_token(db.grant(user), &token(n, user), TokenHash::of(&n.to_string())));
        }
        db.commit(batch).await.unwrap();
        let ids: Vec<SessionId> = [11, 12, 13, 21, 22, 23].map(|n| SessionId::from_bytes([n; 16])).to_vec();
        let valid = async |now: Millis, are_accepted: bool| {
            let found = sessions::valid_among(&db, db.grant(Server), &ids, now, Accepted { user_tokens: are_accepted, oauth: true }).await.unwrap();
            let mut found: Vec<u8> = found.iter().map(|session| session.id.bytes()[0]).collect();
            found.sort_unstable();
            found
        };
        assert_eq!(valid(NOW, true).await, [11, 12, 21, 22]);
        assert_eq!(valid(NOW, false).await, [11, 12, 22], "the setting does not concern bots");
        assert_eq!(valid(NOW.plus_ms(1_000), true).await, [21, 22], "sessions expire");
        let found = sessions::valid_among(&db, db.grant(Server), &ids[4..5], NOW, ALL).await.unwrap();
        assert_eq!((found[0].token, found[0].user_id, found[0].is_bot, found[0].roles.as_str()), (TokenHash::of("22"), beeper.id, true, "system_user"));
        let gone = |user: &User| User { delete_at: NOW, update_at: NOW.plus_ms(1), ..user.clone() };
        db.commit(users::update(db.grant(ben.id), &gone(&ben), NOW)).await.unwrap();
        assert_eq!(valid(NOW, true).await, [11, 12, 21], "a bot ends with its owner");
        db.commit(users::update(db.grant(ann.id), &gone(&ann), NOW)).await.unwrap();
        assert!(valid(NOW, true).await.is_empty());
        let many: Vec<SessionId> = (0..3_000_u32).map(|n| SessionId::from_bytes([n.to_be_bytes(), [7; 4], [7; 4], [7; 4]].concat().try_into().unwrap())).collect();
        let queries = db.queries();
        assert!(sessions::valid_among(&db, db.grant(Server), &many, NOW, ALL).await.unwrap().is_empty());
        assert_eq!(db.queries() - queries, 3, "lists are bounded");
    }

    async fn bots_end_with_their_credentials(db) {
        let (ann, beeper) = (user(1, "ann"), User { is_bot: true, ..user(3, "beeper") });
        let bot = Bot {
            user_id: beeper.id, username: "beeper".to_owned(), display_name: String::new(), description: String::new(), owner_id: ann.id,
            create_at: NOW, update_at: NOW, delete_at: Millis::ZERO,
        };
        let token = AccessToken { id: AccessTokenId::from_bytes([1; 16]), user_id: beeper.id, description: String::new(), is_active: true, create_at: NOW, expires_at: Millis::ZERO };
        let mut batch = vec![users::insert(&ann, "").0, users::insert(&beeper, "").0, bots::insert(&bot)];
        batch.push(sessions::insert_access_token(db.grant(beeper.id), &token, TokenHash::of("t")));
        db.commit(batch).await.unwrap();
        assert_eq!(bots::accounts_of_owner(&db, db.grant(ann.id), 10).await.unwrap(), std::slice::from_ref(&beeper));
        assert_eq!(sessions::access_token_ids(&db, db.grant(beeper.id)).await.unwrap(), [token.id]);
        assert_eq!(sessions::all_access_tokens(&db, db.grant(Server), 10).await.unwrap(), [(token.id, beeper.id)]);
        assert!(sessions::access_tokens_by_role(&db, db.grant(Server), "system_user").await.unwrap().is_empty(), "not those of bots");
        db.commit(bots::end_access(db.grant(Server), &[beeper.id], NOW.plus_ms(5))).await.unwrap();
        assert_eq!(bots::get(&db, beeper.id).await.unwrap().unwrap().delete_at, NOW.plus_ms(5));
        assert_eq!(users::get(&db, beeper.id).await.unwrap().unwrap().delete_at, NOW.plus_ms(5));
        assert!(sessions::access_token_ids(&db, db.grant(beeper.id)).await.unwrap().is_empty());
    }

    async fn uploads_end_by_person_channel_and_team(db) {
        let world = create_world(&db).await;
        let ann = world.ann.id;
        let upload = |n: u8, channel_id| UploadSession {
            id: UploadId::from_bytes([n; 16]), user_id: ann, channel_id, filename: "a".to_owned(), size_bytes: 5, create_at: NOW,
        };
        let places = [(1, world.dev.id), (2, world.secret.id), (3, world.direct.id)];
        let inserts: Vec<Statement> = places.iter().map(|(n, channel)| files::insert_upload(db.grant(*channel), &upload(*n, *channel))).collect();
        db.commit(inserts).await.unwrap();
        let left = async || files::uploads_of(&db, db.grant(ann), 10).await.unwrap().len();
        db.commit(files::end_uploads_to_channel(db.grant(world.dev.id), ann)).await.unwrap();
        assert_eq!(left().await, 2);
        db.commit(files::end_uploads_to_team(db.grant(world.team.id), ann)).await.unwrap();
        assert_eq!(left().await, 1);
        assert!(db.commit(files::complete_upload(db.grant(ann), UploadId::from_bytes([2; 16]))).await.unwrap_err().is(context::CONFLICT));
        assert_eq!(files::upload(&db, db.grant(ann), UploadId::from_bytes([2; 16])).await.unwrap(), None);
        db.commit(files::end_uploads(db.grant(ann))).await.unwrap();
        assert_eq!(left().await, 0);
        // The sweep finds them at once.
        assert_eq!(files::stale_uploads(&db, db.grant(Server), NOW.minus_ms(1_000_000), 10).await.unwrap().len(), 3);
    }

    async fn public_links_end_by_a_number(db) {
        let ann = user(1, "ann");
        db.commit(users::insert(&ann, "").0).await.unwrap();
        assert_eq!(users::link_epoch(&db, ann.id).await.unwrap(), Some(0));
        db.commit(users::end_public_links(db.grant(ann.id))).await.unwrap();
        assert_eq!(users::link_epoch(&db, ann.id).await.unwrap(), Some(1));
        assert_eq!(users::link_epoch(&db, UserId::from_bytes([9; 16])).await.unwrap(), None);
    }
}
