//! Passkeys (WebAuthn): what the server says to a browser, and what it verifies of the answer.

use crate::Result;
use crate::ports::TokenHash;
use crate::user::User;

/// This server, as browsers and authenticators know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelyingParty {
    /// The domain that passkeys are bound to.
    pub domain: String,
    /// Where the browser must be, such as `https://chat.example.com`.
    pub origin: String,
    pub name: String,
}

/// A ceremony that has begun.
#[derive(Debug, Clone)]
pub struct PasskeyCeremony {
    /// For the browser, as JSON: `{"publicKey": ...}` with the options in their JSON form (WebAuthn 3, sections 5.1.8 and 5.1.9).
    pub options: String,
    /// What the answer is verified with, as JSON. Clients never get it, and it is used once.
    pub state: String,
}

/// Verifies passkeys. `response` is what the browser returned, as JSON. An answer that is not right is `codes::passkeys::INVALID`, or
/// `WRONG_ADDRESS` if the browser was at another address than `server.origin`.
pub trait PasskeyVerifier: Send + Sync {
    /// Begins a registration; `credentials` are the passkeys that the account has already.
    fn begin_registration(&self, server: &RelyingParty, user: &User, credentials: &[String]) -> Result<PasskeyCeremony>;

    /// Returns the credential as JSON, which holds its public key and its counter.
    fn finish_registration(&self, server: &RelyingParty, state: &str, response: &str) -> Result<String>;

    /// Begins a log-in with any passkey that the authenticator has for this server.
    fn begin_log_in(&self, server: &RelyingParty) -> Result<PasskeyCeremony>;

    /// Returns the credential with its new counter.
    fn finish_log_in(&self, server: &RelyingParty, state: &str, credential: &str, response: &str) -> Result<String>;

    /// By which the database finds the credential of a registration.
    fn hash_of_credential(&self, credential: &str) -> Result<TokenHash>;

    /// The same of the credential that a log-in claims to be made with, and the account that it claims: nothing is verified.
    fn claim(&self, response: &str) -> Result<(TokenHash, [u8; 16])>;
}
