//! Whether mail is sent, and what the mail server said last where it is not.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::finding::MailFacts;

use super::{FAILING, NO_SITE_ADDRESS, NOT_CONFIGURED};
use crate::check::{Check, Context, Verdict};
use crate::text::counted;

pub(super) static CHECK: Check = Check::new("mail.sending", "mail", run).shared();

fn run<'a>(context: &'a Context<'a>) -> BoxFuture<'a, Verdict> {
    async move {
        // Without a database there is nobody to send mail to.
        let Some(work) = context.database().and_then(|facts| facts.work.as_ref()) else { return Verdict::NotApplicable };
        match context.facts.mail {
            MailFacts::Off => NOT_CONFIGURED.found("The server sends no mail.").into(),
            MailFacts::WithoutSiteAddress => NO_SITE_ADDRESS.found("Mail is set up, and the address of the site is not.").into(),
            MailFacts::On => match &work.failing_mail {
                Some(failing) => {
                    let text = format!("{} could not be sent so far.", counted(failing.count, "mail"));
                    FAILING.found(text).with_detail(&failing.last_error).into()
                }
                None => Verdict::found_or(Vec::new(), "No mail waits for another attempt."),
            },
        }
    }
    .boxed()
}

#[cfg(test)]
mod tests {
    use guildhall_model::finding::{DatabaseFacts, DatabaseState, Facts, FailingMail, WorkFacts};

    use super::*;
    use crate::testing::{RecordedMachine, ids, said};

    fn facts(mail: MailFacts, failing_mail: Option<FailingMail>) -> Facts {
        let database = DatabaseFacts { work: Some(WorkFacts { failing_mail, ..WorkFacts::default() }), ..DatabaseFacts::default() };
        Facts { mail, database: DatabaseState::Reached(Box::new(database)), ..RecordedMachine::facts() }
    }

    #[tokio::test]
    async fn mail_that_is_off_or_fails_is_found() {
        let machine = RecordedMachine::default();
        assert_eq!(ids(&said(run, &machine, &facts(MailFacts::On, None)).await), [""; 0]);
        assert_eq!(ids(&said(run, &machine, &facts(MailFacts::Off, None)).await), ["mail.not_configured"]);
        assert_eq!(ids(&said(run, &machine, &facts(MailFacts::WithoutSiteAddress, None)).await), ["mail.no_site_address"]);
        let failing = FailingMail { count: 3, last_error: "The mail server a:25 could not be reached.".to_owned() };
        let findings = said(run, &machine, &facts(MailFacts::On, Some(failing))).await;
        assert_eq!(findings[0].summary, "3 mails could not be sent so far.");
        assert_eq!(findings[0].details, ["The mail server a:25 could not be reached."]);
    }
}
