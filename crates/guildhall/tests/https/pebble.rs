//! An authority of the test's own: pebble, with the DNS of pebble-challtestsrv. Every name leads to 127.0.0.1.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::atomic::{AtomicU16, Ordering};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use crate::client::{self, Trust};
use crate::support::TEST_TIMEOUT;

pub struct Pebble {
    _children: [Child; 2],
    folder: TempDir,
    directory: SocketAddr,
    management: SocketAddr,
    dns_management: SocketAddr,
    /// Where it looks for the server.
    pub http_port: u16,
    pub https_port: u16,
    own_root: CertificateDer<'static>,
}

/// A port that nobody uses, outside the range from which the system takes ports.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = u16::try_from(std::process::id() % 1_000).unwrap() * 18;
    loop {
        let port = 12_000 + (first + NEXT.fetch_add(1, Ordering::Relaxed)) % 18_000;
        if TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).is_ok() && std::net::UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}

fn local(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

impl Pebble {
    pub async fn start() -> Self {
        Self::start_with(&[], json!({})).await
    }

    /// With variables of its environment, and keys of its configuration.
    pub async fn start_with(environment: &[(&str, &str)], more: Value) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let own_root = write_own_certificate(&folder);
        let [directory, management, dns, dns_management] = [(); 4].map(|()| local(free_port()));
        let (http_port, https_port) = (free_port(), free_port());
        let mut config = json!({
            "listenAddress": directory, "managementListenAddress": management, "httpPort": http_port, "tlsPort": https_port,
            "certificate": folder.path().join("pebble.pem"), "privateKey": folder.path().join("pebble.key"),
        });
        config.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let file = folder.path().join("pebble.json");
        std::fs::write(&file, json!({"pebble": config}).to_string()).unwrap();
        let none = ["-http01", "", "-https01", "", "-tlsalpn01", "", "-defaultIPv6", ""];
        let mut names = Command::new("pebble-challtestsrv");
        names.args(none).args(["-dns01", &dns.to_string(), "-management", &dns_management.to_string()]);
        let mut authority = Command::new("pebble");
        authority.args(["-dnsserver", &dns.to_string(), "-config"]).arg(file);
        authority.env("PEBBLE_VA_NOSLEEP", "1").env("PEBBLE_AUTHZREUSE", "0").env("PEBBLE_WFE_NONCEREJECT", "0");
        authority.envs(environment.iter().copied());
        let children = [names, authority].map(|mut command| {
            let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
            command.spawn().expect("pebble, which scripts/install-test-tools installs")
        });
        for address in [directory, management, dns_management] {
            let listening = async { while TcpStream::connect(address).await.is_err() {} };
            tokio::time::timeout(TEST_TIMEOUT, listening).await.unwrap_or_else(|_| panic!("pebble does not listen at {address}"));
        }
        Self { _children: children, folder, directory, management, dns_management, http_port, https_port, own_root }
    }

    pub fn directory_url(&self) -> String {
        format!("https://{}/dir", self.directory)
    }

    /// The root certificate by which a client recognizes the authority itself.
    pub fn own_root_file(&self) -> PathBuf {
        self.folder.path().join("root.pem")
    }

    /// Trusts what the authority issues.
    pub async fn trust(&self) -> Trust {
        let own = Trust::new(self.own_root.clone());
        let answer = client::get(&own, self.management, &self.management.ip().to_string(), "/roots/0").await;
        Trust::new(CertificateDer::from_pem_slice(answer.body.as_bytes()).unwrap())
    }

    /// The name leads to this address from now on.
    pub async fn set_address(&self, name: &str, address: IpAddr) {
        self.dns("clear-a", json!({"host": format!("{name}.")})).await;
        self.dns("add-a", json!({"host": format!("{name}."), "addresses": [address]})).await;
    }

    async fn dns(&self, operation: &str, body: Value) {
        client::post_plain(self.dns_management, &format!("/{operation}"), &body.to_string()).await;
    }

    /// A program for `tls.dns_hook`, which also writes its calls to a file.
    pub fn hook(&self) -> PathBuf {
        let (file, log) = (self.folder.path().join("hook"), self.hook_log());
        let script = format!(
            r#"#!/usr/bin/env python3
import json, os, sys, urllib.request
action, name, value = sys.argv[1:]
assert [os.environ["GUILDHALL_DNS_" + key] for key in ("ACTION", "NAME", "VALUE")] == sys.argv[1:]
assert not [key for key in os.environ if key.startswith("GUILDHALL_") and not key.startswith("GUILDHALL_DNS_")]
path, body = ("set-txt", {{"host": name + ".", "value": value}}) if action == "add" else ("clear-txt", {{"host": name + "."}})
urllib.request.urlopen("http://{}/" + path, json.dumps(body).encode()).read()
open({:?}, "a").write(action + " " + name + "\n")
"#,
            self.dns_management,
            log.to_str().unwrap()
        );
        std::fs::write(&file, script).unwrap();
        std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        file
    }

    pub fn hook_log(&self) -> PathBuf {
        self.folder.path().join("hook.log")
    }
}

/// Of pebble itself, not of what it issues.
fn write_own_certificate(folder: &TempDir) -> CertificateDer<'static> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap().signed_by(&key, &root).unwrap();
    for (name, text) in [("root.pem", root.pem()), ("pebble.pem", certificate.pem()), ("pebble.key", key.serialize_pem())] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    root.der().clone()
}
