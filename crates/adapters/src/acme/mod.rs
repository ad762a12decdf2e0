//! Certificates from an authority by ACME (RFC 8555), over instant-acme.

mod account;
mod explain;
mod hook;
mod http;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use guildhall_model::ports::{CertificateAuthority, CertificateOrder, ChallengeAnswer, ChallengeResponder, IssueError, OutgoingHttp};
use guildhall_model::settings::AcmeChallenge;
use guildhall_model::tls::TlsErrorCause;
use guildhall_model::{AddressList, Millis};
use instant_acme::{
    Account, AuthorizationStatus, CertificateIdentifier, ChallengeHandle, ChallengeType, Error, Identifier, NewOrder, Order, OrderStatus,
    RetryPolicy,
};
use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, Der};
use sha2::{Digest, Sha256};

use crate::certificates;
use crate::outgoing::{GuardedHttp, SystemResolver};
use account::{AccountFile, is_unknown_account};
use explain::{explain, explain_challenge};
pub use hook::DnsHook;
use http::AuthorityHttp;

/// How long the authority may take to check the proofs, and then to sign.
const POLLING: RetryPolicy = RetryPolicy::new().timeout(Duration::from_secs(120));

/// One authority, with the account at it.
pub struct AcmeAuthority {
    directory_url: String,
    account: AccountFile,
    http: Arc<dyn OutgoingHttp>,
}

impl AcmeAuthority {
    /// The authority of this directory; `root_file` is trusted besides the system's authorities, if it is not empty. The account is
    /// kept in `folder`, under the name `authority`.
    ///
    /// # Errors
    /// A sentence, if the root file cannot be used.
    pub fn new(directory_url: &str, root_file: &Path, folder: &Path, authority: &str) -> Result<Self, String> {
        let roots = read_roots(root_file)?;
        // Any address: only the file and the command line set the authority, and it may be in the local network.
        let allowed: AddressList = "0.0.0.0/0,::/0".parse().map_err(|error| format!("{error}"))?;
        let http = GuardedHttp::with_roots(allowed, Arc::new(SystemResolver), roots).map_err(|error| error.to_string())?;
        let account = AccountFile::new(folder, directory_url, authority);
        Ok(Self { directory_url: directory_url.to_owned(), account, http: Arc::new(http) })
    }

    /// Whether the settings can be used.
    ///
    /// # Errors
    /// A sentence, if the root file cannot be used.
    pub fn check(root_file: &Path) -> Result<(), String> {
        read_roots(root_file).map(|_| ())
    }

    async fn open_account(&self, contact: &str) -> Result<Account, IssueError> {
        self.account.open(contact, || AuthorityHttp(Arc::clone(&self.http))).await
    }

    fn explain(&self, error: &Error) -> IssueError {
        explain(error, &self.directory_url)
    }

    /// Proves the control of all names, and returns the key and the chain.
    async fn complete(
        &self,
        placed: &mut Order,
        order: &CertificateOrder,
        responder: &dyn ChallengeResponder,
        published: &mut Vec<ChallengeAnswer>,
    ) -> Result<String, IssueError> {
        let mut authorizations = placed.authorizations();
        while let Some(authorization) = authorizations.next().await {
            let mut authorization = authorization.map_err(|error| self.explain(&error))?;
            if authorization.status == AuthorizationStatus::Valid {
                continue;
            }
            let name = authorization.identifier().to_string();
            let mut challenge =
                authorization.challenge(challenge_type(order.challenge)).ok_or_else(|| not_offered(&name, order.challenge))?;
            let answer = answer_of(&challenge, order.challenge);
            published.push(answer.clone());
            responder.publish(&answer).await?;
            challenge.set_ready().await.map_err(|error| self.explain(&error))?;
        }
        match placed.poll_ready(&POLLING).await {
            Ok(OrderStatus::Ready) => {}
            Ok(_) => return Err(self.explain_invalid(placed, order, None).await),
            Err(error) => return Err(self.explain_invalid(placed, order, Some(&error)).await),
        }
        let (key, request) = certificates::make_request(&order.names)
            .map_err(|error| IssueError::new(TlsErrorCause::Settings, format!("No request could be made for these names: {error}.")))?;
        placed.finalize_csr(&request).await.map_err(|error| self.explain(&error))?;
        let chain = placed.poll_certificate(&POLLING).await.map_err(|error| self.explain(&error))?;
        Ok(format!("{key}{chain}"))
    }

    /// The order itself does not say which proof failed, and why.
    async fn explain_invalid(&self, placed: &mut Order, order: &CertificateOrder, error: Option<&Error>) -> IssueError {
        let mut authorizations = placed.authorizations();
        while let Some(authorization) = authorizations.next().await {
            let Ok(mut authorization) = authorization else { continue };
            let name = match authorization.refresh().await {
                Ok(state) if state.status == AuthorizationStatus::Invalid => state.identifier().to_string(),
                _ => continue,
            };
            let problem = authorization.challenges.iter().find_map(|challenge| challenge.error.as_ref());
            return explain_challenge(problem, &name, order.challenge);
        }
        let unknown = || explain_challenge(None, &order.names.join(", "), order.challenge);
        error.map_or_else(unknown, |error| self.explain(error))
    }
}

#[async_trait]
impl CertificateAuthority for AcmeAuthority {
    async fn issue(&self, order: &CertificateOrder, responder: &dyn ChallengeResponder) -> Result<String, IssueError> {
        let identifiers: Vec<Identifier> = order.names.iter().cloned().map(Identifier::Dns).collect();
        let account = self.open_account(&order.contact).await?;
        let mut placed = match account.new_order(&NewOrder::new(&identifiers)).await {
            Err(error) if is_unknown_account(&error) => {
                self.account.forget();
                let account = self.open_account(&order.contact).await?;
                account.new_order(&NewOrder::new(&identifiers)).await.map_err(|error| self.explain(&error))?
            }
            placed => placed.map_err(|error| self.explain(&error))?,
        };
        let mut published = Vec::new();
        let result = self.complete(&mut placed, order, responder, &mut published).await;
        for answer in &published {
            responder.withdraw(answer).await;
        }
        result
    }

    async fn renewal_window(&self, certificate_pem: &str) -> Option<(Millis, Millis)> {
        let certificate = CertificateDer::from_pem_slice(certificate_pem.as_bytes()).ok()?;
        let (authority_key, serial) = certificates::renewal_identifiers(&certificate)?;
        let account = self.open_account_for_reading().await?;
        let id = CertificateIdentifier::new(Der::from_slice(&authority_key), Der::from_slice(&serial));
        let (info, _) = account.renewal_info(&id).await.inspect_err(|error| tracing::debug!(%error, "no renewal information")).ok()?;
        let millis = |time: time::OffsetDateTime| Millis(time.unix_timestamp().saturating_mul(1_000));
        Some((millis(info.suggested_window.start), millis(info.suggested_window.end)))
    }
}

impl AcmeAuthority {
    /// `None` without an account: none is made for a question.
    async fn open_account_for_reading(&self) -> Option<Account> {
        self.account.open_stored(AuthorityHttp(Arc::clone(&self.http))).await
    }
}

fn read_roots(file: &Path) -> Result<Arc<RootCertStore>, String> {
    let system = guildhall_tls::trusted_roots();
    if file.as_os_str().is_empty() {
        return Ok(system);
    }
    let unusable = |reason: String| format!("The file {} of tls.acme_root_file cannot be used: {reason}.", file.display());
    let certificates = CertificateDer::pem_file_iter(file).map_err(|error| unusable(error.to_string()))?;
    let mut roots = (*system).clone();
    let before = roots.len();
    for certificate in certificates {
        let certificate = certificate.map_err(|error| unusable(error.to_string()))?;
        roots.add(certificate).map_err(|error| unusable(error.to_string()))?;
    }
    if roots.len() == before { Err(unusable("it contains no certificate".to_owned())) } else { Ok(Arc::new(roots)) }
}

const fn challenge_type(challenge: AcmeChallenge) -> ChallengeType {
    match challenge {
        AcmeChallenge::Http01 => ChallengeType::Http01,
        AcmeChallenge::TlsAlpn01 => ChallengeType::TlsAlpn01,
        AcmeChallenge::Dns01 => ChallengeType::Dns01,
    }
}

fn answer_of(challenge: &ChallengeHandle<'_>, kind: AcmeChallenge) -> ChallengeAnswer {
    let key_authorization = challenge.key_authorization();
    let identifier = challenge.identifier();
    ChallengeAnswer {
        kind,
        name: identifier.to_string().trim_start_matches("*.").to_owned(),
        token: challenge.token.clone(),
        key_authorization: key_authorization.as_str().to_owned(),
        sha256: Sha256::digest(key_authorization.as_str()).into(),
        dns_value: key_authorization.dns_value(),
    }
}

fn not_offered(name: &str, challenge: AcmeChallenge) -> IssueError {
    let message = if name.starts_with("*.") {
        format!("The authority checks {name} by dns-01 only; add it to tls.acme_challenges, and name the program in tls.dns_hook.")
    } else {
        format!("The authority does not check {name} by {}; change tls.acme_challenges.", challenge.as_str())
    };
    IssueError::new(TlsErrorCause::Settings, message)
}
