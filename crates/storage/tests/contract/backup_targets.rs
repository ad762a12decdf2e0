//! Backup targets, and what is recorded about them.

use guildhall_model::backup::{ArchivedBackup, BackupPause, BackupTarget, Retention, StoredBackup, TARGETS_MAX, TargetKeys, TargetState};
use guildhall_model::codes::backups as codes;
use guildhall_model::id::{BackupTargetId, JobId};
use guildhall_model::job::{Job, JobData, JobType};
use guildhall_model::ports::Secret;
use guildhall_storage::usage::{Counted, guard};
use guildhall_storage::{Server, backup_pause, backup_targets, jobs, on_every_database, settings};

use super::fixtures::NOW;

fn target(n: u8, name: &str) -> BackupTarget {
    BackupTarget {
        id: BackupTargetId::from_bytes([n; 16]),
        create_at: NOW,
        update_at: NOW,
        name: name.to_owned(),
        location: "/mnt/backup".to_owned(),
        keys: TargetKeys { password: Secret::new("p"), access_key: "a".to_owned(), secret_key: Secret::new("s") },
        interval_hours: 24,
        retention: Retention::default(),
        bytes_per_second: 5,
        is_continuous: false,
        state: TargetState::default(),
    }
}

on_every_database! {
    async fn a_target_is_read_as_it_was_written_and_changed(db) {
        let (mut usb, nas) = (target(1, "usb"), target(2, "nas"));
        for each in [&usb, &nas] {
            db.commit(backup_targets::insert(db.grant(Server), each)).await.unwrap();
        }
        let list = async || backup_targets::list(&db, db.grant(Server)).await.unwrap();
        assert_eq!(list().await, [nas.clone(), usb.clone()]);
        usb.update_at = NOW.plus_ms(1);
        usb.keys.password = Secret::new("other");
        usb.retention.yearly = 9;
        usb.bytes_per_second = 7;
        usb.is_continuous = true;
        db.commit(backup_targets::update(db.grant(Server), &usb)).await.unwrap();
        assert_eq!(backup_targets::get(&db, db.grant(Server), usb.id).await.unwrap(), Some(usb.clone()));
        let renamed = BackupTarget { name: "nas".to_owned(), ..usb.clone() };
        assert!(db.commit(backup_targets::update(db.grant(Server), &renamed)).await.unwrap_err().is(codes::TARGET_NAME_TAKEN));
        assert!(db.commit(backup_targets::insert(db.grant(Server), &target(3, "usb"))).await.unwrap_err().is(codes::TARGET_NAME_TAKEN));
        db.commit(backup_targets::remove(db.grant(Server), usb.id)).await.unwrap();
        assert!(db.commit(backup_targets::remove(db.grant(Server), usb.id)).await.unwrap_err().is(codes::TARGET_NOT_FOUND));
        assert_eq!(list().await, [nas]);
    }

    async fn what_happens_at_a_target_is_recorded(db) {
        let usb = target(1, "usb");
        db.commit(backup_targets::insert(db.grant(Server), &usb)).await.unwrap();
        let state = async || backup_targets::get(&db, db.grant(Server), usb.id).await.unwrap().unwrap().state;
        db.commit(backup_targets::record_start(db.grant(Server), usb.id, NOW)).await.unwrap();
        db.commit(backup_targets::record_failure(db.grant(Server), usb.id, &"é".repeat(600))).await.unwrap();
        assert_eq!(state().await.last_error, "é".repeat(500));
        let backup = StoredBackup { snapshot: "ab".repeat(32), create_at: NOW, host: String::new(), files: 3, bytes: 4, bytes_added: u64::MAX };
        let archived = ArchivedBackup { backup, missing_files: 0 };
        db.commit(backup_targets::record_success(db.grant(Server), usb.id, &archived, NOW, NOW.plus_ms(50))).await.unwrap();
        db.commit(backup_targets::record_check(db.grant(Server), usb.id, "damaged", NOW.plus_ms(60))).await.unwrap();
        db.commit(backup_targets::record_drill(db.grant(Server), usb.id, "", NOW, NOW.plus_ms(70))).await.unwrap();
        let expected = TargetState {
            last_start_at: NOW,
            last_success_at: NOW,
            last_snapshot: "ab".repeat(32),
            last_duration_ms: 50,
            last_bytes: 4,
            last_bytes_added: i64::MAX,
            last_error: String::new(),
            last_check_at: NOW.plus_ms(60),
            last_check_error: "damaged".to_owned(),
            last_drill_at: NOW.plus_ms(70),
            last_drill_error: String::new(),
            last_drill_duration_ms: 70,
        };
        assert_eq!(state().await, expected);

    }

    async fn only_a_successful_backup_counts(db) {
        assert_eq!(db.last_backup_at().await.unwrap(), None);
        let (usb, nas) = (target(1, "usb"), target(2, "nas"));
        for each in [&usb, &nas] {
            db.commit(backup_targets::insert(db.grant(Server), each)).await.unwrap();
        }
        db.commit(backup_targets::record_start(db.grant(Server), usb.id, NOW)).await.unwrap();
        db.commit(backup_targets::record_failure(db.grant(Server), usb.id, "full")).await.unwrap();
        assert_eq!(db.last_backup_at().await.unwrap(), None);
        let backup = StoredBackup { snapshot: String::new(), create_at: NOW, host: String::new(), files: 0, bytes: 0, bytes_added: 0 };
        let archived = ArchivedBackup { backup, missing_files: 0 };
        for (id, at) in [(usb.id, NOW.plus_ms(5)), (nas.id, NOW)] {
            db.commit(backup_targets::record_success(db.grant(Server), id, &archived, at, at.plus_ms(9))).await.unwrap();
            assert_eq!(db.last_backup_at().await.unwrap(), Some(NOW.plus_ms(5)));
        }
    }

    async fn a_pause_cancels_backups_that_wait_and_lasts_until_its_end(db) {
        let get = async || backup_pause::get(&db, db.grant(Server)).await.unwrap();
        assert_eq!(get().await, None);
        assert!(!backup_targets::exist(&db, db.grant(Server)).await.unwrap());
        db.commit(backup_targets::insert(db.grant(Server), &target(1, "usb"))).await.unwrap();
        assert!(backup_targets::exist(&db, db.grant(Server)).await.unwrap());
        let job = |n: u8, kind: &'static str| Job::new(JobId::from_bytes([n; 16]), JobType::new(kind), NOW, JobData::default(), None);
        for each in [job(1, "backup"), job(2, "backup_check"), job(3, "backup_drill")] {
            db.commit(jobs::insert(db.grant(Server), &each)).await.unwrap();
        }
        let kinds = ["backup", "backup_check"].map(JobType::new);
        let active = async || {
            let mut ids: Vec<JobId> = jobs::active(&db, db.grant(Server), &kinds).await.unwrap().iter().map(|job| job.id).collect();
            ids.sort_unstable();
            ids
        };
        assert_eq!(active().await, [job(1, "").id, job(2, "").id]);
        let pause = BackupPause { at: NOW, restored_from: "sftp:a@b:/\u{e9}".to_owned(), state_at: NOW.minus_ms(1) };
        db.commit(backup_pause::begin(db.grant(Server), &pause).unwrap()).await.unwrap();
        assert_eq!(get().await, Some(pause.clone()));
        assert_eq!(active().await, [job(2, "").id]);
        db.commit(backup_pause::begin(db.grant(Server), &pause).unwrap()).await.unwrap();
        db.commit(settings::set(db.grant(Server), "backup_pause", "damaged")).await.unwrap();
        assert_eq!(get().await, Some(BackupPause::default()));
        db.commit(backup_pause::end(db.grant(Server))).await.unwrap();
        assert_eq!(get().await, None);
    }

    async fn there_are_only_so_many_targets(db) {
        for n in 0..=TARGETS_MAX {
            let mut batch = vec![backup_targets::insert(db.grant(Server), &target(n as u8 + 1, &format!("target {n}")))];
            batch.extend(guard(Counted::BackupTargets, TARGETS_MAX, codes::TOO_MANY_TARGETS));
            let outcome = db.commit(batch).await;
            assert_eq!(outcome.is_ok(), n < TARGETS_MAX, "{outcome:?}");
        }
    }
}
