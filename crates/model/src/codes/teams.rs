//! Errors of teams and their members.

super::codes! {
    NAME_TAKEN = BadRequest, "app.team.save.existing.app_error", "A team with this address exists already. Please choose another.";
    NAME_INVALID = BadRequest, "model.team.is_valid.characters.app_error", "A team's address has at least two characters: lower case letters, digits and hyphens, with a letter or digit at both ends.";
    NAME_TOO_LONG = BadRequest, "model.team.is_valid.url.app_error", "A team's address has at most {max} characters.";
    NAME_RESERVED = BadRequest, "model.team.is_valid.reserved.app_error", "This address is needed by the server itself. Please choose another.";
    DISPLAY_NAME_INVALID = BadRequest, "model.team.is_valid.name.app_error", "A team's name has one to {max} characters.";
    DESCRIPTION_TOO_LONG = BadRequest, "model.team.is_valid.description.app_error", "A team's description has at most {max} characters.";
    COMPANY_NAME_TOO_LONG = BadRequest, "model.team.is_valid.company.app_error", "A company's name has at most {max} characters.";
    ALLOWED_DOMAINS_INVALID = BadRequest, "model.team.is_valid.domains.app_error", "The allowed domains are too many or not valid.";
    KIND_INVALID = BadRequest, "model.team.is_valid.type.app_error", "A team's type is O (open) or I (by invitation).";
    NOT_FOUND = NotFound, "app.team.get.find.app_error", "This team does not exist.";
    NOT_FOUND_BY_NAME = NotFound, "app.team.get_by_name.missing.app_error", "There is no such team, or you may not see it.";
    NOT_FOUND_BY_INVITE = NotFound, "app.team.get_by_invite_id.finding.app_error", "This invitation is not valid, or not any more.";
    INVITE_NOT_OPEN = Forbidden, "api.team.get_invite_info.not_open_team", "This team is joined by personal invitation only.";
    INVITE_MISSING = BadRequest, "api.team.add_user_to_team.missing_parameter.app_error", "The invitation is missing.";
    INVITE_GUEST = Forbidden, "api.team.add_user_to_team_from_invite.guest.app_error", "Guests cannot join a team by an invitation link.";
    INVITE_OF_REMOVED = Forbidden, "api.team.add_user_to_team_from_invite.removed.app_error", "You were removed from this team, so this invitation is not for you any more. A member of the team can add you again.";
    LISTING_FORBIDDEN = Forbidden, "api.team.get_all_teams.insufficient_permissions", "You are not allowed to list teams.";
    MEMBER_NOT_FOUND = NotFound, "app.team.get_member.missing.app_error", "This person is not in the team.";
    USER_NOT_FOUND = NotFound, "app.user.missing_account.const", "This account does not exist.";
    DOMAIN_NOT_ALLOWED = BadRequest, "api.team.join_user_to_team.allowed_domains.app_error", "This team takes only accounts with an email address of certain domains.";
    FULL = BadRequest, "app.team.join_user_to_team.max_accounts.app_error", "This team has as many members as it may have.";
    CREATED_TOO_MANY = BadRequest, "api.team.create_team.too_many_of_user.app_error", "You have made as many teams as one person may make here ({max}), archived ones included.";
    USER_INACTIVE = BadRequest, "app.team.join_user_to_team.inactive.app_error", "This account is deactivated.";
    TOO_MANY_USERS = BadRequest, "api.team.add_members.too_many.app_error", "At most {max} people can be given at once.";
    ARCHIVED = BadRequest, "api.team.update_team.archived.app_error", "This team is archived.";
    NOT_ARCHIVED = BadRequest, "api.team.restore_team.not_archived.app_error", "This team is not archived.";
    PERMANENT_DISABLED = Unauthorized, "api.user.delete_team.not_enabled.app_error", "Teams cannot be deleted for good here; they can be archived.";
    ROLE_INVALID = BadRequest, "api.team.update_member_roles.invalid_role.app_error", "This is not a role that a member of a team can have.";
    GUEST_ROLE_CHANGE = BadRequest, "api.channel.update_team_member_roles.changing_guest_role.app_error", "Whether a member is a guest depends on the account, not on a role in a team.";
    GUEST_AS_ADMIN = BadRequest, "api.team.update_team_member_roles.guest.app_error", "A guest cannot be a team administrator.";
    ICON_NOT_FOUND = NotFound, "api.team.get_team_icon.read_file.app_error", "This team has no icon.";
    ICON_MISSING = BadRequest, "api.team.set_team_icon.no_file.app_error", "There is no picture in the request.";
    ICON_TOO_LARGE = TooLarge, "api.team.set_team_icon.too_large.app_error", "The picture is larger than {limit} bytes.";
}
