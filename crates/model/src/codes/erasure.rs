//! Errors of erasing people. They are not of Mattermost, but for `NOT_ENABLED`.

super::codes! {
    OWN_ACCOUNT = BadRequest, "api.erasure.own_account.app_error", "Nobody can erase their own account. Please ask another administrator.";
    NOT_CONFIRMED = BadRequest, "api.erasure.not_confirmed.app_error", "Please enter the username of the account to confirm that it is erased.";
    ERASED = BadRequest, "api.erasure.erased.app_error", "This account was erased.";
    RUNNING = BadRequest, "api.erasure.running.app_error", "This account is being erased already.";
    ACTIVE = BadRequest, "api.erasure.active.app_error", "The account was activated again while it was being erased.";
    NO_NAME = Internal, "api.erasure.no_name.app_error", "There is no free name for the erased account.";
    NOT_ENABLED = Unauthorized, "api.user.delete_user.not_enabled.app_error", "Erasing accounts over this operation is not enabled on this server.";
}
