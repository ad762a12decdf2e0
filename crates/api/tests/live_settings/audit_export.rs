//! Settings of audit records that are sent to a syslog server: as which server the next attempt sees it.

use guildhall_model::audit::{ExportFormat, SyslogServer, SyslogTransport};
use serde_json::json;

use super::{Group, World};

pub(super) const SYSLOG: Group = Group {
    preset: &[],
    rows: &[
        row!("audit_export.syslog_server", "logs.example.com", |world| world.syslog_server().is_some()),
        row!("audit_export.syslog_port", 1514, |world| world.syslog_server().is_some_and(|server| server.port == 1514)),
        row!("audit_export.syslog_ca_file", "/etc/ca.pem", |world| {
            // Where the protocol is changed, too, only the settings show it.
            world.server.app().services.settings().audit_export.syslog_ca_file == "/etc/ca.pem"
        }),
        row!("audit_export.syslog_protocol", "tcp", |world| {
            world.syslog_server().is_some_and(|server| server.transport == SyslogTransport::Tcp)
        }),
        row!("audit_export.syslog_format", "record", |world| world.server.app().services.settings().export_format()
            == ExportFormat::Record),
        row!("audit_export.syslog_timeout_ms", 900, |world| world.syslog_server().is_some_and(|server| server.timeout_ms == 900)),
    ],
};

#[tokio::test]
async fn changes_of_the_syslog_server_take_effect() {
    super::assert_takes_effect(&SYSLOG).await;
}

impl World {
    fn syslog_server(&self) -> Option<SyslogServer> {
        self.server.app().services.settings().syslog_server()
    }
}
