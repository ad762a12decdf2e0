//! Custom profile attributes.

use guildhall_model::Millis;
use guildhall_model::codes::{context, profile_attributes as codes};
use guildhall_model::id::{PropertyId, UserId};
use guildhall_model::profile_attribute::{
    AttributeValue, FieldAttrs, FieldKind, FieldOption, LABEL_CHARS_MAX, OPTIONS_MAX, ProfileField, ProfileValue,
};
use guildhall_storage::usage::{self, Counted};
use guildhall_storage::{Server, on_every_database, profile_attributes as rows};

const ADA: UserId = UserId::from_bytes([1; 16]);
const BOB: UserId = UserId::from_bytes([2; 16]);

fn id(number: u8) -> PropertyId {
    PropertyId::from_bytes([number; 16])
}

fn field(number: u8, name: &str, attrs: FieldAttrs) -> ProfileField {
    ProfileField {
        id: id(number),
        name: name.to_owned(),
        kind: FieldKind::Multiselect,
        attrs,
        create_at: Millis(10),
        update_at: Millis(10),
        created_by: (number > 1).then_some(ADA),
        updated_by: None,
    }
}

/// The largest that a field can have.
fn large_attrs() -> FieldAttrs {
    let label = "😀".repeat(LABEL_CHARS_MAX);
    let option = |n| FieldOption { id: format!("{n:026}"), name: label.clone(), color: label.clone() };
    FieldAttrs { options: (0..OPTIONS_MAX).map(option).collect(), sort_order: -3, is_managed: true, ..FieldAttrs::default() }
}

on_every_database! {
    async fn fields_have_names_of_their_own_and_change_once(db) {
        let (first, second) = (field(1, "Team", FieldAttrs::default()), field(2, "Skills", large_attrs()));
        for field in [&first, &second] {
            db.commit(rows::insert_field(db.grant(Server), field)).await.unwrap();
        }
        assert_eq!(rows::fields(&db).await.unwrap(), [first.clone(), second.clone()]);
        assert_eq!((rows::field(&db, id(2)).await.unwrap(), rows::field(&db, id(3)).await.unwrap()), (Some(second.clone()), None));
        let taken = field(3, "Team", FieldAttrs::default());
        assert!(db.commit(rows::insert_field(db.grant(Server), &taken)).await.unwrap_err().is(codes::NAME_TAKEN));
        let renamed = ProfileField { name: "Team".to_owned(), ..second.clone() };
        assert!(db.commit(rows::update_field(db.grant(Server), &renamed, Millis(10))).await.unwrap_err().is(codes::NAME_TAKEN));

        let changed = ProfileField { name: "Crew".to_owned(), kind: FieldKind::Text, update_at: Millis(20), updated_by: Some(BOB), ..second };
        db.commit(rows::update_field(db.grant(Server), &changed, Millis(10))).await.unwrap();
        assert_eq!(rows::field(&db, id(2)).await.unwrap(), Some(changed.clone()));
        for late in [rows::update_field(db.grant(Server), &changed, Millis(10)), rows::guard_field(&field(2, "", FieldAttrs::default()))] {
            assert!(db.commit(late).await.unwrap_err().is(context::CONFLICT));
        }
        db.commit(rows::guard_field(&changed)).await.unwrap();
        for (max, fits) in [(2, true), (1, false)] {
            assert_eq!(db.commit(Vec::from(usage::guard(Counted::ProfileFields, max, codes::LIMIT))).await.is_ok(), fits);
        }
        db.commit(rows::delete_field(db.grant(Server), id(1))).await.unwrap();
        assert!(db.commit(rows::delete_field(db.grant(Server), id(1))).await.unwrap_err().is(codes::NOT_FOUND));
        assert_eq!(rows::fields(&db).await.unwrap(), [changed]);
    }

    async fn values_belong_to_a_person_and_a_field(db) {
        let one = |number, text: &str| ProfileValue { field_id: id(number), value: AttributeValue::One(text.to_owned()) };
        let several = |number, texts: &[String]| ProfileValue { field_id: id(number), value: AttributeValue::Several(texts.to_vec()) };
        let set = async |user, value: &ProfileValue| db.commit(rows::set_value(db.grant(user), value, Millis(5))).await.unwrap();
        let stored = async |user| rows::values(&db, db.grant(user)).await.unwrap();
        // As many as there can be options.
        let many = several(2, &(0..OPTIONS_MAX).map(|n| format!("{n:026}")).collect::<Vec<_>>());
        set(ADA, &one(1, "x")).await;
        set(ADA, &one(1, "\"y\" 😀\n")).await;
        set(ADA, &many).await;
        set(BOB, &one(1, "z")).await;
        assert_eq!((stored(ADA).await, stored(BOB).await), (vec![one(1, "\"y\" 😀\n"), many.clone()], vec![one(1, "z")]));
        set(ADA, &one(1, "")).await;
        set(BOB, &several(2, &[])).await;
        assert_eq!((stored(ADA).await, stored(BOB).await), (vec![many], vec![one(1, "z")]));
        db.commit(rows::delete_values(db.grant(Server), id(1))).await.unwrap();
        assert_eq!((stored(ADA).await.len(), stored(BOB).await.len()), (1, 0));
    }
}
