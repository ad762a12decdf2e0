//! Errors of channel templates and projects.

super::codes! {
    TEMPLATE_NOT_FOUND = NotFound, "app.channel_template.missing.app_error", "There is no such template, or not any more.";
    TEMPLATE_NAME_INVALID = BadRequest, "model.channel_template.is_valid.name.app_error", "A template's name has one to {max} characters.";
    TEMPLATE_NAME_TAKEN = BadRequest, "app.channel_template.save.exists.app_error", "Another template of this team has this name. Please choose another.";
    DESCRIPTION_TOO_LONG = BadRequest, "model.channel_template.is_valid.description.app_error", "A template's description has at most {max} characters.";
    TEMPLATES_TOO_MANY = BadRequest, "api.channel_template.too_many.app_error", "This team has as many templates as it may have ({max}).";
    CHANNELS_NUMBER = BadRequest, "model.channel_template.is_valid.channels.app_error", "A template has 1 to {max} channels.";
    CHANNEL_WITHOUT_PROJECT = BadRequest, "model.channel_template.is_valid.display_name.app_error", "The name of each channel of a template contains a placeholder for the name of the project, and has at most {max} characters.";
    CHANNELS_ALIKE = BadRequest, "model.channel_template.is_valid.same_name.app_error", "Two channels of the template have the same name.";
    MESSAGE_TOO_LONG = BadRequest, "model.channel_template.is_valid.message.app_error", "The first message of a channel has at most {max} characters.";
    CATEGORY_TOO_LONG = BadRequest, "model.channel_template.is_valid.category.app_error", "The name of the category has at most {max} characters.";
    MEMBERS_TOO_MANY = BadRequest, "model.channel_template.is_valid.members.app_error", "A project begins with at most {max} people. Add the others to its channels later.";
    GROUPS_TOO_MANY = BadRequest, "model.channel_template.is_valid.groups.app_error", "A template names at most {max} groups.";
    MEMBER_INVALID = BadRequest, "api.channel_template.member.app_error", "One of these people is not in the team, or has no active account.";
    GROUP_INVALID = BadRequest, "api.channel_template.group.app_error", "One of these groups does not exist.";
    GUEST_LINK_INVALID = BadRequest, "model.channel_template.is_valid.guest_link.app_error", "A guest link is for one of the channels that guests come to, for 1 to {people} people, and is valid for 1 to {days} days.";

    NOT_FOUND = NotFound, "app.project.missing.app_error", "There is no such project.";
    NAME_INVALID = BadRequest, "model.project.is_valid.name.app_error", "A project's name has one to {max} characters.";
    NAME_TAKEN = BadRequest, "app.project.save.exists.app_error", "Another project of this team has this name, maybe an archived one. Please choose another.";
    CHANNEL_NAME_TOO_LONG = BadRequest, "api.project.create.channel_name.app_error", "The channel {name} would have a name of more than {max} characters. Please choose a shorter name for the project.";
    CHANNEL_TAKEN = BadRequest, "api.project.create.channel_exists.app_error", "A channel {name} exists already in the team, maybe an archived one. Please choose another name for the project.";
    PENDING_ID_INVALID = BadRequest, "api.project.create.pending_id.app_error", "The pending_id has at most {max} characters.";
    NO_CHANNEL_FOR_GUESTS = BadRequest, "api.project.create.no_channel_for_guests.app_error", "No channel of this template is for guests.";
    GUEST_REJECTED = BadRequest, "api.project.create.guest.app_error", "{email} cannot be invited: {reason}";
    NOT_IN_TEAM = Forbidden, "api.project.create.not_in_team.app_error", "Whoever makes a project is one of its members. You are not in this team: ask to be added to it.";
    ALREADY_ARCHIVED = BadRequest, "api.project.archive.archived.app_error", "This project is archived already.";
    NOT_ARCHIVED = BadRequest, "api.project.restore.restored.app_error", "This project is not archived.";
}
