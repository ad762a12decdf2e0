//! Errors of schemes and of the moderation of channels.

super::codes! {
    NOT_FOUND = NotFound, "app.scheme.get.app_error", "There is no such scheme.";
    NAME_INVALID = BadRequest, "app.scheme.save.invalid_scheme.app_error", "The name of a scheme has two to {max} characters: lower case letters, digits and underscores.";
    NAME_TAKEN = BadRequest, "app.scheme.save.name_exists.app_error", "There is a scheme of this name already.";
    DISPLAY_NAME_INVALID = BadRequest, "app.scheme.save.display_name.app_error", "A scheme is called something of one to {max} characters.";
    TOO_MANY = BadRequest, "app.scheme.save.limit.app_error", "There are as many schemes as a server may have ({max}).";
    DERIVED = BadRequest, "guildhall.schemes.derived", "This scheme belongs to the moderation of one channel, and is changed there.";
    TEAM_SCOPE = BadRequest, "api.team.update_team_scheme.scheme_scope.error", "This scheme is not one for teams.";
    CHANNEL_SCOPE = BadRequest, "api.channel.update_channel_scheme.scheme_scope.error", "This scheme is not one for channels.";
    DIRECT_CHANNEL = BadRequest, "api.channel.moderation.direct_channel.app_error", "Direct and group messages cannot be moderated.";
    NOT_ALLOWED_ABOVE = Forbidden, "api.channel.patch_channel_moderations.forbidden.app_error", "The team or the server does not allow this, so that a channel cannot.";
    MODERATION_UNKNOWN = BadRequest, "guildhall.moderation.unknown", "{name} is nothing that can be moderated.";
    NOT_FOR_GUESTS = BadRequest, "guildhall.moderation.not_for_guests", "Guests cannot get this.";
    MODERATED_TOO_MANY = BadRequest, "guildhall.moderation.limit", "As many channels are moderated as a server may have ({max}).";
}
