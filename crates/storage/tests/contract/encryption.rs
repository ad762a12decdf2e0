//! Encrypted connections to PostgreSQL and to MySQL verify the certificate of the server.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use guildhall_model::codes::context;
use guildhall_storage::testing::{self, TestDatabase, is_enabled};
use guildhall_storage::{Database, DatabaseUrl, Dialect, params};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

/// The databases that are reached over a network.
const SERVERS: [Dialect; 2] = [Dialect::Postgres, Dialect::Mysql];

/// Encrypts in front of a server that does not, as far as its protocol has to be understood for that.
async fn listen(dialect: Dialect, server: String, acceptor: TlsAcceptor) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (server, acceptor) = (server.clone(), acceptor.clone());
            tokio::spawn(async move {
                let server = TcpStream::connect(server).await?;
                if dialect == Dialect::Postgres {
                    forward_postgres(client, server, acceptor).await
                } else {
                    forward_mysql(client, server, acceptor).await
                }
            });
        }
    });
    address
}

/// Accepts the request for encryption, and forwards the plain bytes to the server.
async fn forward_postgres(mut client: TcpStream, mut server: TcpStream, acceptor: TlsAcceptor) -> std::io::Result<()> {
    let mut request = [0; 8];
    client.read_exact(&mut request).await?;
    assert_eq!(request, [0, 0, 0, 8, 4, 210, 22, 47], "the request for encryption comes first");
    client.write_all(b"S").await?;
    let mut client = acceptor.accept(client).await?;
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

/// Offers encryption in the server's greeting, and takes it out of the client's answer. The client's request for it is a
/// packet more, so that the numbers of all packets differ by one until the log-in is over.
async fn forward_mysql(mut client: TcpStream, mut server: TcpStream, acceptor: TlsAcceptor) -> std::io::Result<()> {
    const ENCRYPTED: u8 = 0x08; // CLIENT_SSL, in the second byte of the capabilities
    let mut greeting = Packet::read(&mut server).await?;
    let version_end = greeting.payload.iter().position(|byte| *byte == 0).unwrap();
    // The version's zero, the connection's number, eight bytes of the challenge, a zero, the capabilities' first byte.
    greeting.payload[version_end + 1 + 4 + 8 + 1 + 1] |= ENCRYPTED;
    greeting.write(&mut client).await?;
    let request = Packet::read(&mut client).await?;
    assert_eq!((request.number, request.payload.len()), (1, 32), "the request for encryption comes first");
    let mut client = acceptor.accept(client).await?;
    let mut answer = Packet::read(&mut client).await?;
    answer.payload[1] &= !ENCRYPTED;
    loop {
        answer.number -= 1;
        answer.write(&mut server).await?;
        let mut reply = Packet::read(&mut server).await?;
        reply.number += 1;
        reply.write(&mut client).await?;
        if matches!(reply.payload.first(), Some(0x00 | 0xff)) {
            break;
        }
        answer = Packet::read(&mut client).await?;
    }
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

/// A packet of MySQL's protocol: three bytes of length, a running number, the payload.
struct Packet {
    number: u8,
    payload: Vec<u8>,
}

impl Packet {
    async fn read(from: &mut (impl AsyncRead + Unpin)) -> std::io::Result<Self> {
        let mut head = [0; 4];
        from.read_exact(&mut head).await?;
        let [low, middle, high, number] = head;
        let mut payload = vec![0; u32::from_le_bytes([low, middle, high, 0]) as usize];
        from.read_exact(&mut payload).await?;
        Ok(Self { number, payload })
    }

    async fn write(&self, to: &mut (impl AsyncWrite + Unpin)) -> std::io::Result<()> {
        let [low, middle, high, _] = u32::try_from(self.payload.len()).unwrap().to_le_bytes();
        to.write_all(&[low, middle, high, self.number]).await?;
        to.write_all(&self.payload).await?;
        to.flush().await
    }
}

struct Fixture {
    dialect: Dialect,
    direct: TestDatabase,
    address: SocketAddr,
    authority: PathBuf,
    _folder: tempfile::TempDir,
}

fn server_url(database: &TestDatabase) -> url::Url {
    let (DatabaseUrl::Postgres(url) | DatabaseUrl::Mysql(url)) = database.url() else { panic!("a server is needed") };
    url.clone()
}

async fn fixture(dialect: Dialect) -> Fixture {
    let direct = TestDatabase::empty(dialect).await.unwrap();
    let url = server_url(&direct);
    let server = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
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
    let address = listen(dialect, server, TlsAcceptor::from(Arc::new(config))).await;
    Fixture { dialect, direct, address, authority, _folder: folder }
}

impl Fixture {
    async fn open(&self, host: &str, authority: Option<&Path>) -> Database {
        let mut url = server_url(&self.direct);
        url.set_host(Some(host)).unwrap();
        url.set_port(Some(self.address.port())).unwrap();
        let (mode, file) =
            if self.dialect == Dialect::Postgres { ("sslmode=verify-full", "sslrootcert") } else { ("ssl-mode=VERIFY_IDENTITY", "ssl-ca") };
        url.set_query(Some(mode));
        if let Some(authority) = authority {
            url.query_pairs_mut().append_pair(file, authority.to_str().unwrap());
        }
        Database::open(&DatabaseUrl::parse(url.as_str()).unwrap(), testing::small_options()).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_of_a_known_authority_is_accepted() {
    for dialect in SERVERS.into_iter().filter(|dialect| is_enabled(*dialect)) {
        let at = fixture(dialect).await;
        let db = at.open("localhost", Some(&at.authority)).await;
        assert_eq!(db.one::<i64>("SELECT 1", params![]).await.map_err(|error| testing::explain(&error)), Ok(1), "{dialect:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_of_an_unknown_authority_or_another_name_is_rejected() {
    for dialect in SERVERS.into_iter().filter(|dialect| is_enabled(*dialect)) {
        let at = fixture(dialect).await;
        for db in [at.open("localhost", None).await, at.open("127.0.0.1", Some(&at.authority)).await] {
            let error = db.ping().await.unwrap_err();
            assert!(error.is(context::DATABASE_UNAVAILABLE), "{dialect:?}: {error}");
            assert!(testing::explain(&error).contains("certificate"), "{dialect:?}: {}", testing::explain(&error));
        }
    }
}
