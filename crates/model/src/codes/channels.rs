//! Errors of channels, their members and the sidebar.

super::codes! {
    NAME_TAKEN = BadRequest, "store.sql_channel.save_channel.exists.app_error", "A channel with this address exists already in the team, maybe an archived one. Please choose another.";
    NAME_INVALID = BadRequest, "model.channel.is_valid.2_or_more.app_error", "A channel's address has one to {max} characters: lower case letters, digits, hyphens and underscores, with a letter or digit first.";
    NAME_LIKE_DIRECT = BadRequest, "model.channel.is_valid.name.app_error", "This address is reserved for direct messages. Please choose another.";
    DISPLAY_NAME_INVALID = BadRequest, "model.channel.is_valid.display_name.app_error", "A channel's name has one to {max} characters.";
    HEADER_TOO_LONG = BadRequest, "model.channel.is_valid.header.app_error", "A channel's header has at most {max} characters.";
    PURPOSE_TOO_LONG = BadRequest, "model.channel.is_valid.purpose.app_error", "A channel's purpose has at most {max} characters.";
    KIND_INVALID = BadRequest, "model.channel.is_valid.type.app_error", "A channel's type is O (public) or P (private).";
    KIND_IS_DIRECT = BadRequest, "api.channel.create_channel.direct_channel.app_error", "Direct messages are opened by naming the people.";
    TEAM_FULL = BadRequest, "api.channel.create_channel.max_channel_limit.app_error", "This team has as many channels as it may have ({max}).";
    CREATED_TOO_MANY = BadRequest, "api.channel.create_channel.too_many_of_user.app_error", "You have made as many channels as one person may make here ({max}), archived ones included.";
    GROUPS_TOO_MANY = BadRequest, "api.channel.create_group.too_many_of_user.app_error", "You have opened as many group messages as one person may open here ({max}).";
    DIRECT_USER_INVALID = BadRequest, "api.channel.create_direct_channel.invalid_user.app_error", "One of these people does not exist.";
    GROUP_SIZE = BadRequest, "api.channel.create_group.bad_size.app_error", "A group message has three to eight people.";
    GROUP_USER_INVALID = BadRequest, "api.channel.create_group.bad_user.app_error", "One of these people does not exist.";
    NOT_FOUND = NotFound, "app.channel.get.existing.app_error", "This channel does not exist.";
    NOT_FOUND_BY_NAME = NotFound, "app.channel.get_by_name.missing.app_error", "There is no such channel, or you may not see it.";
    MEMBER_NOT_FOUND = NotFound, "app.channel.get_member.missing.app_error", "This person is not in the channel.";
    MEMBERS_OF_DIRECT = BadRequest, "api.channel.add_user_to_channel.type.app_error", "Nobody can be added to direct or group messages.";
    LEAVE_DIRECT = BadRequest, "api.channel.remove_channel_member.type.app_error", "Direct and group messages cannot be left.";
    LEAVE_DEFAULT = BadRequest, "api.channel.remove.default.app_error", "Everybody in the team is in {name}: nobody can leave it.";
    ARCHIVE_DEFAULT = BadRequest, "api.channel.delete_channel.cannot.app_error", "The team's default channel cannot be archived.";
    ARCHIVE_DIRECT = BadRequest, "api.channel.delete_channel.type.invalid", "Direct and group messages cannot be archived.";
    ALREADY_ARCHIVED = BadRequest, "api.channel.delete_channel.deleted.app_error", "This channel is archived already.";
    ARCHIVED = BadRequest, "api.channel.update_channel.deleted.app_error", "This channel is archived.";
    JOIN_ARCHIVED = BadRequest, "api.channel.add_user.to.channel.failed.deleted.app_error", "Nobody can be added to an archived channel.";
    NOT_ARCHIVED = BadRequest, "api.channel.restore_channel.restored.app_error", "This channel is not archived.";
    RENAME_DEFAULT = BadRequest, "api.channel.update_channel.tried.app_error", "The address of the team's default channel cannot be changed.";
    KIND_CHANGE = BadRequest, "api.channel.update_channel.typechange.app_error", "A channel is made public or private by converting it.";
    PRIVACY_DEFAULT = BadRequest, "api.channel.update_channel_privacy.default_channel_error", "The team's default channel is always public.";
    PRIVACY_DIRECT = BadRequest, "api.channel.update_channel_privacy.direct.app_error", "Direct and group messages are always private.";
    MOVE_INVALID = BadRequest, "api.channel.move_channel.type.invalid", "Only public and private channels other than the default one can be moved.";
    MOVE_MEMBERS = BadRequest, "app.channel.move_channel.members_do_not_match.error", "Not everybody in the channel is in the other team.";
    CONVERT_NOT_GROUP = BadRequest, "app.channel.gm_to_channel_conversion.not_gm.app_error", "Only a group message can be turned into a channel.";
    CONVERT_TEAM = BadRequest, "app.channel.gm_to_channel_conversion.not_in_team.app_error", "Not everybody of the group message is in this team.";
    ROLE_INVALID = BadRequest, "api.channel.update_channel_member_roles.invalid_role.app_error", "This is not a role that a member of a channel can have.";
    GUEST_ROLE_CHANGE = BadRequest, "api.channel.update_channel_member_roles.changing_guest_role.app_error", "Whether a member is a guest depends on the account, not on a role in a channel.";
    GUEST_AS_ADMIN = BadRequest, "api.channel.update_channel_member_roles.guest.app_error", "A guest cannot be a channel administrator.";
    NOTIFY_PROPS_INVALID = BadRequest, "model.channel_member.is_valid.notify_props.app_error", "The notification setting {name} is not valid.";
    TOO_MANY = BadRequest, "api.channel.too_many.app_error", "At most {max} can be given at once.";
    CATEGORY_NOT_FOUND = NotFound, "app.channel.sidebar_categories.not_found.app_error", "This category does not exist.";
    CATEGORY_INVALID = BadRequest, "app.channel.sidebar_categories.invalid.app_error", "The {name} of the category is not valid.";
    CATEGORY_BUILT_IN = BadRequest, "app.channel.sidebar_categories.built_in.app_error", "Only categories that you made can be deleted.";
    CATEGORY_ORDER_INVALID = BadRequest, "app.channel.sidebar_categories.order.app_error", "The order must name each of the categories once.";
}
