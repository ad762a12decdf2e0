//! Errors of moving the database of a running server.

super::codes! {
    MODE_ORDER = Conflict, "app.database.mode.app_error", "The database is not in the mode that must come before this one. The server has gone on writing, most likely since the command that moves the database did not answer for too long.";
}
