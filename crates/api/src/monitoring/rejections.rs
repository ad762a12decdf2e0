//! Requests and messages that were rejected because of a limit, by its kind. Counted where errors are written, so that no limit
//! can be forgotten.

use guildhall_metrics::{Counter, Samples, catalogue};
use guildhall_model::codes::{channels, emoji, files, integrations, limits, posts, teams, users};
use guildhall_model::{Code, Error, Kind};

/// The kinds of limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
enum Reason {
    RequestRate,
    MessageRate,
    LogInRate,
    Quota,
    TooLarge,
    DiskFull,
}

/// In the order of [`Reason`], as the values of the label.
const NAMES: [&str; 6] = ["request_rate", "message_rate", "log_in_rate", "quota", "too_large", "disk_full"];

const MESSAGE_RATES: &[Code] = &[limits::USER_POSTS, limits::CHANNEL_POSTS, limits::TEAM_POSTS, limits::SERVER_POSTS];
/// Of storage, and of how many of something there may be.
const QUOTAS: &[Code] = &[
    files::USER_QUOTA,
    files::CHANNEL_QUOTA,
    files::TEAM_QUOTA,
    files::SERVER_QUOTA,
    files::TOO_MANY_UPLOADS,
    teams::CREATED_TOO_MANY,
    channels::CREATED_TOO_MANY,
    channels::GROUPS_TOO_MANY,
    emoji::TOO_MANY,
    emoji::TOO_MANY_OF_USER,
    integrations::INCOMING_TOO_MANY,
    integrations::OUTGOING_TOO_MANY,
    integrations::OUTGOING_TOO_MANY_OF_USER,
    integrations::COMMANDS_TOO_MANY,
    integrations::COMMANDS_TOO_MANY_OF_USER,
    integrations::BOTS_TOO_MANY,
    integrations::OAUTH_TOO_MANY,
];
/// What is too large with another status than most.
const SIZES: &[Code] = &[posts::MESSAGE_TOO_LONG, posts::PROPS_TOO_LONG, files::IMAGE_TOO_LARGE];

/// `None` where the error is not that of a limit.
fn reason_of(error: &Error) -> Option<Reason> {
    let is_one_of = |codes: &[Code]| codes.iter().any(|code| error.is(*code));
    if is_one_of(MESSAGE_RATES) {
        return Some(Reason::MessageRate);
    }
    if is_one_of(QUOTAS) {
        return Some(Reason::Quota);
    }
    match error.code.kind {
        Kind::TooManyRequests if error.is(users::LOGIN_TOO_MANY) => Some(Reason::LogInRate),
        Kind::TooManyRequests => Some(Reason::RequestRate),
        Kind::TooLarge => Some(Reason::TooLarge),
        Kind::InsufficientStorage => Some(Reason::DiskFull),
        _ => is_one_of(SIZES).then_some(Reason::TooLarge),
    }
}

#[derive(Debug, Default)]
pub(crate) struct Rejections([Counter; NAMES.len()]);

impl Rejections {
    /// Has no effect where the error is not that of a limit.
    pub fn count(&self, error: &Error) {
        if let Some(counter) = reason_of(error).and_then(|reason| self.0.get(reason as usize)) {
            counter.increment();
        }
    }

    pub fn collect(&self, samples: &mut Samples) {
        for (name, counter) in NAMES.iter().zip(&self.0) {
            samples.counter(&catalogue::REJECTIONS, &[name], counter.get());
        }
    }
}

#[cfg(test)]
mod tests {
    use guildhall_model::codes::context;

    use super::*;

    #[test]
    fn errors_of_limits_are_told_apart() {
        for (code, expected) in [
            (context::RATE_LIMITED, Some("request_rate")),
            (limits::TEAM_POSTS, Some("message_rate")),
            (users::LOGIN_TOO_MANY, Some("log_in_rate")),
            (files::USER_QUOTA, Some("quota")),
            (files::SERVER_QUOTA, Some("quota")),
            (channels::CREATED_TOO_MANY, Some("quota")),
            (files::TOO_LARGE, Some("too_large")),
            (context::BODY_TOO_LARGE, Some("too_large")),
            (posts::MESSAGE_TOO_LONG, Some("too_large")),
            (files::STORE_FULL, Some("disk_full")),
            (context::DISK_FULL, Some("disk_full")),
            (context::NOT_FOUND, None),
            (context::PERMISSIONS, None),
            (files::STORE_UNAVAILABLE, None),
        ] {
            let reason = reason_of(&code.into());
            assert_eq!(reason.map(|reason| NAMES[reason as usize]), expected, "{}", code.id);
        }
    }
}
