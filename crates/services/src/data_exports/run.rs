//! Making an export: a job. A run that was interrupted begins again.

use futures::{StreamExt, TryStreamExt};
use guildhall_model::codes::{context, files as file_codes};
use guildhall_model::data_export::DataExport;
use guildhall_model::id::DataExportId;
use guildhall_model::mail::AccountMail;
use guildhall_model::ports::BlobKey;
use guildhall_model::{Event, Events, Result};
use guildhall_storage::personal_data::{self, ExportFile, export_files};
use guildhall_storage::{blobs, data_exports, users};
use serde_json::json;
use tokio::sync::mpsc;

use super::archive::Archive;
use super::json::{date, lines};
use crate::access::{UserGrant, Writing};
use crate::data_exports::DataExports;
use crate::jobs::JobContext;

/// The type of the jobs.
pub(crate) const JOB: &str = "data_export";
/// The value of a job's data that names its export.
pub(super) const EXPORT: &str = "export_id";

/// Rows that are read at once. Messages are long: these are at most some megabytes.
const PAGE: usize = 200;
/// Files in an archive, whose names are in memory until its end. All of them are listed.
const FILES_MAX: usize = 100_000;
/// Names of files that could not be read, in the description of the archive.
const MISSING_MAX: usize = 1_000;
/// Pieces of the archive that wait to be stored.
const PIECES: usize = 4;
/// How much of the progress is reading the tables.
const TABLES_PERCENT: usize = 60;

impl DataExports<'_> {
    /// Does nothing for an export that is there already, or that was deleted meanwhile.
    pub(crate) async fn run_export(&self, job: &JobContext<'_>) -> Result<()> {
        let Some(id) = job.value(EXPORT).and_then(|id| id.parse::<DataExportId>().ok()) else { return Ok(()) };
        let export = data_exports::get(self.access.read(&job.grant), job.grant.server(), id).await?;
        let Some(export) = export.filter(|export| export.blob_key.is_none()) else { return Ok(()) };
        let grant = job.grant.user_to_write(export.user_id);
        let (pieces, received) = mpsc::channel(PIECES);
        let stream = futures::stream::unfold(received, |mut received: mpsc::Receiver<_>| async move {
            received.recv().await.map(|piece| (piece, received))
        });
        let archive = Archive::new(pieces, export.create_at);
        // First what writes: where it fails, the other ends without having stored anything.
        let ((), blob) = futures::try_join!(self.write_archive(job, &grant, &export, archive), self.blobs.put(stream.boxed(), u64::MAX))?;
        let size_bytes = i64::try_from(blob.size_bytes).unwrap_or(i64::MAX);
        // Without a row it does not stay.
        let mut write = self.access.write(&grant, "data_exports.release");
        write.push(job.require_lease());
        write.push(blobs::release(&blob.key.to_string(), self.clock.now()));
        write.commit(Events::none("no row refers to the archive yet")).await?;
        let mut write = self.access.write(&grant, "data_exports.finish");
        write.push(job.require_lease());
        write.push(data_exports::finish(grant.write_id(), id, &blob.key.to_string(), size_bytes, self.clock.now()));
        let mail = Event::AccountMailRequested { user_id: export.user_id, mail: AccountMail::DataExportReady };
        let events = if export.is_own() { Events::from(vec![mail]) } else { Events::none("clients load exports on request") };
        job.set_data("size_bytes", size_bytes);
        write.commit(events).await
    }

    async fn write_archive(
        &self,
        job: &JobContext<'_>,
        grant: &Writing<UserGrant>,
        export: &DataExport,
        mut archive: Archive,
    ) -> Result<()> {
        let mut described = Vec::new();
        let all: Vec<&ExportFile> = export_files().collect();
        for (at, file) in all.iter().enumerate() {
            let rows = self.write_rows(job, grant, file, !export.is_own(), &mut archive).await?;
            described.push(json!({"file": format!("{}.json", file.name), "description": file.description, "rows": rows}));
            let percent = at * TABLES_PERCENT / all.len();
            job.progress(i64::try_from(percent).unwrap_or_default()).await?;
        }
        let mut missing = Vec::new();
        if let Some(key) = users::picture_key(self.access.read(grant), export.user_id).await? {
            self.write_blob(job, &mut archive, "profile_picture.png", &key, &mut missing).await?;
        }
        let files = self.write_files(job, grant, !export.is_own(), &mut archive, &mut missing).await?;
        let left_out =
            if export.is_own() { "" } else { "What is in direct and group channels: an administrator has asked for the export." };
        let about = json!({
            "format": 1,
            "server": self.settings().site.url,
            "user_id": export.user_id,
            "export_id": export.id,
            "requested_at": date(export.create_at),
            "left_out": left_out,
            "contents": described,
            "files": files,
            "missing_files": missing,
        });
        archive.begin("about.json", false).await?;
        archive.write(format!("{about:#}\n").as_bytes()).await?;
        archive.end().await?;
        archive.finish().await
    }

    /// How many there are.
    async fn write_rows(
        &self,
        job: &JobContext<'_>,
        grant: &Writing<UserGrant>,
        file: &ExportFile,
        is_shared_only: bool,
        archive: &mut Archive,
    ) -> Result<usize> {
        archive.begin(&format!("{}.json", file.name), false).await?;
        archive.write(b"[").await?;
        let (mut count, mut after) = (0, None);
        loop {
            let page = personal_data::rows(self.access.read(grant), grant.id(), file, is_shared_only, after.as_deref(), PAGE).await?;
            archive.write(&lines(&page, count == 0)).await?;
            count += page.len();
            if page.len() < PAGE || !file.is_paged() {
                break;
            }
            after = page.into_iter().next_back().map(|row| row.key);
            job.renew().await?;
        }
        archive.write(b"\n]\n").await?;
        archive.end().await?;
        Ok(count)
    }

    /// How many there are.
    async fn write_files(
        &self,
        job: &JobContext<'_>,
        grant: &Writing<UserGrant>,
        is_shared_only: bool,
        archive: &mut Archive,
        missing: &mut Vec<String>,
    ) -> Result<usize> {
        let (mut count, mut last) = (0, None);
        while count < FILES_MAX {
            let page = personal_data::own_files(self.access.read(grant), grant.id(), is_shared_only, last.as_ref(), PAGE).await?;
            if page.is_empty() {
                break;
            }
            for file in page {
                let name = format!("files/{}/{}", file.id, file_name(&file.name));
                let key = file.blob_key.parse().map_err(|error| context::INTERNAL.with_source(error))?;
                self.write_blob(job, archive, &name, &key, missing).await?;
                count += 1;
                last = Some(file);
            }
        }
        Ok(count)
    }

    /// What is not there is named in the description, and does not end the export.
    async fn write_blob(
        &self,
        job: &JobContext<'_>,
        archive: &mut Archive,
        name: &str,
        key: &BlobKey,
        missing: &mut Vec<String>,
    ) -> Result<()> {
        let mut content = match self.blobs.open(key, None).await {
            Ok(reader) => reader.stream,
            Err(error) if error.is(file_codes::NOT_FOUND) => {
                if missing.len() < MISSING_MAX {
                    missing.push(name.to_owned());
                }
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        archive.begin(name, true).await?;
        while let Some(piece) = content.try_next().await? {
            archive.write(&piece).await?;
        }
        archive.end().await?;
        job.renew().await
    }
}

/// The last part of a path in the archive.
fn file_name(name: &str) -> String {
    let name: String = name.chars().map(|c| if c.is_control() || matches!(c, '/' | '\\' | ':') { '_' } else { c }).collect();
    if name.trim_matches('.').is_empty() { "file".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_name_stays_in_its_folder() {
        assert_eq!(file_name("../../etc/passwd"), ".._.._etc_passwd");
        assert_eq!(file_name("C:\\a\n.txt"), "C__a_.txt");
        assert_eq!((file_name(".."), file_name("")), ("file".to_owned(), "file".to_owned()));
    }
}
