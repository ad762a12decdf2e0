//! Jobs and deliveries: leases with fencing, schedules, and deletion of history.

use futures::future::join_all;
use guildhall_model::Millis;
use guildhall_model::codes::{context, jobs as codes};
use guildhall_model::id::{DeliveryId, JobId, NodeId, TargetId, UserId};
use guildhall_model::job::{Delivery, Job, JobData, JobSchedule, JobStatus, JobType, Lease, LeaseTerm, QueueDepth};
use guildhall_storage::testing::TestDatabase;
use guildhall_storage::{Database, Server, deliveries, jobs, on_every_database};

use super::fixtures::NOW;

const SWEEP: JobType = JobType::new("sweep");
const LATER: Millis = NOW.plus_ms(60_001);

fn job(n: u8) -> Job {
    Job::new(JobId::from_bytes([n; 16]), SWEEP, NOW, JobData::from([("why".to_owned(), "\"tidy\" ž".to_owned())]), None)
}

/// Expires after a minute.
fn term(node: u8, now: Millis) -> LeaseTerm {
    LeaseTerm { owner: NodeId::from_bytes([node; 16]), now, until: now.plus_ms(60_000) }
}

const fn lease(job: &Job, fence: i64) -> Lease<JobId> {
    Lease { id: job.id, fence }
}

async fn read(db: &Database, job: &Job) -> Job {
    jobs::get(db, db.grant(Server), job.id).await.unwrap().unwrap()
}

async fn due(db: &Database, now: Millis) -> Vec<JobId> {
    jobs::due(db, db.grant(Server), &[SWEEP], now, 10).await.unwrap().into_iter().map(|job| job.id).collect()
}

async fn claimed_job(db: &TestDatabase, n: u8) -> Job {
    let job = job(n);
    db.commit(jobs::insert(db.grant(Server), &job)).await.unwrap();
    db.commit(jobs::claim(db.grant(Server), lease(&job, 0), term(1, NOW))).await.unwrap();
    job
}

fn delivery(n: u8, target: u8) -> Delivery {
    let payload = "{\"url\": \"https://ž.example\"}".to_owned();
    Delivery::new(DeliveryId::from_bytes([n; 16]), "webhook", TargetId::from_bytes([target; 16]), payload, NOW.plus_ms(n.into()))
}

on_every_database! {
    async fn concurrent_claims_of_a_job_succeed_once(db) {
        let job = job(1);
        db.commit(jobs::insert(db.grant(Server), &job)).await.unwrap();
        assert_eq!(read(&db, &job).await, job);
        let race = (1..=8).map(|node| db.commit(jobs::claim(db.grant(Server), lease(&job, 0), term(node, NOW))));
        let outcomes = join_all(race).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert!(outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).all(|error| error.is(codes::LEASE_LOST)));
        let claimed = read(&db, &job).await;
        assert_eq!((claimed.status, claimed.fence, claimed.attempts, claimed.start_at), (JobStatus::InProgress, 1, 1, NOW));
        assert!(due(&db, NOW.plus_ms(1)).await.is_empty());
    }

    async fn a_worker_that_lost_its_lease_cannot_write(db) {
        let job = claimed_job(&db, 1).await;
        let first = lease(&job, 1);
        let other = self::job(2);
        let effect = vec![jobs::require_lease(db.grant(Server), first), jobs::insert(db.grant(Server), &other)];
        assert_eq!(due(&db, LATER).await, [job.id]);
        db.commit(jobs::claim(db.grant(Server), first, term(2, LATER))).await.unwrap();

        assert!(db.commit(effect.clone()).await.unwrap_err().is(codes::LEASE_LOST));
        let data = JobData::new();
        for write in [
            jobs::renew(db.grant(Server), first, term(1, LATER), 50),
            jobs::finish(db.grant(Server), first, JobStatus::Success, &data, LATER),
            jobs::retry(db.grant(Server), first, &data, LATER, LATER),
            jobs::set_data(db.grant(Server), first, &data, LATER),
        ] {
            assert!(db.commit(write).await.unwrap_err().is(codes::LEASE_LOST));
        }
        assert_eq!(jobs::get(&db, db.grant(Server), other.id).await.unwrap(), None);

        let second = lease(&job, 2);
        db.commit(jobs::renew(db.grant(Server), second, term(2, LATER), 50)).await.unwrap();
        db.commit(vec![jobs::require_lease(db.grant(Server), second), jobs::insert(db.grant(Server), &other)]).await.unwrap();
        db.commit(jobs::finish(db.grant(Server), second, JobStatus::Success, &data, LATER)).await.unwrap();
        let done = read(&db, &job).await;
        assert_eq!((done.status, done.progress, done.lease_owner, done.attempts), (JobStatus::Success, 100, None, 2));
        assert!(db.commit(jobs::require_lease(db.grant(Server), second)).await.unwrap_err().is(codes::LEASE_LOST), "the job has finished");
    }

    async fn a_failed_job_is_due_again_at_its_retry_time(db) {
        let job = claimed_job(&db, 1).await;
        let data = JobData::from([("error".to_owned(), "away".to_owned())]);
        db.commit(jobs::retry(db.grant(Server), lease(&job, 1), &data, NOW, NOW.plus_ms(500))).await.unwrap();
        assert!(due(&db, NOW.plus_ms(499)).await.is_empty());
        assert_eq!(due(&db, NOW.plus_ms(500)).await, [job.id]);
        assert_eq!(read(&db, &job).await.data, data);
        assert!(jobs::due(&db, db.grant(Server), &[JobType::new("other")], LATER, 10).await.unwrap().is_empty());
    }

    async fn the_data_of_a_run_is_stored_before_its_end(db) {
        let job = claimed_job(&db, 1).await;
        let data = JobData::from([("decided".to_owned(), "yes".to_owned())]);
        db.commit(jobs::set_data(db.grant(Server), lease(&job, 1), &data, LATER)).await.unwrap();
        let read = read(&db, &job).await;
        assert_eq!((read.data, read.status), (data, JobStatus::InProgress));
    }

    async fn a_canceled_job_cannot_renew_its_lease(db) {
        let job = claimed_job(&db, 1).await;
        let held = lease(&job, 1);
        db.commit(jobs::set_status(db.grant(Server), &read(&db, &job).await, JobStatus::CancelRequested, NOW)).await.unwrap();
        assert!(db.commit(jobs::renew(db.grant(Server), held, term(1, NOW), 1)).await.unwrap_err().is(codes::LEASE_LOST));
        // Its worker may still commit its current batch, and finish.
        db.commit(jobs::require_lease(db.grant(Server), held)).await.unwrap();
        db.commit(jobs::finish(db.grant(Server), held, JobStatus::Canceled, &JobData::new(), NOW)).await.unwrap();

        let abandoned = claimed_job(&db, 2).await;
        db.commit(jobs::set_status(db.grant(Server), &read(&db, &abandoned).await, JobStatus::CancelRequested, NOW)).await.unwrap();
        let cancel = |now| jobs::cancel_abandoned(db.grant(Server), lease(&abandoned, 1), now);
        assert!(db.commit(cancel(NOW)).await.unwrap_err().is(codes::LEASE_LOST));
        assert_eq!(due(&db, LATER).await, [abandoned.id]);
        assert!(db.commit(jobs::claim(db.grant(Server), lease(&abandoned, 1), term(2, LATER))).await.is_err());
        db.commit(cancel(LATER)).await.unwrap();
        assert_eq!(read(&db, &abandoned).await.status, JobStatus::Canceled);
    }

    async fn resetting_a_job_invalidates_its_lease(db) {
        let job = claimed_job(&db, 1).await;
        let running = read(&db, &job).await;
        db.commit(jobs::set_status(db.grant(Server), &running, JobStatus::Pending, NOW)).await.unwrap();
        assert!(db.commit(jobs::set_status(db.grant(Server), &running, JobStatus::Pending, NOW)).await.unwrap_err().is(context::CONFLICT));
        assert!(db.commit(jobs::require_lease(db.grant(Server), lease(&job, 1))).await.unwrap_err().is(codes::LEASE_LOST));
        assert_eq!(due(&db, NOW).await, [job.id]);
    }

    async fn a_restarted_node_releases_its_own_leases(db) {
        let (mine, canceled) = (claimed_job(&db, 1).await, claimed_job(&db, 2).await);
        db.commit(jobs::set_status(db.grant(Server), &read(&db, &canceled).await, JobStatus::CancelRequested, NOW)).await.unwrap();
        db.commit(jobs::release_all(db.grant(Server), NodeId::from_bytes([2; 16]), true)).await.unwrap();
        assert!(due(&db, NOW).await.is_empty());
        db.commit(jobs::release_all(db.grant(Server), NodeId::from_bytes([1; 16]), true)).await.unwrap();
        assert_eq!(due(&db, NOW).await, [mine.id]);
        let released = read(&db, &mine).await;
        assert_eq!((released.status, released.fence, released.attempts), (JobStatus::Pending, 2, 1));
        assert_eq!(read(&db, &canceled).await.status, JobStatus::Canceled);
        db.commit(jobs::claim(db.grant(Server), lease(&mine, 2), term(1, NOW))).await.unwrap();
        db.commit(jobs::release_all(db.grant(Server), NodeId::from_bytes([1; 16]), false)).await.unwrap();
        assert_eq!(read(&db, &mine).await.attempts, 1, "a clean shutdown does not count");
    }

    async fn a_schedule_is_advanced_by_one_node(db) {
        let schedule = JobSchedule { kind: SWEEP, next_run_at: NOW };
        for _ in 0..2 {
            db.commit(jobs::insert_schedule_if_absent(db.grant(Server), &schedule)).await.unwrap();
        }
        assert_eq!(jobs::schedules(&db, db.grant(Server)).await.unwrap(), std::slice::from_ref(&schedule));
        let nodes = (1..=8).map(|n| {
            db.commit(vec![jobs::advance_schedule(db.grant(Server), &schedule, LATER), jobs::insert(db.grant(Server), &job(n))])
        });
        let outcomes = join_all(nodes).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert!(outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).all(|error| error.is(context::CONFLICT)));
        assert_eq!(jobs::count_active(&db, db.grant(Server), &SWEEP).await.unwrap(), 1);
        assert_eq!(jobs::schedules(&db, db.grant(Server)).await.unwrap()[0].next_run_at, LATER);
    }

    async fn finished_jobs_are_listed_and_deleted(db) {
        let scheduled = claimed_job(&db, 1).await;
        let requested = Job { created_by: Some(UserId::from_bytes([9; 16])), create_at: LATER, ..self::job(2) };
        db.commit(jobs::insert(db.grant(Server), &requested)).await.unwrap();
        let data = JobData::new();
        db.commit(jobs::finish(db.grant(Server), lease(&scheduled, 1), JobStatus::Success, &data, NOW)).await.unwrap();
        let list = async |kind, status| {
            let filter = jobs::Filter { kind, status };
            let jobs = jobs::list(&db, db.grant(Server), filter, 10, 0).await.unwrap();
            jobs.into_iter().map(|job| job.id).collect::<Vec<_>>()
        };
        assert_eq!(list(None, None).await, [requested.id, scheduled.id]);
        assert_eq!(list(Some(SWEEP), Some(JobStatus::Success)).await, [scheduled.id]);
        assert!(list(Some(JobType::new("other")), None).await.is_empty());

        db.commit(jobs::delete_succeeded_scheduled(db.grant(Server), NOW)).await.unwrap();
        assert_eq!(list(None, None).await.len(), 2);
        db.commit(jobs::delete_succeeded_scheduled(db.grant(Server), NOW.plus_ms(1))).await.unwrap();
        assert_eq!(list(None, None).await, [requested.id]);
        db.commit(jobs::delete_finished(db.grant(Server), LATER)).await.unwrap();
        assert_eq!(list(None, None).await, [requested.id], "a pending job is kept");
    }

    async fn deliveries_are_claimed_postponed_and_deleted(db) {
        let all = [delivery(1, 7), delivery(2, 7), delivery(3, 8)];
        db.commit(deliveries::insert(&all)).await.unwrap();
        let of = async |kinds: &[&str], except: &[TargetId], now| {
            deliveries::due(&db, db.grant(Server), deliveries::DueFilter { kinds, except, now }, 10).await.unwrap()
        };
        let due = async |now| of(&["webhook"], &[], now).await;
        assert_eq!(due(LATER).await, all);
        assert_eq!(due(NOW.plus_ms(1)).await, &all[..1]);
        assert!(of(&["mail"], &[], LATER).await.is_empty());
        assert_eq!(of(&["webhook", "mail"], &[all[0].target_id], LATER).await, &all[2..]);

        let first = Lease { id: all[0].id, fence: 0 };
        let race = (1..=4).map(|node| db.commit(deliveries::claim(db.grant(Server), first, term(node, NOW))));
        assert_eq!(join_all(race).await.into_iter().filter(Result::is_ok).count(), 1);
        assert!(db.commit(deliveries::delete(db.grant(Server), first)).await.unwrap_err().is(codes::LEASE_LOST));
        let held = Lease { fence: 1, ..first };
        db.commit(deliveries::postpone(db.grant(Server), held, LATER, "away ž")).await.unwrap();
        let postponed = due(LATER).await;
        assert_eq!((postponed[2].id, postponed[2].attempts, postponed[2].last_error.as_str()), (all[0].id, 1, "away ž"));
        let depths = deliveries::queue_depths(&db, db.grant(Server)).await.unwrap();
        assert_eq!(depths, [QueueDepth { kind: "webhook".to_owned(), waiting: 2, retrying: 1, oldest_create_at: NOW.plus_ms(1) }]);
        let mut counts = deliveries::counts_by_target(&db, db.grant(Server)).await.unwrap();
        counts.sort();
        assert_eq!(counts, [(TargetId::from_bytes([7; 16]), 2), (TargetId::from_bytes([8; 16]), 1)]);

        db.commit(deliveries::claim(db.grant(Server), Lease { id: all[2].id, fence: 0 }, term(1, NOW))).await.unwrap();
        db.commit(deliveries::release_all(db.grant(Server), NodeId::from_bytes([1; 16]), false)).await.unwrap();
        assert!(db.commit(deliveries::delete(db.grant(Server), Lease { id: all[2].id, fence: 1 })).await.is_err());
        db.commit(deliveries::delete(db.grant(Server), Lease { id: all[2].id, fence: 2 })).await.unwrap();
        db.commit(deliveries::delete_by_target(TargetId::from_bytes([7; 16]))).await.unwrap();
        assert!(deliveries::queue_depths(&db, db.grant(Server)).await.unwrap().is_empty());
    }
}
