//! How long a restore from far away takes. It is measured by hand, never asserted:
//! `cargo test --release -p guildhall-backup --test storages far -- --ignored --nocapture`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use guildhall_backup::{Repository, Storage};

use crate::servers::{ACCESS_KEY, Line, S3Server, SECRET_KEY, SshServer};
use crate::support::{self, NOW, PASSWORD, memory, tree};
use crate::{TIMING, connector, keys, open};

/// Each direction; an answer takes twice as long.
const DELAY: Duration = Duration::from_millis(10);
/// 200 MB: half in large files, half in small ones.
const LARGE: (usize, usize) = (10, 10_000_000);
const SMALL: (usize, usize) = (5_000, 20_000);

fn measure(name: &str, line: &Line, storage: Arc<dyn Storage>) {
    let content = support::noise(LARGE.0 * LARGE.1 + SMALL.0 * SMALL.1);
    let (large, small) = content.split_at(LARGE.0 * LARGE.1);
    let mut files: Vec<_> =
        small.chunks(SMALL.1).enumerate().map(|(n, part)| memory(&format!("files/{:02x}/{n:04}", n % 256), part.to_vec())).collect();
    files.extend(large.chunks(LARGE.1).enumerate().map(|(n, part)| memory(&format!("files/large/{n}"), part.to_vec())));
    files.sort_by(|left, right| left.path.cmp(&right.path));
    let start = Instant::now();
    let repository = Repository::open_or_create(Arc::clone(&storage), PASSWORD, Arc::default()).unwrap();
    repository.archive(tree(files), "chat", NOW).unwrap();
    let written = start.elapsed();
    let repository = Repository::open(storage, PASSWORD, Arc::default()).unwrap();
    let (folder, start) = (tempfile::tempdir().unwrap(), Instant::now());
    let restored = repository.restore("latest", "files", folder.path(), &|_, _| false).unwrap();
    assert_eq!(restored.files, (LARGE.0 + SMALL.0) as u64);
    let gigabytes = restored.bytes as f64 / 1e9;
    println!(
        "{name}: {gigabytes} GB backed up in {:.1} s ({:.0} s per GB), restored in {:.1} s ({:.0} s per GB), {} connections",
        written.as_secs_f64(),
        written.as_secs_f64() / gigabytes,
        start.elapsed().as_secs_f64(),
        start.elapsed().as_secs_f64() / gigabytes,
        line.connections()
    );
}

#[test]
#[ignore = "a measurement"]
fn an_ssh_server_far_away() {
    let server = SshServer::start();
    let line = Line::to(server.port(), DELAY);
    let location = format!("sftp:127.0.0.1:{}:{}", line.port(), server.folder().join("repository").display());
    measure("SFTP", &line, open(&location, &keys("", ""), &connector(Some(server.ssh_config("client", Some("host"))), TIMING)));
}

#[test]
#[ignore = "a measurement"]
fn an_object_storage_far_away() {
    let server = S3Server::start();
    let line = Line::to(server.port(), DELAY);
    let location = format!("s3:http://127.0.0.1:{}/chat/repository", line.port());
    measure("S3", &line, open(&location, &keys(ACCESS_KEY, SECRET_KEY), &connector(None, TIMING)));
}
