//! Wire format of jobs.

use std::collections::BTreeMap;

use guildhall_model::job;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Job {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub priority: i64,
    pub create_at: i64,
    pub start_at: i64,
    pub last_activity_at: i64,
    pub status: &'static str,
    pub progress: i64,
    pub data: BTreeMap<String, String>,
}

impl From<job::Job> for Job {
    fn from(job: job::Job) -> Self {
        Self {
            id: job.id.to_string(),
            kind: job.kind.name().to_owned(),
            // Priorities are not supported.
            priority: 0,
            create_at: job.create_at.0,
            start_at: job.start_at.0,
            last_activity_at: job.last_activity_at.0,
            status: job.status.name(),
            progress: job.progress,
            data: job.data,
        }
    }
}

/// `POST /jobs`.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct NewJob {
    #[serde(rename = "type", default)]
    pub kind: String,
    #[serde(default)]
    pub data: Option<BTreeMap<String, String>>,
}

/// `PATCH /jobs/{job_id}/status`.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct StatusPatch {
    pub status: String,
    #[serde(default)]
    pub force: bool,
}

/// `?job_type=&status=` of `GET /jobs`. Empty does not restrict.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct JobQuery {
    pub job_type: String,
    pub status: String,
}
