//! Every setting, described once. The structs, the environment variables, the checks, the reference, Mattermost's
//! configuration and the client configuration are derived from their tables in `sections` and `startup`: `docs/ADDING-A-SETTING.md`.

mod audit_export;
mod declare;
mod description;
mod headers;
mod mail;
mod message_size;
mod pages;
mod passkeys;
mod ratio;
mod rule;
mod sections;
mod site_address;
mod startup;
mod tls;

use serde::{Deserialize, Serialize};

pub use declare::{InvalidSetting, Source, Values};
pub use description::{Applies, Audience, ConfigKey, Form, Kind, SECRET_MASK, Secrecy, Section, Setting, Writer};
pub use headers::parse_headers;
pub use ratio::Ratio;
pub use rule::Rule;
pub use sections::{
    Alerts, Announcement, AuditExport, Classification, Doctor, Files, Groups, Guests, Integrations, Limits, LogIn, Mail, Mcp, Posts,
    Privacy, Quotas, SecondFactors, SecurityAlerts, Sessions, Signup, Site, Teams, TermsOfService, Tls,
};
pub use startup::{Database, Log, Metrics, Server, Startup, Traces};
pub use tls::{AcmeChallenge, TlsMode, certificate_name, is_local_name};

use declare::settings;

/// A key of Mattermost's configuration.
const fn key(section: &'static str, name: &'static str) -> ConfigKey {
    ConfigKey::new(section, name)
}

settings! {
    /// Settings that the server reads at run time, with defaults under which a new server is ready to use. Administrators
    /// change them over the API.
    Settings {
        site: Site,
        announcement: Announcement,
        classification: Classification,
        signup: Signup,
        guests: Guests,
        sessions: Sessions,
        log_in: LogIn,
        second_factors: SecondFactors,
        limits: Limits,
        privacy: Privacy,
        terms_of_service: TermsOfService,
        teams: Teams,
        posts: Posts,
        groups: Groups,
        files: Files,
        quotas: Quotas,
        doctor: Doctor,
        mail: Mail,
        audit_export: AuditExport,
        security_alerts: SecurityAlerts,
        alerts: Alerts,
        integrations: Integrations,
        mcp: Mcp,
        tls: Tls,
    }
}

/// All settings, those of `Startup` first.
pub fn all() -> impl Iterator<Item = &'static Setting> {
    Startup::SETTINGS.iter().chain(Settings::SETTINGS)
}

/// All sections, in the same order.
pub fn sections() -> impl Iterator<Item = &'static Section> {
    Startup::SECTIONS.iter().chain(Settings::SECTIONS)
}

#[cfg(test)]
mod tests;
