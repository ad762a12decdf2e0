//! Errors of the picture where people log in.

super::codes! {
    NOT_FOUND = NotFound, "api.admin.get_brand_image.storage.app_error", "There is no brand image.";
    MISSING = BadRequest, "api.admin.upload_brand_image.no_file.app_error", "There is no picture in the request.";
    SEVERAL = BadRequest, "api.admin.upload_brand_image.array.app_error", "There is more than one picture in the request.";
    TOO_LARGE = TooLarge, "api.admin.upload_brand_image.too_large.app_error", "The picture is larger than {limit} bytes.";
    INVALID = BadRequest, "brand.save_brand_image.decode.app_error", "This is not a picture that can be read.";
}
