//! Bookmarks of channels, and the files that they have.

use guildhall_model::Millis;
use guildhall_model::channel_bookmark::{BookmarkKind, ChannelBookmark};
use guildhall_model::codes::{channel_bookmarks as codes, context};
use guildhall_model::file::FileInfo;
use guildhall_model::id::{ChannelBookmarkId, FileId, PostId};
use guildhall_storage::usage::{self, Counted};
use guildhall_storage::{Server, channel_bookmarks, files, on_every_database};

use super::fixtures::{NOW, World, create_world};

fn bookmark(world: &World, n: u8) -> ChannelBookmark {
    ChannelBookmark {
        id: ChannelBookmarkId::from_bytes([n; 16]),
        channel_id: world.dev.id,
        owner_id: world.ann.id,
        create_at: NOW,
        update_at: NOW,
        delete_at: Millis::ZERO,
        kind: BookmarkKind::Link,
        display_name: format!("Drehbuch {n} 😀"),
        sort_order: i64::from(n),
        link_url: "https://example.com/ü".to_owned(),
        image_url: String::new(),
        emoji: "clapper".to_owned(),
        file_id: None,
        original_id: None,
        parent_id: None,
    }
}

fn file(world: &World, n: u8) -> FileInfo {
    FileInfo {
        id: FileId::from_bytes([n; 16]),
        user_id: world.ann.id,
        post_id: None,
        channel_id: world.dev.id,
        create_at: NOW,
        update_at: NOW,
        delete_at: Millis::ZERO,
        name: "plan.pdf".to_owned(),
        extension: "pdf".to_owned(),
        size_bytes: 7,
        mime_type: "application/pdf".to_owned(),
        width: 0,
        height: 0,
        has_preview_image: false,
        mini_preview: None,
        blob_key: format!("blob{n}"),
        thumbnail_key: None,
        preview_key: None,
    }
}

on_every_database! {
    async fn bookmarks_are_read_in_their_order_and_changed_once(db) {
        let world = create_world(&db).await;
        let channel = db.grant(world.dev.id);
        let (first, second) = (bookmark(&world, 1), bookmark(&world, 2));
        for bookmark in [&second, &first] {
            db.commit(channel_bookmarks::insert(channel, bookmark)).await.unwrap();
        }
        let list = async |since| channel_bookmarks::of_channel(&db, db.grant(world.dev.id), since).await.unwrap();
        assert_eq!(list(Millis::ZERO).await, [first.clone(), second.clone()]);
        assert_eq!(channel_bookmarks::get(&db, db.grant(world.secret.id), first.id).await.unwrap(), None, "it is in another channel");

        let later = NOW.plus_ms(5);
        let changed = ChannelBookmark { update_at: later, display_name: "Plan".to_owned(), sort_order: 9, ..first.clone() };
        db.commit(channel_bookmarks::update(channel, &changed, NOW)).await.unwrap();
        assert!(db.commit(channel_bookmarks::update(channel, &changed, NOW)).await.unwrap_err().is(context::CONFLICT));
        assert_eq!(list(Millis::ZERO).await, [second.clone(), changed.clone()]);
        assert_eq!(list(later).await, std::slice::from_ref(&changed));

        db.commit(channel_bookmarks::delete(channel, second.id, later, NOW)).await.unwrap();
        assert!(db.commit(channel_bookmarks::delete(channel, second.id, later, NOW)).await.unwrap_err().is(context::CONFLICT));
        assert_eq!(list(Millis::ZERO).await, std::slice::from_ref(&changed));
        assert_eq!(list(later).await.len(), 2, "clients learn of what was deleted");
        db.commit(channel_bookmarks::forget(channel, later)).await.unwrap();
        assert_eq!(list(later).await.len(), 2);
        db.commit(channel_bookmarks::forget(channel, later.plus_ms(1))).await.unwrap();
        assert_eq!(list(later).await, [changed]);
    }

    async fn a_channel_has_as_many_as_it_may(db) {
        let world = create_world(&db).await;
        let (id, channel) = (world.dev.id, db.grant(world.dev.id));
        let insert = async |n, max| {
            let mut batch = vec![channel_bookmarks::insert(channel, &bookmark(&world, n))];
            batch.extend(usage::guard(Counted::BookmarksIn(id), max, codes::TOO_MANY));
            batch.extend(usage::guard(Counted::BookmarkRowsIn(id), 3, codes::CHANGED_TOO_OFTEN));
            db.commit(batch).await
        };
        insert(1, 2).await.unwrap();
        insert(2, 2).await.unwrap();
        assert!(insert(3, 2).await.unwrap_err().is(codes::TOO_MANY));
        db.commit(channel_bookmarks::delete(channel, bookmark(&world, 1).id, NOW.plus_ms(1), NOW)).await.unwrap();
        insert(3, 2).await.unwrap();
        db.commit(channel_bookmarks::delete(channel, bookmark(&world, 2).id, NOW.plus_ms(1), NOW)).await.unwrap();
        assert!(insert(4, 2).await.unwrap_err().is(codes::CHANGED_TOO_OFTEN));
    }

    async fn a_file_belongs_to_a_bookmark_or_to_a_message(db) {
        let world = create_world(&db).await;
        let (channel, ann) = (db.grant(world.dev.id), world.ann.id);
        let (plan, other) = (file(&world, 1), file(&world, 2));
        for file in [&plan, &other] {
            db.commit(files::insert(channel, file)).await.unwrap();
        }
        let holder = ChannelBookmark { kind: BookmarkKind::File, link_url: String::new(), file_id: Some(plan.id), ..bookmark(&world, 1) };
        db.commit(channel_bookmarks::insert(channel, &holder)).await.unwrap();
        let attach = |file: &FileInfo, user| channel_bookmarks::attach_file(channel, file.id, user, holder.id);
        assert!(db.commit(attach(&plan, world.ben.id)).await.unwrap_err().is(codes::FILE_INVALID), "it is of somebody else");
        db.commit(attach(&plan, ann)).await.unwrap();
        assert!(db.commit(attach(&plan, ann)).await.unwrap_err().is(codes::FILE_INVALID));
        assert!(channel_bookmarks::has_file(&db, plan.id).await.unwrap() && !channel_bookmarks::has_file(&db, other.id).await.unwrap());
        assert_eq!(channel_bookmarks::files(&db, db.grant(world.dev.id)).await.unwrap(), std::slice::from_ref(&plan));

        // Neither a message nor the sweep takes it.
        let unattached = files::unattached(&db, &[plan.id, other.id], ann, db.grant(world.dev.id)).await.unwrap();
        assert_eq!(unattached, std::slice::from_ref(&other));
        assert!(db.commit(files::attach(&[plan.id], PostId::from_bytes([9; 16]), ann, channel)).await.is_err());
        let stale = files::stale_unattached(&db, db.grant(Server), NOW.plus_ms(1), NOW.plus_ms(1), 10).await.unwrap();
        assert_eq!(stale, [other]);

        let heir = ChannelBookmark { id: ChannelBookmarkId::from_bytes([2; 16]), original_id: Some(holder.id), ..holder.clone() };
        db.commit(vec![
            channel_bookmarks::delete(channel, holder.id, NOW.plus_ms(1), NOW),
            channel_bookmarks::insert(channel, &heir),
            channel_bookmarks::pass_file(channel, holder.id, heir.id),
        ])
        .await
        .unwrap();
        assert_eq!(channel_bookmarks::files(&db, db.grant(world.dev.id)).await.unwrap(), [plan]);
        db.commit(channel_bookmarks::delete_file(channel, heir.id, NOW.plus_ms(2))).await.unwrap();
        assert_eq!(channel_bookmarks::files(&db, db.grant(world.dev.id)).await.unwrap(), []);
    }
}
