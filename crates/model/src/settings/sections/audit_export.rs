//! The settings of the section `audit_export`.

use serde::{Deserialize, Serialize};

use crate::audit::ExportFormat;
use crate::settings::Rule;
use crate::settings::declare::section;
use crate::settings::key;
use crate::settings::rule::{between, chars};

section! {
    /// Audit records that are sent to a syslog server (RFC 5424), such as a SIEM.
    audit_export: AuditExport {
        /// The name or address of the syslog server that gets all audit records, such as `logs.example.com`; empty for none.
        syslog_server: String = "" => {
            rule: Rule::Host, config: &[key("AuditExportSettings", "SyslogServer")],
        }
        /// The port of the syslog server: 6514 is usual with `tls`, 601 with `tcp`.
        syslog_port: u32 = 6514 => {
            rule: between(1, 65_535), config: &[key("AuditExportSettings", "SyslogPort")],
        }
        /// How the syslog server is reached: `tls`, or `tcp` without encryption, where whoever is between the servers can read the
        /// records.
        syslog_protocol: String = "tls" => {
            rule: Rule::OneOf(&["tls", "tcp"]), config: &[key("AuditExportSettings", "SyslogProtocol")],
        }
        /// A file on the server with the certificates of the authorities that the syslog server's certificate may come from, as PEM;
        /// empty for those of the system.
        syslog_ca_file: String = "" => {
            rule: chars(0, 1024), config: &[key("AuditExportSettings", "SyslogCAFile")],
        }
        /// What each message contains: `ocsf` for an event of the Open Cybersecurity Schema Framework, or `record` for the fields of
        /// the audit record; both as JSON.
        syslog_format: String = "ocsf" => {
            rule: Rule::OneOf(ExportFormat::NAMES), config: &[key("AuditExportSettings", "SyslogFormat")],
        }
        /// How long the syslog server may take for each step (to be reached, to take messages, to confirm them), in milliseconds.
        syslog_timeout_ms: u64 = 30_000 => {
            rule: between(100, 300_000), config: &[key("AuditExportSettings", "SyslogTimeout")],
        }
    }
}
