//! The sections of the settings, a file for each.

mod announcement;
mod audit_export;
mod doctor;
mod files;
mod groups;
mod guests;
mod integrations;
mod limits;
mod mail;
mod posts;
mod quotas;
mod second_factors;
mod sessions;
mod signup;
mod site;
mod teams;
mod terms_of_service;
mod tls;

pub use announcement::Announcement;
pub use audit_export::AuditExport;
pub use doctor::Doctor;
pub use files::Files;
pub use groups::Groups;
pub use guests::Guests;
pub use integrations::Integrations;
pub use limits::Limits;
pub use mail::Mail;
pub use posts::Posts;
pub use quotas::Quotas;
pub use second_factors::SecondFactors;
pub use sessions::Sessions;
pub use signup::Signup;
pub use site::Site;
pub use teams::Teams;
pub use terms_of_service::TermsOfService;
pub use tls::Tls;
