//! Every table, what it holds about people, whether an export has it, and what an erasure does with it.

/// What a table holds about people, and whether an export has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// In one of the files of an export.
    Exported,
    /// Something about somebody that no export has, for this reason.
    NotExported(&'static str),
    /// Nothing about anybody, for this reason.
    Nothing(&'static str),
}

/// What an erasure does with what a table holds about the person.
#[derive(Debug, Clone, Copy)]
pub enum Erased {
    /// The rows for which this is true are deleted.
    Deleted(&'static str, &'static [Bound]),
    /// These columns of the rows for which this is true are overwritten. A `?` is the person's id.
    Overwritten(&'static str, &'static str),
    /// By statements of its own, for this reason: `erasure.rs` and the use case.
    Apart(&'static str),
    /// It stays, for this reason. Whom it is about is the id of an account without a name.
    Kept(&'static str),
    /// There is nothing about anybody.
    Nothing,
}

use Erased::{Apart, Deleted, Kept, Overwritten};
use Held::{Exported, NotExported, Nothing};

use super::files::{Bound, USER};

/// Rows that are the person's by the column `user_id`.
const OWN: Erased = Deleted("user_id = ?", USER);

/// In the order of the names.
pub const TABLES: &[(&str, Held, Erased)] = &[
    ("access_tokens", Exported, OWN),
    ("account_tokens", NotExported("hashes of links in mails, which end within days"), OWN),
    ("audit_cursors", Nothing("how far the readers of the audit trail are"), Erased::Nothing),
    ("audit_seals", Nothing("digests"), Erased::Nothing),
    ("audits", Exported, Kept("the trail is sealed and shows who has done what, until `limits.audit_days`")),
    ("backup_targets", Nothing("where backups go, and access to it"), Erased::Nothing),
    ("bots", Exported, Kept("disabled with their owner; others may take them over")),
    ("brand_image", Nothing("the picture where people log in"), Erased::Nothing),
    ("channel_bookmarks", Exported, Kept("everybody in the channel uses them; their maker is an id")),
    ("channel_members", Exported, Kept("of direct and group channels, whose others still read them")),
    ("channel_templates", Exported, Kept("of their team; their maker is an id")),
    ("channels", Exported, Apart("names of group channels have usernames")),
    ("commands", Exported, Deleted("creator_id = ?", USER)),
    ("data_exports", Exported, Apart("with their archives")),
    (
        "deliveries",
        NotExported("requests and mails that wait for minutes"),
        Deleted("kind = 'account_mail' AND payload LIKE ?", &[Bound::IdInText]),
    ),
    ("drafts", Exported, OWN),
    ("emoji", Exported, Kept("everybody uses them; their creator is an id")),
    ("examinations", Nothing("about the nodes of the server"), Erased::Nothing),
    ("files", Exported, Apart("by what becomes of the messages")),
    ("finding_mutes", Exported, Overwritten("user_id = NULL", "user_id = ?")),
    ("findings", Nothing("about the machine"), Erased::Nothing),
    ("group_link_members", Exported, OWN),
    ("group_links", Exported, Kept("of their group; who has made one is an id")),
    ("guest_expiries", Exported, OWN),
    ("guest_links", NotExported("passwords of invitations, which are exported"), Apart("invitations end with access")),
    ("incoming_webhooks", Exported, OWN),
    ("integration_calls", Nothing("how calls to other servers ended"), Erased::Nothing),
    ("invitation_tokens", NotExported("hashes of links"), Apart("invitations end with access")),
    ("invitation_uses", Exported, OWN),
    ("invitations", Exported, Deleted("created_by = ?", USER)),
    ("job_schedules", Nothing("when jobs run"), Erased::Nothing),
    ("jobs", NotExported("work of the server; who has started it is in the audit records"), Kept("ids, until the history is deleted")),
    ("known_places", Exported, OWN),
    ("magic_link_codes", NotExported("hashes of codes in mails, which end within minutes"), OWN),
    ("mail_notifications", NotExported("mails that wait"), OWN),
    ("mention_keywords", NotExported("made of the account's notification settings, which are exported"), OWN),
    ("oauth_apps", Exported, Deleted("creator_id = ?", USER)),
    ("oauth_authorizations", Exported, OWN),
    ("oauth_codes", NotExported("hashes of codes, which end within minutes"), OWN),
    ("oauth_grants", NotExported("hashes of the tokens of apps and sessions that are exported"), OWN),
    ("outgoing_webhooks", Exported, Deleted("creator_id = ?", USER)),
    ("own_limits", Exported, Deleted("scope = 1 AND id = ?", USER)),
    ("passkey_ceremonies", NotExported("log-ins that have begun, which end within minutes"), OWN),
    ("passkeys", Exported, OWN),
    ("persistent_notifications", Nothing("which messages notify people again"), Erased::Nothing),
    ("pinned_posts", Nothing("which messages are pinned in a channel"), Erased::Nothing),
    ("post_acknowledgements", Exported, OWN),
    ("post_notifications", NotExported("messages whose mails wait"), Kept("ids of messages, for minutes")),
    ("post_reminders", Exported, OWN),
    ("posts", Exported, Apart("by what becomes of the messages")),
    ("preferences", Exported, OWN),
    (
        "profile_fields",
        NotExported("which fields all profiles have, with who has defined them"),
        Kept("of everybody; who has defined them is an id"),
    ),
    ("profile_values", Exported, OWN),
    ("project_channels", Nothing("which channels belong to a project"), Erased::Nothing),
    ("projects", Exported, Kept("of their team; their maker is an id")),
    ("reactions", Exported, Apart("by what becomes of the messages")),
    ("recovery_codes", NotExported("hashes of codes"), OWN),
    ("released_blobs", Nothing("files that are being deleted"), Erased::Nothing),
    ("roles", Nothing("what roles allow"), Erased::Nothing),
    ("samples", Nothing("how busy the server is"), Erased::Nothing),
    ("scheduled_posts", Exported, OWN),
    ("schemes", Nothing("whose roles teams and channels have"), Erased::Nothing),
    ("search_posts", NotExported("the words of messages, which are exported"), Apart("with the messages")),
    ("second_factor_uses", NotExported("codes that were used within minutes"), OWN),
    ("second_factors", Exported, OWN),
    (
        "security_alerts",
        NotExported("findings about attacks: an export must not warn who makes one"),
        Apart("their texts have the username"),
    ),
    ("sessions", Exported, OWN),
    ("settings", Nothing("of the server"), Erased::Nothing),
    ("sidebar_categories", Exported, OWN),
    ("sidebar_channels", Exported, OWN),
    ("statuses", Exported, OWN),
    ("storage_usage", Exported, Kept("numbers of the files that stay")),
    ("team_members", Exported, Deleted("user_id = ? AND delete_at > 0", USER)),
    ("teams", Exported, Apart("they have the address of their maker")),
    ("terms_of_service", NotExported("the server's own text, with who has entered it"), Kept("the server's own text; its author is an id")),
    ("thread_members", Exported, OWN),
    ("thread_participants", NotExported("follows from the messages, which are exported"), Kept("who has written in a thread, as an id")),
    ("threads", Nothing("how long threads are"), Erased::Nothing),
    ("uploads", Exported, Apart("they end with access, and the sweep of files deletes them")),
    ("user_group_members", Exported, OWN),
    ("user_groups", Exported, Kept("others are in them; their maker is an id")),
    ("user_terms_of_service", Exported, OWN),
    ("users", Exported, Apart("the account stays, without a name")),
];
