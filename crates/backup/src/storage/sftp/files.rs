//! Files of an SFTP server. Several requests are under way at once, so that a far server is not waited for after each.

use std::io::{self, SeekFrom};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use openssh_sftp_client::Error as SftpError;
use openssh_sftp_client::error::SftpErrorKind;
use openssh_sftp_client::file::File;
use openssh_sftp_client::metadata::Permissions;
use openssh_sftp_client::{Sftp, UnixTimeStamp};
use tokio::io::AsyncSeek as _;

use crate::storage::remote::groups;

/// Requests that are under way at once, for one file or for the folders of a list.
const REQUESTS_AT_ONCE: usize = 16;
/// What OpenSSH takes in one request. A server that takes less gets several for each piece.
const PIECE_BYTES: usize = 255 * 1024;
/// A file is not trusted to be as long as the server says.
const READ_RESERVE_BYTES: u64 = 64 * 1024 * 1024;
/// Less free space than this is none: servers say only that a write has failed.
const FULL_BELOW_BYTES: u64 = 1024 * 1024;

type Result<T, E = SftpError> = std::result::Result<T, E>;

pub(super) struct Files<'a> {
    pub sftp: &'a Sftp,
    /// How long an answer may take.
    pub answer: Duration,
}

/// A file that the server lists.
pub(super) struct ListedFile {
    pub path: PathBuf,
    pub bytes: u64,
    /// Since 1970, if the server says it.
    pub modified: Option<Duration>,
}

impl Files<'_> {
    async fn within<T>(&self, request: impl Future<Output = Result<T>>) -> Result<T> {
        match tokio::time::timeout(self.answer, request).await {
            Ok(outcome) => outcome,
            Err(_) => Err(io::Error::from(io::ErrorKind::TimedOut).into()),
        }
    }

    /// `None` where there is no such file.
    pub async fn size(&self, path: &Path) -> Result<Option<u64>> {
        match self.within(self.sftp.fs().metadata(path)).await {
            Ok(metadata) => Ok(metadata.len()),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A file, or a part of it.
    pub async fn read(&self, path: &Path, range: Option<(u64, u64)>) -> Result<Bytes> {
        let mut file = self.within(self.sftp.open(path)).await?;
        let (offset, length) = match range {
            Some(range) => range,
            None => (0, self.within(file.metadata()).await?.len().unwrap_or(u64::MAX)),
        };
        let piece_bytes = PIECE_BYTES as u64;
        let end = offset.saturating_add(length);
        let pieces = (offset..end).step_by(PIECE_BYTES);
        let reads = pieces.map(|at| {
            let file = file.clone();
            async move { self.read_piece(file, at, piece_bytes.min(end - at)).await.map(|piece| (piece, piece_bytes.min(end - at))) }
        });
        let mut reads = stream::iter(reads).buffered(REQUESTS_AT_ONCE);
        let mut bytes = BytesMut::with_capacity(usize::try_from(length.min(READ_RESERVE_BYTES)).unwrap_or_default());
        while let Some((piece, wanted_bytes)) = reads.try_next().await? {
            bytes.extend_from_slice(&piece);
            if (piece.len() as u64) < wanted_bytes {
                break;
            }
        }
        Ok(bytes.freeze())
    }

    /// Less at the end of the file only.
    async fn read_piece(&self, mut file: File, offset: u64, length: u64) -> Result<BytesMut> {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let mut bytes = BytesMut::with_capacity(length);
        while bytes.len() < length {
            Pin::new(&mut file).start_seek(SeekFrom::Start(offset + bytes.len() as u64))?;
            let left = u32::try_from(length - bytes.len()).unwrap_or(u32::MAX);
            match self.within(file.read(left, BytesMut::with_capacity(left as usize))).await? {
                Some(more) if !more.is_empty() => bytes.extend_from_slice(&more),
                _ => break,
            }
        }
        Ok(bytes)
    }

    /// Writes a file beside its place, and renames it once it is on the disk of the server.
    pub async fn write(&self, path: &Path, temporary: &Path, parts: &[Bytes]) -> Result<()> {
        let file = match self.open_new(temporary).await {
            Err(error) if is_missing(&error) => {
                self.create_folders(temporary.parent().unwrap_or(temporary)).await?;
                self.open_new(temporary).await?
            }
            outcome => outcome?,
        };
        let outcome = match self.write_all(file, parts).await {
            Ok(()) => self.rename(temporary, path).await,
            error => error,
        };
        let Err(error) = outcome else { return Ok(()) };
        let is_full = matches!(error, SftpError::SftpError(..)) && self.is_full(temporary).await;
        // Best effort: the connection may be what has failed.
        let _ = self.remove(temporary).await;
        Err(if is_full { io::Error::from(io::ErrorKind::StorageFull).into() } else { error })
    }

    async fn open_new(&self, path: &Path) -> Result<File> {
        self.within(self.sftp.options().write(true).create(true).truncate(true).open(path)).await
    }

    async fn write_all(&self, mut file: File, parts: &[Bytes]) -> Result<()> {
        let writes = groups(parts, PIECE_BYTES).into_iter().enumerate().map(|(index, mut piece)| {
            let mut file = file.clone();
            async move {
                Pin::new(&mut file).start_seek(SeekFrom::Start(index as u64 * PIECE_BYTES as u64))?;
                self.within(file.write_all_zero_copy(&mut piece)).await
            }
        });
        stream::iter(writes).buffer_unordered(REQUESTS_AT_ONCE).try_collect::<()>().await?;
        if self.sftp.support_fsync() {
            self.within(file.sync_all()).await?;
        }
        self.within(file.close()).await
    }

    async fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        let renamed = self.within(self.sftp.fs().rename(from, to)).await;
        match renamed {
            // Without the extension a file that exists is not replaced.
            Err(SftpError::SftpError(..)) if !self.sftp.support_posix_rename() => {
                self.remove(to).await?;
                self.within(self.sftp.fs().rename(from, to)).await
            }
            outcome => outcome,
        }
    }

    /// The files in these folders, and in the folders in them; those that are missing have none.
    pub async fn list(&self, folders: Vec<PathBuf>, has_subfolders: bool) -> Result<Vec<ListedFile>> {
        let mut lists = stream::iter(folders.into_iter().map(|folder| self.list_folder(folder))).buffer_unordered(REQUESTS_AT_ONCE);
        let (mut files, mut subfolders) = (Vec::new(), Vec::new());
        while let Some((more, folders)) = lists.try_next().await? {
            files.extend(more);
            subfolders.extend(folders);
        }
        if has_subfolders && !subfolders.is_empty() {
            files.extend(Box::pin(self.list(subfolders, false)).await?);
        }
        Ok(files)
    }

    async fn list_folder(&self, folder: PathBuf) -> Result<(Vec<ListedFile>, Vec<PathBuf>)> {
        let (mut files, mut folders) = (Vec::new(), Vec::new());
        let mut fs = self.sftp.fs();
        let opened = match self.within(fs.open_dir(&folder)).await {
            Err(error) if is_missing(&error) => return Ok((files, folders)),
            opened => opened?,
        };
        let mut entries = Box::pin(opened.read_dir());
        while let Some(entry) = self.within(async { entries.try_next().await }).await? {
            let Some(name) = entry.filename().to_str() else { continue };
            let path = folder.join(name);
            match entry.file_type() {
                Some(kind) if kind.is_dir() && !matches!(name, "." | "..") => folders.push(path),
                Some(kind) if kind.is_dir() => {}
                _ => {
                    let metadata = entry.metadata();
                    let modified = metadata.modified().map(UnixTimeStamp::as_duration);
                    files.push(ListedFile { path, bytes: metadata.len().unwrap_or_default(), modified });
                }
            }
        }
        Ok((files, folders))
    }

    /// Makes a folder, for its owner alone, and those above it.
    pub async fn create_folders(&self, folder: &Path) -> Result<()> {
        let exists = async |path: &Path| match self.within(self.sftp.fs().metadata(path)).await {
            Ok(_) => Ok(true),
            Err(error) if is_missing(&error) => Ok(false),
            Err(error) => Err(error),
        };
        let mut missing = Vec::new();
        for path in folder.ancestors().filter(|path| !path.as_os_str().is_empty()) {
            if exists(path).await? {
                break;
            }
            missing.push(path);
        }
        let mut private = Permissions::new();
        private.set_read_by_owner(true).set_write_by_owner(true).set_execute_by_owner(true);
        for path in missing.into_iter().rev() {
            let mut fs = self.sftp.fs();
            let created = self.within(async { fs.dir_builder().permissions(private).create(path).await }).await;
            // Another thread may have made it meanwhile.
            if created.is_err() && !exists(path).await? {
                return created;
            }
        }
        Ok(())
    }

    pub async fn remove(&self, path: &Path) -> Result<()> {
        match self.within(self.sftp.fs().remove_file(path)).await {
            Err(error) if !is_missing(&error) => Err(error),
            _ => Ok(()),
        }
    }

    /// Whether the disk of the file is full, as far as the server tells.
    async fn is_full(&self, path: &Path) -> bool {
        let mut fs = self.sftp.fs();
        let space = self.within(fs.statvfs(path)).await;
        space.is_ok_and(|space| space.bavail.saturating_mul(space.frsize) < FULL_BELOW_BYTES)
    }
}

fn is_missing(error: &SftpError) -> bool {
    matches!(error, SftpError::SftpError(SftpErrorKind::NoSuchFile, _))
}
