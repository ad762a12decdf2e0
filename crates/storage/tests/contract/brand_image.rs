//! The picture where people log in.

use guildhall_model::Millis;
use guildhall_model::codes::context;
use guildhall_model::ports::BlobKey;
use guildhall_storage::{Server, blobs, brand_image, on_every_database};

on_every_database! {
    async fn there_is_one_brand_image_at_most_and_it_keeps_its_blob(db) {
        let server = db.grant(Server);
        let stored = async || brand_image::key(&db, db.grant(Server)).await.unwrap();
        assert_eq!(stored().await, None);
        let keys = [1, 2].map(|number| BlobKey::from_sha256([number; 32]));
        for (key, at) in keys.iter().zip([10, 20]) {
            db.commit(brand_image::set(db.grant(Server), key, Millis(at))).await.unwrap();
            assert_eq!(stored().await, Some(*key));
        }
        let names = keys.map(|key| key.to_string());
        assert_eq!(Vec::from_iter(blobs::referenced(&db, &names).await.unwrap()), [names[1].clone()]);
        assert_eq!(blobs::since(&db, server, Millis(20)).await.unwrap(), [names[1].clone()]);
        assert_eq!(blobs::since(&db, db.grant(Server), Millis(21)).await.unwrap(), Vec::<String>::new());
        db.commit(brand_image::remove(db.grant(Server))).await.unwrap();
        assert_eq!(stored().await, None);
        assert!(db.commit(brand_image::remove(db.grant(Server))).await.unwrap_err().is(context::CONFLICT));
    }
}
