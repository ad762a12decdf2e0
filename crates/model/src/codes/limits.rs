//! Errors of limits: of how often messages are sent, and of changes of limits.

super::codes! {
    USER_POSTS = TooManyRequests, "api.post.create_post.user_rate.app_error", "You are sending messages faster than is allowed here. This one can be sent in {retry_after_seconds} s.";
    CHANNEL_POSTS = TooManyRequests, "api.post.create_post.channel_rate.app_error", "More messages arrive in this channel than are allowed. This one can be sent in {retry_after_seconds} s.";
    TEAM_POSTS = TooManyRequests, "api.post.create_post.team_rate.app_error", "More messages arrive in this team than are allowed. This one can be sent in {retry_after_seconds} s.";
    SERVER_POSTS = TooManyRequests, "api.post.create_post.server_rate.app_error", "More messages arrive on this server than are allowed. This one can be sent in {retry_after_seconds} s.";
    TARGET_NOT_FOUND = NotFound, "api.limits.target.not_found.app_error", "There is no such {kind}.";
    NOT_SET = NotFound, "api.limits.not_set.app_error", "This {kind} has no limits of its own.";
    ARCHIVED = BadRequest, "api.limits.set.archived.app_error", "This {kind} is archived or deactivated. Restore it before you set limits.";
    ROLE_BY_SETTINGS = BadRequest, "api.limits.set.role_by_settings.app_error", "The limits of all members and of all guests are settings: see \"quotas\", \"limits\" and \"files\" in the configuration.";
    ROLE_OF_PLACE = BadRequest, "api.limits.set.role_of_place.app_error", "Only roles of the whole server can have limits, not those of a team or a channel.";
    TOO_MANY = BadRequest, "api.limits.set.too_many.app_error", "At most {max} people, roles, channels and teams can have limits of their own. Remove some first.";
}
