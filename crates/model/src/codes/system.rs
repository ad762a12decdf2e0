//! Errors of the configuration and the server.

super::codes! {
    SETTING_NOT_SUPPORTED = BadRequest, "api.config.update_config.not_supported.app_error", "{name} cannot be changed on this server.";
    CONFIG_TOO_LARGE = BadRequest, "api.config.update_config.too_large.app_error", "What no setting of this server is for has more than {max} bytes.";
    SETTING_FIXED = BadRequest, "api.config.update_config.fixed.app_error", "{name} is set by the configuration file or the environment and cannot be changed here.";
    SETTING_INVALID = BadRequest, "model.config.is_valid.value.app_error", "{name} cannot have this value: {reason}.";
    ALERT_CHANNEL_MISSING = BadRequest, "api.config.alert_channel.missing.app_error", "There is no such channel.";
    ALERT_CHANNEL_DIRECT = BadRequest, "api.config.alert_channel.direct.app_error", "It is a direct or group message. Please choose a public or private channel.";
    ALERT_CHANNEL_ARCHIVED = BadRequest, "api.config.alert_channel.archived.app_error", "The channel is archived.";
    ANALYTICS_NAME = BadRequest, "api.context.invalid_url_param.app_error", "There are no figures of this name.";
    LOG_TOO_LARGE = BadRequest, "api.system.post_log.too_large.app_error", "A log message can have {limit} characters at most.";
    NO_PUSH = NotImplemented, "api.push_notifications.disabled.app_error", "This server sends no push notifications.";
    NO_AUTHORITY = BadRequest, "api.system.tls.no_authority.app_error", "The certificate of this server does not come from an authority, so that it cannot be renewed. Set tls.mode to acme first.";
    NO_SESSION_ATTRIBUTES = NotImplemented, "api.user.session_attributes.disabled.app_error", "This server asks clients for no attributes of their devices.";
    NO_LICENSE = Forbidden, "api.license.upgrade_needed.app_error", "This server needs no licence, and no trial of one.";
    NO_UPGRADE = Forbidden, "api.upgrade_to_enterprise.already-enterprise.app_error", "This server has everything already.";
    PLUGINS_DISABLED = NotImplemented, "app.plugin.disabled.app_error", "This server has no plugins.";
}
