//! A repository in an object storage with S3's protocol. A file is an object, which exists completely or not at all.

mod address;
mod answer;
mod requests;

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use guildhall_model::backup::TargetKeys;
use guildhall_model::ports::OutgoingHttp;
use rusty_s3::actions::{CompleteMultipartUpload, CreateMultipartUpload, ListObjectsV2, ListObjectsV2Response};
use rusty_s3::{Credentials, S3Action as _};

use super::remote::{self, Failure, Timing, groups};
use super::{Connector, FileKind, FileName, Storage, StorageError};
use requests::{Received, Requests, SIGNATURE_VALIDITY};

pub use address::S3Address;

/// What one request carries at most: what is lost when it fails. Parts of an upload have 5 MiB at least.
const PIECE_BYTES: usize = 8 * 1024 * 1024;
/// Larger files are uploaded in parts.
const SINGLE_UPLOAD_BYTES_MAX: usize = 2 * PIECE_BYTES;
/// A window of a pack; much larger than what a connection carries during the wait for an answer.
const READ_AHEAD_BYTES: u64 = 4 * 1024 * 1024;

pub struct S3Storage {
    address: S3Address,
    credentials: Credentials,
    http: Arc<dyn OutgoingHttp>,
    timing: Timing,
}

impl S3Storage {
    pub fn new(address: S3Address, keys: &TargetKeys, connector: &Connector) -> Result<Self, StorageError> {
        let unusable = |reason| StorageError::Unusable { location: address.to_string(), reason };
        if keys.access_key.is_empty() || keys.secret_key.expose().is_empty() {
            return Err(unusable("it needs an access key and a secret key".to_owned()));
        }
        let credentials = Credentials::new(keys.access_key.clone(), keys.secret_key.expose());
        let http = (connector.http)(address.connected_host()).map_err(unusable)?;
        Ok(Self { address, credentials, http, timing: connector.timing })
    }

    fn run<T>(&self, work: impl AsyncFn(&Requests<'_>) -> Result<T, Failure>) -> Result<T, StorageError> {
        let Self { address, http, timing, .. } = self;
        let requests = Requests { address, http: &**http, timing: *timing };
        remote::run(&self.location(), *timing, async || work(&requests).await)
    }

    fn page(&self, prefix: &str, token: Option<&str>) -> Result<ListObjectsV2Response, StorageError> {
        self.run(async |requests: &Requests<'_>| {
            let mut list = self.address.bucket.list_objects_v2(Some(&self.credentials));
            list.with_prefix(prefix);
            if let Some(token) = token {
                list.with_continuation_token(token);
            }
            let body = requests.get(list.sign(SIGNATURE_VALIDITY), None, None).await?.body;
            ListObjectsV2::parse_response(&String::from_utf8_lossy(&body)).map_err(|error| requests.unreadable(&error))
        })
    }

    fn read_piece(&self, file: &FileName, key: &str, offset: u64, length: u64) -> Result<Received, StorageError> {
        self.run(async |requests: &Requests<'_>| {
            let url = self.address.bucket.get_object(Some(&self.credentials), key).sign(SIGNATURE_VALIDITY);
            requests.get(url, Some((offset, length)), Some(&file.path())).await
        })
    }

    fn write_in_parts(&self, file: &FileName, parts: &[Bytes]) -> Result<(), StorageError> {
        let key = &self.address.key(&file.path());
        let (bucket, credentials) = (&self.address.bucket, Some(&self.credentials));
        let upload = self.run(async |requests: &Requests<'_>| {
            let url = bucket.create_multipart_upload(credentials, key).sign(SIGNATURE_VALIDITY);
            let body = requests.post(url, Bytes::new()).await?;
            CreateMultipartUpload::parse_response(&String::from_utf8_lossy(&body)).map_err(|error| requests.unreadable(&error))
        })?;
        let id = upload.upload_id();
        let bytes = parts.iter().map(Bytes::len).sum::<usize>() as u64;
        let outcome = self.upload_parts(key, id, parts).or_else(|error| {
            // The upload may be complete, and its answer lost: then there is no upload any more, but the object.
            let found = self.read_piece(file, key, 0, 1);
            if found.is_ok_and(|found| found.total_bytes == Some(bytes)) { Ok(()) } else { Err(error) }
        });
        if outcome.is_err() {
            // What was uploaded would be stored, and paid for, though nobody sees it.
            let abort = self.run(async |requests: &Requests<'_>| {
                requests.delete(bucket.abort_multipart_upload(credentials, key, id).sign(SIGNATURE_VALIDITY)).await
            });
            if let Err(error) = abort {
                tracing::warn!(%error, "an upload that has failed could not be removed");
            }
        }
        outcome
    }

    fn upload_parts(&self, key: &str, id: &str, parts: &[Bytes]) -> Result<(), StorageError> {
        let (bucket, credentials) = (&self.address.bucket, Some(&self.credentials));
        let mut tags = Vec::new();
        for (number, group) in (1..).zip(groups(parts, PIECE_BYTES)) {
            let part = join(&group);
            let tag = self.run(async |requests: &Requests<'_>| {
                requests.put(bucket.upload_part(credentials, key, number, id).sign(SIGNATURE_VALIDITY), part.clone()).await
            })?;
            tags.push(tag);
        }
        self.run(async |requests: &Requests<'_>| {
            let complete: CompleteMultipartUpload<'_, _> =
                bucket.complete_multipart_upload(credentials, key, id, tags.iter().map(String::as_str));
            let url = complete.sign(SIGNATURE_VALIDITY);
            requests.complete(url, complete.body().into()).await
        })
    }
}

impl Storage for S3Storage {
    fn location(&self) -> String {
        self.address.to_string()
    }

    fn read_ahead_bytes(&self) -> u64 {
        READ_AHEAD_BYTES
    }

    /// There are no folders; whether there is the bucket is known by the first access.
    fn create(&self) -> Result<(), StorageError> {
        Ok(())
    }

    fn list(&self, kind: FileKind) -> Result<Vec<(String, u64)>, StorageError> {
        let prefix = match kind.folder() {
            None => self.address.key("config"),
            Some(folder) => self.address.key(&format!("{folder}/")),
        };
        let (mut files, mut token) = (Vec::new(), None::<String>);
        loop {
            let page = self.page(&prefix, token.as_deref())?;
            for object in page.contents {
                let name = object.key.rsplit('/').next().unwrap_or_default();
                let bytes = object.size.unwrap_or_default();
                match kind.folder() {
                    None if object.key == prefix => files.push((String::new(), bytes)),
                    Some(_) if kind.accepts(name) => files.push((name.to_owned(), bytes)),
                    _ => {}
                }
            }
            token = page.next_continuation_token;
            if token.is_none() {
                return Ok(files);
            }
        }
    }

    fn read(&self, file: &FileName, range: Option<(u64, u64)>) -> Result<Bytes, StorageError> {
        let key = self.address.key(&file.path());
        let (start, length) = range.unwrap_or((0, u64::MAX));
        let end = start.saturating_add(length);
        let (mut bytes, mut offset) = (BytesMut::new(), start);
        while offset < end {
            let wanted = (end - offset).min(PIECE_BYTES as u64);
            let piece = self.read_piece(file, &key, offset, wanted)?;
            offset += piece.body.len() as u64;
            let is_end = (piece.body.len() as u64) < wanted || piece.total_bytes.is_some_and(|total| offset >= total);
            if bytes.is_empty() && (is_end || offset >= end) {
                return Ok(piece.body);
            }
            bytes.extend_from_slice(&piece.body);
            if is_end {
                break;
            }
        }
        Ok(bytes.freeze())
    }

    fn write(&self, file: &FileName, parts: &[Bytes]) -> Result<(), StorageError> {
        if parts.iter().map(Bytes::len).sum::<usize>() > SINGLE_UPLOAD_BYTES_MAX {
            return self.write_in_parts(file, parts);
        }
        let (key, content) = (self.address.key(&file.path()), join(parts));
        self.run(async |requests: &Requests<'_>| {
            let url = self.address.bucket.put_object(Some(&self.credentials), &key).sign(SIGNATURE_VALIDITY);
            requests.put(url, content.clone()).await.map(drop)
        })
    }

    fn remove(&self, file: &FileName) -> Result<(), StorageError> {
        let key = self.address.key(&file.path());
        self.run(async |requests: &Requests<'_>| {
            requests.delete(self.address.bucket.delete_object(Some(&self.credentials), &key).sign(SIGNATURE_VALIDITY)).await
        })
    }
}

/// The parts as one; without a copy where there is one only.
fn join(parts: &[Bytes]) -> Bytes {
    match parts {
        [part] => part.clone(),
        parts => parts.concat().into(),
    }
}
