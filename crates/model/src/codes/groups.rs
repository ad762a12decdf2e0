//! Errors of groups of people.

super::codes! {
    DISABLED = Forbidden, "api.custom_groups.feature_disabled", "Groups are switched off on this server.";
    NOT_FOUND = NotFound, "app.group.no_rows", "There is no such group.";
    NOT_CUSTOM = BadRequest, "app.group.crud_permission", "Only groups with the source custom can be made.";
    NOT_MENTIONABLE = BadRequest, "api.custom_groups.must_be_referenceable", "Every group can be mentioned: allow_reference must be true.";
    REMOTE_ID = BadRequest, "api.custom_groups.no_remote_id", "A group that is made here has no remote_id.";
    NAME_LENGTH = BadRequest, "model.group.name.invalid_length.app_error", "A group's name has one to {max} characters.";
    NAME_INVALID = BadRequest, "model.group.name.invalid_chars.app_error", "A group's name consists of lower case letters, digits and the characters '.', '-' and '_', at least one of them a letter or digit.";
    NAME_RESERVED = BadRequest, "model.group.name.reserved_name.app_error", "This name is reserved. Please choose another.";
    NAME_TAKEN = BadRequest, "app.custom_group.unique_name", "Another group has this name, maybe an archived one. Please choose another.";
    USERNAME_TAKEN = BadRequest, "app.group.username_conflict", "Somebody has this name as their username. Please choose another.";
    DISPLAY_NAME_INVALID = BadRequest, "model.group.display_name.app_error", "A group's display name has one to {max} characters.";
    DESCRIPTION_TOO_LONG = BadRequest, "model.group.description.app_error", "A group's description has at most {max} characters.";
    TOO_MANY = BadRequest, "api.group.too_many.app_error", "The server has as many groups as it may have ({max}), archived ones included.";
    TOO_MANY_OF_USER = BadRequest, "api.group.too_many_of_user.app_error", "You have made as many groups as one person may make here ({max}), archived ones included.";
    LINK_NOT_FOUND = NotFound, "store.sql_group.no_rows", "The group is not linked to this.";
    LINK_ADMINS = BadRequest, "api.group.link_scheme_admin.app_error", "A link cannot make people administrators: scheme_admin must be false.";
    TOO_MANY_LINKS = BadRequest, "api.group.too_many_links.app_error", "A group is linked to at most {max} teams and channels.";
    TOO_MANY_GROUPS = BadRequest, "api.group.too_many_linked.app_error", "At most {max} groups are linked to one team or channel.";
    TOO_MANY_LINKED = BadRequest, "api.group.too_many_linked_members.app_error", "Groups with more than {max} members cannot be linked to be added.";
    GUEST = Forbidden, "api.group.guest_member.app_error", "Groups add no guests.";
    TOO_MANY_IDS = BadRequest, "api.group.too_many_ids.app_error", "At most {max} can be given at once.";
    TOO_MANY_MEMBER_IDS = BadRequest, "api.group.too_many_member_ids.app_error", "These groups have more than {max} members together. Please ask for fewer groups at once.";
}
