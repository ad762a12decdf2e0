//! Second factors, used codes and recovery codes.

use guildhall_model::Millis;
use guildhall_model::codes::second_factors as codes;
use guildhall_model::id::UserId;
use guildhall_model::ports::{Secret, TokenHash};
use guildhall_model::user::second_factor::SecondFactor;
use guildhall_model::user::second_factor::SecondFactorKind::Totp;
use guildhall_storage::{Batch, Server, Statement, on_every_database, second_factors, settings, users};

use super::fixtures::user;

const ADA: UserId = UserId::from_bytes([1; 16]);
const BOB: UserId = UserId::from_bytes([2; 16]);

fn batch(statements: impl IntoIterator<Item = Statement>) -> Batch {
    let mut batch = Batch::default();
    batch.extend(statements);
    batch
}

on_every_database! {
    async fn a_key_is_replaced_until_it_is_activated(db) {
        let (ada, bob) = (db.grant(ADA), db.grant(BOB));
        let (first, second) = (Secret::new("FIRST"), Secret::new("SECOND"));
        let stored = async || second_factors::get(&db, db.grant(ADA), Totp).await.unwrap();
        assert_eq!(stored().await, None);
        db.commit(batch(second_factors::prepare(ada, Totp, &first))).await.unwrap();
        db.commit(batch(second_factors::prepare(bob, Totp, &first))).await.unwrap();
        db.commit(batch(second_factors::prepare(ada, Totp, &second))).await.unwrap();
        assert_eq!(stored().await, Some(SecondFactor { secret: second.clone(), activated_at: Millis::ZERO, last_step: 0 }));
        // Not active, so that no code is accepted.
        assert!(db.commit(second_factors::accept(ada, Totp, 5, 6, codes::CODE_WRONG)).await.unwrap_err().is(codes::CODE_WRONG));

        let activate = |secret| second_factors::activate(ada, Totp, secret, 7, Millis(50));
        assert!(db.commit(activate(&first)).await.unwrap_err().is(codes::NOT_SET_UP));
        db.commit(activate(&second)).await.unwrap();
        let active = SecondFactor { secret: second.clone(), activated_at: Millis(50), last_step: 7 };
        assert_eq!(stored().await, Some(active.clone()));
        assert!(db.commit(activate(&second)).await.unwrap_err().is(codes::NOT_SET_UP));
        assert!(db.commit(batch(second_factors::prepare(ada, Totp, &first))).await.unwrap_err().is(codes::ALREADY_ACTIVE));
        assert_eq!(stored().await, Some(active));
    }

    async fn a_code_is_accepted_once_also_after_the_clock_was_set_back(db) {
        let ada = db.grant(ADA);
        let secret = Secret::new("KEY");
        db.commit(batch(second_factors::prepare(ada, Totp, &secret))).await.unwrap();
        db.commit(second_factors::activate(ada, Totp, &secret, 10, Millis(1))).await.unwrap();
        let accept = async |step: i64, latest: i64| {
            let accept = second_factors::accept(ada, Totp, step, latest, codes::CODE_WRONG);
            let record = second_factors::record_use(ada, Totp, step, Millis(step), codes::CODE_WRONG);
            match db.commit(batch([accept, record])).await {
                Ok(()) => true,
                Err(error) => {
                    assert!(error.is(codes::CODE_WRONG), "{error}");
                    false
                }
            }
        };
        assert_eq!((accept(10, 11).await, accept(9, 11).await), (false, false));
        assert_eq!((accept(11, 12).await, accept(11, 12).await, accept(100, 101).await), (true, false, true));
        // The clock is back: the last step, 100, is beyond what can be accepted now.
        assert_eq!((accept(11, 12).await, accept(12, 13).await, accept(12, 13).await, accept(13, 13).await), (false, true, false, true));
        // And ahead again: the code that was used then stays used.
        assert_eq!((accept(100, 101).await, accept(101, 102).await), (false, true));
        let is_used = async |step| second_factors::is_used(&db, db.grant(ADA), Totp, step).await.unwrap();
        assert_eq!((is_used(11).await, is_used(14).await), (true, false));
        db.commit(second_factors::delete_uses(db.grant(Server), Millis(12))).await.unwrap();
        assert_eq!((is_used(11).await, is_used(12).await), (false, true));
    }

    async fn recovery_codes_are_used_once_replaced_and_removed_with_the_factor(db) {
        let (ada, bob) = (db.grant(ADA), db.grant(BOB));
        let hashes = ["a", "b", "c"].map(TokenHash::of);
        db.commit(batch(second_factors::replace_recovery_codes(ada, &hashes))).await.unwrap();
        db.commit(batch(second_factors::replace_recovery_codes(bob, &hashes[..1]))).await.unwrap();
        let counts = async || {
            let count = async |user: UserId| second_factors::count_recovery_codes(&db, db.grant(user)).await.unwrap();
            (count(ADA).await, count(BOB).await)
        };
        let has = async |code| second_factors::has_recovery_code(&db, db.grant(ADA), code).await.unwrap();
        let consume = |user, code| second_factors::consume_recovery_code(user, code, codes::CODE_WRONG);
        assert_eq!((counts().await, has(hashes[1]).await), ((3, 1), true));
        assert!(db.commit(consume(bob, hashes[1])).await.unwrap_err().is(codes::CODE_WRONG));
        db.commit(consume(ada, hashes[1])).await.unwrap();
        assert!(db.commit(consume(ada, hashes[1])).await.unwrap_err().is(codes::CODE_WRONG));
        assert_eq!((counts().await, has(hashes[1]).await), ((2, 1), false));
        db.commit(batch(second_factors::replace_recovery_codes(ada, &[TokenHash::of("d")]))).await.unwrap();
        assert_eq!((counts().await, has(hashes[0]).await, has(TokenHash::of("d")).await), ((1, 1), false, true));

        db.commit(batch(second_factors::prepare(ada, Totp, &Secret::new("KEY")))).await.unwrap();
        db.commit(second_factors::record_use(ada, Totp, 5, Millis(5), codes::CODE_WRONG)).await.unwrap();
        db.commit(batch(second_factors::delete_of_user(ada))).await.unwrap();
        assert_eq!((counts().await, second_factors::get(&db, db.grant(ADA), Totp).await.unwrap()), ((0, 1), None));
        assert!(!second_factors::is_used(&db, db.grant(ADA), Totp, 5).await.unwrap());
    }

    async fn an_account_knows_whether_it_has_a_second_factor(db) {
        let ann = user(1, "ann");
        db.commit(users::insert(&ann, "hash").0).await.unwrap();
        db.commit(users::set_second_factor(db.grant(ann.id), true)).await.unwrap();
        assert!(users::get(&db, ann.id).await.unwrap().unwrap().has_second_factor);
        let guard = |has_second_factor| users::guard_login(db.grant(ann.id), "hash", has_second_factor, codes::CODE_WRONG);
        db.commit(guard(true)).await.unwrap();
        assert!(db.commit(guard(false)).await.unwrap_err().is(codes::CODE_WRONG));
    }

    async fn a_named_value_is_deleted(db) {
        let server = db.grant(Server);
        db.commit(settings::insert_if_absent(server, "since", "1")).await.unwrap();
        db.commit(settings::delete(server, "since")).await.unwrap();
        db.commit(settings::delete(server, "since")).await.unwrap();
        assert_eq!(settings::get(&db, db.grant(Server), "since").await.unwrap(), None);
    }
}
