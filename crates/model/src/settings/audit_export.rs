//! The syslog server of the settings.

use std::path::PathBuf;

use super::Settings;
use super::mail::ascii_host;
use crate::audit::{ExportFormat, SyslogServer, SyslogTransport};

impl Settings {
    /// `None` where audit records are not sent.
    pub fn syslog_server(&self) -> Option<SyslogServer> {
        let export = &self.audit_export;
        if export.syslog_server.is_empty() {
            return None;
        }
        let file = export.syslog_ca_file.as_str();
        let transport = match export.syslog_protocol.as_str() {
            "tcp" => SyslogTransport::Tcp,
            _ => SyslogTransport::Tls { authorities: (!file.is_empty()).then(|| PathBuf::from(file)) },
        };
        Some(SyslogServer {
            host: ascii_host(&export.syslog_server),
            port: u16::try_from(export.syslog_port).unwrap_or_default(),
            transport,
            timeout_ms: export.syslog_timeout_ms,
            sender_name: self.site_host().map(|host| host.to_string()).unwrap_or_default(),
        })
    }

    pub fn export_format(&self) -> ExportFormat {
        ExportFormat::from_name(&self.audit_export.syslog_format).unwrap_or(ExportFormat::Ocsf)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_sent_over_tls_where_a_server_is_set() {
        let mut settings = Settings::default();
        assert_eq!((settings.syslog_server(), settings.export_format()), (None, ExportFormat::Ocsf));
        settings.audit_export.syslog_server = "bücher.example".to_owned();
        settings.site.url = "https://chat.example.com/sub".to_owned();
        let server = settings.syslog_server().unwrap();
        assert_eq!((server.host.as_str(), server.port, server.sender_name.as_str()), ("xn--bcher-kva.example", 6514, "chat.example.com"));
        assert_eq!(server.transport, SyslogTransport::Tls { authorities: None });
        settings.audit_export.syslog_ca_file = "/etc/ca.pem".to_owned();
        assert_eq!(settings.syslog_server().unwrap().transport, SyslogTransport::Tls { authorities: Some("/etc/ca.pem".into()) });
        settings.audit_export.syslog_protocol = "tcp".to_owned();
        assert_eq!(settings.syslog_server().unwrap().transport, SyslogTransport::Tcp);
    }
}
