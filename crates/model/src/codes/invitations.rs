//! Errors of invitations and guests.

super::codes! {
    LINK_INVALID = BadRequest, "api.user.create_user.signup_link_invalid.app_error", "This invitation is not valid, or was used before. Ask for a new one.";
    LINK_EXPIRED = BadRequest, "api.user.create_user.signup_link_expired.app_error", "This invitation has expired. Ask for a new one.";
    OTHER_KIND = BadRequest, "api.user.create_user.invalid_invitation_type.app_error", "This invitation is for another kind of account: guests and members have different ones.";
    OTHER_ADDRESS = Forbidden, "api.team.add_user_to_team_from_invite.other_address.app_error", "This invitation was sent to another email address than that of your account.";
    NOT_FOUND = NotFound, "app.team.get_invitation.missing.app_error", "There is no such invitation, or not any more.";

    DISABLED = NotImplemented, "api.team.invite_members.disabled.app_error", "Invitations by mail are switched off on this server. Give people a link instead.";
    NOT_CONFIGURED = BadRequest, "api.team.invite_members.no_mail.app_error", "This server sends no mail. Give people a link instead.";
    SITE_ADDRESS_MISSING = BadRequest, "api.team.create_invitation.site_url.app_error", "A link needs the address of this server: set site.url.";
    NO_ONE = BadRequest, "api.team.invite_members.no_one.app_error", "Name somebody to invite.";
    TOO_MANY_EMAILS = BadRequest, "api.team.invite_members.limit_reached.app_error", "At most {max} people can be invited at once.";
    RATE_LIMITED = TooLarge, "app.email.rate_limit_exceeded.app_error", "You have invited as many people as you may within an hour ({max}). Please wait, or give people a link.";
    MESSAGE_TOO_LONG = BadRequest, "api.team.invite_members.message_too_long.app_error", "The message has at most {max} characters.";
    TOO_MANY_CHANNELS = BadRequest, "api.team.invite_members.too_many_channels.app_error", "An invitation names at most {max} channels.";
    NO_CHANNEL = BadRequest, "model.guest.is_valid.channels.app_error", "Guests are invited to at least one channel.";
    CHANNEL_OF_OTHER_TEAM = BadRequest, "api.team.invite_guests.channel_in_invalid_team.app_error", "A channel of the invitation is not one of this team, or is archived.";
    EXPIRY_INVALID = BadRequest, "api.team.create_invitation.expiry.app_error", "The end of an invitation, and of the access of its guests, is in the future, and an invitation is valid for at most a year.";
    USES_INVALID = BadRequest, "api.team.create_invitation.uses.app_error", "A link is for 1 to {max} people.";
    EMAIL_INVALID = BadRequest, "api.team.invite_members.invalid_email.app_error", "This is not a valid email address.";
    DOMAIN_NOT_ALLOWED = BadRequest, "api.team.invite_members.domain.app_error", "Accounts with an email address of this domain are not accepted here.";
    ALREADY_MEMBER = BadRequest, "api.team.invite_members.already_member.app_error", "This person is there already.";
    ACCOUNT_INACTIVE = BadRequest, "api.team.invite_members.inactive.app_error", "The account with this address is deactivated. Ask an administrator to activate it.";
    ACCOUNT_IS_GUEST = BadRequest, "api.team.invite_members.is_guest.app_error", "The account with this address is a guest. Invite them as a guest, or ask an administrator to make them a member.";
    ACCOUNT_IS_NO_GUEST = BadRequest, "api.team.invite_guests.no_guest.app_error", "The account with this address is not a guest. Add them to the channel, or invite them to the team.";
    INVITED_OFTEN = BadRequest, "api.team.invite_members.invited_often.app_error", "Several invitations are on the way to this address already.";

    MAGIC_LINK_DISABLED = NotImplemented, "api.team.invite_guests_to_channels.magic_link_disabled.app_error", "Guests cannot log in by a link on this server. Invite them without it.";
    GUESTS_DISABLED = Forbidden, "api.team.invate_guests_to_channels.disabled.error", "Guest accounts are switched off on this server.";
    DEMOTION_DISABLED = Forbidden, "api.team.demote_user_to_guest.disabled.error", "Guest accounts are switched off on this server.";
    ALREADY_GUEST = NotImplemented, "api.user.demote_user_to_guest.already_guest.app_error", "This person is a guest already.";
    NO_GUEST = NotImplemented, "api.user.promote_guest_to_user.no_guest.app_error", "This person is not a guest.";
    EXPIRY_OF_MEMBER = BadRequest, "api.user.update_guest_expiry.no_guest.app_error", "Only the access of guests can have an end.";
}
