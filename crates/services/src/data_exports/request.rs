//! Asking for an export: of one's own data, or as an administrator of the system of somebody's.

use guildhall_model::codes::data_exports as codes;
use guildhall_model::data_export::{DataExport, DataExportState, DataExportStatus};
use guildhall_model::id::{DataExportId, UserId};
use guildhall_model::job::{Job, JobData, JobType};
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::{data_exports, jobs, users};

use super::run::{EXPORT, JOB};
use crate::boxed;
use crate::data_exports::DataExports;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

impl DataExports<'_> {
    /// Queues the job. Only administrators of the system export what is stored about others: it is nearly everything.
    #[boxed]
    pub async fn request_export(&self, actor: &Actor, id: UserId) -> Result<DataExportState> {
        let grant = self.access.user(actor, id, Permission::ManageSystem).await?;
        if actor.user_id == id && !self.settings().privacy.own_exports {
            return Err(codes::DISABLED.into());
        }
        users::get(self.access.read(&grant), id).await?.ok_or(guildhall_model::codes::users::NOT_FOUND)?;
        let (now, requested_by) = (self.clock.now(), actor.has_account().then_some(actor.user_id));
        let export_id: DataExportId = self.ids.next();
        let data: JobData = [(EXPORT.to_owned(), export_id.to_string())].into_iter().collect();
        let job = Job::new(self.ids.next(), JobType::new(JOB), now, data, requested_by);
        let export = DataExport {
            id: export_id,
            user_id: id,
            requested_by,
            job_id: job.id,
            create_at: now,
            update_at: now,
            expires_at: now.plus_ms(self.settings().privacy.export_days.saturating_mul(DAY_MS)),
            size_bytes: 0,
            blob_key: None,
        };
        let system = self.access.system("whoever may export somebody's data may start the job of it");
        let mut write = self.access.write(&grant, "data_exports.create").recorded();
        write.detail("export_id", export.id);
        write.extend(data_exports::insert(grant.write_id(), &export));
        write.push(jobs::insert(system.write_server(), &job));
        write.commit(Event::JobsQueued).await?;
        Ok(DataExportState { export, status: DataExportStatus::Pending, progress: 0 })
    }
}
