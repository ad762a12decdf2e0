//! Places from which people have logged in.

use guildhall_model::Millis;
use guildhall_model::id::UserId;
use guildhall_model::ports::TokenHash;
use guildhall_storage::known_places::{self, KnownPlace};
use guildhall_storage::{Server, on_every_database};

const ADA: UserId = UserId::from_bytes([1; 16]);
const BOB: UserId = UserId::from_bytes([2; 16]);

on_every_database! {
    async fn a_place_has_the_time_of_its_latest_log_in(db) {
        let (ada, bob) = (db.grant(ADA), db.grant(BOB));
        let [home, office] = ["home", "office"].map(TokenHash::of);
        for (user, place, at) in [(ada, home, 10), (ada, office, 20), (ada, home, 30), (ada, home, 25), (bob, home, 5)] {
            db.commit(known_places::save(user, place, Millis(at))).await.unwrap();
        }
        let known = |place, at| KnownPlace { place, last_login_at: Millis(at) };
        assert_eq!(known_places::of_user(&db, db.grant(ADA)).await.unwrap(), [known(home, 30), known(office, 20)]);
        db.commit(known_places::delete(bob, office)).await.unwrap();
        db.commit(known_places::delete(ada, home)).await.unwrap();
        assert_eq!(known_places::of_user(&db, db.grant(ADA)).await.unwrap(), [known(office, 20)]);
        assert_eq!(known_places::of_user(&db, db.grant(BOB)).await.unwrap(), [known(home, 5)]);
        db.commit(known_places::delete_older(db.grant(Server), Millis(20))).await.unwrap();
        assert_eq!(known_places::of_user(&db, db.grant(BOB)).await.unwrap(), []);
        assert_eq!(known_places::of_user(&db, db.grant(ADA)).await.unwrap(), [known(office, 20)]);
    }
}
