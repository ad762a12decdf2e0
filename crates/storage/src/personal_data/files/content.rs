//! What somebody has written, uploaded and read.

use super::{BY_ID, BY_TIME, ExportFile, FILE};
use crate::personal_data::column::{flag, id, json, number, text, time};

pub(super) const FILES: &[ExportFile] = &[
    ExportFile {
        name: "messages",
        description: "Your messages, with their earlier versions. Of those that were deleted only the time is left.",
        table: "posts",
        columns: &[
            id("id"),
            time("create_at"),
            time("edit_at"),
            time("update_at"),
            time("delete_at"),
            text("message"),
            text("type").from("kind"),
            id("thread_id").from("root_id"),
            id("earlier_version_of").from("original_id"),
            text("hashtags"),
            json("props"),
            text("file_ids"),
            flag("is_pinned"),
            text("priority"),
            flag("requested_ack"),
            flag("persistent_notifications"),
        ],
        withheld: &["user_id", "has_reactions", "has_acknowledgements", "pending_post_id", "mentioned"],
        channel: Some("t.channel_id"),
        key: BY_TIME,
        ..FILE
    },
    ExportFile {
        name: "drafts",
        description: "What you have begun to write.",
        table: "drafts",
        columns: &[
            id("thread_id").from("root_id"),
            time("create_at"),
            time("update_at"),
            text("message"),
            text("type").from("kind"),
            json("props"),
            text("file_ids"),
            text("priority"),
        ],
        channel: Some("t.channel_id"),
        key: &[id("channel_id"), id("root_id")],
        ..FILE
    },
    ExportFile {
        name: "scheduled_messages",
        description: "Your messages that are to be sent later, and those that could not be sent.",
        table: "scheduled_posts",
        columns: &[
            id("id"),
            id("thread_id").from("root_id"),
            time("create_at"),
            time("update_at"),
            text("message"),
            text("type").from("kind"),
            json("props"),
            text("file_ids"),
            text("priority"),
            time("scheduled_at"),
            time("processed_at"),
            text("error_code"),
        ],
        channel: Some("t.channel_id"),
        key: BY_ID,
        ..FILE
    },
    ExportFile {
        name: "reactions",
        description: "Your reactions.",
        table: "reactions",
        columns: &[id("post_id"), text("emoji_name"), time("create_at"), time("delete_at")],
        withheld: &["user_id", "update_at"],
        channel: Some("t.channel_id"),
        key: &[id("post_id"), text("emoji_name")],
        ..FILE
    },
    ExportFile {
        name: "acknowledgements",
        description: "The messages that you have acknowledged.",
        table: "post_acknowledgements",
        columns: &[id("post_id"), time("acknowledged_at")],
        withheld: &["user_id"],
        channel: Some("t.channel_id"),
        key: &[id("post_id")],
        ..FILE
    },
    ExportFile {
        name: "reminders",
        description: "The messages of which you are to be reminded.",
        table: "post_reminders",
        columns: &[id("post_id"), time("target_at"), time("create_at")],
        key: &[id("post_id")],
        ..FILE
    },
    ExportFile {
        name: "threads",
        description: "The threads that you follow or have left.",
        table: "thread_members",
        joins: "LEFT JOIN threads h ON h.thread_id = t.thread_id",
        columns: &[id("thread_id"), flag("following"), time("last_viewed_at"), number("unread_mentions"), time("last_update_at")],
        channel: Some("h.channel_id"),
        key: &[id("thread_id")],
        ..FILE
    },
    ExportFile {
        name: "files",
        description: "The files that you have uploaded. Those that were not deleted are in the folder `files`, under their id and name.",
        table: "files",
        columns: &[
            id("id"),
            text("name"),
            text("mime_type"),
            number("size_bytes"),
            number("width"),
            number("height"),
            time("create_at"),
            time("delete_at"),
            id("post_id"),
        ],
        withheld: &[
            "user_id",
            "update_at",
            "extension",
            "has_preview_image",
            "mini_preview",
            "blob_key",
            "thumbnail_key",
            "preview_key",
            "kept_until",
            "bookmark_id",
        ],
        channel: Some("t.channel_id"),
        key: BY_TIME,
        ..FILE
    },
    ExportFile {
        name: "uploads",
        description: "Uploads that you have not finished.",
        table: "uploads",
        columns: &[id("id"), text("filename"), number("size_bytes"), time("create_at")],
        channel: Some("t.channel_id"),
        key: BY_ID,
        ..FILE
    },
];
