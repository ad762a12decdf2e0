//! Errors of bookmarks.

super::codes! {
    NOT_FOUND = NotFound, "app.channel.bookmark.get.app_error", "There is no such bookmark, or not any more.";
    NAME_INVALID = BadRequest, "model.channel_bookmark.is_valid.display_name.missing.app_error", "A bookmark's name has one to {max} characters.";
    LINK_INVALID = BadRequest, "model.channel_bookmark.is_valid.link_url.missing_or_invalid.app_error", "A link begins with http://, https:// or mailto: and has at most {max} characters.";
    IMAGE_INVALID = BadRequest, "model.channel_bookmark.is_valid.image_url.app_error", "The address of an image begins with http:// or https:// and has at most {max} characters.";
    EMOJI_INVALID = BadRequest, "model.channel_bookmark.is_valid.emoji.app_error", "This is not the name of an emoji.";
    FILE_INVALID = BadRequest, "model.channel_bookmark.is_valid.file_id.missing_or_invalid.app_error", "A bookmark has a file that you have uploaded to this channel and that no message or bookmark has yet.";
    LINK_WITH_FILE = BadRequest, "model.channel_bookmark.is_valid.link_file.app_error", "A bookmark is a link or a file, not both.";
    ORDER_INVALID = BadRequest, "app.channel.bookmark.update_sort.invalid_input.app_error", "There is no such place in the order of the bookmarks.";
    TOO_MANY = BadRequest, "app.channel.bookmark.add_bookmark.limit.app_error", "A channel has at most {max} bookmarks.";
    CHANGED_TOO_OFTEN = BadRequest, "app.channel.bookmark.changed_too_often.app_error", "The bookmarks of this channel were changed too often in the last days. Please try again later.";
    GUEST = Forbidden, "api.channel.bookmark.guest.forbidden.app_error", "Guests cannot change the bookmarks of direct and group messages.";
}
