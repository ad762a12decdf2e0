//! A mail in the format of the Internet (RFC 5322): encoded headers, and a plain and an HTML text.

use std::time::{Duration, SystemTime};

use guildhall_model::mail::{MailError, Mailbox, OutgoingMail};
use lettre::Address;
use lettre::Message;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox as Recipient, MultiPart};
use url::Host;

use super::failure;

/// Says that no person wrote it (RFC 3834), so that nobody's absence note answers.
const AUTO_SUBMITTED: HeaderName = HeaderName::new_from_ascii_str("Auto-Submitted");
/// Where and how the reader turns such mails off (RFC 2369 and RFC 8058).
const LIST_UNSUBSCRIBE: HeaderName = HeaderName::new_from_ascii_str("List-Unsubscribe");
const LIST_UNSUBSCRIBE_POST: HeaderName = HeaderName::new_from_ascii_str("List-Unsubscribe-Post");

/// A permanent error where an address cannot be one of a mail.
pub(super) fn build(mail: &OutgoingMail) -> Result<Message, MailError> {
    let date = SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(mail.date.0).unwrap_or_default());
    let mut message = Message::builder()
        .date(date)
        .message_id(Some(format!("<{}>", mail.message_id)))
        .from(recipient(&mail.from)?)
        .to(recipient(&mail.to)?)
        .subject(one_line(&mail.subject))
        .raw_header(HeaderValue::new(AUTO_SUBMITTED, "auto-generated".to_owned()));
    if let Some(reply_to) = &mail.reply_to {
        message = message.reply_to(recipient(reply_to)?);
    }
    if let Some(url) = &mail.unsubscribe_url {
        message = message
            .raw_header(HeaderValue::new(LIST_UNSUBSCRIBE, format!("<{}>", one_line(url))))
            .raw_header(HeaderValue::new(LIST_UNSUBSCRIBE_POST, "List-Unsubscribe=One-Click".to_owned()));
    }
    let body = MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone());
    message.multipart(body).map_err(|error| failure::unsendable(format!("The mail could not be written: {error}.")))
}

/// The domain in the form that every mail server understands.
fn recipient(mailbox: &Mailbox) -> Result<Recipient, MailError> {
    let unsendable = || failure::unsendable(format!("No mail can be sent to or from the address {}.", mailbox.address));
    let (user, domain) = mailbox.address.rsplit_once('@').ok_or_else(unsendable)?;
    let domain = match Host::parse(domain) {
        Ok(Host::Domain(domain)) => domain,
        _ => return Err(unsendable()),
    };
    let address = Address::new(user, domain).map_err(|_| unsendable())?;
    let name = one_line(&mailbox.name);
    Ok(Recipient::new((!name.is_empty()).then_some(name), address))
}

/// A header is one line: what comes after a line break would be another header.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use guildhall_model::Millis;

    use super::*;

    fn mailbox(name: &str, address: &str) -> Mailbox {
        Mailbox { name: name.to_owned(), address: address.to_owned() }
    }

    fn mail(to: &str) -> OutgoingMail {
        OutgoingMail {
            message_id: "abc@chat.example.com".to_owned(),
            date: Millis(1_800_000_000_000),
            from: mailbox("Studio", "chat@example.com"),
            reply_to: None,
            to: mailbox("Ada", to),
            subject: "Hello".to_owned(),
            text: "Hello\n".to_owned(),
            html: "<p>Hello".to_owned(),
            unsubscribe_url: None,
        }
    }

    fn written(mail: &OutgoingMail) -> String {
        String::from_utf8(build(mail).unwrap().formatted()).unwrap()
    }

    fn headers(mail: &OutgoingMail) -> Vec<String> {
        let written = written(mail);
        let (head, _) = written.split_once("\r\n\r\n").unwrap();
        head.replace("\r\n ", " ").split("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn a_mail_has_the_headers_of_one_that_no_person_wrote() {
        let headers = headers(&OutgoingMail { reply_to: Some(mailbox("", "help@example.com")), ..mail("ada@example.com") });
        for expected in [
            "Date: Fri, 15 Jan 2027 08:00:00 +0000",
            "Message-ID: <abc@chat.example.com>",
            "From: Studio <chat@example.com>",
            "To: Ada <ada@example.com>",
            "Reply-To: help@example.com",
            "Subject: Hello",
            "Auto-Submitted: auto-generated",
        ] {
            assert!(headers.iter().any(|header| header == expected), "{expected}: {headers:?}");
        }
    }

    #[test]
    fn a_mail_that_can_be_turned_off_says_where() {
        let of = |url: Option<&str>| headers(&OutgoingMail { unsubscribe_url: url.map(str::to_owned), ..mail("ada@example.com") });
        let headers = of(Some("https://example.com/chat/unsubscribe?token=abc\r\nBcc: eve@example.com"));
        for expected in [
            "List-Unsubscribe: <https://example.com/chat/unsubscribe?token=abc  Bcc: eve@example.com>",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        ] {
            assert!(headers.iter().any(|header| header == expected), "{expected}: {headers:?}");
        }
        assert!(!of(None).iter().any(|header| header.starts_with("List-")));
    }

    #[test]
    fn no_text_makes_another_header() {
        let evil = "x\r\nBcc: eve@example.com\n\nBody";
        let mail = OutgoingMail {
            subject: evil.to_owned(),
            from: mailbox(evil, "chat@example.com"),
            to: mailbox(evil, "ada@example.com"),
            ..mail("ada@example.com")
        };
        let headers = headers(&mail);
        assert!(!headers.iter().any(|header| header.to_lowercase().starts_with("bcc")), "{headers:?}");
        assert_eq!(build(&mail).unwrap().envelope().to().len(), 1);
        for address in
            ["ada@example.com\r\nBcc: eve@example.com", "ada@example.com>\r\nRCPT TO:<eve@example.com", "a b@example.com", "ada", ""]
        {
            assert!(build(&self::mail(address)).is_err_and(|error| error.is_permanent), "{address}");
        }
    }

    #[test]
    fn addresses_with_plus_quotes_and_umlauts_arrive_or_are_rejected() {
        let recipient = |address: &str| build(&mail(address)).map(|message| message.envelope().to()[0].to_string());
        assert_eq!(recipient("ada+chat@example.com").unwrap(), "ada+chat@example.com");
        assert_eq!(recipient("ada@bücher.example").unwrap(), "ada@xn--bcher-kva.example");
        assert_eq!(recipient("o'hara@example.com").unwrap(), "o'hara@example.com");
        assert!(recipient("ada@[127.0.0.1]").is_err());
    }

    #[test]
    fn texts_with_other_letters_are_encoded_in_ascii() {
        let mail = OutgoingMail { subject: "Grüße, 你好".to_owned(), text: "Grüße\n.\nEnde".to_owned(), ..mail("ada@example.com") };
        assert!(written(&mail).is_ascii());
    }
}
