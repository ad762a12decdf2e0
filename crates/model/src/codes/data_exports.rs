//! Errors of exports of what is stored about a person. They are not of Mattermost.

super::codes! {
    DISABLED = Forbidden, "api.data_export.disabled.app_error", "On this server, only administrators export what is stored about a person. Please ask one.";
    RUNNING = BadRequest, "api.data_export.running.app_error", "An export is being made already. Please wait for it.";
    TOO_MANY = BadRequest, "api.data_export.too_many.app_error", "There are {max} exports already. Please download one of them, or wait until they are deleted.";
    NOT_FOUND = NotFound, "api.data_export.not_found.app_error", "This export does not exist. It may have been deleted.";
    NOT_READY = BadRequest, "api.data_export.not_ready.app_error", "This export is not ready.";
}
