//! `guildhall job ...`: manages jobs. Each verb is an operation of the API.

use clap::Subcommand;
use http::Method;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::config::Config;
use crate::local_api::LocalApi;

/// How many jobs are listed, the newest first.
const JOBS_LISTED_MAX: usize = 50;

#[derive(Debug, Subcommand)]
pub enum Job {
    /// List the newest jobs
    List {
        /// Only those of this type
        #[arg(long = "type")]
        kind: Option<String>,
    },
    /// Create a job; the server runs it at once, or when it starts
    Create {
        /// For example delivery_queue, which counts what waits to be delivered
        kind: String,
    },
    /// Cancel a job that waits or runs
    Cancel { id: String },
}

pub async fn run(config: Config, verb: Job) -> Result<(), String> {
    LocalApi::with(config, async |api| perform(api, verb).await).await
}

async fn perform(api: &mut LocalApi, verb: Job) -> Result<(), String> {
    match verb {
        Job::List { kind } => {
            let kind = kind.unwrap_or_default();
            let query = format!("/jobs?per_page={JOBS_LISTED_MAX}&job_type={}", utf8_percent_encode(&kind, NON_ALPHANUMERIC));
            let jobs = api.call(Method::GET, &query, None).await?;
            jobs.as_array().into_iter().flatten().for_each(|job| println!("{}", format_line(job)));
        }
        Job::Create { kind } => println!("{}", format_line(&api.call(Method::POST, "/jobs", Some(json!({"type": kind}))).await?)),
        Job::Cancel { id } => {
            api.call(Method::POST, &format!("/jobs/{}/cancel", utf8_percent_encode(&id, NON_ALPHANUMERIC)), None).await?;
            println!("{id} is canceled, or will be when its worker looks next.");
        }
    }
    Ok(())
}

fn format_line(job: &Value) -> String {
    let text = |name: &str| job[name].as_str().unwrap_or_default().to_owned();
    format!("{} {} {} {}% {}", text("id"), text("type"), text("status"), job["progress"], job["data"])
}
