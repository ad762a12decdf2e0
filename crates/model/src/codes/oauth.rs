//! Errors of the OAuth provider. Those of the token endpoint and of the registration are sent in the form of their RFC.

super::codes! {
    CLIENT_UNKNOWN = BadRequest, "api.oauth.allow_oauth.bad_client.app_error", "The app that sent you here is not known to this server.";
    REDIRECT_MISMATCH = BadRequest, "api.oauth.allow_oauth.redirect_callback.app_error", "The app that sent you here asks to be answered at an address that is not registered for it.";
    RESPONSE_TYPE = BadRequest, "api.oauth.allow_oauth.bad_response_type.app_error", "This server answers with a code only: response_type=code.";
    CHALLENGE_NEEDED = BadRequest, "api.oauth.allow_oauth.pkce_required_public_client.app_error", "An app without a secret needs a code_challenge of the method S256.";
    CHALLENGE_INVALID = BadRequest, "model.authorize.is_valid.code_challenge.app_error", "The code_challenge must be a SHA-256 in Base64 for URLs, and its method S256.";
    STATE_INVALID = BadRequest, "model.authorize.is_valid.state.app_error", "The state is longer than {max} bytes.";
    RESOURCE_INVALID = BadRequest, "model.authorize.is_valid.resource.app_error", "The resource must be a full address without a fragment.";
    APPROVAL_NEEDED = Forbidden, "api.oauth.allow_oauth.session.app_error", "Apps are authorized by people who have logged in, not by programs.";
    TOO_MANY_CODES = TooManyRequests, "api.oauth.allow_oauth.too_many.app_error", "{max} authorizations wait for their apps already. Try again in some minutes.";
    GRANT_TYPE = BadRequest, "api.oauth.get_access_token.bad_grant.app_error", "The grant_type must be authorization_code or refresh_token.";
    TOKEN_REQUEST = BadRequest, "api.oauth.get_access_token.bad_request.app_error", "The request lacks {name}, or has it in a wrong form.";
    CLIENT_INVALID = Unauthorized, "api.oauth.get_access_token.credentials.app_error", "The client_id or the client_secret is wrong.";
    GRANT_INVALID = BadRequest, "api.oauth.get_access_token.expired_code.app_error", "The code or the refresh token is unknown, was used or has expired, or belongs to another app, address or code_verifier.";
    // Inside of a commit: the code or the refresh token was used at the same moment.
    GRANT_USED = Conflict, "api.oauth.get_access_token.used.app_error", "The code or the refresh token was used already.";
    TARGET_INVALID = BadRequest, "api.oauth.get_access_token.resource_mismatch.app_error", "The token is for another resource.";
    REGISTRATION_DISABLED = NotImplemented, "api.oauth.register_client.disabled.app_error", "Apps cannot register themselves on this server.";
    REGISTRATION_REDIRECT = BadRequest, "api.oauth.register_client.redirect_uris.app_error", "One to {max} redirect_uris are needed, each a full address that begins with https://, or with http:// and is of the same machine.";
    REGISTRATION_METADATA = BadRequest, "api.oauth.register_client.metadata.app_error", "The {name} is too long or not supported.";
    REGISTRATION_TOO_MANY = TooManyRequests, "api.oauth.register_client.too_many.app_error", "{max} apps have registered themselves already. Ask an administrator.";
}
