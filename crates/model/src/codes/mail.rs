//! Errors of mail, and of the links in mails.

super::codes! {
    NOT_CONFIGURED = BadRequest, "api.user.send_password_reset.send.app_error", "This server sends no mail. Please ask an administrator for a link to set a new password.";
    VERIFICATION_NOT_CONFIGURED = BadRequest, "api.user.send_verify_email_and_forget.failed.error", "This server sends no mail. Please ask an administrator to verify your email address.";
    FAILED = Unavailable, "api.email.send.app_error", "{reason}";
    TEST_SERVER_MISSING = BadRequest, "api.admin.test_email.missing_server", "Enter the name of the mail server and the address from which mails come.";
    TEST_PASSWORD_MISSING = BadRequest, "api.admin.test_email.reenter_password", "Enter the password of the mail server again: it is not sent to another server than before.";
    TEST_WITHOUT_ACCOUNT = BadRequest, "api.admin.test_email.account.app_error", "The test mail goes to the address of your account, and you have none: log in to the web client.";
    TEST_FAILED = BadRequest, "app.admin.test_email.failure", "{reason}";

    RESET_LINK_INVALID = BadRequest, "api.user.reset_password.invalid_link.app_error", "This link is not valid, or was used before. Ask for a new one.";
    RESET_LINK_EXPIRED = BadRequest, "api.user.reset_password.link_expired.app_error", "This link has expired. Ask for a new one.";
    SITE_ADDRESS_MISSING = BadRequest, "api.user.reset_password.site_url.app_error", "A link needs the address of this server: set site.url.";
    UNSUBSCRIBE_LINK_INVALID = BadRequest, "api.user.unsubscribe.bad_link.app_error", "This link is not valid any more. Log in, and turn mails off in the settings of notifications.";
    VERIFICATION_LINK_INVALID = BadRequest, "api.user.verify_email.bad_link.app_error", "This link is not valid, has expired or was used before. Ask for a new one.";
}
