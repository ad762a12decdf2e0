//! Passkeys, and the ceremonies that add and use them.

use guildhall_model::Millis;
use guildhall_model::codes::{context, passkeys as codes, users as user_codes};
use guildhall_model::id::{PasskeyCeremonyId, PasskeyId, UserId};
use guildhall_model::ports::TokenHash;
use guildhall_model::user::passkey::Passkey;
use guildhall_model::user::second_factor::SecondFactorKind::Passkeys;
use guildhall_storage::{Server, on_every_database, passkeys, second_factors, users};

use super::fixtures::user;

const ADA: UserId = UserId::from_bytes([1; 16]);
const BOB: UserId = UserId::from_bytes([2; 16]);

fn passkey(number: u8, user_id: UserId) -> Passkey {
    Passkey {
        id: PasskeyId::from_bytes([number; 16]),
        user_id,
        credential_hash: TokenHash::from_bytes([number; 32]),
        name: format!("Key {number}"),
        domain: "chat.example.com".to_owned(),
        credential: "{\"counter\":0}".to_owned(),
        create_at: Millis(i64::from(number)),
        last_used_at: Millis::ZERO,
    }
}

on_every_database! {
    async fn a_passkey_belongs_to_one_account(db) {
        let (ada, bob) = (db.grant(ADA), db.grant(BOB));
        let (first, second) = (passkey(1, ADA), passkey(2, ADA));
        db.commit(passkeys::insert(ada, &second)).await.unwrap();
        db.commit(passkeys::insert(ada, &first)).await.unwrap();
        let same = Passkey { id: PasskeyId::from_bytes([9; 16]), user_id: BOB, ..first.clone() };
        assert!(db.commit(passkeys::insert(bob, &same)).await.unwrap_err().is(codes::ALREADY_REGISTERED));
        assert_eq!(passkeys::of_user(&db, db.grant(ADA)).await.unwrap(), [first.clone(), second.clone()]);
        assert_eq!(passkeys::of_user(&db, db.grant(BOB)).await.unwrap(), []);
        let found = async |hash| passkeys::by_credential(&db, db.grant(Server), TokenHash::from_bytes(hash)).await.unwrap();
        assert_eq!((found([2; 32]).await, found([3; 32]).await), (Some(second.clone()), None));

        for statement in [passkeys::rename(bob, first.id, "Mine"), passkeys::delete(bob, first.id), passkeys::guard(bob, first.id)] {
            assert!(db.commit(statement).await.unwrap_err().is(codes::NOT_FOUND));
        }
        db.commit(passkeys::guard(ada, first.id)).await.unwrap();
        db.commit(passkeys::rename(ada, first.id, "Key 1")).await.unwrap();
        db.commit(passkeys::rename(ada, first.id, "Phone")).await.unwrap();
        db.commit(passkeys::delete(ada, second.id)).await.unwrap();
        db.commit(passkeys::delete_of_user(bob)).await.unwrap();
        assert_eq!(passkeys::of_user(&db, db.grant(ADA)).await.unwrap(), [Passkey { name: "Phone".to_owned(), ..first }]);
        db.commit(passkeys::delete_of_user(ada)).await.unwrap();
        assert_eq!(passkeys::of_user(&db, db.grant(ADA)).await.unwrap(), []);
    }

    async fn a_counter_is_moved_by_one_of_two_log_ins(db) {
        let (ada, before) = (db.grant(ADA), passkey(1, ADA));
        db.commit(passkeys::insert(ada, &before)).await.unwrap();
        db.commit(passkeys::record_use(ada, &before, "{\"counter\":1}", Millis(50))).await.unwrap();
        let late = passkeys::record_use(ada, &before, "{\"counter\":1}", Millis(51));
        assert!(db.commit(late).await.unwrap_err().is(user_codes::LOGIN_INVALID));
        let stored = passkeys::of_user(&db, db.grant(ADA)).await.unwrap();
        let expected = Passkey { credential: "{\"counter\":1}".to_owned(), last_used_at: Millis(50), ..before };
        assert_eq!(stored, std::slice::from_ref(&expected));
        // Many authenticators have no counter: the credential stays as it is.
        db.commit(passkeys::record_use(ada, &expected, &expected.credential, Millis(60))).await.unwrap();
    }

    async fn a_ceremony_is_found_by_its_owner_in_time_and_used_once(db) {
        let server = db.grant(Server);
        let [one, two] = [1, 2].map(|number| PasskeyCeremonyId::from_bytes([number; 16]));
        db.commit(passkeys::begin_ceremony(server, one, Some(ADA), "{}", Millis(100))).await.unwrap();
        db.commit(passkeys::begin_ceremony(server, two, None, "[]", Millis(200))).await.unwrap();
        let state = async |id, user, now| passkeys::ceremony(&db, db.grant(Server), id, user, Millis(now)).await.unwrap();
        assert_eq!(state(one, Some(ADA), 99).await.as_deref(), Some("{}"));
        assert_eq!(state(two, None, 100).await.as_deref(), Some("[]"));
        for (id, user, now) in [(one, Some(BOB), 99), (one, None, 99), (two, Some(ADA), 99), (one, Some(ADA), 100)] {
            assert_eq!(state(id, user, now).await, None);
        }
        db.commit(passkeys::delete_expired_ceremonies(server, Millis(100))).await.unwrap();
        assert!(db.commit(passkeys::end_ceremony(server, one)).await.unwrap_err().is(codes::CEREMONY_OVER));
        db.commit(passkeys::end_ceremony(server, two)).await.unwrap();
        assert!(db.commit(passkeys::end_ceremony(server, two)).await.unwrap_err().is(codes::CEREMONY_OVER));
    }

    async fn texts_of_the_length_of_real_ones_are_kept(db) {
        let ada = db.grant(ADA);
        for number in 1..=5 {
            let credential = format!("{{\"key\":\"{}\"}}", "k".repeat(2_000));
            db.commit(passkeys::insert(ada, &Passkey { credential: credential.clone(), ..passkey(number, ADA) })).await.unwrap();
            let all = passkeys::of_user(&db, db.grant(ADA)).await.unwrap();
            assert!(all.len() == usize::from(number) && all.iter().all(|passkey| passkey.credential == credential));
            let (id, state) = (PasskeyCeremonyId::from_bytes([number; 16]), "s".repeat(1_500 * usize::from(number)));
            db.commit(passkeys::begin_ceremony(db.grant(Server), id, Some(ADA), &state, Millis(100))).await.unwrap();
            let found = passkeys::ceremony(&db, db.grant(Server), id, Some(ADA), Millis(99)).await.unwrap();
            assert_eq!(found, Some(state));
        }
    }

    async fn passkeys_as_the_second_factor_are_guarded(db) {
        let (insert, ada) = users::insert(&user(1, "ada"), "");
        db.commit(insert).await.unwrap();
        db.commit(users::guard_second_factor(ada, false)).await.unwrap();
        assert!(db.commit(users::guard_second_factor(ada, true)).await.unwrap_err().is(context::CONFLICT));
        db.commit(second_factors::insert_passkeys(ada, Millis(7))).await.unwrap();
        assert!(db.commit(second_factors::insert_passkeys(ada, Millis(7))).await.is_err());
        let read = second_factors::get(&db, db.grant(ADA), Passkeys).await.unwrap().unwrap();
        assert!(read.is_active());
        db.commit(second_factors::guard_passkeys(ada, &read)).await.unwrap();
        assert!(db.commit(second_factors::guard_passkeys(ada, &read)).await.unwrap_err().is(context::CONFLICT));
    }
}
