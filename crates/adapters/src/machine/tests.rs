//! The real machine: files, programs, connections and certificates.

use std::fs::Permissions;
use std::io::ErrorKind;
use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::*;

const MACHINE: LocalMachine = LocalMachine;

#[tokio::test]
async fn files_and_disks_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a");
    std::fs::write(&file, b"caf\xe9").unwrap();
    std::os::unix::fs::symlink("/nowhere", folder.path().join("link")).unwrap();
    assert_eq!(MACHINE.read_file(&file).await.unwrap(), "caf\u{fffd}");
    assert_eq!(MACHINE.list_folder(folder.path()).await.unwrap(), ["a", "link"]);
    assert_eq!(MACHINE.read_link(&folder.path().join("link")).await.unwrap(), Path::new("/nowhere"));
    assert_eq!(MACHINE.file_info(&file).await.unwrap().size_bytes, 4);
    assert_eq!(MACHINE.file_info(Path::new("/nowhere")).await.unwrap_err().kind(), ErrorKind::NotFound);
    let disk = MACHINE.disk_space(folder.path()).await.unwrap();
    assert!(disk.total_bytes >= disk.available_bytes && disk.total_bytes > 0 && !disk.is_read_only, "{disk:?}");
}

#[tokio::test]
async fn what_is_wrong_in_a_folder_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let owner = MACHINE.user_id();
    std::fs::create_dir(folder.path().join("files")).unwrap();
    for (name, mode) in [("good", 0o600), ("files/open", 0o644)] {
        std::fs::write(folder.path().join(name), "x").unwrap();
        std::fs::set_permissions(folder.path().join(name), Permissions::from_mode(mode)).unwrap();
    }
    for name in ["", "files"] {
        std::fs::set_permissions(folder.path().join(name), Permissions::from_mode(0o700)).unwrap();
    }
    std::os::unix::fs::symlink("/etc", folder.path().join("link")).unwrap();
    let expected = ExpectedFiles { owner, forbidden_mode: 0o077, entries_max: 100 };
    let found = MACHINE.inspect_folder(folder.path(), expected).await.unwrap();
    assert_eq!((found.entries, found.wrong_owner, found.wrong_mode, found.is_complete), (5, 0, 1, true));
    assert_eq!(found.examples, ["files/open: mode 0644"]);
    let others = MACHINE.inspect_folder(folder.path(), ExpectedFiles { owner: owner + 1, ..expected }).await.unwrap();
    assert_eq!(others.wrong_owner, 5);
    let few = MACHINE.inspect_folder(folder.path(), ExpectedFiles { entries_max: 2, ..expected }).await.unwrap();
    assert!(!few.is_complete && few.entries == 2, "{few:?}");
}

#[tokio::test]
async fn programs_are_bounded_in_time_and_output() {
    let second = Duration::from_secs(20);
    let output = MACHINE.run_program("sh", &["-c", "echo $LC_ALL; echo problem >&2; exit 3"], second).await.unwrap();
    assert_eq!((output.status, output.stdout.as_str(), output.stderr.as_str()), (Some(3), "C\n", "problem\n"));
    let error = MACHINE.run_program("no-such-program", &[], second).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let error = MACHINE.run_program("sleep", &["1000"], Duration::from_millis(1)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    let output = MACHINE.run_program("head", &["-c", "3000000", "/dev/zero"], second).await.unwrap();
    assert_eq!(output.stdout.len() as u64, TEXT_BYTES_MAX);
}

#[tokio::test]
async fn names_and_ports_are_looked_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    MACHINE.connect(address).await.unwrap();
    drop(listener);
    assert_eq!(MACHINE.connect(address).await.unwrap_err().kind(), ErrorKind::ConnectionRefused);
    assert_eq!(MACHINE.resolve("127.0.0.1").await.unwrap(), [IpAddr::from([127, 0, 0, 1])]);
    assert!(MACHINE.resolve("no-such-name.invalid").await.is_err());
}

/// Answers one request, over TLS with a self-signed certificate for this name if there is one.
async fn serve_once(name: Option<&str>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let acceptor = name.map(|name| {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([name.to_owned(), "192.0.2.1".to_owned()]).unwrap();
        params.not_after = rcgen::date_time_ymd(2030, 1, 1);
        let certificate = params.self_signed(&key).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
        let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        TlsAcceptor::from(Arc::new(config.with_single_cert(vec![certificate.der().clone()], key).unwrap()))
    });
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        match acceptor {
            Some(acceptor) => answer(acceptor.accept(stream).await.unwrap()).await,
            None => answer(stream).await,
        }
    });
    address
}

async fn answer(mut stream: impl AsyncReadExt + AsyncWriteExt + Unpin) {
    let mut request = vec![0; 4096];
    let count = stream.read(&mut request).await.unwrap();
    let first = String::from_utf8_lossy(&request[..count]).lines().next().unwrap().to_owned();
    let response = format!("HTTP/1.1 200 OK\r\nServer: test\r\nContent-Length: {}\r\n\r\n{first}", first.len());
    stream.write_all(response.as_bytes()).await.unwrap();
    stream.flush().await.unwrap();
}

fn probe(is_https: bool, address: SocketAddr) -> Probe {
    Probe { is_https, host: "chat.example.com".into(), address, path: "/here?x=1".into() }
}

#[tokio::test]
async fn a_server_is_asked_and_its_certificate_described() {
    let plain = MACHINE.probe(&probe(false, serve_once(None).await)).await.unwrap();
    assert_eq!((plain.status, plain.body.as_str(), plain.certificate.is_none()), (200, "GET /here?x=1 HTTP/1.1", true));
    assert!(plain.headers.contains(&("server".to_owned(), "test".to_owned())));

    let response = MACHINE.probe(&probe(true, serve_once(Some("chat.example.com")).await)).await.unwrap();
    let certificate = response.certificate.unwrap();
    assert_eq!(response.status, 200);
    assert_eq!((certificate.problem, certificate.chain_length), (Some(guildhall_model::ports::CertificateProblem::UnknownIssuer), 1));
    assert_eq!(certificate.names, ["chat.example.com", "192.0.2.1"]);
    assert_eq!(certificate.expires_at, Some(Millis(1_893_456_000_000)));

    let error = MACHINE.probe(&probe(true, serve_once(None).await)).await.unwrap_err();
    assert_ne!(error.kind(), ErrorKind::TimedOut, "an answer that is not TLS");
}
