//! Errors of drafts and scheduled posts.

super::codes! {
    DISABLED = NotImplemented, "api.drafts.disabled.app_error", "Drafts are not kept on this server.";
    TOO_MANY = BadRequest, "api.drafts.too_many.app_error", "You have {max} drafts already. Please send or delete one of them.";
    BAD_PRIORITY = BadRequest, "model.draft.is_valid.priority.app_error", "The priority is larger than {max} bytes.";
    PROPS_TOO_LONG = BadRequest, "model.draft.is_valid.props.app_error", "The properties of the draft are larger than {max} bytes.";
    SCHEDULING_DISABLED = NotImplemented, "api.scheduled_posts.feature_disabled", "Messages cannot be scheduled on this server.";
    TOO_MANY_SCHEDULED = BadRequest, "api.scheduled_posts.too_many.app_error", "You have {max} scheduled messages already. Please delete one of them.";
    NOT_SCHEDULED = NotFound, "app.update_scheduled_post.existing_scheduled_post.not_exist", "This scheduled message does not exist. It may have been sent.";
    BAD_SCHEDULED_AT = BadRequest, "model.scheduled_post.is_valid.scheduled_at.app_error", "A message is scheduled for a time in the future, at most {days} days ahead.";
    EMPTY = BadRequest, "model.scheduled_post.is_valid.empty_post.app_error", "A scheduled message has a text or a file.";
}
