//! Passkeys by webauthn-rs. Each is discoverable, so that a log-in needs no name, and verifies its owner by fingerprint, face or PIN.

use guildhall_model::codes::{context, passkeys as codes};
use guildhall_model::ports::{PasskeyCeremony, PasskeyVerifier, RelyingParty, TokenHash};
use guildhall_model::user::User;
use guildhall_model::{Error, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};
use url::Url;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, Uuid, Webauthn,
    WebauthnBuilder, WebauthnError,
};

/// More than any browser returns.
const RESPONSE_BYTES_MAX: usize = 64 * 1024;

#[derive(Debug, Clone, Copy, Default)]
pub struct WebauthnVerifier;

impl PasskeyVerifier for WebauthnVerifier {
    fn begin_registration(&self, server: &RelyingParty, user: &User, credentials: &[String]) -> Result<PasskeyCeremony> {
        let known: Vec<_> = credentials
            .iter()
            .filter_map(|credential| stored::<Passkey>(credential).ok())
            .map(|passkey| passkey.cred_id().clone())
            .collect();
        let display_name = user.full_name().unwrap_or_else(|| user.username.clone());
        let (options, state) = webauthn(server)?
            .start_passkey_registration(Uuid::from_bytes(*user.id.bytes()), &user.username, &display_name, Some(known))
            .map_err(|error| failed(server, &error))?;
        let mut options = to_value(&options)?;
        // The library leaves it to the authenticator, and some then make passkeys that only work where the name is entered first.
        options["publicKey"]["authenticatorSelection"]["residentKey"] = "required".into();
        options["publicKey"]["authenticatorSelection"]["requireResidentKey"] = true.into();
        Ok(PasskeyCeremony { options: options.to_string(), state: to_text(&state)? })
    }

    fn finish_registration(&self, server: &RelyingParty, state: &str, response: &str) -> Result<String> {
        let response: RegisterPublicKeyCredential = answer(response)?;
        let state: PasskeyRegistration = stored(state)?;
        let passkey = webauthn(server)?.finish_passkey_registration(&response, &state).map_err(|error| failed(server, &error))?;
        to_text(&passkey)
    }

    fn begin_log_in(&self, server: &RelyingParty) -> Result<PasskeyCeremony> {
        let (options, state) = webauthn(server)?.start_discoverable_authentication().map_err(|error| failed(server, &error))?;
        let mut options = to_value(&options)?;
        // For a button instead of the completion of a text field.
        if let Some(options) = options.as_object_mut() {
            options.remove("mediation");
        }
        Ok(PasskeyCeremony { options: options.to_string(), state: to_text(&state)? })
    }

    fn finish_log_in(&self, server: &RelyingParty, state: &str, credential: &str, response: &str) -> Result<String> {
        let response: PublicKeyCredential = answer(response)?;
        let state: DiscoverableAuthentication = stored(state)?;
        let mut passkey: Passkey = stored(credential)?;
        let result =
            webauthn(server)?.finish_discoverable_authentication_v2(&response, state, &passkey).map_err(|error| failed(server, &error))?;
        if !result.user_verified() {
            return Err(codes::INVALID.into());
        }
        passkey.update_credential(&result);
        to_text(&passkey)
    }

    fn hash_of_credential(&self, credential: &str) -> Result<TokenHash> {
        let passkey: Passkey = stored(credential)?;
        Ok(hash(passkey.cred_id().as_ref()))
    }

    fn claim(&self, response: &str) -> Result<(TokenHash, [u8; 16])> {
        let response: PublicKeyCredential = answer(response)?;
        let user = response.get_user_unique_id().and_then(|id| id.try_into().ok()).ok_or(codes::INVALID)?;
        Ok((hash(response.get_credential_id()), user))
    }
}

fn webauthn(server: &RelyingParty) -> Result<Webauthn> {
    let origin = Url::parse(&server.origin).map_err(|_| codes::NO_ADDRESS)?;
    let builder = WebauthnBuilder::new(&server.domain, &origin).map_err(|_| codes::NO_ADDRESS)?;
    builder.rp_name(&server.name).build().map_err(|_| codes::NO_ADDRESS.into())
}

/// What a client says is wrong is no fault of the server.
fn failed(server: &RelyingParty, error: &WebauthnError) -> Error {
    tracing::debug!(%error, "a passkey was not verified");
    match error {
        WebauthnError::InvalidRPOrigin | WebauthnError::InvalidRPIDHash => codes::WRONG_ADDRESS.with("address", &server.origin),
        _ => codes::INVALID.into(),
    }
}

fn hash(credential_id: &[u8]) -> TokenHash {
    TokenHash::from_bytes(Sha256::digest(credential_id).into())
}

/// What a browser has sent.
fn answer<T: DeserializeOwned>(response: &str) -> Result<T> {
    if response.len() > RESPONSE_BYTES_MAX {
        return Err(context::INVALID_PARAM.with("name", "credential"));
    }
    serde_json::from_str(response).map_err(|_| context::INVALID_PARAM.with("name", "credential"))
}

/// What this server has stored.
fn stored<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| internal(&error))
}

fn to_value(options: &impl Serialize) -> Result<Value> {
    serde_json::to_value(options).map_err(|error| internal(&error))
}

fn to_text(state: &impl Serialize) -> Result<String> {
    serde_json::to_string(state).map_err(|error| internal(&error))
}

fn internal(error: &serde_json::Error) -> Error {
    context::INTERNAL.with_source(error.to_string())
}
