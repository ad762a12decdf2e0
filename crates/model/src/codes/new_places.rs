//! Errors of log-ins at places where the account has not been used, with Mattermost's ids of second factors: its clients ask for a code then.

super::codes! {
    CODE_SENT = Unauthorized, "mfa.validate_token.authenticate.app_error", "This account has not been used here before. Please enter the code that was sent to its email address.";
    CODE_WRONG = Unauthorized, "api.user.check_user_mfa.bad_code.app_error", "The code is not right, or has expired. Please enter the one of the latest mail, or log in again without a code to get another one.";
}
