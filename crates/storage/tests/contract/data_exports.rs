//! Exports of what is stored about a person, and how many there may be.

use guildhall_model::Millis;
use guildhall_model::codes::data_exports as codes;
use guildhall_model::data_export::{DATA_EXPORTS_MAX, DataExport};
use guildhall_model::id::{DataExportId, JobId, UserId};
use guildhall_model::job::{Job, JobData, JobStatus, JobType};
use guildhall_storage::{Batch, Database, Server, blobs, data_exports, jobs, on_every_database, users};

use super::fixtures::{NOW, user};

const ADA: UserId = UserId::from_bytes([1; 16]);
const KIND: JobType = JobType::new("data_export");

fn export(n: u8) -> DataExport {
    DataExport {
        id: DataExportId::from_bytes([n; 16]),
        user_id: ADA,
        requested_by: Some(ADA),
        job_id: JobId::from_bytes([n; 16]),
        create_at: NOW.plus_ms(n.into()),
        update_at: NOW,
        expires_at: NOW.plus_ms(1_000 + i64::from(n)),
        size_bytes: 0,
        blob_key: None,
    }
}

async fn insert(db: &Database, n: u8) -> guildhall_model::Result<()> {
    let export = export(n);
    let job = Job::new(export.job_id, KIND, NOW, JobData::new(), None);
    let statements = data_exports::insert(db.grant(ADA), &export).into_iter().chain([jobs::insert(db.grant(Server), &job)]);
    db.commit(statements.collect::<Batch>()).await
}

async fn finish(db: &Database, n: u8) -> guildhall_model::Result<()> {
    db.commit(data_exports::finish(db.grant(ADA), DataExportId::from_bytes([n; 16]), &format!("{n:064}"), 5, NOW)).await
}

on_every_database! {
    async fn one_export_is_made_at_a_time_and_some_are_kept(db) {
        db.commit(users::insert(&user(1, "ada"), "").0).await.unwrap();
        let requests = futures::future::join_all((1..=8).map(|n| insert(&db, n))).await;
        assert_eq!(requests.iter().filter(|request| request.is_ok()).count(), 1);
        assert!(requests.iter().filter_map(|request| request.as_ref().err()).all(|error| error.is(codes::RUNNING)));
        let first = data_exports::of_user(&db, db.grant(ADA)).await.unwrap().pop().unwrap();
        assert_eq!(first.1, Some((JobStatus::Pending, 0)));
        let n = first.0.id.bytes()[0];
        finish(&db, n).await.unwrap();
        assert!(finish(&db, n).await.unwrap_err().is(codes::NOT_FOUND), "it has an archive already");
        for n in 11..=12 {
            insert(&db, n).await.unwrap();
            finish(&db, n).await.unwrap();
        }
        assert_eq!(data_exports::of_user(&db, db.grant(ADA)).await.unwrap().len() as i64, DATA_EXPORTS_MAX);
        assert!(insert(&db, 13).await.unwrap_err().is(codes::TOO_MANY));

        let expired = data_exports::expired(&db, db.grant(Server), NOW.plus_ms(1_011), 10).await.unwrap();
        assert_eq!(expired.iter().map(|export| export.id.bytes()[0]).collect::<Vec<_>>(), [n, 11]);
        for export in &expired {
            db.commit(data_exports::delete(db.grant(Server), export, NOW).into_iter().collect::<Batch>()).await.unwrap();
        }
        let released = blobs::released(&db, db.grant(Server), NOW.plus_ms(1), 10).await.unwrap();
        assert_eq!(released.len(), 2);
        assert!(blobs::referenced(&db, &[format!("{:064}", 12)]).await.unwrap().contains(&format!("{:064}", 12)));
        insert(&db, 14).await.unwrap();
    }

    async fn a_type_of_job_is_running_while_its_lease_lasts(db) {
        use guildhall_model::id::NodeId;
        use guildhall_model::job::{Lease, LeaseTerm};

        let running = async |now| jobs::running(&db, db.grant(Server), &[KIND], now).await.unwrap();
        let job = Job::new(JobId::from_bytes([1; 16]), KIND, NOW, JobData::new(), None);
        db.commit(jobs::insert(db.grant(Server), &job)).await.unwrap();
        assert_eq!(running(NOW).await, []);
        let term = LeaseTerm { owner: NodeId::from_bytes([1; 16]), now: NOW, until: NOW.plus_ms(60_000) };
        db.commit(jobs::claim(db.grant(Server), Lease { id: job.id, fence: 0 }, term)).await.unwrap();
        assert_eq!(running(NOW).await, [KIND]);
        assert_eq!(running(Millis(NOW.0 + 60_001)).await, []);
    }
}
