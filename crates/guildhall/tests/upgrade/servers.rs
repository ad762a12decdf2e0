//! PostgreSQL and MySQL: a schema with accounts is changed only after a backup, or where somebody demands it.

use guildhall_storage::testing::TestDatabase;
use guildhall_storage::{Dialect, STEPS, testing};

use crate::older::{make_older, newest_step, older_step, older_steps, open, sentence};
use crate::support::{ServerProcess, TestStore, command, error_output, success_output};

const REFUSED: &str = "The schema of the database has to be changed, and there is no backup of the last 24 hours: make one with the \
                       version that you come from (guildhall backup create) or with the tools of the database, and then run guildhall \
                       migrate --without-backup.";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres() {
    without_a_backup_the_schema_is_changed_on_demand_only(Dialect::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mysql() {
    without_a_backup_the_schema_is_changed_on_demand_only(Dialect::Mysql).await;
}

async fn without_a_backup_the_schema_is_changed_on_demand_only(dialect: Dialect) {
    if !testing::is_enabled(dialect) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let databases = [TestDatabase::empty(dialect).await.unwrap(), TestDatabase::empty(dialect).await.unwrap()];
    for (index, database) in databases.iter().enumerate() {
        make_older(database.url()).await;
        let store = TestStore::at(database.url());
        for words in [&["migrate"][..], &["serve", "--listen", "127.0.0.1:0"], &["user", "list"]] {
            assert_eq!(sentence(&command(folder.path(), store.url(), words).await), REFUSED);
            assert_eq!(database.current_step().await.unwrap(), older_step());
        }
        if index == 0 {
            let output = success_output(&command(folder.path(), store.url(), &["migrate", "--without-backup"]).await);
            assert!(output.ends_with(&format!("was brought from step {} to step {}.\n", older_step(), newest_step())), "{output}");
            let error = error_output(&command(folder.path(), store.url(), &["migrate", "--rollback"]).await);
            assert!(error.starts_with("Only an embedded database (SQLite) has copies"), "{error}");
        } else {
            let unattended = &[("DATABASE_MIGRATE_WITHOUT_BACKUP", "true")];
            ServerProcess::start_in(tempfile::tempdir().unwrap(), &store, unattended).await.stop().await;
        }
        assert_eq!(database.current_step().await.unwrap(), newest_step());
    }

    // The first start was interrupted: there is no account, and nothing to lose.
    let database = TestDatabase::empty(dialect).await.unwrap();
    let db = open(database.url()).await;
    testing::migrate_to(&db, older_steps()).await.unwrap();
    db.close().await;
    let store = TestStore::at(database.url());
    assert!(success_output(&command(folder.path(), store.url(), &["migrate"]).await).ends_with("2 steps done.\n"));
    assert_eq!(database.current_step().await.unwrap(), STEPS.last().unwrap().version);
}
