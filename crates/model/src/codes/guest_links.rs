//! Errors of guest links.

super::codes! {
    LINK_INVALID = BadRequest, "api.guest_link.invalid.app_error", "This link is not valid, or not any more. Ask for a new one.";
    LINK_EXPIRED = BadRequest, "api.guest_link.expired.app_error", "This link has expired. Ask for a new one.";
    NOT_FOUND = NotFound, "api.guest_link.missing.app_error", "There is no such guest link, or not any more.";
    PASSWORD_WRONG = Forbidden, "api.guest_link.password.app_error", "The password of this link is not right. Ask whoever sent you the link.";
    PASSWORD_LENGTH = BadRequest, "api.guest_link.password_length.app_error", "The password of a guest link has {min} to {max} characters.";
    NAME_INVALID = BadRequest, "api.guest_link.name.app_error", "Enter your name, with at most {max} characters.";
    CODE_NOT_AVAILABLE = BadRequest, "api.guest_link.no_code.app_error", "A code by mail takes a server that sends mail, and on which guests may log in by a link.";
    ADDRESS_NOT_VERIFIED = Forbidden, "api.guest_link.not_verified.app_error", "This link is for people whose email address is verified. Log out, log in by a link to your address, and open this link again.";
    NOT_IN_TEAM = Forbidden, "api.guest_link.not_in_team.app_error", "This link is for guests. You have a full account and are not in the team of the channel: ask to be added to it.";
    NO_NAME_FREE = Conflict, "api.guest_link.username.app_error", "No username is free for this name. Enter another name.";
}
