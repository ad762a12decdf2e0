//! What can go wrong with jobs and deliveries.

super::codes! {
    NOT_FOUND = NotFound, "app.job.get.app_error", "This job does not exist.";
    TYPE_UNKNOWN = BadRequest, "api.job.unable_to_create_job.incorrect_job_type", "There is no job of the type {type}.";
    DATA_INVALID = BadRequest, "model.job.is_valid.data.app_error", "The job's data holds more than {max} bytes.";
    TOO_MANY = BadRequest, "app.job.save.too_many.app_error", "{max} jobs of this type are waiting already.";
    NOT_ACTIVE = BadRequest, "jobs.request_cancellation.status.error", "Only a job that waits or runs can be canceled.";
    STATUS_INVALID = BadRequest, "api.job.status.invalid", "The job cannot be given this status.";
    NOTHING_TO_DOWNLOAD = BadRequest, "api.job.unable_to_download_job.incorrect_job_type", "Jobs of this type have nothing to download.";
    LEASE_LOST = Conflict, "app.job.lease_lost.app_error", "Another worker has taken this over.";
}
