//! Errors of second factors. The ids that clients look for are Mattermost's.

super::codes! {
    REQUIRED = Forbidden, "api.context.mfa_required.app_error", "This server requires a second factor. Please log in with a browser to set one up.";
    CODE_MISSING = Unauthorized, "mfa.validate_token.authenticate.app_error", "Please enter the code of your authenticator app, or a recovery code.";
    CODE_WRONG = Unauthorized, "api.user.check_user_mfa.bad_code.app_error", "The code is not right, or was used already. Please enter the next one that your authenticator app shows.";
    ACTIVATION_CODE_WRONG = BadRequest, "mfa.activate.bad_token.app_error", "The code is not right. Please enter the one that your authenticator app shows now, and check that the clock of your device is right.";
    NOT_SET_UP = BadRequest, "mfa.activate.no_secret.app_error", "There is nothing to confirm: please set up the authenticator app again.";
    ALREADY_ACTIVE = BadRequest, "mfa.setup.already_active.app_error", "This account has a second factor already. Please remove it first.";
    NOT_ACTIVE = BadRequest, "mfa.recovery_codes.not_active.app_error", "This account has no second factor.";
    SESSION_NEEDED = Forbidden, "mfa.setup.session_needed.app_error", "This takes a log-in: it cannot be done with a personal access token.";
    QR_CODE_FAILED = Internal, "mfa.generate_qr_code.create_code.app_error", "The QR code could not be drawn.";
}
