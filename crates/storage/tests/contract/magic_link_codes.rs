//! Codes beside the links to log in.

use guildhall_model::Millis;
use guildhall_model::codes::magic_links as codes;
use guildhall_model::id::{MagicLinkCodeId, UserId};
use guildhall_model::ports::TokenHash;
use guildhall_storage::magic_link_codes::{self, MagicLinkCode};
use guildhall_storage::{Server, on_every_database};

const ADA: UserId = UserId::from_bytes([1; 16]);
const BOB: UserId = UserId::from_bytes([2; 16]);

fn code(id: u8, user_id: UserId, expires_at: i64) -> MagicLinkCode {
    MagicLinkCode {
        id: MagicLinkCodeId::from_bytes([id; 16]),
        request_hash: TokenHash::of(&id.to_string()),
        user_id,
        email: "ada@example.com".to_owned(),
        code_hash: String::new(),
        tries_left: 2,
        expires_at: Millis(expires_at),
    }
}

on_every_database! {
    async fn a_code_has_a_few_tries_and_is_used_once(db) {
        let (ada, bob, server) = (db.grant(ADA), db.grant(BOB), db.grant(Server));
        let new = code(1, ADA, 50);
        db.commit(magic_link_codes::insert(ada, &new)).await.unwrap();
        assert_eq!(magic_link_codes::by_request(&db, db.grant(Server), new.request_hash).await.unwrap(), Some(new.clone()));
        assert_eq!(magic_link_codes::by_request(&db, db.grant(Server), TokenHash::of("2")).await.unwrap(), None);

        // Only the account's own mail sets it.
        db.commit(magic_link_codes::set_code(bob, new.id, "other", Millis(1))).await.unwrap();
        db.commit(magic_link_codes::set_code(ada, new.id, "hash", Millis(40))).await.unwrap();
        let stored = magic_link_codes::by_request(&db, db.grant(Server), new.request_hash).await.unwrap().unwrap();
        assert_eq!((stored.code_hash.as_str(), stored.expires_at, stored.tries_left), ("hash", Millis(40), 2));

        let take = |now: i64| magic_link_codes::take_try(server, new.id, Millis(now), codes::CODE_WRONG);
        assert!(db.commit(take(40)).await.unwrap_err().is(codes::CODE_WRONG), "expired");
        db.commit(take(39)).await.unwrap();
        db.commit(take(39)).await.unwrap();
        assert!(db.commit(take(39)).await.unwrap_err().is(codes::CODE_WRONG), "no try is left");
        db.commit(magic_link_codes::give_try_back(server, new.id)).await.unwrap();
        db.commit(take(39)).await.unwrap();

        let consumed = |user| magic_link_codes::consume(user, new.id, codes::CODE_WRONG);
        assert!(db.commit(consumed(bob)).await.unwrap_err().is(codes::CODE_WRONG));
        db.commit(consumed(ada)).await.unwrap();
        assert!(db.commit(consumed(ada)).await.unwrap_err().is(codes::CODE_WRONG));
    }

    async fn the_latest_code_of_a_request_takes_the_place_of_the_one_before(db) {
        let (first, other) = (code(1, ADA, 50), code(3, ADA, 50));
        let second = MagicLinkCode { id: MagicLinkCodeId::from_bytes([2; 16]), tries_left: 5, expires_at: Millis(60), ..first.clone() };
        for code in [&first, &other, &second] {
            db.commit(magic_link_codes::replace(db.grant(ADA), code)).await.unwrap();
        }
        db.commit(magic_link_codes::set_code(db.grant(ADA), first.id, "late", Millis(70))).await.unwrap();
        for code in [second, other] {
            assert_eq!(magic_link_codes::by_request(&db, db.grant(Server), code.request_hash).await.unwrap(), Some(code));
        }
    }

    async fn codes_end_with_their_time_and_all_at_once(db) {
        let new = [code(1, ADA, 10), code(2, ADA, 20), code(3, BOB, 30)];
        for code in &new {
            db.commit(magic_link_codes::insert(db.grant(code.user_id), code)).await.unwrap();
        }
        let left = async || {
            let mut left = Vec::new();
            for code in &new {
                left.push(magic_link_codes::by_request(&db, db.grant(Server), code.request_hash).await.unwrap().is_some());
            }
            left
        };
        db.commit(magic_link_codes::delete_expired(db.grant(Server), Millis(20))).await.unwrap();
        assert_eq!(left().await, [false, true, true]);
        db.commit(magic_link_codes::delete_of_user(db.grant(ADA))).await.unwrap();
        assert_eq!(left().await, [false, false, true]);
    }
}
