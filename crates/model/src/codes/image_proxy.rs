//! Errors of pictures that are loaded from other servers.

super::codes! {
    DISABLED = NotImplemented, "api.image.get.disabled.app_error", "Pictures of other servers are switched off on this server.";
    NOT_AN_IMAGE = BadRequest, "api.image.get.not_an_image.app_error", "This address has no picture that can be shown.";
    UNAVAILABLE = BadRequest, "api.image.get.unavailable.app_error", "The picture could not be loaded from its server.";
}
