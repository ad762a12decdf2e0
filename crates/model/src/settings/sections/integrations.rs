//! The settings of the section `integrations`.

use serde::{Deserialize, Serialize};

use crate::settings::declare::section;
use crate::settings::key;
use crate::settings::rule::between;
use crate::settings::{Audience, Form, Rule};

section! {
    /// Other programs.
    integrations: Integrations {
        /// Whether programs may post through incoming webhooks.
        incoming_webhooks: bool = true => {
            config: &[key("ServiceSettings", "EnableIncomingWebhooks")], client: &["EnableIncomingWebhooks"],
        }
        /// Whether posts are sent to programs through outgoing webhooks.
        outgoing_webhooks: bool = true => {
            config: &[key("ServiceSettings", "EnableOutgoingWebhooks")], client: &["EnableOutgoingWebhooks"],
        }
        /// Whether people may add slash commands of their own.
        slash_commands: bool = true => {
            config: &[key("ServiceSettings", "EnableCommands")], client: &["EnableCommands"],
        }
        /// Whether bot accounts may be made.
        bots: bool = true => {
            config: &[key("ServiceSettings", "EnableBotAccountCreation")],
            client: &["EnableBotAccountCreation"], audience: Audience::Public,
        }
        /// Whether people's personal access tokens are accepted; those of bots always are.
        access_tokens: bool = true => {
            config: &[key("ServiceSettings", "EnableUserAccessTokens")], client: &["EnableUserAccessTokens"],
        }
        /// The most days for which people's new or rotated access tokens are valid; 0 for no limit. Those of bots need not expire.
        access_token_max_days: i64 = 0 => {
            rule: between(0, 3_650),
            config: &[key("ServiceSettings", "MaximumPersonalAccessTokenLifetimeDays")],
            client: &["MaximumPersonalAccessTokenLifetimeDays"],
        }
        /// Whether other programs may log people in with their accounts here, by OAuth 2.0.
        oauth_provider: bool = true => {
            config: &[key("ServiceSettings", "EnableOAuthServiceProvider")], client: &["EnableOAuthServiceProvider"],
        }
        /// Whether apps may register themselves (RFC 7591), as programs with an AI often do. Nobody has checked such an app; whoever is
        /// asked to authorize one is told so.
        oauth_registration: bool = false => {
            config: &[key("ServiceSettings", "EnableDynamicClientRegistration")],
        }
        /// Whether integrations may choose the name that their posts show.
        username_override: bool = true => {
            config: &[key("ServiceSettings", "EnablePostUsernameOverride")], client: &["EnablePostUsernameOverride"],
        }
        /// Whether integrations may choose the icon that their posts show.
        icon_override: bool = true => {
            config: &[key("ServiceSettings", "EnablePostIconOverride")], client: &["EnablePostIconOverride"],
        }
        /// The private addresses, networks or host names that outgoing calls may reach, separated by commas.
        allowed_addresses: String = "" => {
            rule: Rule::Addresses,
            config: &[key("ServiceSettings", "AllowedUntrustedInternalConnections").as_form(Form::Words)],
        }
        /// How long an outgoing call may take, in milliseconds.
        timeout_ms: u64 = 30_000 => {
            rule: between(1, 600_000),
            config: &[key("ServiceSettings", "OutgoingIntegrationRequestsTimeout").as_form(Form::Seconds)],
        }
    }
}
