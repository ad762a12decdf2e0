//! Who wants a mail about a message, by their settings of the account and the channel. Pure.

use guildhall_model::channel::is_muted;
use guildhall_model::settings::Settings;
use guildhall_model::user::{Props, User};

/// The setting of an account, and of a channel, that says whether mail is sent.
pub(super) const EMAIL: &str = "email";
const EMAIL_THREADS: &str = "email_threads";

/// Why a message concerns a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// It mentions them: by name, keyword, `@all` and the like, or as a direct or group message.
    Mention,
    /// It is a reply in a thread that they follow.
    Reply,
}

/// Whether mail may be sent to the account at all.
pub(super) fn can_receive(user: &User, settings: &Settings) -> bool {
    let is_verified = user.email_verified || !settings.signup.require_verified_email;
    user.is_active() && !user.is_bot && !user.email.is_empty() && is_verified
}

/// Whether the person wants a mail about such a message in a channel with these settings of theirs. The settings of a channel can only
/// turn mail off: who has turned it off for the account gets none.
pub(super) fn wants_mail(user: &User, channel_notify_props: &Props, reason: Reason) -> bool {
    let is = |props: &Props, name: &str, values: &[&str]| props.get(name).is_some_and(|value| values.contains(&value.as_str()));
    let is_off = is(&user.notify_props, EMAIL, &["false"]) || is(channel_notify_props, EMAIL, &["false", "none"]);
    let is_unwanted_reply = reason == Reason::Reply && is(&user.notify_props, EMAIL_THREADS, &["mention", "none"]);
    !is_off && !is_unwanted_reply && !is_muted(channel_notify_props)
}

#[cfg(test)]
mod tests {
    use guildhall_model::Millis;
    use guildhall_model::id::UserId;

    use super::*;

    fn user(notify_props: &[(&str, &str)]) -> User {
        User {
            id: UserId::from_bytes([1; 16]),
            create_at: Millis(1),
            update_at: Millis(1),
            delete_at: Millis::ZERO,
            username: "ada".to_owned(),
            email: "ada@example.com".to_owned(),
            email_verified: false,
            has_second_factor: false,
            nickname: String::new(),
            first_name: String::new(),
            last_name: String::new(),
            position: String::new(),
            roles: "system_user".to_owned(),
            notify_props: props(notify_props),
            props: Props::new(),
            timezone: Props::new(),
            locale: "en".to_owned(),
            last_password_update: Millis::ZERO,
            last_picture_update: Millis::ZERO,
            failed_attempts: 0,
            is_bot: false,
        }
    }

    fn props(props: &[(&str, &str)]) -> Props {
        props.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn mail_is_wanted_unless_a_setting_says_no() {
        use Reason::{Mention, Reply};
        for (account, channel, reason, expected) in [
            (&[][..], &[][..], Mention, true),
            (&[("email", "true")], &[("email", "default"), ("mark_unread", "all")], Mention, true),
            (&[("email", "false")], &[], Mention, false),
            (&[("email", "false")], &[("email", "true")], Mention, false),
            (&[], &[("email", "false")], Mention, false),
            (&[], &[("email", "none")], Reply, false),
            (&[], &[("mark_unread", "mention")], Mention, false),
            (&[("email_threads", "all")], &[], Reply, true),
            (&[("email_threads", "mention")], &[], Reply, false),
            (&[("email_threads", "mention")], &[], Mention, true),
        ] {
            assert_eq!(wants_mail(&user(account), &props(channel), reason), expected, "{account:?} {channel:?} {reason:?}");
        }
    }

    #[test]
    fn only_active_people_with_an_address_that_counts_receive_mail() {
        let mut settings = Settings::default();
        let ada = user(&[]);
        assert!(can_receive(&ada, &settings));
        assert!(!can_receive(&User { delete_at: Millis(5), ..ada.clone() }, &settings));
        assert!(!can_receive(&User { is_bot: true, ..ada.clone() }, &settings));
        assert!(!can_receive(&User { email: String::new(), ..ada.clone() }, &settings));
        settings.signup.require_verified_email = true;
        assert!(!can_receive(&ada, &settings));
        assert!(can_receive(&User { email_verified: true, ..ada }, &settings));
    }
}
