//! A backup in preparation: the copy of the database in a private folder, so that the database has to keep its state for as long as
//! the local disk needs, and not as long as the target does.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use guildhall_model::Result;
use guildhall_model::backup::{ArchivedBackup, BackupControl, BackupDescription, BackupTarget, DumpPart};
use guildhall_model::codes::context::INTERNAL;
use guildhall_model::ports::{BackupDraft, BlobKey};
use tempfile::TempDir;

use super::manifest::{Manifest, TableEntry};
use super::{BackupFolders, blocking, layout, open};
use crate::error::BackupError;
use crate::source::{Content, SourceFile, SourceTree};
use crate::storage::{Connector, create_private_folders};

pub(super) struct Draft {
    folders: Arc<BackupFolders>,
    connector: Connector,
    folder: TempDir,
    /// Absent after a write has failed.
    copy: Option<Copy>,
}

/// The tables that were copied so far.
#[derive(Default)]
struct Copy {
    open: Option<OpenTable>,
    tables: BTreeMap<String, TableEntry>,
}

struct OpenTable {
    name: String,
    output: BufWriter<File>,
}

impl Draft {
    pub fn create(folders: Arc<BackupFolders>, connector: Connector) -> Result<Self, BackupError> {
        let drafts = folders.drafts();
        let create = || {
            create_private_folders(&drafts)?;
            tempfile::Builder::new().prefix("backup-").tempdir_in(&drafts)
        };
        let folder = create().map_err(|error| unwritable(&drafts, &error))?;
        Ok(Self { folders, connector, folder, copy: Some(Copy::default()) })
    }
}

#[async_trait]
impl BackupDraft for Draft {
    async fn add(&mut self, part: DumpPart) -> Result<()> {
        let mut copy = self.copy.take().ok_or_else(|| INTERNAL.with_source("the copy has failed before"))?;
        let folder = self.folder.path().to_owned();
        let work = move || copy.add(&folder, part).map(|()| copy).map_err(|error| unwritable(&folder, &error));
        self.copy = Some(blocking(work).await?);
        Ok(())
    }

    async fn archive(
        self: Box<Self>,
        target: &BackupTarget,
        description: BackupDescription,
        blobs: Vec<BlobKey>,
        control: &Arc<BackupControl>,
    ) -> Result<ArchivedBackup> {
        let (target, control) = (target.clone(), Arc::clone(control));
        blocking(move || self.write(&target, description, blobs, &control)).await
    }
}

impl Copy {
    fn add(&mut self, folder: &Path, part: DumpPart) -> io::Result<()> {
        match (part, &mut self.open) {
            (DumpPart::Table { name, header }, None) => {
                let file = File::options().write(true).create_new(true).mode(0o600).open(folder.join(layout::table_file(&name)))?;
                let mut output = BufWriter::new(file);
                writeln!(output, "{header}")?;
                self.open = Some(OpenTable { name, output });
                Ok(())
            }
            (DumpPart::Lines(lines), Some(table)) => table.output.write_all(&lines),
            (DumpPart::End { rows, digest }, open @ Some(_)) => {
                if let Some(mut table) = open.take() {
                    table.output.flush()?;
                    self.tables.insert(table.name, TableEntry { rows, digest });
                }
                Ok(())
            }
            _ => Err(io::Error::other("the parts of the copy are not in order")),
        }
    }
}

impl Draft {
    fn write(
        self,
        target: &BackupTarget,
        description: BackupDescription,
        mut blobs: Vec<BlobKey>,
        control: &Arc<BackupControl>,
    ) -> Result<ArchivedBackup, BackupError> {
        let Some(Copy { open: None, tables }) = self.copy else {
            return Err(BackupError::Other("The copy of the database is not complete".to_owned()));
        };
        let repository = open(target, &self.connector, control, true)?;
        blobs.sort_unstable();
        blobs.dedup();
        let mut missing_blobs = Vec::new();
        let mut blob_bytes = 0;
        blobs.retain(|key| match fs::metadata(self.folders.blob(key)) {
            Ok(metadata) => {
                blob_bytes += metadata.len();
                true
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                missing_blobs.push(*key);
                false
            }
            // It is there, and opening it will say why it cannot be read.
            Err(_) => true,
        });
        let create_at = description.create_at;
        let missing_files = missing_blobs.len() as u64;
        let manifest = Manifest { description, tables, blobs: blobs.len() as u64, blob_bytes, missing_blobs };
        let contents = Contents::collect(&self.folders, self.folder.path(), blobs, &manifest)?;
        let archived = repository.archive(contents.into_tree(), &self.folders.host, create_at)?;
        Ok(ArchivedBackup { backup: archived.backup, missing_files })
    }
}

/// Everything that a backup contains, in the order of the paths.
struct Contents {
    folders: BackupFolders,
    small_files: Vec<SourceFile>,
    tables: Vec<SourceFile>,
    blobs: Vec<BlobKey>,
    blob_bytes: u64,
    manifest: Bytes,
    /// Of everything but blobs.
    modified_ms: Option<i64>,
}

impl Contents {
    fn collect(folders: &BackupFolders, copy: &Path, blobs: Vec<BlobKey>, manifest: &Manifest) -> Result<Self, BackupError> {
        // Another moment each time: only what blobs contain can be told without reading them. A table or a manifest of the same size as
        // before is another one.
        let modified_ms = Some(manifest.description.create_at.0);
        let table = |name: &String| {
            let file_name = layout::table_file(name);
            let file = copy.join(&file_name);
            let bytes = fs::metadata(&file).map_err(|error| unwritable(&file, &error))?.len();
            Ok(SourceFile { path: Path::new(layout::DATABASE).join(&file_name), bytes, modified_ms, content: Content::File(file) })
        };
        let mut tables = manifest.tables.keys().map(table).collect::<Result<Vec<_>, BackupError>>()?;
        tables.sort_by(|left, right| left.path.cmp(&right.path));
        Ok(Self {
            folders: folders.clone(),
            small_files: folders.small_files()?.into_iter().map(|file| SourceFile { modified_ms, ..file }).collect(),
            tables,
            blobs,
            blob_bytes: manifest.blob_bytes,
            manifest: manifest.to_json().into(),
            modified_ms,
        })
    }

    fn into_tree(self) -> SourceTree {
        let small = self.small_files.iter().chain(&self.tables).map(|file| file.bytes).sum::<u64>();
        let bytes_total = small + self.blob_bytes + self.manifest.len() as u64;
        let contents = Arc::new(self);
        SourceTree { bytes_total, files: Box::new(move || Box::new(Files { contents: Arc::clone(&contents), next: 0 })) }
    }

    fn file(&self, at: usize) -> Option<Result<SourceFile, BackupError>> {
        let at_table = at.checked_sub(self.small_files.len());
        let at_blob = at_table.and_then(|at| at.checked_sub(self.tables.len()));
        match (at_table, at_blob) {
            (None, _) => self.small_files.get(at).cloned().map(Ok),
            (Some(at), None) => self.tables.get(at).cloned().map(Ok),
            (_, Some(at)) if at < self.blobs.len() => self.blobs.get(at).map(|key| self.blob(key)),
            (_, Some(at)) => (at == self.blobs.len()).then(|| Ok(self.manifest())),
        }
    }

    fn blob(&self, key: &BlobKey) -> Result<SourceFile, BackupError> {
        let file = self.folders.blob(key);
        let path: PathBuf = Path::new(layout::FILES).join(key.path());
        match fs::metadata(&file) {
            // Its name is its content, so it is read for the first backup only.
            Ok(metadata) => Ok(SourceFile { path, bytes: metadata.len(), modified_ms: None, content: Content::File(file) }),
            Err(error) => Err(BackupError::SourceUnreadable { path: file.display().to_string(), reason: error.to_string() }),
        }
    }

    fn manifest(&self) -> SourceFile {
        let content = self.manifest.clone();
        SourceFile {
            path: layout::MANIFEST.into(),
            bytes: content.len() as u64,
            modified_ms: self.modified_ms,
            content: Content::Memory(content),
        }
    }
}

/// One pass over the contents.
struct Files {
    contents: Arc<Contents>,
    next: usize,
}

impl Iterator for Files {
    type Item = Result<SourceFile, BackupError>;

    fn next(&mut self) -> Option<Self::Item> {
        let file = self.contents.file(self.next);
        self.next += 1;
        file
    }
}

fn unwritable(path: &Path, error: &io::Error) -> BackupError {
    BackupError::DestinationUnwritable { path: path.display().to_string(), reason: error.to_string() }
}
