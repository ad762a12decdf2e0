//! Terms of service, and who has agreed to them.

use guildhall_model::Millis;
use guildhall_model::id::{TermsOfServiceId, UserId};
use guildhall_model::terms_of_service::{AcceptedTerms, TEXT_CHARS_MAX, TermsOfService};
use guildhall_storage::{Server, on_every_database, terms_of_service};

const ADA: UserId = UserId::from_bytes([1; 16]);
const BOB: UserId = UserId::from_bytes([2; 16]);

fn terms(number: u8, text: &str, create_at: i64) -> TermsOfService {
    TermsOfService {
        id: TermsOfServiceId::from_bytes([number; 16]),
        author_id: (number > 1).then_some(ADA),
        text: text.to_owned(),
        create_at: Millis(create_at),
    }
}

on_every_database! {
    async fn the_latest_terms_hold_and_former_ones_stay(db) {
        assert_eq!((terms_of_service::latest(&db).await.unwrap(), terms_of_service::latest_id(&db).await.unwrap()), (None, None));
        // The longest text of the widest characters.
        let (second, first) = (terms(1, &"😀".repeat(TEXT_CHARS_MAX), 20), terms(9, "be kind\n", 10));
        for terms in [&first, &second] {
            db.commit(terms_of_service::insert(db.grant(Server), terms)).await.unwrap();
        }
        assert_eq!(terms_of_service::latest_id(&db).await.unwrap(), Some(second.id));
        assert_eq!(terms_of_service::latest(&db).await.unwrap(), Some(second.clone()));
        assert_eq!(terms_of_service::count(&db).await.unwrap(), 2);
        assert!(terms_of_service::exists(&db, first.id).await.unwrap());
        assert!(!terms_of_service::exists(&db, TermsOfServiceId::from_bytes([5; 16])).await.unwrap());
    }

    async fn each_person_has_agreed_to_one_text(db) {
        let accepted = async |user| terms_of_service::accepted(&db, db.grant(user)).await.unwrap();
        let [one, two] = [1, 2].map(|number: u8| TermsOfServiceId::from_bytes([number; 16]));
        assert_eq!(accepted(ADA).await, None);
        for (id, at) in [(one, 10), (two, 20)] {
            let agreed = AcceptedTerms { terms_of_service_id: id, accepted_at: Millis(at) };
            db.commit(terms_of_service::accept(db.grant(ADA), agreed)).await.unwrap();
            assert_eq!((accepted(ADA).await, accepted(BOB).await), (Some(agreed), None));
        }
        db.commit(terms_of_service::decline(db.grant(ADA), one)).await.unwrap();
        assert_eq!(accepted(ADA).await.unwrap().terms_of_service_id, two);
        db.commit(terms_of_service::decline(db.grant(BOB), two)).await.unwrap();
        db.commit(terms_of_service::decline(db.grant(ADA), two)).await.unwrap();
        assert_eq!(accepted(ADA).await, None);
    }
}
