//! The settings of the section `security_alerts`.

use serde::{Deserialize, Serialize};

use crate::security_alert::{AlertRule, Reaction};
use crate::settings::Rule;
use crate::settings::declare::section;
use crate::settings::key;
use crate::settings::rule::between;

const REACTION: Rule = Rule::OneOf(Reaction::NAMES);
const COUNT: Rule = between(2, 1_000_000);

section! {
    /// Rules over the audit trail. Each is `off`, `alert` (administrators are told), or `revoke` (the sessions and access tokens of the
    /// accounts that it is about end, too).
    security_alerts: SecurityAlerts {
        /// How long a rule looks back, in minutes.
        window_minutes: i64 = 10 => {
            rule: between(1, 120), config: &[key("SecurityAlertSettings", "WindowMinutes")],
        }
        /// Whether administrators get alerts by mail as well, besides the message of the server's bot.
        mail: bool = true => {
            config: &[key("SecurityAlertSettings", "Mail")],
        }
        /// Log-ins with the names of many accounts fail from one network, as when somebody tries passwords that were stolen
        /// elsewhere. `revoke` ends the access of who has logged in from there meanwhile.
        credential_stuffing: String = "alert" => {
            rule: REACTION, config: &[key("SecurityAlertSettings", "CredentialStuffing")],
        }
        /// From how many accounts on. Those that then log in from there do not count.
        credential_stuffing_accounts: i64 = 20 => {
            rule: COUNT, config: &[key("SecurityAlertSettings", "CredentialStuffingAccounts")],
        }
        /// Somebody logs in from several networks at about the same time.
        log_in_networks: String = "alert" => {
            rule: REACTION, config: &[key("SecurityAlertSettings", "LogInNetworks")],
        }
        /// From how many networks on. A phone that leaves the office is in two.
        log_in_networks_count: i64 = 3 => {
            rule: COUNT, config: &[key("SecurityAlertSettings", "LogInNetworksCount")],
        }
        /// A personal access token is used from several networks at about the same time.
        token_networks: String = "alert" => {
            rule: REACTION, config: &[key("SecurityAlertSettings", "TokenNetworks")],
        }
        /// From how many networks on.
        token_networks_count: i64 = 2 => {
            rule: COUNT, config: &[key("SecurityAlertSettings", "TokenNetworksCount")],
        }
        /// Somebody downloads many files.
        mass_download: String = "alert" => {
            rule: REACTION, config: &[key("SecurityAlertSettings", "MassDownload")],
        }
        /// From how many files on.
        mass_download_files: i64 = 500 => {
            rule: COUNT, config: &[key("SecurityAlertSettings", "MassDownloadFiles")],
        }
        /// Somebody reads more messages than a person reads.
        mass_reading: String = "alert" => {
            rule: REACTION, config: &[key("SecurityAlertSettings", "MassReading")],
        }
        /// From how many requests for messages on; one has up to 200 messages.
        mass_reading_requests: i64 = 1_500 => {
            rule: COUNT, config: &[key("SecurityAlertSettings", "MassReadingRequests")],
        }
        /// An account becomes an administrator.
        new_administrator: String = "alert" => {
            rule: REACTION, config: &[key("SecurityAlertSettings", "NewAdministrator")],
        }
        /// Many requests of somebody are denied.
        denied_requests: String = "alert" => {
            rule: REACTION, config: &[key("SecurityAlertSettings", "DeniedRequests")],
        }
        /// From how many denied requests on. More than twenty in a minute are recorded as one.
        denied_requests_count: i64 = 40 => {
            rule: COUNT, config: &[key("SecurityAlertSettings", "DeniedRequestsCount")],
        }
    }
}

impl SecurityAlerts {
    pub fn reaction(&self, rule: AlertRule) -> Reaction {
        Reaction::from_name(match rule {
            AlertRule::CredentialStuffing => &self.credential_stuffing,
            AlertRule::LogInNetworks => &self.log_in_networks,
            AlertRule::TokenNetworks => &self.token_networks,
            AlertRule::MassDownload => &self.mass_download,
            AlertRule::MassReading => &self.mass_reading,
            AlertRule::NewAdministrator => &self.new_administrator,
            AlertRule::DeniedRequests => &self.denied_requests,
        })
    }

    pub const fn window_ms(&self) -> i64 {
        self.window_minutes * 60 * 1_000
    }
}
