//! Terms of service.

use guildhall_model::id::UserId;
use guildhall_model::terms_of_service;
use serde::{Deserialize, Serialize};

use crate::common::opt_id;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TermsOfService {
    pub id: String,
    pub create_at: i64,
    /// Who wrote it; empty for the local administrator.
    pub user_id: String,
    pub text: String,
}

impl From<&terms_of_service::TermsOfService> for TermsOfService {
    fn from(terms: &terms_of_service::TermsOfService) -> Self {
        Self { id: terms.id.to_string(), create_at: terms.create_at.0, user_id: opt_id(terms.author_id), text: terms.text.clone() }
    }
}

/// `POST /terms_of_service`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct NewTermsOfService {
    pub text: String,
}

/// `POST /users/{user_id}/terms_of_service`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct TermsOfServiceAction {
    #[serde(rename = "serviceTermsId")]
    pub terms_of_service_id: String,
    pub accepted: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UserTermsOfService {
    pub user_id: String,
    pub terms_of_service_id: String,
    pub create_at: i64,
}

impl UserTermsOfService {
    pub fn new(user: UserId, accepted: terms_of_service::AcceptedTerms) -> Self {
        Self { user_id: user.to_string(), terms_of_service_id: accepted.terms_of_service_id.to_string(), create_at: accepted.accepted_at.0 }
    }
}
