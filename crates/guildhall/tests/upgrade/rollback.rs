//! The way back: the copy in the place of the database.

use crate::older::{OlderFolder, newest_step, older_step, state};
use crate::support::{error_output, success_output};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_copy_takes_the_place_of_the_database_which_is_kept() {
    let older = OlderFolder::new().await;
    assert_eq!(error_output(&older.run(&["migrate", "--rollback"]).await), "There is no copy of the database from before an upgrade.");
    success_output(&older.run(&["migrate"]).await);
    older.note("after");

    let output = success_output(&older.run(&["migrate", "--rollback"]).await);
    assert!(
        output.starts_with("The database is that of 20") && output.contains(&format!("(step {} of its schema)", older_step())),
        "{output}"
    );
    assert!(output.contains("\nNow install "), "{output}");
    assert_eq!(older.state(), (older_step(), "before".to_owned()));
    let replaced = output.split_whitespace().find(|word| word.contains("-replaced-")).unwrap().trim_end_matches(';');
    assert_eq!(state(replaced.as_ref()), (newest_step(), "after".to_owned()));
    assert_eq!(older.snapshots().len(), 1, "the copy stays");

    // Once more by mistake.
    older.note("since");
    let error = error_output(&older.run(&["migrate", "--rollback"]).await);
    let expected =
        format!("The database is at step {} of its schema, and there is no copy of an older one that this program can open.", older_step());
    assert_eq!(error, expected);
    assert_eq!(older.state(), (older_step(), "since".to_owned()));

    success_output(&older.run(&["migrate"]).await);
    assert_eq!(older.state(), (newest_step(), "since".to_owned()));
    let [copy] = &older.snapshots()[..] else { panic!("{:?}", older.snapshots()) };
    assert_eq!(state(copy), (older_step(), "since".to_owned()), "of two copies of one schema the newer is kept");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_copy_that_this_program_can_open_is_put_in_place() {
    let older = OlderFolder::new().await;
    success_output(&older.run(&["migrate"]).await);
    let [copy] = &older.snapshots()[..] else { panic!("{:?}", older.snapshots()) };
    // As two newer versions would have left it.
    let newer = copy.with_file_name("0002_before-9.0.0_step-9998-to-9999_20260101T000000Z.db");
    std::fs::write(&newer, "not for this program").unwrap();
    older.connect().execute("INSERT INTO schema_migrations VALUES (9999, 'x', 'x', 1, 0)", []).unwrap();
    success_output(&older.run(&["migrate", "--rollback"]).await);
    assert_eq!(older.state(), (older_step(), "before".to_owned()));
}
