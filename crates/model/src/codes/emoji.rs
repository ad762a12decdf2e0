//! Errors of custom emoji.

super::codes! {
    DISABLED = NotImplemented, "api.emoji.disabled.app_error", "Custom emoji are switched off on this server.";
    NOT_FOUND = NotFound, "app.emoji.get.no_result", "There is no such emoji.";
    NAME_NOT_FOUND = NotFound, "app.emoji.get_by_name.no_result", "There is no custom emoji of this name.";
    DUPLICATE = BadRequest, "api.emoji.create.duplicate.app_error", "An emoji of this name exists already.";
    INVALID_NAME = BadRequest, "model.emoji.name.app_error", "The name must be 1 to 64 of the characters a to z, 0 to 9, '-', '+' and '_'.";
    SYSTEM_NAME = BadRequest, "model.emoji.system_emoji_name.app_error", "This is the name of a standard emoji.";
    TOO_LARGE = TooLarge, "api.emoji.create.too_large.app_error", "The picture of an emoji can have {limit} bytes at most.";
    INVALID_IMAGE = BadRequest, "api.emoji.upload.image.app_error", "The picture is not one of the kinds GIF, PNG, JPEG and WebP, or it is damaged.";
    MISSING_IMAGE = BadRequest, "api.emoji.create.parse.app_error", "The request must have one part named image and one named emoji.";
    TOO_MANY = BadRequest, "api.emoji.create.too_many.app_error", "The server has as many custom emoji as it may have ({max}).";
    TOO_MANY_OF_USER = BadRequest, "api.emoji.create.too_many_of_user.app_error", "You have made as many emoji as one person may have here ({max}). Delete one that nobody needs.";
    TOO_MANY_NAMES = BadRequest, "api.emoji.get_multiple_by_name_too_many.request_error", "At most {limit} names can be asked for at once.";
    IMAGE_NOT_FOUND = NotFound, "api.emoji.get_image.read.app_error", "The picture of this emoji does not exist any more.";
}
