//! Errors of the terms of service.

super::codes! {
    NONE = NotFound, "app.terms_of_service.get.no_rows.app_error", "There are no such terms of service.";
    EMPTY = BadRequest, "api.create_terms_of_service.empty_text.app_error", "Please enter the text of the terms of service.";
    TOO_LONG = BadRequest, "model.terms_of_service.is_valid.text.app_error", "Terms of service can have {limit} characters at most.";
    TOO_MANY = BadRequest, "api.create_terms_of_service.limit.app_error", "The terms of service were changed {limit} times, which is the most that is kept.";
    NOT_ACCEPTED = NotFound, "app.user_terms_of_service.get_by_user.no_rows.app_error", "This account has not agreed to terms of service.";
}
