//! What goes wrong with an SSH server.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use guildhall_backup::storage::{FileKind, FileName, Timing};
use guildhall_backup::{Storage, StorageError};

use crate::servers::{Line, SshServer};
use crate::{TIMING, connector, keys, open, support};

struct Target {
    server: SshServer,
    line: Line,
}

impl Target {
    fn new() -> Self {
        let server = SshServer::start();
        let line = Line::to(server.port(), Duration::ZERO);
        Self { server, line }
    }

    fn location(&self) -> String {
        format!("sftp://127.0.0.1:{}/{}", self.line.port(), self.server.folder().join("repository").display())
    }

    fn open_with(&self, client: &str, host: Option<&str>, timing: Timing) -> Arc<dyn Storage> {
        open(&self.location(), &keys("", ""), &connector(Some(self.server.ssh_config(client, host)), timing))
    }

    fn open(&self) -> Arc<dyn Storage> {
        self.open_with("client", Some("host"), TIMING)
    }
}

fn pack() -> FileName {
    FileName { kind: FileKind::Pack, id: "ab".repeat(32) }
}

#[test]
fn other_keys_are_denied_with_what_to_do() {
    let target = Target::new();
    for (client, host, expected) in [
        ("other-client", Some("host"), "it does not accept the SSH key of the user that runs the server"),
        ("client", None, "its host key is not known"),
        ("client", Some("other-host"), "its host key is not"),
    ] {
        let error = target.open_with(client, host, TIMING).create().unwrap_err();
        assert!(matches!(&error, StorageError::Denied { reason, .. } if reason.starts_with(expected)), "{error}");
        assert!(error.to_string().starts_with(&format!("{} denied access: ", target.location())), "{error}");
    }
    assert_eq!(target.line.connections(), 3, "what is denied is not tried again");
    target.open().create().unwrap();
}

#[test]
fn a_connection_that_is_lost_is_made_again() {
    let target = Target::new();
    let storage = target.open();
    storage.create().unwrap();
    assert_eq!(target.line.connections(), 1);
    target.line.cut();
    storage.write(&pack(), &[Bytes::from_static(b"content")]).unwrap();
    assert_eq!(target.line.connections(), 2);
    // In the middle of a file.
    let content = Bytes::from(support::noise(5_000_000));
    target.line.cut_after(2_000_000);
    storage.write(&pack(), std::slice::from_ref(&content)).unwrap();
    assert_eq!(target.line.connections(), 3);
    assert!(storage.read(&pack(), None).unwrap() == content);
}

#[test]
fn an_interrupted_write_leaves_no_file() {
    let target = Target::new();
    let storage = target.open_with("client", Some("host"), Timing { repetitions: 0, ..TIMING });
    storage.create().unwrap();
    target.line.cut_after(1_000_000);
    let error = storage.write(&pack(), &[support::noise(5_000_000).into()]).unwrap_err();
    assert_eq!(error.to_string(), format!("{} cannot be used: the connection was lost.", target.location()));
    assert_eq!(storage.list(FileKind::Pack).unwrap(), []);
    assert!(matches!(storage.read(&pack(), None), Err(StorageError::Missing { .. })));
}

#[test]
fn a_server_that_is_gone_or_hangs_is_a_sentence() {
    let target = Target::new();
    let storage = target.open_with("client", Some("host"), Timing { answer: Duration::from_millis(300), repetitions: 1, ..TIMING });
    target.open().create().unwrap();
    target.line.stall();
    let error = storage.list(FileKind::Pack).unwrap_err();
    assert_eq!(error, StorageError::TimedOut { location: target.location() });
    target.line.take_down();
    let error = storage.list(FileKind::Pack).unwrap_err();
    assert!(matches!(&error, StorageError::Unusable { .. }), "{error}");
    target.line.work_again();
    // This machine may be too busy for the short limit.
    assert_eq!(target.open().list(FileKind::Pack).unwrap(), []);
}

#[test]
fn a_server_that_hangs_in_the_middle_is_given_up() {
    let target = Target::new();
    let storage = target.open_with("client", Some("host"), Timing { answer: Duration::from_secs(2), repetitions: 0, ..TIMING });
    storage.create().unwrap();
    target.line.stall();
    let error = storage.write(&pack(), &[support::noise(1_000_000).into()]).unwrap_err();
    assert_eq!(error, StorageError::TimedOut { location: target.location() });
}

#[test]
fn a_folder_that_cannot_be_written_is_denied_or_full() {
    let target = Target::new();
    let file = target.server.folder().join("repository");
    fs::write(&file, "a file").unwrap();
    let error = target.open().create().unwrap_err();
    assert!(matches!(&error, StorageError::Unusable { .. }), "{error}");
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    let mount = |words: &[&str]| std::process::Command::new(words[0]).args(&words[1..]).arg(&file).output();
    let mounted = mount(&["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs"]);
    if !mounted.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: this test mounts a file system, as root");
        return;
    }
    let storage = target.open();
    storage.create().unwrap();
    let full = storage.write(&pack(), &[support::noise(5_000_000).into()]);
    let (left, small) = (storage.list(FileKind::Pack), storage.write(&pack(), &[support::noise(10_000).into()]));
    mount(&["umount", "-l"]).unwrap();
    assert_eq!(full, Err(StorageError::Full { location: target.location() }));
    assert_eq!(left.unwrap(), []);
    small.expect("what was not finished takes no space");
}
