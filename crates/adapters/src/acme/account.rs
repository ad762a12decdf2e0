//! The account at the authority: one file for each authority, with the account's key.

use std::io;
use std::path::{Path, PathBuf};

use guildhall_model::ports::IssueError;
use guildhall_model::tls::TlsErrorCause;
use instant_acme::{Account, AccountCredentials, Error, NewAccount};
use serde::{Deserialize, Serialize};

use super::explain::explain;
use super::http::AuthorityHttp;
use crate::private_files;

/// The content of the file.
#[derive(Serialize, Deserialize)]
struct Stored {
    /// The address that the authority has, or nothing.
    contact: String,
    credentials: AccountCredentials,
}

pub(super) struct AccountFile {
    path: PathBuf,
    directory_url: String,
}

impl AccountFile {
    pub(super) fn new(folder: &Path, directory_url: &str, authority: &str) -> Self {
        Self { path: folder.join(format!("account-{authority}.json")), directory_url: directory_url.to_owned() }
    }

    /// The stored account, with this contact; or a new one, which agrees to the authority's terms.
    pub(super) async fn open(&self, contact: &str, http: impl Fn() -> AuthorityHttp) -> Result<Account, IssueError> {
        let Some(stored) = self.read()? else { return self.create(contact, http()).await };
        let is_same_contact = stored.contact == contact;
        let account = Account::builder_with_http(Box::new(http())).from_credentials(stored.credentials).await;
        let account = account.map_err(|error| explain(&error, &self.directory_url))?;
        if is_same_contact {
            return Ok(account);
        }
        match account.update_contacts(&contacts(contact).iter().map(String::as_str).collect::<Vec<_>>()).await {
            Ok(()) => {}
            Err(error) if is_unknown_account(&error) => return self.create(contact, http()).await,
            Err(error) => return Err(explain(&error, &self.directory_url)),
        }
        if let Some(stored) = self.read()? {
            self.write(&Stored { contact: contact.to_owned(), ..stored })?;
        }
        Ok(account)
    }

    /// `None` without a stored account, or if the authority cannot be reached.
    pub(super) async fn open_stored(&self, http: AuthorityHttp) -> Option<Account> {
        let stored = self.read().ok()??;
        Account::builder_with_http(Box::new(http)).from_credentials(stored.credentials).await.ok()
    }

    /// The next attempt makes a new account.
    pub(super) fn forget(&self) {
        if let Err(error) = std::fs::remove_file(&self.path) {
            tracing::warn!(%error, path = %self.path.display(), "the account at the certificate authority could not be removed");
        }
    }

    async fn create(&self, contact: &str, http: AuthorityHttp) -> Result<Account, IssueError> {
        let contacts = contacts(contact);
        let contacts: Vec<&str> = contacts.iter().map(String::as_str).collect();
        let new = NewAccount { contact: &contacts, terms_of_service_agreed: true, only_return_existing: false };
        let created = Account::builder_with_http(Box::new(http)).create(&new, self.directory_url.clone(), None).await;
        let (account, credentials) = created.map_err(|error| explain(&error, &self.directory_url))?;
        self.write(&Stored { contact: contact.to_owned(), credentials })?;
        Ok(account)
    }

    fn read(&self) -> Result<Option<Stored>, IssueError> {
        match std::fs::read(&self.path) {
            Ok(bytes) => match serde_json::from_slice(&bytes) {
                Ok(stored) => Ok(Some(stored)),
                Err(error) => {
                    tracing::warn!(%error, path = %self.path.display(), "the account at the certificate authority is unreadable; a new one is made");
                    Ok(None)
                }
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.file_error("read", &error)),
        }
    }

    fn write(&self, stored: &Stored) -> Result<(), IssueError> {
        let bytes = serde_json::to_vec(stored).map_err(|error| self.file_error("written", &error.into()))?;
        private_files::write(&self.path, &bytes).map_err(|error| self.file_error("written", &error))
    }

    fn file_error(&self, what: &str, error: &io::Error) -> IssueError {
        IssueError::new(TlsErrorCause::Settings, format!("The file {} could not be {what}: {error}.", self.path.display()))
    }
}

fn contacts(contact: &str) -> Vec<String> {
    if contact.is_empty() { Vec::new() } else { vec![format!("mailto:{contact}")] }
}

/// The authority has forgotten the account, as those for tests do.
pub(super) fn is_unknown_account(error: &Error) -> bool {
    matches!(error, Error::Api(problem) if problem.r#type.as_deref() == Some("urn:ietf:params:acme:error:accountDoesNotExist"))
}
