//! Errors of accounts, sessions, tokens, bots, preferences and statuses.

super::codes! {
    NOT_FOUND = NotFound, "app.user.missing_account.const", "There is no such account.";
    NOT_FOUND_BY_NAME = NotFound, "app.user.get_by_username.app_error", "There is no account with that username.";
    INVALID_USERNAME = BadRequest, "model.user.is_valid.username.app_error", "A username has 1 to 64 lower-case letters, digits, dots, dashes and underscores, and a few names are reserved.";
    INVALID_EMAIL = BadRequest, "model.user.is_valid.email.app_error", "This is not a valid email address.";
    INVALID_NICKNAME = BadRequest, "model.user.is_valid.nickname.app_error", "The nickname is longer than 64 characters.";
    INVALID_FIRST_NAME = BadRequest, "model.user.is_valid.first_name.app_error", "The first name is longer than 64 characters.";
    INVALID_LAST_NAME = BadRequest, "model.user.is_valid.last_name.app_error", "The last name is longer than 64 characters.";
    INVALID_POSITION = BadRequest, "model.user.is_valid.position.app_error", "The position is longer than 128 characters.";
    INVALID_LOCALE = BadRequest, "model.user.is_valid.locale.app_error", "This is not the name of a language.";
    INVALID_ROLES = BadRequest, "model.user.is_valid.roles_limit.app_error", "The list of roles is too long.";
    INVALID_PROPS = BadRequest, "model.user.is_valid.props.app_error", "The settings of this account are too many or too long.";
    USERNAME_EXISTS = BadRequest, "app.user.save.username_exists.app_error", "Another account or a group has this username.";
    EMAIL_EXISTS = BadRequest, "app.user.save.email_exists.app_error", "Another account has this email address.";
    SIGNUP_CLOSED = Forbidden, "api.user.create_user.no_open_server", "It takes an invitation to create an account here.";
    SETUP_CODE = Forbidden, "api.user.create_user.setup_code.app_error", "The first account of this server takes its set-up code. Run sudo guildhall setup --link on the server's machine, and open the address that it prints.";
    SIGNUP_DOMAIN = BadRequest, "api.user.create_user.accepted_domain.app_error", "Accounts with an email address of this domain are not accepted here.";
    OPEN_TO_ANY_EMAIL = BadRequest, "api.users.invalid_emails.enable_open_server.app_error", "This server is open: every email address is accepted.";
    PASSWORD_WRONG = BadRequest, "api.user.update_password.incorrect.app_error", "The current password is not right.";
    PASSWORD_CONTEXT = Forbidden, "api.user.update_password.context.app_error", "You are not allowed to change this password.";

    LOGIN_BLANK = BadRequest, "api.user.login.blank_pwd.app_error", "Please type your password.";
    LOGIN_INVALID = Unauthorized, "api.user.login.invalid_credentials_email_username", "The username, the email address or the password is not right.";
    LOGIN_INACTIVE = Unauthorized, "api.user.login.inactive.app_error", "This account has been deactivated. Please ask an administrator.";
    LOGIN_NOT_VERIFIED = Unauthorized, "api.user.login.not_verified.app_error", "This account's email address is not verified yet. Open the link in the mail that you got, or ask for another one.";
    LOGIN_TOO_MANY = TooManyRequests, "api.user.check_user_login_attempts.too_many.app_error", "Too many failed attempts. Please try again in {retry_after_seconds} s.";

    ACTIVATION_FORBIDDEN = Forbidden, "api.user.update_active.permissions.app_error", "You are not allowed to activate or deactivate accounts.";
    DEACTIVATION_NOT_ENABLED = Unauthorized, "api.user.update_active.not_enable.app_error", "People cannot deactivate their own accounts here.";
    LAST_ADMIN = BadRequest, "app.user.update_active.last_admin.app_error", "This is the last administrator: make somebody else one first.";
    UNKNOWN_ROLE = BadRequest, "api.user.update_user_roles.unknown_role.app_error", "There is no role named {role}.";
    NOT_FOR_BOTS = BadRequest, "api.user.bot_account.app_error", "That cannot be done to a bot's account.";

    SESSION_NOT_FOUND = NotFound, "app.session.get.app_error", "There is no such session.";

    TOKENS_DISABLED = NotImplemented, "app.user_access_token.disabled", "Personal access tokens are switched off on this server.";
    TOKEN_NOT_FOUND = NotFound, "app.user_access_token.get.app_error", "There is no such access token.";
    TOKEN_DESCRIPTION = BadRequest, "model.user_access_token.is_valid.description.app_error", "The description of an access token has 1 to 255 characters.";
    TOKEN_EXPIRY_INVALID = BadRequest, "model.user_access_token.is_valid.expires_at.app_error", "The end of an access token is a time in milliseconds, or 0 for none.";
    TOKEN_EXPIRY_REQUIRED = BadRequest, "app.user_access_token.expires_at_required.app_error", "Access tokens expire here: set an end within {days} days from now.";
    TOKEN_EXPIRY_PAST = BadRequest, "app.user_access_token.expires_at_in_past.app_error", "The end of an access token is in the future.";
    TOKEN_EXPIRY_TOO_FAR = BadRequest, "app.user_access_token.expires_at_too_far.app_error", "Access tokens expire within {days} days here. Set an earlier end.";
    TOKEN_NOT_ACTIVE = BadRequest, "api.user.rotate_user_access_token.disabled_token.app_error", "This access token is disabled. Enable it first.";
    TOKENS_UNLIMITED = BadRequest, "app.user_access_token.revoke_non_compliant.no_policy.app_error", "Access tokens need not expire here: there is no longest time in the settings.";
    TOKEN_LIMIT = BadRequest, "app.user_access_token.limit.app_error", "This account has as many access tokens as it may have.";

    IMAGE_MISSING = BadRequest, "api.user.upload_profile_user.no_file.app_error", "The request has no picture in a field named image.";
    IMAGE_SEVERAL = BadRequest, "api.user.upload_profile_user.array.app_error", "Send one picture at a time.";
    IMAGE_TOO_LARGE = TooLarge, "api.user.upload_profile_user.too_large.app_error", "The picture is larger than {limit} bytes.";
    IMAGE_INVALID = BadRequest, "api.user.upload_profile_user.upload_profile.app_error", "The picture could not be read.";

    PREFERENCE_OF_OTHER = Forbidden, "api.preference.update_preferences.set.app_error", "A preference belongs to somebody else.";
    PREFERENCE_DELETE_OF_OTHER = Forbidden, "api.preference.delete_preferences.delete.app_error", "A preference belongs to somebody else.";
    PREFERENCE_CATEGORY_NOT_FOUND = NotFound, "api.preference.preferences_category.get.app_error", "There are no preferences of that category.";
    PREFERENCE_NOT_FOUND = NotFound, "app.preference.get.app_error", "There is no such preference.";
    PREFERENCE_CATEGORY = BadRequest, "model.preference.is_valid.category.app_error", "The category of a preference has 1 to 32 characters.";
    PREFERENCE_NAME = BadRequest, "model.preference.is_valid.name.app_error", "The name of a preference has at most 64 characters.";
    PREFERENCE_VALUE = BadRequest, "model.preference.is_valid.value.app_error", "The value of a preference is too long.";
    PREFERENCE_THEME = BadRequest, "model.preference.is_valid.theme.app_error", "The theme is not a JSON object.";
    PREFERENCE_LIMIT = BadRequest, "app.preference.limit.app_error", "This account has as many preferences as it may have.";

    CUSTOM_STATUS_INVALID = BadRequest, "api.custom_status.set_custom_statuses.invalid.app_error", "A custom status needs an emoji or a text of at most 100 characters, and an end in the future.";
    CUSTOM_STATUS_RECENT = BadRequest, "api.custom_status.recent_custom_statuses.delete.app_error", "The recent status could not be removed.";

    ROLE_NOT_FOUND = NotFound, "app.role.get.app_error", "There is no such role.";
    ROLE_NOT_FOUND_BY_NAME = NotFound, "app.role.get_by_name.app_error", "There is no role with that name.";
    ROLE_FIXED = Forbidden, "api.roles.patch_roles.not_allowed_permission.error", "This role cannot be changed like that.";
    ROLE_WITHOUT_DEFAULTS = BadRequest, "guildhall.roles.no_defaults", "Only built-in roles have defaults.";
}
