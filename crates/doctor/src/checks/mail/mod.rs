//! Mail.

mod sending;

use crate::check::Check;
use crate::kind::kinds;

pub(crate) static CHECKS: &[&Check] = &[&sending::CHECK];

kinds! {
    NOT_CONFIGURED = "mail.not_configured", Info, "The server sends no mail",
        "People cannot get a new password by themselves, and are not told when something about their account changes. An administrator can make a link for a new password with `guildhall user reset-link NAME`.",
        "Set the mail server and the address from which mails come, as the page on mail says, or mute this finding if you want no mail.";
    NO_SITE_ADDRESS = "mail.no_site_address", Warning, "Mails have no address to lead to",
        "A mail server is set, and no mail is sent: the links in the mails need the address of the site.",
        "Set `site.url` to the address under which people reach the server.";
    FAILING = "mail.failing", Warning, "Mails cannot be sent",
        "The mail server is not reached, or does not take the mails. They wait, and are tried again for two days; links for new passwords are given up after an hour.",
        "Mend what the mail server says, and send a test mail.";
}
