//! What goes wrong with an object storage.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use guildhall_backup::storage::{FileKind, FileName, Timing};
use guildhall_backup::{Storage, StorageError};

use crate::servers::{ACCESS_KEY, Line, S3Server, SECRET_KEY};
use crate::{TIMING, connector, keys, open, support};

fn pack() -> FileName {
    FileName { kind: FileKind::Pack, id: "ab".repeat(32) }
}

fn location(port: u16) -> String {
    format!("s3:http://127.0.0.1:{port}/chat/repository")
}

fn storage_at(port: u16, timing: Timing) -> Arc<dyn Storage> {
    open(&location(port), &keys(ACCESS_KEY, SECRET_KEY), &connector(None, timing))
}

#[test]
fn wrong_keys_and_buckets_are_sentences() {
    let server = S3Server::start();
    let port = server.port();
    for (access_key, secret_key, path, expected) in [
        ("other", SECRET_KEY, "chat", "denied access: it does not know the access key."),
        (ACCESS_KEY, "other", "chat", "denied access: the secret key does not belong to the access key."),
        (ACCESS_KEY, SECRET_KEY, "none", "cannot be used: there is no bucket none; create it first."),
    ] {
        let location = format!("s3:http://127.0.0.1:{port}/{path}/repository");
        let storage = open(&location, &keys(access_key, secret_key), &connector(None, TIMING));
        let outcomes = [
            storage.list(FileKind::Config).map(drop),
            storage.read(&pack(), None).map(drop),
            storage.write(&pack(), &[Bytes::from_static(b"x")]),
        ];
        for outcome in outcomes {
            assert_eq!(outcome.unwrap_err().to_string(), format!("{location} {expected}"));
        }
    }
}

#[test]
fn what_the_server_cannot_do_for_the_moment_is_tried_again() {
    let server = S3Server::start();
    let storage = storage_at(server.port(), TIMING);
    for (status, code) in [(503, "SlowDown"), (500, "InternalError"), (429, "TooManyRequests")] {
        server.fail(3, status, code);
        storage.write(&pack(), &[Bytes::from_static(b"content")]).unwrap();
    }
    server.fail(4, 503, "SlowDown");
    let error = storage.read(&pack(), None).unwrap_err();
    assert_eq!(error.to_string(), format!("{} cannot be used: it answered 503 SlowDown.", location(server.port())));
    assert_eq!(storage.read(&pack(), None).unwrap(), "content");
    server.fail(1, 507, "XMinioStorageFull");
    let full = storage.write(&pack(), &[Bytes::from_static(b"more")]).unwrap_err();
    assert_eq!(full, StorageError::Full { location: location(server.port()) });
}

#[test]
fn a_line_that_is_cut_in_the_middle_of_a_file_is_taken_up_again() {
    let server = S3Server::start();
    let line = Line::to(server.port(), Duration::ZERO);
    let content = Bytes::from(support::noise(20_000_000));
    let patient = storage_at(line.port(), TIMING);
    line.cut_after(12_000_000);
    patient.write(&pack(), std::slice::from_ref(&content)).unwrap();
    assert!(patient.read(&pack(), None).unwrap() == content);
    patient.remove(&pack()).unwrap();
    let impatient = storage_at(line.port(), Timing { repetitions: 0, ..TIMING });
    line.cut_after(12_000_000);
    let error = impatient.write(&pack(), &[content]).unwrap_err();
    assert!(matches!(error, StorageError::Unusable { .. }), "{error}");
    assert_eq!(patient.list(FileKind::Pack).unwrap(), []);
}

#[test]
fn a_server_that_is_gone_or_hangs_is_a_sentence() {
    let server = S3Server::start();
    let line = Line::to(server.port(), Duration::ZERO);
    let storage = storage_at(line.port(), Timing { answer: Duration::from_millis(200), repetitions: 1, ..TIMING });
    line.stall();
    assert_eq!(storage.list(FileKind::Pack).unwrap_err(), StorageError::TimedOut { location: location(line.port()) });
    let port = crate::servers::free_port();
    let error = storage_at(port, Timing { repetitions: 1, ..TIMING }).list(FileKind::Pack).unwrap_err();
    assert!(error.to_string().starts_with(&format!("{} cannot be used: Connection refused", location(port))), "{error}");
}
