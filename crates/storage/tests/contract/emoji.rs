//! Custom emoji.

use guildhall_model::Millis;
use guildhall_model::codes::emoji as codes;
use guildhall_model::id::EmojiId;
use guildhall_model::integration::Emoji;
use guildhall_storage::emoji::{self, Order};
use guildhall_storage::on_every_database;

use super::fixtures::{NOW, World, create_world};

fn emoji(world: &World, n: u8, name: &str) -> Emoji {
    Emoji {
        id: EmojiId::from_bytes([n; 16]),
        create_at: NOW.plus_ms(n.into()),
        update_at: NOW,
        delete_at: Millis::ZERO,
        creator_id: world.ann.id,
        name: name.to_owned(),
        blob_key: format!("blob{n}"),
        mime_type: "image/png".to_owned(),
    }
}

fn names(found: Vec<Emoji>) -> Vec<String> {
    found.into_iter().map(|emoji| emoji.name).collect()
}

on_every_database! {
    async fn emoji_are_found_by_id_name_and_part_of_the_name(db) {
        let world = create_world(&db).await;
        let (first, second) = (emoji(&world, 11, "party_parrot"), emoji(&world, 12, "aparty"));
        db.commit(vec![emoji::insert(&first), emoji::insert(&second)]).await.unwrap();
        assert_eq!(emoji::get(&db, first.id).await.unwrap(), Some(first.clone()));
        let wanted = ["party_parrot", "nothing", "aparty"].map(str::to_owned);
        assert_eq!(names(emoji::by_names(&db, &wanted).await.unwrap()), ["aparty", "party_parrot"]);
        assert_eq!(names(emoji::page(&db, Order::Created, 10, 0).await.unwrap()), ["party_parrot", "aparty"]);
        assert_eq!(names(emoji::page(&db, Order::Name, 1, 1).await.unwrap()), ["party_parrot"]);
        assert_eq!(names(emoji::search(&db, "party", false, 10).await.unwrap()), ["aparty", "party_parrot"]);
        assert_eq!(names(emoji::search(&db, "party", true, 10).await.unwrap()), ["party_parrot"]);
        assert_eq!(names(emoji::search(&db, "y_p", false, 10).await.unwrap()), ["party_parrot"]);
        assert!(emoji::search(&db, "a_a", false, 10).await.unwrap().is_empty());
    }

    async fn a_name_is_unique_among_emoji_that_are_not_deleted(db) {
        let world = create_world(&db).await;
        let (first, second) = (emoji(&world, 11, "mine"), emoji(&world, 12, "mine"));
        db.commit(emoji::insert(&first)).await.unwrap();
        assert!(db.commit(emoji::insert(&second)).await.unwrap_err().is(codes::DUPLICATE));
        db.commit(emoji::delete(first.id, NOW.plus_ms(50))).await.unwrap();
        assert!(db.commit(emoji::delete(first.id, NOW.plus_ms(51))).await.unwrap_err().is(codes::NOT_FOUND));
        assert_eq!(emoji::get(&db, first.id).await.unwrap(), None);
        db.commit(emoji::insert(&second)).await.unwrap();
        assert_eq!(names(emoji::page(&db, Order::Name, 10, 0).await.unwrap()), ["mine"]);
    }
}
