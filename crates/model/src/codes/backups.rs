//! What can go wrong with backups.

super::codes! {
    TARGET_NOT_FOUND = NotFound, "api.backups.target.not_found.app_error", "There is no such backup target.";
    TARGET_NAME_TAKEN = BadRequest, "api.backups.target.name_taken.app_error", "Another backup target has this name.";
    TOO_MANY_TARGETS = BadRequest, "api.backups.target.too_many.app_error", "At most {max} backup targets are possible. Remove one first.";
    NO_TARGET = BadRequest, "api.backups.no_target.app_error", "There is no backup target yet. Add one first.";
    LOCATION_INVALID = BadRequest, "api.backups.location.app_error", "The address of the backup target is not valid: {reason}.";
    TARGET_UNUSABLE = BadRequest, "api.backups.target.unusable.app_error", "{reason}";
    WRONG_PASSWORD = BadRequest, "api.backups.target.wrong_password.app_error", "{reason}";
    NO_ROOM = Internal, "app.backups.no_room.app_error", "The disk of the server has not enough free space to prepare a backup: {needed} are needed.";
    NOT_CONTINUOUS = BadRequest, "api.backups.target.not_continuous.app_error", "Continuous backups are for the built-in database only. PostgreSQL and MySQL have their own: log archiving (point-in-time recovery) or a replica.";
    RUNNING = Conflict, "api.backups.running.app_error", "A backup to this target, or a check of it, is running already.";
    PAUSED = Conflict, "api.backups.paused.app_error", "Backups are paused since this server was restored from one; if it goes on in place of the old server, run guildhall backup resume.";
    NOT_PAUSED = NotFound, "api.backups.not_paused.app_error", "Backups are not paused.";
    FAILED = Internal, "app.backups.failed.app_error", "{reason}";
}
