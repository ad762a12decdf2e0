//! Errors of files, uploads and images.

super::codes! {
    TOO_LARGE = TooLarge, "api.file.upload_file.too_large_detailed.app_error", "The file is larger than {limit}, the most that may be sent here.";
    NOT_FOUND = NotFound, "app.file_info.get.app_error", "There is no such file.";
    OFFSET_MISMATCH = Conflict, "app.upload.upload_data.offset.app_error", "The upload continues at byte {offset}.";
    UPLOAD_BUSY = Conflict, "app.upload.upload_data.concurrent.app_error", "Another request is sending data for this upload.";
    INTERRUPTED = BadRequest, "api.file.upload_file.interrupted.app_error", "The upload was interrupted before its end.";
    STORE_UNAVAILABLE = Unavailable, "api.file.store.unavailable.app_error", "The file storage does not answer right now. Please try again.";
    STORE_FULL = InsufficientStorage, "api.file.store.full.app_error", "The server has no room for further files. Please tell an administrator.";
    USER_QUOTA = TooLarge, "api.file.upload_file.user_quota.app_error", "This does not fit into the room that you have for files here. Delete some that you no longer need, or ask an administrator.";
    CHANNEL_QUOTA = TooLarge, "api.file.upload_file.channel_quota.app_error", "This does not fit into the room that the channel has for files. Delete some that nobody needs any more, or ask an administrator.";
    TEAM_QUOTA = TooLarge, "api.file.upload_file.team_quota.app_error", "This does not fit into the room that the team has for files. Please ask an administrator.";
    SERVER_QUOTA = InsufficientStorage, "api.file.upload_file.server_quota.app_error", "The server has no room left for files. Please tell an administrator.";
    IMAGE_INVALID = BadRequest, "api.file.image.invalid.app_error", "The picture is damaged or of an unknown kind.";
    IMAGE_TOO_LARGE = BadRequest, "api.file.upload_file.large_image_detailed.app_error", "The picture has more than {limit} pixels.";
    IMAGE_TIMEOUT = Unavailable, "api.file.image.timeout.app_error", "Working on the picture took too long.";
    DISABLED = Forbidden, "api.file.attachments.disabled.app_error", "Files are switched off on this server.";
    ARCHIVED_CHANNEL = BadRequest, "api.file.upload_file.archived_channel.app_error", "This channel is archived, so it takes no files.";
    BAD_MULTIPART = BadRequest, "api.file.upload_file.read_form_value.app_error", "The parts of the request cannot be read.";
    NO_FILE = BadRequest, "api.file.upload_file.no_file.app_error", "The request holds no file.";
    TOO_MANY = BadRequest, "api.file.upload_file.too_many_files.app_error", "At most {limit} files can be sent at once.";
    CLIENT_IDS = BadRequest, "api.file.upload_file.incorrect_number_of_client_ids.app_error", "There must be as many client_ids as files, or none.";
    NO_THUMBNAIL = BadRequest, "api.file.get_file_thumbnail.no_thumbnail.app_error", "This file has no thumbnail.";
    NO_PREVIEW = BadRequest, "api.file.get_file_preview.no_preview.app_error", "This file has no preview.";
    LINKS_DISABLED = NotImplemented, "api.file.get_public_link.disabled.app_error", "Public links are switched off on this server.";
    LINK_WITHOUT_POST = BadRequest, "api.file.get_public_link.no_post.app_error", "Only a file of a post can have a public link.";
    LINK_INVALID = BadRequest, "api.file.get_file.public_invalid.app_error", "This link is not valid.";
    UPLOAD_NOT_FOUND = NotFound, "app.upload.get.app_error", "There is no such upload.";
    UPLOAD_TOO_LARGE = TooLarge, "api.upload.create.upload_too_large.app_error", "The file is larger than {limit}, the most that may be sent here.";
    UPLOAD_SIZE = BadRequest, "model.upload_session.is_valid.file_size.app_error", "The size of the file must be more than zero.";
    TOO_MANY_UPLOADS = BadRequest, "api.upload.create.too_many.app_error", "You have {max} uploads in progress already. Finish them, or wait until they expire.";
}
