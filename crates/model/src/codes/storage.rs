//! Errors of the database.

super::codes! {
    INVALID_TEXT = BadRequest, "app.storage.invalid_text.app_error", "A text or number in the request cannot be stored: it is too long, too large, or holds a NUL character.";
    INVALID_URL = BadRequest, "app.storage.invalid_url.app_error", "The database address is not valid: {reason}.";
    OPEN_FAILED = Unavailable, "app.storage.open.app_error", "The database cannot be opened: {reason}.";
    SCHEMA_NEWER = Internal, "app.storage.schema_newer.app_error", "The database was written by a newer Guildhall: its schema is at step {found}, and this program knows {known}. Install the newer version again, or restore a backup from before the upgrade.";
    CAPTURE_FAILED = Unavailable, "app.storage.capture.app_error", "The log of the database's changes cannot be used.";
    SNAPSHOT_FAILED = Unavailable, "app.storage.snapshot.app_error", "The database could not be copied.";
    SCHEMA_CHANGED = Internal, "app.storage.schema_changed.app_error", "Step {step} of the database's schema is not the one this program knows. The database belongs to a different build.";
    NOT_EMPTY = Conflict, "app.storage.not_empty.app_error", "The database has data already, and nothing is written over it. Name an empty one.";
    DUMP_UNREADABLE = BadRequest, "app.storage.dump.app_error", "The copy of the table {table} cannot be loaded: {reason}.";
    MIGRATION_FAILED = Internal, "app.storage.migration.app_error", "Step {step} of the database's schema could not be applied: {reason}.";
}
