//! What can go wrong with files, uploads and pictures.

super::codes! {
    TOO_LARGE = TooLarge, "api.file.upload_file.too_large_detailed.app_error", "The file is larger than {limit} bytes.";
    NOT_FOUND = NotFound, "app.file_info.get.app_error", "There is no such file.";
    OFFSET_MISMATCH = Conflict, "app.upload.upload_data.offset.app_error", "The upload continues at byte {offset}.";
    UPLOAD_BUSY = Conflict, "app.upload.upload_data.concurrent.app_error", "Another request is sending data for this upload.";
    INTERRUPTED = BadRequest, "api.file.upload_file.interrupted.app_error", "The upload broke off before its end.";
    STORE_UNAVAILABLE = Unavailable, "api.file.store.unavailable.app_error", "The file storage does not answer right now. Please try again.";
    IMAGE_INVALID = BadRequest, "api.file.image.invalid.app_error", "The picture is damaged or of an unknown kind.";
    IMAGE_TOO_LARGE = BadRequest, "api.file.upload_file.large_image_detailed.app_error", "The picture has more than {limit} pixels.";
    IMAGE_TIMEOUT = Unavailable, "api.file.image.timeout.app_error", "Working on the picture took too long.";
}
