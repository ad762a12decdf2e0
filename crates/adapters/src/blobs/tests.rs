//! Tests of the `blobs` adapter.

use std::fs;
use std::sync::Arc;

use bytes::Bytes;
use futures::stream::{self, TryStreamExt};
use guildhall_model::codes::files::{INTERRUPTED, UPLOAD_BUSY};
use guildhall_model::ports::stream_from_bytes;
use guildhall_model::time::ManualClock;
use tempfile::TempDir;
use tokio::sync::oneshot;

use super::*;

const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const UPLOAD: UploadId = UploadId::from_bytes([7; 16]);

struct Fixture {
    folder: TempDir,
    clock: Arc<ManualClock>,
    blobs: LocalBlobs,
}

fn fixture() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::at(Millis(1_000_000)));
    let blobs = LocalBlobs::open(folder.path(), clock.clone(), 0).unwrap();
    Fixture { folder, clock, blobs }
}

impl Fixture {
    fn files(&self) -> Vec<String> {
        fn walk(path: &Path, into: &mut Vec<String>, root: &Path) {
            for entry in fs::read_dir(path).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(&path, into, root);
                } else {
                    into.push(path.strip_prefix(root).unwrap().to_string_lossy().into_owned());
                }
            }
        }
        let mut files = Vec::new();
        walk(self.folder.path(), &mut files, self.folder.path());
        files.sort();
        files
    }

    async fn read(&self, key: &BlobKey, range: Option<ByteRange>) -> (u64, Vec<u8>) {
        let reader = self.blobs.open(key, range).await.unwrap();
        let bytes = reader.stream.try_fold(Vec::new(), |mut all, chunk| async move {
            all.extend_from_slice(&chunk);
            Ok(all)
        });
        (reader.total_bytes, bytes.await.unwrap())
    }
}

fn chunks(parts: Vec<Result<&'static [u8]>>) -> ByteStream<'static> {
    Box::pin(stream::iter(parts.into_iter().map(|part| part.map(Bytes::from_static))))
}

fn long_bytes(length: usize) -> Bytes {
    (0..length).map(|index| (index % 251) as u8).collect()
}

#[tokio::test]
async fn a_stream_becomes_a_blob_named_by_its_content() {
    let fixture = fixture();
    let stored = fixture.blobs.put(chunks(vec![Ok(b"a"), Ok(b"bc")]), 3).await.unwrap();
    assert_eq!(stored, StoredBlob { key: ABC.parse().unwrap(), size_bytes: 3, head: Bytes::from_static(b"abc") });
    assert_eq!(fixture.files(), [format!("blobs/ba/78/{ABC}")]);
    assert!(fixture.blobs.exists(&stored.key).await.unwrap());
    assert_eq!(fixture.read(&stored.key, None).await, (3, b"abc".to_vec()));
}

#[tokio::test]
async fn long_streams_are_read_completely_and_by_range() {
    let fixture = fixture();
    let bytes = long_bytes(1_500_001);
    let parts: Vec<_> = bytes.chunks(70_000).map(|part| Ok(Bytes::copy_from_slice(part))).collect();
    let stored = fixture.blobs.put(Box::pin(stream::iter(parts)), u64::MAX).await.unwrap();
    assert_eq!(stored.head, bytes[..4096]);
    assert_eq!(fixture.read(&stored.key, None).await, (1_500_001, bytes.to_vec()));
    for (start, end) in [(0, 1), (5, 400_000), (1_500_000, 1_500_001), (1_499_999, u64::MAX), (9, 9), (9, 3), (2_000_000, 2_000_001)] {
        let expected: Vec<u8> = bytes.iter().skip(start as usize).take(end.saturating_sub(start) as usize).copied().collect();
        assert_eq!(fixture.read(&stored.key, Some(ByteRange { start, end })).await, (1_500_001, expected));
    }
}

#[tokio::test]
async fn an_empty_file_is_a_blob() {
    let fixture = fixture();
    let stored = fixture.blobs.put(chunks(vec![]), 0).await.unwrap();
    assert_eq!((stored.size_bytes, fixture.read(&stored.key, None).await), (0, (0, vec![])));
}

#[tokio::test]
async fn a_failed_put_leaves_no_file() {
    let fixture = fixture();
    let error = fixture.blobs.put(chunks(vec![Ok(b"abc"), Ok(b"d")]), 3).await.unwrap_err();
    assert!(error.is(TOO_LARGE));
    let error = fixture.blobs.put(chunks(vec![Ok(b"abc"), Err(INTERRUPTED.into())]), 9).await.unwrap_err();
    assert!(error.is(INTERRUPTED));
    assert!(fixture.files().is_empty());
}

#[tokio::test]
async fn an_aborted_put_leaves_no_file() {
    let fixture = fixture();
    let (reached, stalled) = oneshot::channel();
    let stream = stream::once(async { Ok(Bytes::from_static(b"abc")) }).chain(stream::once(async {
        reached.send(()).unwrap();
        std::future::pending::<Result<Bytes>>().await
    }));
    let put = fixture.blobs.put(Box::pin(stream), 9);
    tokio::select! {
        _ = put => unreachable!(),
        _ = stalled => {}
    }
    assert!(fixture.files().is_empty());
}

#[tokio::test]
async fn equal_content_is_one_blob_and_an_old_one_can_be_deleted() {
    let fixture = fixture();
    let first = fixture.blobs.put(stream_from_bytes(Bytes::from_static(b"abc")), 9).await.unwrap();
    fixture.clock.advance_ms(5_000);
    let second = fixture.blobs.put(stream_from_bytes(Bytes::from_static(b"abc")), 9).await.unwrap();
    assert_eq!(first, second);
    assert_eq!(fixture.files().len(), 1);
    assert!(!fixture.blobs.delete(&first.key, Millis(1_005_000)).await.unwrap());
    assert!(fixture.blobs.exists(&first.key).await.unwrap());
    assert!(fixture.blobs.delete(&first.key, Millis(1_005_001)).await.unwrap());
    assert!(!fixture.blobs.exists(&first.key).await.unwrap());
    assert!(fixture.blobs.delete(&first.key, Millis(0)).await.unwrap());
    assert!(fixture.blobs.open(&first.key, None).await.err().unwrap().is(NOT_FOUND));
}

#[tokio::test]
async fn concurrent_puts_are_independent() {
    let fixture = fixture();
    let put = |n: usize| fixture.blobs.put(stream_from_bytes(long_bytes(100_000 + n % 5)), u64::MAX);
    for stored in futures::future::join_all((0..40).map(put)).await {
        let stored = stored.unwrap();
        assert_eq!(fixture.read(&stored.key, None).await.1.len() as u64, stored.size_bytes);
    }
    assert_eq!(fixture.files().len(), 5);
}

#[tokio::test]
async fn purging_removes_temporary_files_but_no_uploads_and_opening_removes_nothing() {
    let fixture = fixture();
    fixture.blobs.stage_append(UPLOAD, 0, chunks(vec![Ok(b"ab")]), 9).await.unwrap();
    fs::write(fixture.folder.path().join("tmp/put-dead"), b"half").unwrap();
    let again = LocalBlobs::open(fixture.folder.path(), fixture.clock.clone(), 0).unwrap();
    assert_eq!(fixture.files().len(), 2, "another process may be writing the temporary file");
    again.purge_temporary().unwrap();
    assert_eq!(fixture.files(), [format!("uploads/{UPLOAD}")]);
    assert_eq!(again.stage_len(UPLOAD).await.unwrap(), 2);
}

#[tokio::test]
async fn an_interrupted_upload_continues_at_its_length() {
    let fixture = fixture();
    assert_eq!(fixture.blobs.stage_len(UPLOAD).await.unwrap(), 0);
    let interrupted = fixture.blobs.stage_append(UPLOAD, 0, chunks(vec![Ok(b"a"), Err(INTERRUPTED.into())]), 3).await;
    assert!(interrupted.unwrap_err().is(INTERRUPTED));
    assert_eq!(fixture.blobs.stage_len(UPLOAD).await.unwrap(), 1);
    let wrong = fixture.blobs.stage_append(UPLOAD, 0, chunks(vec![Ok(b"bc")]), 3).await.unwrap_err();
    assert!(wrong.is(OFFSET_MISMATCH));
    assert_eq!(wrong.message(), "The upload continues at byte 1.");
    assert!(fixture.blobs.stage_append(UPLOAD, 1, chunks(vec![Ok(b"b"), Ok(b"cd")]), 3).await.unwrap_err().is(TOO_LARGE));
    assert_eq!(fixture.blobs.stage_len(UPLOAD).await.unwrap(), 1, "a request beyond the limit is discarded completely");
    assert_eq!(fixture.blobs.stage_append(UPLOAD, 1, chunks(vec![Ok(b"bc")]), 3).await.unwrap(), 3);
    let stored = fixture.blobs.stage_finish(UPLOAD).await.unwrap();
    assert_eq!((stored.key.to_string().as_str(), stored.size_bytes, &stored.head[..]), (ABC, 3, &b"abc"[..]));
    assert_eq!(fixture.files(), [format!("blobs/ba/78/{ABC}")]);
    assert_eq!(fixture.blobs.stage_len(UPLOAD).await.unwrap(), 0);
    assert!(fixture.blobs.stage_finish(UPLOAD).await.unwrap_err().is(NOT_FOUND));
}

#[tokio::test]
async fn the_bytes_of_an_aborted_upload_are_kept_and_the_upload_is_locked_meanwhile() {
    let fixture = fixture();
    let (reached, stalled) = oneshot::channel();
    let stream = stream::once(async { Ok(long_bytes(300_000)) }).chain(stream::once(async { Ok(Bytes::from_static(b"tail")) })).chain(
        stream::once(async {
            reached.send(()).unwrap();
            std::future::pending::<Result<Bytes>>().await
        }),
    );
    let append = fixture.blobs.stage_append(UPLOAD, 0, Box::pin(stream), u64::MAX);
    tokio::select! {
        _ = append => unreachable!(),
        () = async {
            stalled.await.unwrap();
            let second = fixture.blobs.stage_append(UPLOAD, 0, chunks(vec![]), 9).await;
            assert!(second.unwrap_err().is(UPLOAD_BUSY));
            assert!(fixture.blobs.stage_finish(UPLOAD).await.unwrap_err().is(UPLOAD_BUSY));
        } => {}
    }
    assert_eq!(fixture.blobs.stage_len(UPLOAD).await.unwrap(), 300_004);
    assert_eq!(fixture.blobs.stage_append(UPLOAD, 300_004, chunks(vec![Ok(b"!")]), u64::MAX).await.unwrap(), 300_005);
    fixture.blobs.stage_discard(UPLOAD).await.unwrap();
    fixture.blobs.stage_discard(UPLOAD).await.unwrap();
    assert!(fixture.files().is_empty());
}

#[tokio::test]
async fn the_reserve_of_free_space_is_kept() {
    let fixture = fixture();
    let before = fixture.files();
    fixture.blobs.set_free_space_reserve(u64::MAX);
    let error = fixture.blobs.put(stream_from_bytes(Bytes::from_static(b"abc")), 10).await.unwrap_err();
    assert!(error.is(STORE_FULL));
    assert_eq!(fixture.files(), before);
    let error = fixture.blobs.stage_append(UPLOAD, 0, stream_from_bytes(Bytes::from_static(b"abc")), 10).await.unwrap_err();
    assert!(error.is(STORE_FULL));
    assert_eq!(fixture.blobs.stage_len(UPLOAD).await.unwrap(), 0);
    fixture.blobs.set_free_space_reserve(0);
    assert_eq!(fixture.blobs.stage_append(UPLOAD, 0, stream_from_bytes(Bytes::from_static(b"abc")), 10).await.unwrap(), 3);
    fixture.blobs.check_writable().await.unwrap();
}
