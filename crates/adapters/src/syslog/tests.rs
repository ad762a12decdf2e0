//! Against receivers that read everything, slowly, in part or not at all, over TCP and TLS.

use std::io;
use std::sync::Arc;

use guildhall_model::Millis;
use guildhall_model::audit::{SyslogError, SyslogMessage, SyslogServer, SyslogSeverity, SyslogTransport};
use guildhall_model::ports::SyslogSender;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::PrivateKeyDer;
use tempfile::NamedTempFile;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use super::Syslog;

/// What a receiver does with a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Behaviour {
    ReadsAll,
    /// In steps of a few bytes.
    ReadsSlowly,
    /// Closes the connection after some bytes.
    HangsUpAfter(usize),
    /// Reads everything, and leaves the connection open.
    NeverCloses,
    /// Leaves the connection open and reads nothing.
    ReadsNothing,
}

struct Receiver {
    server: SyslogServer,
    received: JoinHandle<io::Result<Vec<u8>>>,
    /// With the authority of its certificate.
    _authority: Option<NamedTempFile>,
}

async fn receive(mut stream: impl AsyncRead + AsyncWrite + Unpin, behaviour: Behaviour) -> io::Result<Vec<u8>> {
    let mut received = Vec::new();
    match behaviour {
        Behaviour::ReadsAll => {
            stream.read_to_end(&mut received).await?;
        }
        Behaviour::ReadsSlowly => {
            let mut some = [0; 7];
            loop {
                let count = stream.read(&mut some).await?;
                if count == 0 {
                    break;
                }
                received.extend_from_slice(&some[..count]);
                tokio::task::yield_now().await;
            }
        }
        Behaviour::HangsUpAfter(count) => {
            received.resize(count, 0);
            stream.read_exact(&mut received).await?;
        }
        Behaviour::NeverCloses => {
            stream.read_to_end(&mut received).await?;
            std::future::pending::<()>().await;
        }
        Behaviour::ReadsNothing => std::future::pending().await,
    }
    let _ = stream.shutdown().await;
    Ok(received)
}

async fn over_tcp(behaviour: Behaviour) -> Receiver {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = server(listener.local_addr().unwrap().port(), SyslogTransport::Tcp);
    let received = tokio::spawn(async move {
        let (stream, _) = listener.accept().await?;
        receive(stream, behaviour).await
    });
    Receiver { server, received, _authority: None }
}

async fn over_tls(behaviour: Behaviour, name: &str) -> Receiver {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider())).with_safe_default_protocol_versions().unwrap();
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let config = config.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key).unwrap();
    let file = NamedTempFile::new().unwrap();
    std::fs::write(file.path(), authority.pem()).unwrap();

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let transport = SyslogTransport::Tls { authorities: Some(file.path().to_owned()) };
    let server = server(listener.local_addr().unwrap().port(), transport);
    let received = tokio::spawn(async move {
        let (stream, _) = listener.accept().await?;
        receive(TlsAcceptor::from(Arc::new(config)).accept(stream).await?, behaviour).await
    });
    Receiver { server, received, _authority: Some(file) }
}

fn server(port: u16, transport: SyslogTransport) -> SyslogServer {
    SyslogServer { host: "127.0.0.1".to_owned(), port, transport, timeout_ms: 20_000, sender_name: "chat.example.com".to_owned() }
}

fn messages(count: usize, bytes: usize) -> Vec<SyslogMessage> {
    let message = |number: usize| SyslogMessage {
        time: Millis(1_800_000_000_000),
        severity: SyslogSeverity::Informational,
        id: "channels.patch".to_owned(),
        text: format!("{number} {}", "ä\n".repeat(bytes / 3)),
    };
    (0..count).map(message).collect()
}

/// The texts of the frames, which are complete.
fn texts(mut bytes: &[u8]) -> Vec<String> {
    let mut texts = Vec::new();
    while !bytes.is_empty() {
        let space = bytes.iter().position(|byte| *byte == b' ').unwrap();
        let length: usize = std::str::from_utf8(&bytes[..space]).unwrap().parse().unwrap();
        let line = std::str::from_utf8(&bytes[space + 1..space + 1 + length]).unwrap();
        let start = "<110>1 2027-01-15T08:00:00.000Z chat.example.com guildhall - channels.patch - ";
        texts.push(line.strip_prefix(start).unwrap().to_owned());
        bytes = &bytes[space + 1 + length..];
    }
    texts
}

async fn send(receiver: &Receiver, messages: &[SyslogMessage]) -> Result<(), SyslogError> {
    Syslog.send(&receiver.server, messages).await
}

fn error(outcome: Result<(), SyslogError>) -> String {
    outcome.unwrap_err().0
}

#[tokio::test]
async fn all_messages_arrive_in_their_order() {
    let sent = messages(300, 2_000);
    let expected: Vec<&String> = sent.iter().map(|message| &message.text).collect();
    for behaviour in [Behaviour::ReadsAll, Behaviour::ReadsSlowly] {
        for receiver in [over_tcp(behaviour).await, over_tls(behaviour, "127.0.0.1").await] {
            send(&receiver, &sent).await.unwrap();
            let received = texts(&receiver.received.await.unwrap().unwrap());
            assert!(received.iter().eq(expected.iter().copied()), "{behaviour:?}: {} messages", received.len());
        }
    }
}

#[tokio::test]
async fn a_receiver_that_hangs_up_has_not_taken_the_messages() {
    for after in [0, 10, 100_000] {
        for receiver in [over_tcp(Behaviour::HangsUpAfter(after)).await, over_tls(Behaviour::HangsUpAfter(after), "127.0.0.1").await] {
            // More than the buffers of both sides hold, so that the end comes while messages are written.
            let reason = error(send(&receiver, &messages(400, 100_000)).await);
            assert!(reason.contains("closed the connection before it had all messages"), "{reason}");
        }
    }
}

#[tokio::test]
async fn a_receiver_that_does_not_end_the_connection_has_not_taken_the_messages() {
    let mut receiver = over_tcp(Behaviour::NeverCloses).await;
    receiver.server.timeout_ms = 100;
    assert!(error(send(&receiver, &messages(1, 10)).await).contains("did not close the connection after the last message"));
    let mut receiver = over_tcp(Behaviour::ReadsNothing).await;
    receiver.server.timeout_ms = 100;
    // More than the buffers of both sides hold.
    assert!(error(send(&receiver, &messages(400, 100_000)).await).contains("did not take the messages in time"));
}

#[tokio::test]
async fn a_server_that_is_not_the_one_of_the_settings_gets_nothing() {
    let other_name = over_tls(Behaviour::ReadsAll, "logs.example.com").await;
    assert!(error(send(&other_name, &messages(1, 10)).await).contains("did not encrypt the connection"));
    assert!(other_name.received.await.unwrap().is_err());
    let mut other_authority = over_tls(Behaviour::ReadsAll, "127.0.0.1").await;
    other_authority.server.transport = SyslogTransport::Tls { authorities: None };
    assert!(error(send(&other_authority, &messages(1, 10)).await).contains("did not encrypt the connection"));
    let mut plain = over_tcp(Behaviour::ReadsAll).await;
    plain.server.transport = SyslogTransport::Tls { authorities: None };
    plain.server.timeout_ms = 300;
    assert!(error(send(&plain, &messages(1, 10)).await).contains("did not encrypt the connection in time"));
}

#[tokio::test]
async fn what_is_not_there_is_named() {
    let receiver = over_tcp(Behaviour::ReadsAll).await;
    receiver.received.abort();
    let _ = receiver.received.await;
    let reason = error(Syslog.send(&receiver.server, &messages(1, 10)).await);
    assert!(reason.starts_with(&format!("The syslog server 127.0.0.1:{} could not be reached: ", receiver.server.port)), "{reason}");

    let file = NamedTempFile::new().unwrap();
    let with_file = |path: &std::path::Path| SyslogTransport::Tls { authorities: Some(path.to_owned()) };
    for (content, expected) in
        [("", "has no certificate"), ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "cannot be read")]
    {
        let mut receiver = over_tcp(Behaviour::ReadsAll).await;
        std::fs::write(file.path(), content).unwrap();
        receiver.server.transport = with_file(file.path());
        let reason = error(send(&receiver, &messages(1, 10)).await);
        assert!(reason.contains(expected), "{reason}");
    }
    let mut receiver = over_tcp(Behaviour::ReadsAll).await;
    receiver.server.transport = with_file("/nowhere/ca.pem".as_ref());
    assert!(error(send(&receiver, &messages(1, 10)).await).starts_with("The file /nowhere/ca.pem with the authorities cannot be read"));
}
