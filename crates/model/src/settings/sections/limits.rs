//! The settings of the section `limits`.

use serde::{Deserialize, Serialize};

use crate::limits::POSTS_PER_MINUTE_MAX;
use crate::settings::declare::section;
use crate::settings::key;
use crate::settings::rule::{at_least, between};
use crate::settings::{Applies, Rule, Writer};

const POSTS_PER_MINUTE: Rule = between(0, POSTS_PER_MINUTE_MAX);

section! {
    /// Rate limits.
    limits: Limits {
        /// Whether requests and messages are limited; off only for load tests.
        enabled: bool = true => {
            config: &[key("RateLimitSettings", "Enable")],
        }
        /// Failed log-ins of one account from a network before the next one has to wait: a second at first, twice as long with
        /// each further failure. An address, which may be a whole office, has five times as many, and ten times as many the
        /// network around it, and an account over all places where it has not logged in before.
        failed_logins: u32 = 10 => {
            rule: at_least(1),
            config: &[key("ServiceSettings", "MaximumLoginAttempts")],
        }
        /// The longest wait after failed log-ins, in seconds.
        failed_login_wait_seconds_max: u32 = 900 => {
            rule: between(1, 3_600),
            config: &[key("RateLimitSettings", "FailedLoginWaitSecondsMax")],
        }
        /// Accounts that may be created from one address per hour.
        sign_ups_per_hour: u32 = 100 => {
            rule: at_least(1), config: &[key("RateLimitSettings", "SignUpsPerHour")],
        }
        /// People whom one person may invite per hour, by mail; a link counts as one.
        invitations_per_hour: u32 = 100 => {
            rule: at_least(1), config: &[key("RateLimitSettings", "InvitationsPerHour")],
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
}
