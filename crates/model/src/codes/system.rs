//! What can go wrong with configuration and the server itself.

super::codes! {
    CLIENT_CONFIG_FORMAT = NotImplemented, "api.config.client.old_format.app_error", "Only the old format of the client configuration exists. Ask with format=old.";
    LICENSE_FORMAT = NotImplemented, "api.license.client.old_format.app_error", "Only the old format of the licence exists. Ask with format=old.";
}
