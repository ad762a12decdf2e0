//! Samples for the charts, the counts and sizes of the metrics, and the counters of the engines.

use guildhall_model::Millis;
use guildhall_model::id::{JobId, NodeId};
use guildhall_model::job::{Job, JobData, JobStatus, JobType};
use guildhall_model::sample::{COARSE_INTERVAL_MS, FINE_INTERVAL_MS, Sample};
use guildhall_storage::testing::{TestDatabase, is_enabled, small_options};
use guildhall_storage::{Dialect, OpenOptions, Server, jobs, on_every_database, params, samples};

fn sample(interval_ms: i64, at: i64, node: u8) -> Sample {
    Sample {
        interval_ms,
        create_at: Millis(at),
        node_id: NodeId::from_bytes([node; 16]),
        requests: 10,
        posts: 2,
        users_online: 3,
        connections: 4,
        request_p50_us: Some(1_200),
        request_p95_us: None,
        request_p99_us: Some(i64::MAX),
        cpu_ms: 5,
        memory_bytes: 6,
        disk_used_bytes: 7,
        disk_free_bytes: 8,
        database_bytes: 9,
        queue_length: 10,
        failed_deliveries: 11,
    }
}

on_every_database! {
    async fn samples_are_listed_by_interval_and_time_and_deleted(db) {
        assert_eq!(samples::oldest(&db, db.grant(Server)).await.unwrap(), None);
        let all = [sample(FINE_INTERVAL_MS, 1, 1), sample(FINE_INTERVAL_MS, 2, 2), sample(FINE_INTERVAL_MS, 2, 1), sample(COARSE_INTERVAL_MS, 5, 1)];
        for each in &all {
            db.commit(samples::insert_if_absent(db.grant(Server), each)).await.unwrap();
        }
        // The same again changes nothing.
        db.commit(samples::insert_if_absent(db.grant(Server), &Sample { posts: 99, ..all[0].clone() })).await.unwrap();
        let listed = samples::list(&db, db.grant(Server), FINE_INTERVAL_MS, Millis(1), 10).await.unwrap();
        assert_eq!(listed, [all[0].clone(), all[2].clone(), all[1].clone()]);
        assert_eq!(samples::list(&db, db.grant(Server), FINE_INTERVAL_MS, Millis(2), 1).await.unwrap(), [all[2].clone()]);
        assert_eq!(samples::newest(&db, db.grant(Server), FINE_INTERVAL_MS).await.unwrap(), Some(Millis(2)));
        assert_eq!(samples::oldest(&db, db.grant(Server)).await.unwrap(), Some(Millis(1)));
        db.commit(samples::delete_before(db.grant(Server), FINE_INTERVAL_MS, Millis(2))).await.unwrap();
        assert_eq!(samples::list(&db, db.grant(Server), FINE_INTERVAL_MS, Millis(0), 10).await.unwrap().len(), 2);
        assert_eq!(samples::list(&db, db.grant(Server), COARSE_INTERVAL_MS, Millis(0), 10).await.unwrap().len(), 1);
    }

    async fn jobs_are_counted_by_type_and_status(db) {
        for (n, kind) in [(1, "a"), (2, "a"), (3, "b")] {
            let kind = JobType::from_name(kind).unwrap();
            db.commit(jobs::insert(db.grant(Server), &Job::new(JobId::from_bytes([n; 16]), kind, Millis(i64::from(n) * 10), JobData::new(), None))).await.unwrap();
        }
        let counts = jobs::counts(&db, db.grant(Server)).await.unwrap();
        let counts: Vec<_> = counts.iter().map(|job| (job.kind.name(), job.status, job.count, job.oldest_create_at.0)).collect();
        assert_eq!(counts, [("a", JobStatus::Pending, 2, 10), ("b", JobStatus::Pending, 1, 30)]);
    }

    async fn a_database_tells_its_size_its_load_and_what_it_executed(db) {
        let size = db.size().await.unwrap();
        assert!(size.bytes + size.log_bytes.unwrap_or_default() > 10_000, "{size:?}");
        assert_eq!(size.log_bytes.is_some(), db.dialect() == Dialect::Sqlite);
        let (reads, commits) = (db.metrics().read_duration.snapshot().count(), db.metrics().commit_batches.snapshot().count());
        let _: i64 = db.one("SELECT 1", params![]).await.unwrap();
        db.commit(samples::insert_if_absent(db.grant(Server), &sample(1, 1, 1))).await.unwrap();
        assert_eq!(db.metrics().read_duration.snapshot().count(), reads + 1);
        assert!(db.metrics().commit_batches.snapshot().count() > commits);
        let load = db.load();
        assert!(load.read.connections >= 1 && load.read.waiting == 0 && load.write.waiting == 0, "{load:?}");
    }
}

/// How each database is kept busy for longer than the limit of the next test.
fn slow_sql(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT MAX(i) FROM n",
        Dialect::Postgres => "SELECT CAST(COUNT(pg_sleep(0.02)) AS BIGINT)",
        Dialect::Mysql => "SELECT CAST(SLEEP(0.02) AS SIGNED)",
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_statements_are_counted() {
    for dialect in Dialect::ALL.into_iter().filter(|dialect| is_enabled(*dialect)) {
        let options = OpenOptions { slow_query_ms: 1, ..small_options() };
        let db = TestDatabase::empty_with(dialect, options).await.unwrap();
        let before = db.metrics().slow_statements.get();
        let _: Option<i64> = db.one(slow_sql(dialect), params![]).await.unwrap();
        assert!(db.metrics().slow_statements.get() > before, "{dialect}");
        let never = TestDatabase::empty_with(dialect, small_options()).await.unwrap();
        let _: Option<i64> = never.one(slow_sql(dialect), params![]).await.unwrap();
        assert_eq!(never.metrics().slow_statements.get(), 0, "{dialect}");
    }
}
