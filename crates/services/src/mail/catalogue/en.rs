//! English, the source of the others.

use super::{Catalogue, Texts};

const NOT_YOU: &str = "If this was not you, ask an administrator of {site} at once.";

pub(super) static CATALOGUE: Catalogue = Catalogue {
    language: "en",
    greeting: "Hello {user},",
    address_hint: "If the button does not work, open this address:",
    footer: "{site} sends this mail to people with an account there.",
    greeting_of_invited: "Hello,",
    footer_of_invited: "You get this mail because {inviter} entered your address on {site}.",
    channels: "Channels",
    code: "Or enter this code where you asked for the link, within 10 minutes: {code}",
    password_reset: Texts {
        subject: "Set a new password",
        before: &["Somebody, probably you, has asked for a new password for your account {user} on {site}."],
        button: "Set a new password",
        after: &[
            "The link is valid for 24 hours and can be used once.",
            "If you did not ask for it, you need not do anything: your password stays as it is.",
        ],
    },
    verification: Texts {
        subject: "Verify your email address",
        before: &["Please confirm that {email} is the address of your account {user} on {site}."],
        button: "Verify the address",
        after: &["The link is valid for 24 hours.", "If you have no account there, ignore this mail."],
    },
    magic_link: Texts {
        subject: "Your link to log in",
        before: &["Somebody, probably you, wants to log in to your account {user} on {site}.", "{code}"],
        button: "Log in",
        after: &[
            "The link is valid for an hour and can be used once.",
            "If this was not you, you need not do anything: nobody can log in without this mail. Never give the link or a code to anybody.",
        ],
    },
    address_proven: Texts {
        subject: "Your email address was confirmed by logging in",
        before: &[
            "Somebody has logged in to your account {user} on {site} by a link that was sent to {email}.",
            "The address had not been confirmed before, so somebody else might have created the account. Therefore its password, its other sessions and its access tokens have ended.",
        ],
        button: "Open {site}",
        after: &["You can set a new password with “Forgot your password?” at the log-in, or go on logging in by a link.", NOT_YOU],
    },
    password_changed: Texts {
        subject: "Your password was changed",
        before: &["The password of your account {user} on {site} was changed."],
        button: "Log in",
        after: &[NOT_YOU],
    },
    unknown: "unknown",
    new_place: Texts {
        subject: "New log-in to your account",
        before: &[
            "Somebody has logged in to your account {user} on {site} with your password, where it has not been used before.",
            "Device: {device}\nAddress: {address}\nTime: {date}",
        ],
        button: "Open {site}",
        after: &[
            "If this was you, you need not do anything.",
            "If it was not, set a new password at once, which ends all other sessions, and ask an administrator of {site}.",
        ],
    },
    new_place_code: Texts {
        subject: "Your code to log in",
        before: &[
            "Somebody, probably you, logs in to your account {user} on {site} with its password, where it has not been used before.",
            "Device: {device}\nAddress: {address}",
            "{code}",
        ],
        button: "Open {site}",
        after: &["If this was not you, somebody else knows your password: set a new one at once. Never give the code to anybody."],
    },
    email_changed: Texts {
        subject: "Your email address was changed",
        before: &["The email address of your account {user} on {site} was changed. It is {email} now, and mails go there from now on."],
        button: "Log in",
        after: &[NOT_YOU],
    },
    deactivated: Texts {
        subject: "Your account was deactivated",
        before: &["Your account {user} on {site} was deactivated. You are logged out everywhere. Your messages are kept."],
        button: "Open {site}",
        after: &["If you think that this is a mistake, ask an administrator of {site}."],
    },
    became_administrator: Texts {
        subject: "You are an administrator now",
        before: &["Your account {user} was made a system administrator of {site}. It can change the settings and all accounts."],
        button: "Open {site}",
        after: &["If you did not expect this, ask another administrator at once."],
    },
    access_token_created: Texts {
        subject: "A personal access token was created",
        before: &[
            "A personal access token was created for your account {user} on {site}: “{description}”.",
            "Whoever has it can do what you can do, until it is revoked.",
        ],
        button: "Open {site}",
        after: &[NOT_YOU],
    },
    access_token_rotated: Texts {
        subject: "A personal access token has a new secret",
        before: &[
            "A personal access token of your account {user} on {site} was given a new secret: “{description}”.",
            "The old secret is not accepted any more.",
        ],
        button: "Open {site}",
        after: &[NOT_YOU],
    },
    access_token_expiring: Texts {
        subject: "An access token expires soon",
        before: &[
            "An access token of yours on {site} expires on {date}: “{description}”.",
            "Programs that use it are rejected from then on. Rotate it, or create another one, and give them the new secret.",
        ],
        button: "Open {site}",
        after: &["If nothing uses it any more, you need not do anything."],
    },
    second_factor_added: Texts {
        subject: "A second factor was set up",
        before: &["Your password alone is not enough any more to log in to your account {user} on {site}."],
        button: "Open {site}",
        after: &["Keep your recovery codes where you find them without your phone.", NOT_YOU],
    },
    second_factor_removed: Texts {
        subject: "Your second factor was removed",
        before: &["Logging in to your account {user} on {site} takes only the password from now on. You can set up a second factor again."],
        button: "Log in",
        after: &[NOT_YOU],
    },
    passkey_added: Texts {
        subject: "A passkey was added to your account",
        before: &["The passkey “{description}” logs in to your account {user} on {site}, without the password."],
        button: "Open {site}",
        after: &[NOT_YOU],
    },
    passkey_removed: Texts {
        subject: "A passkey was removed from your account",
        before: &["The passkey “{description}” does not log in to your account {user} on {site} any more."],
        button: "Open {site}",
        after: &[NOT_YOU],
    },
    data_export_ready: Texts {
        subject: "The export of your data is ready",
        before: &[
            "What {site} stores about your account {user} was exported, as you have asked. You find it in your settings, under “Security”.",
        ],
        button: "Open {site}",
        after: &["It is deleted after some days.", NOT_YOU],
    },
    security_alert: Texts {
        subject: "Security alert on {site}: {rule}",
        before: &["A rule over the audit trail of {site} has found this: {rule}.", "{description}"],
        button: "Look into it",
        after: &["Administrators get this mail. The setting `security_alerts.mail` turns it off."],
    },
    security_alert_rules: [
        ("credential_stuffing", "log-ins with the names of many accounts fail from one network"),
        ("log_in_networks", "somebody logs in from several networks"),
        ("token_networks", "an access token is used from several networks"),
        ("mass_download", "somebody downloads many files"),
        ("mass_reading", "somebody reads very many messages"),
        ("new_administrator", "there is a new administrator"),
        ("denied_requests", "many requests of somebody are denied"),
    ],
    test: Texts {
        subject: "Mail works",
        before: &["{site} has sent this mail by {server}, at the request of {user}. If you read it, mail works."],
        button: "Open {site}",
        after: &[],
    },
    invitation: Texts {
        subject: "{inviter} invites you to {team}",
        before: &["{inviter} invites you to the team {team} on {site}.", "{channels}", "{message}"],
        button: "Join {team}",
        after: &[
            "The link is valid for 48 hours, and once. It is for your address only.",
            "If you do not know {inviter}, ignore this mail.",
        ],
    },
    guest_invitation: Texts {
        subject: "{inviter} invites you to {team} as a guest",
        before: &[
            "{inviter} invites you to the team {team} on {site} as a guest. Guests see the channels to which they are invited.",
            "{channels}",
            "{message}",
        ],
        button: "Join as a guest",
        after: &[
            "The link is valid for 48 hours, and once. It is for your address only.",
            "If you do not know {inviter}, ignore this mail.",
        ],
    },
    guest_log_in_invitation: Texts {
        subject: "{inviter} invites you to {team} as a guest",
        before: &[
            "{inviter} invites you to the team {team} on {site} as a guest. Guests see the channels to which they are invited. You need no password.",
            "{channels}",
            "{message}",
        ],
        button: "Log in as a guest",
        after: &[
            "The link logs you in. It is valid for 48 hours, and once: never give it to anybody. Later, the log-in page sends you another one.",
            "If you do not know {inviter}, ignore this mail.",
        ],
    },
};
