//! A server with HTTPS, and its administrator.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use guildhall_storage::Dialect;
use serde_json::{Value, json};

use crate::client::{Answer, Trust, get_plain, try_get};
use crate::pebble::{Pebble, free_port};
use crate::support::{ServerProcess, TestStore};

/// Reached only when a test fails. The authority tells clients to ask again after several seconds, twice for each certificate.
const ISSUE_TIMEOUT: Duration = Duration::from_secs(180);
pub const NAME: &str = "chat.studio.example";

pub struct Site {
    pub server: ServerProcess,
    pub admin: Arc<str>,
    pub http: SocketAddr,
    pub https: SocketAddr,
}

/// What the environment sets, by the names of the variables without their prefix.
pub type Variables = Vec<(&'static str, String)>;

/// Settings for certificates of this authority.
pub fn acme(pebble: &Pebble, names: &str) -> Variables {
    vec![
        ("TLS_MODE", "acme".to_owned()),
        ("TLS_DOMAINS", names.to_owned()),
        ("TLS_ACME_DIRECTORY_URL", pebble.directory_url()),
        ("TLS_ACME_ROOT_FILE", pebble.own_root_file().to_str().unwrap().to_owned()),
    ]
}

/// The same, with HTTPS off, so that an administrator can turn it on.
pub fn without_names(pebble: &Pebble) -> Variables {
    let mut settings = acme(pebble, NAME);
    settings.retain(|(name, _)| !matches!(*name, "TLS_MODE" | "TLS_DOMAINS"));
    settings
}

impl Site {
    /// At the ports where the authority looks.
    pub async fn start(pebble: &Pebble, settings: Variables) -> Self {
        Self::start_at(pebble.http_port, pebble.https_port, settings).await
    }

    pub async fn start_anywhere(settings: Variables) -> Self {
        Self::start_at(free_port(), free_port(), settings).await
    }

    async fn start_at(http: u16, https: u16, mut settings: Variables) -> Self {
        let [http, https] = [http, https].map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        for (name, address) in [("TLS_HTTP_LISTEN", http), ("TLS_HTTPS_LISTEN", https)] {
            if !settings.iter().any(|(set, _)| *set == name) {
                settings.push((name, address.to_string()));
            }
        }
        // For as long as the process of the tests runs.
        let settings: Vec<(&str, &str)> = settings.into_iter().map(|(name, value)| (name, &*value.leak())).collect();
        let store = TestStore::fresh(Dialect::Sqlite).await.expect("tests on SQLite");
        let server = ServerProcess::start_with_settings(&store, settings.leak()).await;
        let admin = server.sign_up("root").await;
        Self { server, admin, http, https }
    }

    pub async fn status(&self) -> Value {
        self.server.call(&self.admin, "GET", "/system/tls", None).await.unwrap()
    }

    /// Asks until the state is as expected.
    pub async fn until(&self, condition: impl Fn(&Value) -> bool) -> Value {
        let waiting = async {
            loop {
                let status = self.status().await;
                if condition(&status) {
                    return status;
                }
            }
        };
        match tokio::time::timeout(ISSUE_TIMEOUT, waiting).await {
            Ok(status) => status,
            Err(_) => panic!("{}", self.status().await),
        }
    }

    /// The state with a certificate that is not the server's own.
    pub async fn until_issued(&self) -> Value {
        self.until(|status| status["certificate"]["is_self_signed"] == false && status["is_renewing"] == false).await
    }

    /// Another certificate than this one, from the authority. Failed attempts are repeated at once.
    pub async fn issued_after(&self, former: &Value) -> Value {
        let is_new = |status: &Value| status["certificate"] != *former && status["certificate"]["is_self_signed"] == false;
        loop {
            let status = self.until(|status| status["is_renewing"] == false && (status["failed_attempts"] != 0 || is_new(status))).await;
            if is_new(&status) {
                return status["certificate"].clone();
            }
            self.renew_now().await;
            self.until(|next| next["failed_attempts"] != status["failed_attempts"] || is_new(next)).await;
        }
    }

    /// The state after a failed attempt.
    pub async fn until_failed(&self) -> Value {
        self.until(|status| status["failed_attempts"].as_i64() >= Some(1) && status["is_renewing"] == false).await
    }

    /// The sentence of what `guildhall doctor` finds beside the running server.
    pub async fn finding(&self, id: &str) -> String {
        let output = self.server.command(&["doctor", "--json"]).await;
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let found = report["findings"].as_array().unwrap().iter().find(|finding| finding["id"] == id);
        found.unwrap_or_else(|| panic!("no {id} in {report:#}"))["summary"].as_str().unwrap().to_owned()
    }

    pub async fn renew_now(&self) {
        self.server.call(&self.admin, "POST", "/system/tls/renew", None).await.unwrap();
    }

    /// The latest actions of the audit trail.
    pub async fn audits(&self) -> Vec<String> {
        let audits = self.server.call(&self.admin, "GET", "/audits", None).await.unwrap();
        audits.as_array().unwrap().iter().map(|audit| audit["action"].as_str().unwrap().to_owned()).collect()
    }

    /// Changes settings over the API, as an administrator.
    pub async fn change(&self, sections: Value) {
        self.server.call(&self.admin, "PUT", "/config/patch", Some(sections)).await.unwrap();
    }

    pub async fn get(&self, trust: &Trust, path: &str) -> std::io::Result<Answer> {
        try_get(trust, self.https, NAME, path).await
    }

    pub async fn get_plain(&self, host: &str, path: &str) -> Answer {
        get_plain(self.http, host, path).await
    }

    /// The certificate that the server made itself.
    pub fn own_trust(&self) -> Trust {
        use rustls::pki_types::pem::PemObject;
        let file = self.server.data_dir().join("certificates/self-signed.pem");
        Trust::new(rustls::pki_types::CertificateDer::from_pem_file(file).unwrap())
    }
}

pub fn tls_settings(mode: &str, names: &str) -> Value {
    json!({"TLSSettings": {"Mode": mode, "Domains": names}})
}
