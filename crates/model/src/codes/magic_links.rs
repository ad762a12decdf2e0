//! Errors of log-ins by a link or a code that came by mail.

super::codes! {
    DISABLED = NotImplemented, "api.user.login_by_link.disabled.app_error", "Logging in by a link is switched off on this server. Log in with your password.";
    NOT_CONFIGURED = BadRequest, "api.user.login_by_link.no_mail.app_error", "This server sends no mail. Log in with your password.";
    LINK_INVALID = Unauthorized, "api.user.login_by_link.invalid.app_error", "This link is not valid, or was used before. Ask for a new one.";
    LINK_EXPIRED = Unauthorized, "api.user.login_by_link.expired.app_error", "This link has expired. Ask for a new one.";
    CODE_WRONG = Unauthorized, "api.user.login_by_link.wrong_code.app_error", "This code is not right, has expired or was used before. After a few wrong ones, ask for a new mail.";
}
