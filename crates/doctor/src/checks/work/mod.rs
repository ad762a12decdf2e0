//! Jobs, deliveries to other servers, and audit records on their way to a syslog server.

mod audit_export;
mod deliveries;
mod jobs;
mod security_alerts;

use crate::check::Check;
use crate::kind::kinds;

pub(crate) static CHECKS: &[&Check] = &[&jobs::CHECK, &deliveries::CHECK, &audit_export::CHECK, &security_alerts::CHECK];

kinds! {
    JOBS_FAILED = "work.jobs_failed", Warning, "Background jobs have failed",
        "Jobs that the server runs in the background have ended with an error after all their attempts.",
        "Look at their errors with `guildhall job list`.";
    JOBS_OVERDUE = "work.jobs_overdue", Warning, "Background jobs do not run",
        "Periodic jobs should have run and have not, although the server runs.",
        "Restart the server, and look at its log if it happens again.";
    AUDIT_EXPORT_FAILING = "work.audit_export_failing", Warning, "Audit records are not sent",
        "The syslog server of the settings is not reached, or does not take the audit records. They are kept and sent later, in their order, unless they get older than `limits.audit_days` before.",
        "Mend what the error says, or correct the settings of the section `audit_export`.";
    SECURITY_ALERTS_OPEN = "work.security_alerts_open", Warning, "There are security alerts",
        "Rules over the audit trail have found something that can be an attack, such as log-ins with the names of many accounts from one network.",
        "Look into the alerts in the system console, and acknowledge them.";
    DELIVERIES_OVERDUE = "work.deliveries_overdue", Warning, "Calls to other servers wait for long",
        "Calls of outgoing webhooks could not be made for some time: the other servers do not answer, or the network does not reach them.",
        "Look at the integrations with errors, and disable those whose server is gone.";
}
