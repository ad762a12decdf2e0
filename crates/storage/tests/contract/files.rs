//! Files, uploads in progress, and which blobs may go.

use guildhall_model::Millis;
use guildhall_model::codes::context;
use guildhall_model::file::{FileInfo, UploadSession};
use guildhall_model::id::{FileId, PostId, UploadId};
use guildhall_model::post::Post;
use guildhall_storage::files::{self, FileFilter};
use guildhall_storage::{Database, Server, Statement, blobs, on_every_database, posts};

use super::fixtures::{NOW, World, create_world};

/// A file of ann's in "dev".
fn file(world: &World, n: u8, name: &str) -> FileInfo {
    FileInfo {
        id: FileId::from_bytes([n; 16]),
        user_id: world.ann.id,
        post_id: None,
        channel_id: world.dev.id,
        create_at: NOW.plus_ms(n.into()),
        update_at: NOW,
        delete_at: Millis::ZERO,
        name: name.to_owned(),
        extension: guildhall_model::file::extension(name),
        size_bytes: 5_000_000_000,
        mime_type: "image/png".to_owned(),
        width: 3,
        height: 4,
        has_preview_image: true,
        mini_preview: Some(vec![0, 255, 1]),
        blob_key: format!("blob{n}"),
        thumbnail_key: Some(format!("thumbnail{n}")),
        preview_key: None,
    }
}

fn post(world: &World, n: u8) -> Post {
    Post::new(PostId::from_bytes([n; 16]), NOW, world.ann.id, world.dev.id, "look".to_owned())
}

/// A post of ann's in "dev".
pub fn post_at(db: &Database, world: &World, n: u8, create_at: Millis) -> Statement {
    posts::insert(db.grant(world.dev.id), &Post { create_at, pending_post_id: format!("pending{n}"), ..post(world, n) })
}

fn ids(files: &[FileInfo]) -> Vec<FileId> {
    files.iter().map(|file| file.id).collect()
}

async fn insert(db: &Database, new: &[&FileInfo]) {
    db.commit(new.iter().map(|file| files::insert(db.grant(file.channel_id), file)).collect::<Vec<_>>()).await.unwrap();
}

on_every_database! {
    async fn a_file_is_read_as_it_was_written(db) {
        let world = create_world(&db).await;
        let bare = FileInfo { mini_preview: None, thumbnail_key: None, has_preview_image: false, ..file(&world, 12, "ohne.bin") };
        let full = file(&world, 11, "naïve 文 😀.PNG");
        insert(&db, &[&full, &bare]).await;
        assert_eq!(db.open_unchecked(files::get(&db, full.id).await.unwrap()), Some(full));
        assert_eq!(db.open_unchecked(files::get(&db, bare.id).await.unwrap()), Some(bare));
        assert_eq!(db.open_unchecked(files::get(&db, FileId::from_bytes([99; 16])).await.unwrap()), None);
    }

    async fn only_unattached_files_of_the_uploader_are_attached(db) {
        let world = create_world(&db).await;
        let (first, second) = (file(&world, 11, "a"), file(&world, 12, "b"));
        let hers = FileInfo { user_id: world.ben.id, ..file(&world, 13, "c") };
        let elsewhere = FileInfo { channel_id: world.secret.id, ..file(&world, 14, "d") };
        let deleted = FileInfo { delete_at: NOW, ..file(&world, 15, "e") };
        insert(&db, &[&first, &second, &hers, &elsewhere, &deleted]).await;
        let all = [first.id, second.id, hers.id, elsewhere.id, deleted.id];
        let mut free = ids(&files::unattached(&db, &all, world.ann.id, db.grant(world.dev.id)).await.unwrap());
        free.sort();
        assert_eq!(free, [first.id, second.id]);
        assert!(files::unattached(&db, &[], world.ann.id, db.grant(world.dev.id)).await.unwrap().is_empty());

        let target = PostId::from_bytes([20; 16]);
        for wrong in [hers.id, elsewhere.id, deleted.id] {
            let attach = files::attach(&[first.id, wrong], target, world.ann.id, db.grant(world.dev.id));
            assert!(db.commit(attach).await.unwrap_err().is(context::CONFLICT));
        }
        db.commit(files::attach(&[first.id, second.id], target, world.ann.id, db.grant(world.dev.id))).await.unwrap();
        assert!(db.commit(files::attach(&[first.id], target, world.ann.id, db.grant(world.dev.id))).await.unwrap_err().is(context::CONFLICT));

        let (target, other) = (Post { id: target, ..post(&world, 20) }, post(&world, 21));
        let of_posts = files::by_posts(&db, &[&other, &target]).await.unwrap();
        assert_eq!(ids(&of_posts), [first.id, second.id]);
        assert!(of_posts.iter().all(|file| file.post_id == Some(target.id)));
        db.commit(files::delete_of_post(db.grant(target.id), NOW.plus_ms(9))).await.unwrap();
        assert!(files::by_posts(&db, &[&target]).await.unwrap().is_empty());
        assert_eq!(db.open_unchecked(files::get(&db, first.id).await.unwrap()).unwrap().delete_at, NOW.plus_ms(9));
    }

    async fn files_are_found_in_channels_of_the_searcher(db) {
        let world = create_world(&db).await;
        let (report, notes) = (file(&world, 11, "Report_50%.PDF"), file(&world, 12, "notes.txt"));
        let loose = file(&world, 13, "report loose.pdf");
        let direct = FileInfo { channel_id: world.direct.id, ..file(&world, 14, "report direct.pdf") };
        insert(&db, &[&report, &notes, &loose, &direct]).await;
        let (in_dev, in_direct) = (post(&world, 20), Post { channel_id: world.direct.id, ..post(&world, 21) });
        db.commit(vec![
            posts::insert(db.grant(in_dev.channel_id), &in_dev),
            posts::insert(db.grant(in_direct.channel_id), &Post { pending_post_id: "x".to_owned(), ..in_direct.clone() }),
            files::attach(&[report.id, notes.id], in_dev.id, world.ann.id, db.grant(world.dev.id)),
            files::attach(&[direct.id], in_direct.id, world.ann.id, db.grant(world.direct.id)),
        ]).await.unwrap();
        let search = |words: &[&str]| FileFilter { words: words.iter().map(|word| (*word).to_owned()).collect(), limit: 10, ..FileFilter::default() };
        let found = async |user, search: FileFilter| ids(&files::search(&db, user, &search).await.unwrap());
        assert_eq!(found(db.grant(world.ann.id), search(&["report"])).await, [direct.id, report.id]);
        assert_eq!(found(db.grant(world.ben.id), search(&["report"])).await, [direct.id]);
        assert_eq!(found(db.grant(world.ann.id), search(&["_50%"])).await, [report.id]);
        assert!(found(db.grant(world.ann.id), search(&["report", "notes"])).await.is_empty());
        let either = FileFilter { any_word: true, ..search(&["report", "notes"]) };
        assert_eq!(found(db.grant(world.ann.id), either.clone()).await.len(), 3);
        assert_eq!(found(db.grant(world.ann.id), FileFilter { limit: 1, offset: 1, ..either }).await, [notes.id]);
        let pdf = FileFilter { extensions: vec!["pdf".to_owned()], team_id: Some(db.grant(world.team.id)), ..search(&[]) };
        assert_eq!(found(db.grant(world.ann.id), pdf).await, [direct.id, report.id]);
        let in_dev = FileFilter { channels: vec!["dev".to_owned()], from: vec!["ann".to_owned()], ..search(&[]) };
        assert_eq!(found(db.grant(world.ann.id), in_dev).await, [notes.id, report.id]);
        let from_ben = FileFilter { from: vec!["ben".to_owned()], ..search(&[]) };
        assert!(found(db.grant(world.ann.id), from_ben).await.is_empty());
    }

    async fn uploads_begin_and_end(db) {
        let world = create_world(&db).await;
        let session = |n: u8| UploadSession {
            id: UploadId::from_bytes([n; 16]),
            user_id: world.ann.id,
            channel_id: world.dev.id,
            filename: "big.bin".to_owned(),
            size_bytes: 100_000_000_000,
            create_at: NOW.plus_ms(n.into()),
        };
        db.commit(vec![files::insert_upload(db.grant(world.dev.id), &session(1)), files::insert_upload(db.grant(world.dev.id), &session(2))]).await.unwrap();
        assert_eq!(files::upload(&db, db.grant(world.ann.id), session(1).id).await.unwrap(), Some(session(1)));
        assert_eq!(files::uploads_of(&db, db.grant(world.ann.id), 10).await.unwrap(), [session(2), session(1)]);
        assert!(files::uploads_of(&db, db.grant(world.ben.id), 10).await.unwrap().is_empty());
        assert_eq!(files::stale_uploads(&db, db.grant(Server), NOW.plus_ms(2), 10).await.unwrap(), [session(1)]);
        db.commit(files::delete_upload(db.grant(world.ann.id), session(1).id)).await.unwrap();
        assert!(db.commit(files::delete_upload(db.grant(world.ann.id), session(1).id)).await.unwrap_err().is(context::CONFLICT));
        assert_eq!(files::upload(&db, db.grant(world.ann.id), session(1).id).await.unwrap(), None);
    }

    async fn only_unattached_or_deleted_files_are_purged(db) {
        let world = create_world(&db).await;
        let (kept, loose) = (file(&world, 11, "a"), file(&world, 12, "b"));
        let deleted = FileInfo { delete_at: NOW, post_id: Some(PostId::from_bytes([20; 16])), ..file(&world, 13, "c") };
        insert(&db, &[&kept, &loose, &deleted]).await;
        db.commit(files::attach(&[kept.id], PostId::from_bytes([20; 16]), world.ann.id, db.grant(world.dev.id))).await.unwrap();
        assert_eq!(ids(&files::stale_unattached(&db, db.grant(Server), NOW.plus_ms(100), NOW, 10).await.unwrap()), [loose.id]);
        assert_eq!(ids(&files::long_deleted(&db, db.grant(Server), NOW.plus_ms(1), 10).await.unwrap()), [deleted.id]);
        db.commit(vec![files::purge(db.grant(Server), &loose, NOW), files::purge(db.grant(Server), &deleted, NOW)]).await.unwrap();
        assert!(db.commit(files::purge(db.grant(Server), &kept, NOW)).await.unwrap_err().is(context::CONFLICT));
        assert_eq!(db.open_unchecked(files::get(&db, loose.id).await.unwrap()), None);
    }

    async fn the_blobs_of_new_files_are_listed(db) {
        let world = create_world(&db).await;
        insert(&db, &[&file(&world, 11, "a"), &file(&world, 12, "b")]).await;
        // The milliseconds that the ids begin with.
        let since = async |millis: i64| {
            let mut keys = blobs::since(&db, db.grant(Server), Millis(millis)).await.unwrap();
            keys.retain(|key| !key.is_empty());
            keys.sort_unstable();
            keys
        };
        assert_eq!(since(0x0c0c_0c0c_0c0d).await, [""; 0]);
        assert_eq!(since(0x0c0c_0c0c_0c0c).await, ["blob12", "thumbnail12"]);
        assert_eq!(since(0x0b0b_0b0b_0b0b).await, ["blob11", "blob12", "thumbnail11", "thumbnail12"]);
    }

    async fn a_blob_is_released_when_no_row_refers_to_it(db) {
        let world = create_world(&db).await;
        insert(&db, &[&file(&world, 11, "a")]).await;
        let keys = ["blob11", "thumbnail11", "blob99"].map(str::to_owned);
        let named = blobs::referenced(&db, &keys).await.unwrap();
        assert_eq!(named.into_iter().collect::<Vec<_>>(), ["blob11", "thumbnail11"]);
        assert!(blobs::referenced(&db, &[]).await.unwrap().is_empty());

        db.commit(vec![blobs::release("blob99", NOW), blobs::release("blob11", NOW.plus_ms(1))]).await.unwrap();
        db.commit(blobs::release("blob99", NOW.plus_ms(5))).await.unwrap();
        assert_eq!(blobs::released(&db, db.grant(Server), NOW.plus_ms(10), 10).await.unwrap(), ["blob11", "blob99"]);
        assert_eq!(blobs::released(&db, db.grant(Server), NOW.plus_ms(5), 10).await.unwrap(), ["blob11"]);
        db.commit(vec![blobs::remove_released(db.grant(Server), "blob99", NOW.plus_ms(5)), blobs::remove_released(db.grant(Server), "blob11", NOW.plus_ms(5))]).await.unwrap();
        assert_eq!(blobs::released(&db, db.grant(Server), NOW.plus_ms(10), 10).await.unwrap(), ["blob99"]);
    }
}
