//! Errors of passkeys. They are not of Mattermost.

super::codes! {
    DISABLED = Forbidden, "api.passkey.disabled.app_error", "Passkeys are switched off on this server.";
    NO_ADDRESS = BadRequest, "api.passkey.no_address.app_error", "Passkeys need a server with a site address that begins with https:// and has a domain name. Please ask your administrator.";
    CEREMONY_OVER = BadRequest, "api.passkey.ceremony_over.app_error", "This took too long, or was done already. Please try again.";
    INVALID = Unauthorized, "api.passkey.invalid.app_error", "The passkey could not be verified. Please try again.";
    WRONG_ADDRESS = BadRequest, "api.passkey.wrong_address.app_error", "Passkeys work at the address of this server only: {address}";
    UNKNOWN = Unauthorized, "api.passkey.unknown.app_error", "This passkey does not belong to an account here. It may have been removed.";
    ALREADY_REGISTERED = BadRequest, "api.passkey.already_registered.app_error", "This passkey was added already.";
    TOO_MANY = BadRequest, "api.passkey.too_many.app_error", "There are too many passkeys. Please remove one first.";
    NOT_FOUND = NotFound, "api.passkey.not_found.app_error", "This passkey does not exist.";
    NONE = BadRequest, "api.passkey.none.app_error", "Please add a passkey first.";
    NEEDED = BadRequest, "api.passkey.needed.app_error", "The last passkey is the second factor of this account. Please remove the second factor first.";
}
