//! Sessions and access tokens, by the hash of their token.

use guildhall_model::Millis;
use guildhall_model::codes::context;
use guildhall_model::id::{AccessTokenId, SessionId, UserId};
use guildhall_model::ports::TokenHash;
use guildhall_model::user::{AccessToken, Session};
use guildhall_storage::sessions::Accepted;
use guildhall_storage::{Server, on_every_database, sessions, users};

use super::fixtures::{NOW, user};

pub fn session(n: u8, user: UserId) -> Session {
    Session {
        id: SessionId::from_bytes([n; 16]),
        user_id: user,
        create_at: NOW,
        expires_at: NOW.plus_ms(1_000),
        last_activity_at: NOW.plus_ms(n.into()),
        last_address: "10.0.0.1".to_owned(),
        device_id: String::new(),
        roles: "system_user".to_owned(),
        is_oauth: false,
        expired_notify: false,
        props: [("csrf".to_owned(), "c".to_owned())].into(),
    }
}

fn token(n: u8, user_id: UserId) -> AccessToken {
    AccessToken {
        id: AccessTokenId::from_bytes([n; 16]),
        user_id,
        description: format!("token {n}"),
        is_active: true,
        create_at: NOW.plus_ms(n.into()),
        expires_at: Millis::ZERO,
    }
}

on_every_database! {
    async fn a_session_is_found_by_its_token_only(db) {
        let ann = user(1, "ann");
        let session = session(1, ann.id);
        db.commit(vec![users::insert(&ann, "").0, sessions::insert(db.grant(session.user_id), &session, TokenHash::of("t"))]).await.unwrap();
        assert_eq!(sessions::by_token(&db, db.grant(Server), TokenHash::of("t")).await.unwrap(), Some((session.clone(), ann.clone())));
        assert_eq!(sessions::by_token(&db, db.grant(Server), TokenHash::of("T")).await.unwrap(), None);
        assert_eq!(sessions::get(&db, db.grant(ann.id), session.id).await.unwrap(), Some(session.clone()));
        let again = sessions::insert(db.grant(ann.id), &Session { id: SessionId::from_bytes([2; 16]), ..session }, TokenHash::of("t"));
        assert!(db.commit(again).await.unwrap_err().is(context::CONFLICT));
    }

    async fn sessions_are_deleted_one_by_one_and_all_but_one(db) {
        let (ann, ben) = (user(1, "ann"), user(2, "ben"));
        let mut batch = vec![users::insert(&ann, "").0, users::insert(&ben, "").0];
        batch.extend((1..=4).map(|n| sessions::insert(db.grant(ann.id), &session(n, ann.id), TokenHash::of(&n.to_string()))));
        batch.push(sessions::insert(db.grant(ben.id), &session(9, ben.id), TokenHash::of("9")));
        db.commit(batch).await.unwrap();
        let ids = async |user| sessions::of_user(&db, user, 10, 0).await.unwrap().iter().map(|s| s.id.bytes()[0]).collect::<Vec<_>>();
        assert_eq!(ids(db.grant(ann.id)).await, [4, 3, 2, 1]);
        assert_eq!(sessions::of_user(&db, db.grant(ann.id), 10, 3).await.unwrap().len(), 1);
        db.commit(sessions::delete(db.grant(ann.id), SessionId::from_bytes([4; 16]))).await.unwrap();
        db.commit(sessions::delete_each(db.grant(ann.id), &[SessionId::from_bytes([3; 16])])).await.unwrap();
        assert_eq!(ids(db.grant(ann.id)).await, [2, 1]);
        db.commit(sessions::delete_of_user(db.grant(ann.id), Some(SessionId::from_bytes([1; 16])))).await.unwrap();
        assert_eq!(ids(db.grant(ann.id)).await, [1]);
        db.commit(sessions::delete_of_user(db.grant(ann.id), None)).await.unwrap();
        assert_eq!((ids(db.grant(ann.id)).await, ids(db.grant(ben.id)).await), (vec![], vec![9]));
        assert_eq!(sessions::all(&db, db.grant(Server), 10).await.unwrap(), [(SessionId::from_bytes([9; 16]), ben.id)]);
    }

    async fn sessions_expire_and_are_extended(db) {
        let ann = user(1, "ann");
        let forever = Session { expires_at: Millis::ZERO, ..session(3, ann.id) };
        let mut batch = vec![users::insert(&ann, "").0, sessions::insert(db.grant(forever.user_id), &forever, TokenHash::of("f"))];
        batch.extend((1..=2).map(|n| sessions::insert(db.grant(ann.id), &session(n, ann.id), TokenHash::of(&n.to_string()))));
        db.commit(batch).await.unwrap();
        assert!(sessions::expired(&db, db.grant(Server), NOW.plus_ms(999), 10).await.unwrap().is_empty());
        let touch = |address| sessions::touch(db.grant(ann.id), SessionId::from_bytes([2; 16]), NOW.plus_ms(500), NOW.plus_ms(2_000), address);
        for (address, stored) in [(None, "10.0.0.1"), (Some("2001:db8::1"), "2001:db8::1"), (None, "2001:db8::1")] {
            db.commit(touch(address)).await.unwrap();
            let touched = sessions::get(&db, db.grant(ann.id), SessionId::from_bytes([2; 16])).await.unwrap().unwrap();
            assert_eq!((touched.last_address.as_str(), touched.last_activity_at), (stored, NOW.plus_ms(500)));
        }
        assert_eq!(sessions::expired(&db, db.grant(Server), NOW.plus_ms(1_000), 10).await.unwrap(), [(SessionId::from_bytes([1; 16]), ann.id)]);
    }

    async fn sessions_are_found_by_device(db) {
        let ann = user(1, "ann");
        db.commit(vec![users::insert(&ann, "").0, sessions::insert(db.grant(ann.id), &session(1, ann.id), TokenHash::of("1"))]).await.unwrap();
        assert!(sessions::of_device(&db, db.grant(ann.id), "apple:x").await.unwrap().is_empty());
        let attached = Session { device_id: "apple:x".to_owned(), expires_at: NOW.plus_ms(9), ..session(1, ann.id) };
        db.commit(vec![sessions::set_device(db.grant(attached.user_id), &attached), sessions::set_roles_of_user(db.grant(ann.id), "system_user system_admin")]).await.unwrap();
        assert_eq!(sessions::of_device(&db, db.grant(ann.id), "apple:x").await.unwrap(), [attached.id]);
        let expected = Session { roles: "system_user system_admin".to_owned(), ..attached };
        assert_eq!(sessions::get(&db, db.grant(ann.id), expected.id).await.unwrap(), Some(expected));
    }

    async fn access_tokens_are_stored_by_their_hash(db) {
        let (ann, ben) = (user(1, "ann"), user(2, "ben"));
        let (first, second) = (token(1, ann.id), token(2, ann.id));
        db.commit(vec![
            users::insert(&ann, "").0,
            users::insert(&ben, "").0,
            sessions::insert_access_token(db.grant(first.user_id), &first, TokenHash::of("1")),
            sessions::insert_access_token(db.grant(second.user_id), &second, TokenHash::of("2")),
            sessions::insert_access_token(db.grant(ben.id), &token(3, ben.id), TokenHash::of("3")),
        ])
        .await
        .unwrap();
        assert_eq!(sessions::access_token_by_token(&db, db.grant(Server), TokenHash::of("1")).await.unwrap(), Some((first.clone(), ann.clone())));
        assert_eq!(db.open_unchecked(sessions::access_token(&db, second.id).await.unwrap()), Some(second.clone()));
        assert_eq!(sessions::access_tokens_of(&db, db.grant(ann.id), 10, 0).await.unwrap(), [second.clone(), first.clone()]);
        assert_eq!(sessions::count_access_tokens(&db, db.grant(ann.id)).await.unwrap(), 2);
        assert_eq!(sessions::access_tokens(&db, db.grant(Server), 2, 1).await.unwrap(), [second.clone(), first.clone()]);
        assert_eq!(sessions::search_access_tokens(&db, db.grant(Server), "AN", 10).await.unwrap().len(), 2);
        assert!(sessions::search_access_tokens(&db, db.grant(Server), "_n", 10).await.unwrap().is_empty());
        db.commit(sessions::set_access_token_active(db.grant(ann.id), first.id, false)).await.unwrap();
        assert!(!db.open_unchecked(sessions::access_token(&db, first.id).await.unwrap()).unwrap().is_active);
        db.commit(sessions::delete_access_token(db.grant(ann.id), first.id)).await.unwrap();
        assert!(db.commit(sessions::delete_access_token(db.grant(ann.id), first.id)).await.is_err());
    }

    async fn expiring_access_tokens_are_warned_of_once_for_each_number_of_days(db) {
        const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
        let ann = user(1, "ann");
        let a = db.grant(ann.id);
        let ending = |n: u8, days: i64| AccessToken { expires_at: NOW.plus_ms(days * DAY_MS), ..token(n, ann.id) };
        let (soon, later, never, over) = (ending(1, 2), ending(2, 6), token(3, ann.id), ending(4, -1));
        let disabled = AccessToken { is_active: false, ..ending(5, 2) };
        let mut batch = vec![users::insert(&ann, "").0];
        for (n, token) in [&soon, &later, &never, &over, &disabled].into_iter().enumerate() {
            batch.push(sessions::insert_access_token(a, token, TokenHash::of(&n.to_string())));
        }
        db.commit(batch).await.unwrap();
        let expiring = async |days: i64| {
            let until = NOW.plus_ms(days * DAY_MS);
            sessions::expiring_access_tokens(&db, db.grant(Server), NOW, until, days, 10).await.unwrap()
        };
        assert_eq!(expiring(7).await, [soon.clone(), later.clone()]);
        assert_eq!((expiring(3).await, expiring(1).await), (vec![soon.clone()], vec![]));
        db.commit(sessions::set_access_token_warned(a, &soon, 3)).await.unwrap();
        assert!(db.commit(sessions::set_access_token_warned(a, &soon, 3)).await.is_err());
        assert_eq!((expiring(7).await, expiring(3).await), (vec![later.clone()], vec![]));
        assert!(db.commit(sessions::set_access_token_warned(a, &AccessToken { expires_at: NOW, ..later.clone() }, 7)).await.is_err());

        // A rotation begins anew, with another secret.
        let rotated = AccessToken { expires_at: NOW.plus_ms(DAY_MS / 2), ..soon.clone() };
        db.commit(sessions::rotate_access_token(a, soon.id, TokenHash::of("new"), rotated.expires_at)).await.unwrap();
        assert_eq!(expiring(1).await, vec![rotated.clone()]);
        assert!(sessions::access_token_by_token(&db, db.grant(Server), TokenHash::of("0")).await.unwrap().is_none());
        assert_eq!(sessions::access_token_by_token(&db, db.grant(Server), TokenHash::of("new")).await.unwrap().unwrap().0, rotated);
        for (user, id) in [(db.grant(UserId::from_bytes([9; 16])), soon.id), (a, disabled.id)] {
            assert!(db.commit(sessions::rotate_access_token(user, id, TokenHash::of("x"), Millis::ZERO)).await.is_err());
        }

        let beyond = async |days: i64| {
            let latest = NOW.plus_ms(days * DAY_MS);
            let listed = sessions::access_tokens_beyond(&db, db.grant(Server), latest, 10).await.unwrap();
            assert_eq!(sessions::count_access_tokens_beyond(&db, db.grant(Server), latest).await.unwrap(), i64::try_from(listed.len()).unwrap());
            let mut ids: Vec<_> = listed.into_iter().map(|(id, _)| id).collect();
            ids.sort();
            ids
        };
        assert_eq!((beyond(3).await, beyond(30).await), (vec![later.id, never.id], vec![never.id]));
        db.commit(sessions::delete_expired_access_tokens(db.grant(Server), NOW)).await.unwrap();
        assert_eq!(sessions::count_access_tokens(&db, db.grant(ann.id)).await.unwrap(), 4);
    }

    async fn expired_access_tokens_are_not_valid(db) {
        let ann = user(1, "ann");
        let ending = AccessToken { expires_at: NOW.plus_ms(1_000), ..token(1, ann.id) };
        let insert = sessions::insert_access_token(db.grant(ann.id), &ending, TokenHash::of("1"));
        db.commit(vec![users::insert(&ann, "").0, insert]).await.unwrap();
        let ids = [SessionId::from_bytes(*ending.id.bytes())];
        let valid = async |now| sessions::valid_among(&db, db.grant(Server), &ids, now, Accepted { user_tokens: true, oauth: true }).await.unwrap().len();
        assert_eq!((valid(NOW.plus_ms(999)).await, valid(NOW.plus_ms(1_000)).await), (1, 0));
    }
}
