//! Errors of passwords that are not accepted. Those of missing classes of characters have Mattermost's ids: one for each combination.

super::codes! {
    TOO_SHORT = BadRequest, "api.user.check_user_password.invalid.app_error", "A password here has at least {min} characters{classes}.";
    TOO_LONG = BadRequest, "model.user.is_valid.pwd_max_length.app_error", "This password is too long.";
    CHARACTERS = BadRequest, "model.user.is_valid.pwd.app_error", "A password cannot have control characters, such as tabs and line breaks.";
    COMMON = BadRequest, "api.user.password.common.app_error", "Others have used this password, and attackers try it early. Please choose another one.";
    NAME = BadRequest, "api.user.password.name.app_error", "This password is little more than a name that others know. Please choose another one.";
    LOWERCASE = BadRequest, "model.user.is_valid.pwd_lowercase.app_error", "A password here has at least {min} characters{classes}.";
    UPPERCASE = BadRequest, "model.user.is_valid.pwd_uppercase.app_error", "A password here has at least {min} characters{classes}.";
    LOWERCASE_UPPERCASE = BadRequest, "model.user.is_valid.pwd_lowercase_uppercase.app_error", "A password here has at least {min} characters{classes}.";
    NUMBER = BadRequest, "model.user.is_valid.pwd_number.app_error", "A password here has at least {min} characters{classes}.";
    LOWERCASE_NUMBER = BadRequest, "model.user.is_valid.pwd_lowercase_number.app_error", "A password here has at least {min} characters{classes}.";
    UPPERCASE_NUMBER = BadRequest, "model.user.is_valid.pwd_uppercase_number.app_error", "A password here has at least {min} characters{classes}.";
    LOWERCASE_UPPERCASE_NUMBER = BadRequest, "model.user.is_valid.pwd_lowercase_uppercase_number.app_error", "A password here has at least {min} characters{classes}.";
    SYMBOL = BadRequest, "model.user.is_valid.pwd_symbol.app_error", "A password here has at least {min} characters{classes}.";
    LOWERCASE_SYMBOL = BadRequest, "model.user.is_valid.pwd_lowercase_symbol.app_error", "A password here has at least {min} characters{classes}.";
    UPPERCASE_SYMBOL = BadRequest, "model.user.is_valid.pwd_uppercase_symbol.app_error", "A password here has at least {min} characters{classes}.";
    LOWERCASE_UPPERCASE_SYMBOL = BadRequest, "model.user.is_valid.pwd_lowercase_uppercase_symbol.app_error", "A password here has at least {min} characters{classes}.";
    NUMBER_SYMBOL = BadRequest, "model.user.is_valid.pwd_number_symbol.app_error", "A password here has at least {min} characters{classes}.";
    LOWERCASE_NUMBER_SYMBOL = BadRequest, "model.user.is_valid.pwd_lowercase_number_symbol.app_error", "A password here has at least {min} characters{classes}.";
    UPPERCASE_NUMBER_SYMBOL = BadRequest, "model.user.is_valid.pwd_uppercase_number_symbol.app_error", "A password here has at least {min} characters{classes}.";
    LOWERCASE_UPPERCASE_NUMBER_SYMBOL = BadRequest, "model.user.is_valid.pwd_lowercase_uppercase_number_symbol.app_error", "A password here has at least {min} characters{classes}.";
}
