//! Encrypted connections to PostgreSQL verify the certificate of the server.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use guildhall_model::codes::context;
use guildhall_storage::testing::{self, TestDatabase, is_enabled};
use guildhall_storage::{Database, DatabaseUrl, Dialect, params};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

/// Accepts PostgreSQL's request for encryption, and forwards the plain bytes to the server.
async fn listen(server: String, acceptor: TlsAcceptor) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(forward(client, server.clone(), acceptor.clone()));
        }
    });
    address
}

async fn forward(mut client: TcpStream, server: String, acceptor: TlsAcceptor) -> std::io::Result<()> {
    let mut request = [0; 8];
    client.read_exact(&mut request).await?;
    assert_eq!(request, [0, 0, 0, 8, 4, 210, 22, 47], "the request for encryption comes first");
    client.write_all(b"S").await?;
    let mut client = acceptor.accept(client).await?;
    copy_bidirectional(&mut client, &mut TcpStream::connect(server).await?).await?;
    Ok(())
}

struct Fixture {
    direct: TestDatabase,
    address: SocketAddr,
    authority: PathBuf,
    _folder: tempfile::TempDir,
}

async fn fixture() -> Fixture {
    let direct = TestDatabase::empty(Dialect::Postgres).await.unwrap();
    let DatabaseUrl::Postgres(url) = direct.url() else { panic!("PostgreSQL is needed") };
    let server = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap_or(5432));
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let authority = folder.path().join("ca.pem");
    std::fs::write(&authority, made.cert.pem()).unwrap();
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.into())
        .unwrap();
    let address = listen(server, TlsAcceptor::from(Arc::new(config))).await;
    Fixture { direct, address, authority, _folder: folder }
}

impl Fixture {
    async fn open(&self, host: &str, authority: Option<&Path>) -> Database {
        let DatabaseUrl::Postgres(url) = self.direct.url() else { panic!("PostgreSQL is needed") };
        let mut url = url.clone();
        url.set_host(Some(host)).unwrap();
        url.set_port(Some(self.address.port())).unwrap();
        url.query_pairs_mut().append_pair("sslmode", "verify-full");
        if let Some(authority) = authority {
            url.query_pairs_mut().append_pair("sslrootcert", authority.to_str().unwrap());
        }
        Database::open(&DatabaseUrl::parse(url.as_str()).unwrap(), testing::small_options()).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_of_a_known_authority_is_accepted() {
    if is_enabled(Dialect::Postgres) {
        let at = fixture().await;
        let db = at.open("localhost", Some(&at.authority)).await;
        assert_eq!(db.one::<i64>("SELECT 1", params![]).await.map_err(|error| testing::explain(&error)), Ok(1));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_of_an_unknown_authority_or_another_name_is_rejected() {
    if is_enabled(Dialect::Postgres) {
        let at = fixture().await;
        for db in [at.open("localhost", None).await, at.open("127.0.0.1", Some(&at.authority)).await] {
            let error = db.ping().await.unwrap_err();
            assert!(error.is(context::DATABASE_UNAVAILABLE), "{error}");
            assert!(testing::explain(&error).contains("certificate"), "{}", testing::explain(&error));
        }
    }
}
