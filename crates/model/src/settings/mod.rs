//! Every setting, described once. The structs, the environment variables, the checks, the reference, Mattermost's
//! configuration and the client configuration are derived from two tables, the one below and that of `startup`:
//! `docs/ADDING-A-SETTING.md`.

mod declare;
mod description;
mod headers;
mod message_size;
mod ratio;
mod rule;
mod site_address;
mod startup;
mod tls;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use declare::{InvalidSetting, Source, Values};
pub use description::{Applies, Audience, ConfigKey, Form, Kind, SECRET_MASK, Secrecy, Section, Setting, Writer};
pub use headers::parse_headers;
pub use ratio::Ratio;
pub use rule::Rule;
pub use startup::{Database, Log, Metrics, Server, Startup, Traces};
pub use tls::{AcmeChallenge, TlsMode, certificate_name, is_local_name};

use crate::limits::POSTS_PER_MINUTE_MAX;
use declare::settings;
use message_size::{MESSAGE_BYTES_MAX, MESSAGE_BYTES_MIN};
use rule::{at_least, between, chars};

/// Ten years.
const SESSION_HOURS_MAX: i64 = 87_600;

const POSTS_PER_MINUTE: Rule = between(0, POSTS_PER_MINUTE_MAX);

/// A key of Mattermost's configuration.
const fn key(section: &'static str, name: &'static str) -> ConfigKey {
    ConfigKey::new(section, name)
}

settings! {
    /// Settings that the server reads at run time, with defaults under which a new server is ready to use. Administrators
    /// change them over the API.
    Settings {
        /// Name and address.
        site: Site {
            /// The address that people type, such as `https://chat.example.com`, or `https://example.com/chat` if the server is
            /// below a path; empty until it is known.
            url: String = "" => {
                rule: Rule::WebAddress,
                config: &[key("ServiceSettings", "SiteURL")], client: &["SiteURL"],
            }
            /// The server's name.
            name: String = "Guildhall" => {
                rule: chars(1, 64),
                config: &[key("TeamSettings", "SiteName")], client: &["SiteName"], audience: Audience::Public,
            }
            /// A few words about the server, shown where people log in.
            description: String = "" => {
                rule: chars(0, 1024),
                config: &[key("TeamSettings", "CustomDescriptionText")],
                client: &["CustomDescriptionText"], audience: Audience::Public,
            }
            /// The language of people who have not chosen one, such as `en`.
            default_locale: String = "en" => {
                rule: chars(2, 16),
                config: &[
                    key("LocalizationSettings", "DefaultClientLocale"),
                    key("LocalizationSettings", "DefaultServerLocale").read_only(),
                ],
                client: &["DefaultClientLocale"], audience: Audience::Public,
            }
        }

        /// New accounts.
        signup: Signup {
            /// Whether anybody may create an account without an invitation.
            open: bool = false => {
                config: &[key("TeamSettings", "EnableOpenServer")],
                client: &["EnableOpenServer"], audience: Audience::Public,
            }
            /// Whether the first account takes the set-up code from this machine itself, too. The packages set it: behind a proxy on
            /// the same machine, everybody may seem to be there.
            setup_code_always: bool = false => { writer: Writer::StartOnly, applies: Applies::NextStart }
            /// The email domains that accounts may have, separated by commas; empty for any.
            allowed_domains: String = "" => {
                rule: chars(0, 4096),
                config: &[key("TeamSettings", "RestrictCreationToDomains")],
            }
            /// The fewest characters that a password may have.
            password_min_chars: usize = 8 => {
                rule: between(5, 72),
                config: &[key("PasswordSettings", "MinimumLength")],
                client: &["PasswordMinimumLength"], audience: Audience::Public,
            }
        }

        /// How long people stay logged in.
        sessions: Sessions {
            /// How long a session of a browser or of the desktop app lasts, in hours.
            web_hours: i64 = 720 => {
                rule: between(1, SESSION_HOURS_MAX),
                config: &[
                    key("ServiceSettings", "SessionLengthWebInHours"),
                    key("ServiceSettings", "SessionLengthWebInDays").as_form(Form::Days).read_only(),
                ],
            }
            /// How long a session of the mobile app lasts, in hours.
            mobile_hours: i64 = 720 => {
                rule: between(1, SESSION_HOURS_MAX),
                config: &[
                    key("ServiceSettings", "SessionLengthMobileInHours"),
                    key("ServiceSettings", "SessionLengthMobileInDays").as_form(Form::Days).read_only(),
                ],
            }
            /// Whether activity moves the end of a session.
            extend_with_activity: bool = true => {
                config: &[key("ServiceSettings", "ExtendSessionLengthWithActivity")],
                client: &["ExtendSessionLengthWithActivity"],
            }
        }

        /// Rate limits.
        limits: Limits {
            /// Whether requests and messages are limited; off only for load tests.
            enabled: bool = true => {
                config: &[key("RateLimitSettings", "Enable")],
            }
            /// Failed log-ins of one account at one address within ten minutes before it has to wait there; an address, which
            /// may be a whole office, has five times as many, and an account ten times over all addresses where it has not
            /// logged in before.
            failed_logins: u32 = 10 => {
                rule: at_least(1),
                config: &[key("ServiceSettings", "MaximumLoginAttempts")],
            }
            /// Accounts that may be created from one address per hour.
            sign_ups_per_hour: u32 = 100 => {
                rule: at_least(1), config: &[key("RateLimitSettings", "SignUpsPerHour")],
            }
            /// Requests of one session or address per second.
            requests_per_second: u32 = 100 => {
                rule: at_least(1), config: &[key("RateLimitSettings", "PerSec")],
            }
            /// Requests of one session or address that may come at once.
            requests_burst: u32 = 400 => {
                rule: at_least(1), config: &[key("RateLimitSettings", "MaxBurst")],
            }
            /// Messages that one person may send per minute; as many may come at once. 0 for no limit.
            user_posts_per_minute: i64 = 300 => {
                rule: POSTS_PER_MINUTE, config: &[key("RateLimitSettings", "UserPostsPerMinute")],
            }
            /// The same for a guest.
            guest_posts_per_minute: i64 = 120 => {
                rule: POSTS_PER_MINUTE, config: &[key("RateLimitSettings", "GuestPostsPerMinute")],
            }
            /// The same for a bot, and for the webhooks, slash commands and access tokens of one person together.
            program_posts_per_minute: i64 = 3_000 => {
                rule: POSTS_PER_MINUTE, config: &[key("RateLimitSettings", "ProgramPostsPerMinute")],
            }
            /// Messages per minute in one channel, of all who write there together; 0 for no limit.
            channel_posts_per_minute: i64 = 0 => {
                rule: POSTS_PER_MINUTE, config: &[key("RateLimitSettings", "ChannelPostsPerMinute")],
            }
            /// Messages per minute in the channels of one team together; 0 for no limit.
            team_posts_per_minute: i64 = 0 => {
                rule: POSTS_PER_MINUTE, config: &[key("RateLimitSettings", "TeamPostsPerMinute")],
            }
            /// Messages per minute on the server; 0 for no limit.
            server_posts_per_minute: i64 = 0 => {
                rule: POSTS_PER_MINUTE, config: &[key("RateLimitSettings", "ServerPostsPerMinute")],
            }
            /// Days for which audit records are kept; 0 for ever. Administrators cannot change it over the API, so that they
            /// cannot delete their own traces.
            audit_days: i64 = 365 => {
                rule: at_least(0), writer: Writer::StartOnly, applies: Applies::NextStart,
            }
            /// Connections that one address may have open at once; 0 for half of all that the system allows. Trusted proxies
            /// are not limited.
            connections_per_address: usize = 0 => {
                writer: Writer::StartOnly, applies: Applies::NextStart,
            }
            /// The proxies whose headers on who sent a request are believed: addresses or networks, separated by commas. Those
            /// headers are ignored from all others.
            trusted_proxies: String = "" => {
                rule: Rule::Networks, writer: Writer::StartOnly, applies: Applies::NextStart,
            }
            /// The header in which the trusted proxies name the client. With `x-forwarded-for`, `X-Forwarded-Proto` and
            /// `X-Forwarded-Host` are read too; with `forwarded`, only that one is, for all three.
            forwarded_header: String = "x-forwarded-for" => {
                rule: Rule::OneOf(&["x-forwarded-for", "forwarded"]), writer: Writer::StartOnly, applies: Applies::NextStart,
            }
            /// Whether the trusted proxies begin each connection with a header of the PROXY protocol, version 1 or 2. Then a
            /// connection from one of them without it is closed; the connections of all others are served without it.
            proxy_protocol: bool = false => {
                writer: Writer::StartOnly, applies: Applies::NextStart,
            }
        }

        /// The size of teams.
        teams: Teams {
            /// Members that a team may have.
            max_members: i64 = 50_000 => {
                rule: at_least(1),
                config: &[key("TeamSettings", "MaxUsersPerTeam")],
            }
            /// Channels that a team may have.
            max_channels: i64 = 50_000 => {
                rule: at_least(1),
                config: &[key("TeamSettings", "MaxChannelsPerTeam")],
            }
            /// Posts with `@all`, `@channel` or `@here` notify in channels of at most this many members.
            max_notifications_per_channel: i64 = 1_000 => {
                rule: at_least(1),
                config: &[key("TeamSettings", "MaxNotificationsPerChannel")],
                client: &["MaxNotificationsPerChannel"],
            }
        }

        /// Messages.
        posts: Posts {
            /// The largest message, in bytes. Messages are measured in characters, of which each has four bytes at most: a
            /// quarter of this. Messages that are longer already stay.
            max_message_bytes: usize = 65_535 => {
                rule: between(MESSAGE_BYTES_MIN, MESSAGE_BYTES_MAX),
                config: &[key("ServiceSettings", "MaxMessageBytes")],
            }
            /// How long people may edit their posts, in seconds; -1 for ever.
            edit_time_limit_seconds: i64 = -1 => {
                rule: at_least(-1),
                config: &[key("ServiceSettings", "PostEditTimeLimit")], client: &["PostEditTimeLimit"],
            }
            /// Whether people may add emoji of their own.
            custom_emoji: bool = true => {
                config: &[key("ServiceSettings", "EnableCustomEmoji")],
                client: &["EnableCustomEmoji"], audience: Audience::Public,
            }
        }

        /// Attachments.
        files: Files {
            /// Whether files may be attached to posts.
            enabled: bool = true => {
                config: &[
                    key("FileSettings", "EnableFileAttachments"),
                    key("FileSettings", "EnableMobileUpload").read_only(),
                    key("FileSettings", "EnableMobileDownload").read_only(),
                ],
                client: &["EnableFileAttachments", "EnableMobileFileUpload", "EnableMobileFileDownload"],
            }
            /// The largest single file, in bytes; large by default, since people send video.
            max_size_bytes: i64 = 100 * 1024 * 1024 * 1024 => {
                rule: at_least(1),
                config: &[key("FileSettings", "MaxFileSize")], client: &["MaxFileSize"],
            }
            /// The largest single file of a guest, in bytes; 0 for the same as of others.
            guest_max_size_bytes: i64 = 0 => {
                rule: at_least(0), config: &[key("FileSettings", "GuestMaxFileSize")],
            }
            /// Free space on the disk of the files, in bytes, that uploads do not use: with less, they are rejected, while
            /// messages and log-ins go on.
            free_space_reserve_bytes: u64 = 1024 * 1024 * 1024 => {
                config: &[key("FileSettings", "FreeSpaceReserve")],
            }
            /// Whether pictures of other servers are loaded through this one, so that those servers do not learn who reads a
            /// message; without it such pictures are not shown.
            image_proxy: bool = true => {
                config: &[key("ImageProxySettings", "Enable")],
                client: &["HasImageProxy"], audience: Audience::Public,
            }
            /// Whether people may make links under which anybody can read a file.
            public_links: bool = false => {
                config: &[key("FileSettings", "EnablePublicLink")], client: &["EnablePublicLink"],
            }
        }

        /// How much people may store and make.
        quotas: Quotas {
            /// The bytes of files that one person may store, unfinished uploads included; 0 for no limit.
            user_bytes: i64 = 0 => {
                rule: at_least(0), config: &[key("QuotaSettings", "UserBytes")],
            }
            /// The same for a guest.
            guest_bytes: i64 = 0 => {
                rule: at_least(0), config: &[key("QuotaSettings", "GuestBytes")],
            }
            /// The bytes of files that may be stored in one channel; 0 for no limit.
            channel_bytes: i64 = 0 => {
                rule: at_least(0), config: &[key("QuotaSettings", "ChannelBytes")],
            }
            /// The bytes of files that may be stored in the channels of one team; 0 for no limit.
            team_bytes: i64 = 0 => {
                rule: at_least(0), config: &[key("QuotaSettings", "TeamBytes")],
            }
            /// The bytes of files that may be stored on the server; 0 for no limit. Without a quota for people, one
            /// person can take all of it. The free space of the disk has a reserve of its own.
            server_bytes: i64 = 0 => {
                rule: at_least(0), config: &[key("QuotaSettings", "ServerBytes")],
            }
            /// The files that one person may store, unfinished uploads included; 0 for no limit.
            user_files: i64 = 1_000_000 => {
                rule: at_least(0), config: &[key("QuotaSettings", "UserFiles")],
            }
            /// The same for a guest.
            guest_files: i64 = 100_000 => {
                rule: at_least(0), config: &[key("QuotaSettings", "GuestFiles")],
            }
            /// The files that may be stored in one channel; 0 for no limit.
            channel_files: i64 = 0 => {
                rule: at_least(0), config: &[key("QuotaSettings", "ChannelFiles")],
            }
            /// The files that may be stored in the channels of one team; 0 for no limit.
            team_files: i64 = 0 => {
                rule: at_least(0), config: &[key("QuotaSettings", "TeamFiles")],
            }
            /// The files that may be stored on the server; 0 for no limit.
            server_files: i64 = 0 => {
                rule: at_least(0), config: &[key("QuotaSettings", "ServerFiles")],
            }
            /// Unfinished uploads that one person may have.
            uploads_per_user: i64 = 100 => {
                rule: at_least(1), config: &[key("QuotaSettings", "UploadsPerUser")],
            }
            /// Preferences that one person may have; each saved message is one.
            preferences_per_user: i64 = 20_000 => {
                rule: at_least(1), config: &[key("QuotaSettings", "PreferencesPerUser")],
            }
            /// Custom emoji that the server may have.
            emoji: i64 = 20_000 => {
                rule: at_least(1), config: &[key("QuotaSettings", "Emoji")],
            }
            /// Custom emoji that one person may have made.
            emoji_per_user: i64 = 2_000 => {
                rule: at_least(1), config: &[key("QuotaSettings", "EmojiPerUser")],
            }
            /// Teams that one person may make, archived ones included.
            teams_per_user: i64 = 1_000 => {
                rule: at_least(1), config: &[key("QuotaSettings", "TeamsPerUser")],
            }
            /// Public and private channels that one person or bot may make, archived ones included.
            channels_per_user: i64 = 50_000 => {
                rule: at_least(1), config: &[key("QuotaSettings", "ChannelsPerUser")],
            }
            /// Group messages that one person may open.
            group_channels_per_user: i64 = 10_000 => {
                rule: at_least(1), config: &[key("QuotaSettings", "GroupChannelsPerUser")],
            }
            /// Incoming webhooks that one person may have, and as many outgoing ones.
            webhooks_per_user: i64 = 1_000 => {
                rule: at_least(1), config: &[key("QuotaSettings", "WebhooksPerUser")],
            }
            /// Slash commands that one person may have.
            commands_per_user: i64 = 1_000 => {
                rule: at_least(1), config: &[key("QuotaSettings", "CommandsPerUser")],
            }
            /// Bots that one person may own, disabled ones included.
            bots_per_user: i64 = 1_000 => {
                rule: at_least(1), config: &[key("QuotaSettings", "BotsPerUser")],
            }
            /// OAuth apps that one person may have.
            oauth_apps_per_user: i64 = 1_000 => {
                rule: at_least(1), config: &[key("QuotaSettings", "OAuthAppsPerUser")],
            }
        }

        /// The checks of the machine, the disks and the database that the server makes by itself.
        doctor: Doctor {
            /// How often the checks are made, in minutes; 0 for only when an administrator asks for it. Those that take long are
            /// made once a day.
            interval_minutes: i64 = 5 => {
                rule: between(0, 1_440), config: &[key("DoctorSettings", "IntervalMinutes")],
            }
            /// Whether administrators get a direct message when something is wrong, and when it is over.
            alerts: bool = true => {
                config: &[key("DoctorSettings", "Alerts")],
            }
            /// The public addresses under which the server is reached and which are not the machine's own, such as that of its
            /// router: addresses or networks, separated by commas.
            public_addresses: String = "" => {
                rule: Rule::Networks, config: &[key("DoctorSettings", "PublicAddresses")],
            }
        }

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
            /// Whether other programs may log people in with their accounts here, by OAuth 2.0.
            oauth_provider: bool = true => {
                config: &[key("ServiceSettings", "EnableOAuthServiceProvider")], client: &["EnableOAuthServiceProvider"],
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

        /// HTTPS: the server's own certificate, and the ports 80 and 443.
        tls: Tls {
            /// Where the certificate comes from: `off` (HTTPS is left to a proxy, or not used), `acme` (from a certificate
            /// authority, by itself), `files` (your own, from two files) or `self_signed` (made by the server, for the local network).
            mode: String = "off" => {
                rule: Rule::OneOf(&["off", "acme", "files", "self_signed"]), config: &[key("TLSSettings", "Mode")],
            }
            /// The names under which people reach the server, such as `chat.example.com`, separated by commas. On the command line
            /// it also sets `tls.mode` to `acme`. The first one is the address of the site while `site.url` is empty.
            domains: String = "" => {
                rule: Rule::HostNames, config: &[key("TLSSettings", "Domains")], flag: Some("domain"),
            }
            /// The file with your own certificate and its intermediate certificates, as PEM, for the mode `files`.
            certificate_file: PathBuf = "" => {
                writer: Writer::StartOnly, applies: Applies::NextStart,
            }
            /// The file with the certificate's private key, as PEM without a password, for the mode `files`.
            key_file: PathBuf = "" => {
                writer: Writer::StartOnly, applies: Applies::NextStart,
            }
            /// The directory of the certificate authority, an ACME server (RFC 8555).
            acme_directory_url: String = "https://acme-v02.api.letsencrypt.org/directory" => {
                rule: Rule::WebAddress, writer: Writer::StartOnly, applies: Applies::NextStart,
            }
            /// A PEM file with the root certificate by which the authority itself is recognized; for private authorities.
            acme_root_file: PathBuf = "" => { writer: Writer::StartOnly, applies: Applies::NextStart }
            /// The email address that the authority may write to; empty for none.
            acme_contact: String = "" => {
                rule: chars(0, 254), config: &[key("TLSSettings", "ACMEContact")],
            }
            /// How the authority checks that a name leads to this server, separated by commas: `http-01` (it connects to port
            /// 80), `tls-alpn-01` (to port 443), `dns-01` (it reads the DNS, which `tls.dns_hook` writes). After a failure the next is tried.
            acme_challenges: String = "http-01,tls-alpn-01" => {
                rule: Rule::Words(&["http-01", "tls-alpn-01", "dns-01"]), config: &[key("TLSSettings", "ACMEChallenges")],
            }
            /// The program that writes records into the DNS for `dns-01`.
            dns_hook: PathBuf = "" => { writer: Writer::StartOnly, applies: Applies::NextStart }
            /// The address and port for HTTP beside HTTPS; empty for none.
            http_listen: String = "[::]:80" => {
                rule: Rule::ListenAddress, config: &[key("TLSSettings", "HTTPListen")],
            }
            /// The address and port for HTTPS.
            https_listen: String = "[::]:443" => {
                rule: Rule::ListenAddress, config: &[key("TLSSettings", "HTTPSListen")],
            }
            /// Whether HTTP requests to a name of the certificate are sent on to HTTPS; never before browsers trust the certificate.
            redirect: bool = true => {
                config: &[key("ServiceSettings", "Forward80To443")],
            }
            /// For how long browsers that were here over HTTPS use nothing else (HSTS), in seconds; 0 for not at all.
            hsts_max_age_seconds: i64 = 15_552_000 => {
                rule: between(0, 63_072_000), config: &[key("ServiceSettings", "TLSStrictTransportMaxAge")],
            }
        }
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
