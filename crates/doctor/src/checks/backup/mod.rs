//! Backups: whether there are some, whether they are new, whole, and can be restored.

mod configured;
mod paused;
mod targets;

use crate::check::Check;
use crate::kind::kinds;

pub(crate) static CHECKS: &[&Check] = &[&configured::CHECK, &paused::CHECK, &targets::CHECK];

kinds! {
    NONE = "backup.none", Warning, "No backup is configured",
        "If the disk fails, or somebody deletes what should have stayed, everything is lost. An array (RAID) is no backup: what is deleted or damaged is so on all its disks.",
        "Add a target on another disk or machine, on the page Backups of the system console or with `guildhall backup target add NAME LOCATION` (the help page `Backup and restore` says how); if another program makes backups, mute this finding.";
    NEVER = "backup.never", Warning, "No backup was made yet",
        "The target is configured, and has no backup. The first one is made within minutes after the target was added.",
        "Make one now with `guildhall backup create`, and read its error.";
    OVERDUE = "backup.overdue", Critical, "The last backup is too old",
        "Backups are not made as often as is configured. What was written since the last one would be lost with the disk.",
        "Read the error with `guildhall backup target list`, mend it, and make a backup with `guildhall backup create`.";
    FAILED = "backup.failed", Warning, "The last backup has failed",
        "The server tries again several times, and then at the next regular time. Older backups are not touched.",
        "Mend what the error names, and make a backup with `guildhall backup create`.";
    DAMAGED = "backup.damaged", Critical, "A check of the backups has failed",
        "The repository was read, and was not whole or could not be read. A part of the backups may not be restored.",
        "Check the disk of the target, read everything with `guildhall backup verify`, and begin a new repository in another folder if it is damaged.";
    DRILL_FAILED = "backup.drill_failed", Critical, "A backup could not be restored",
        "Once a week the newest backup, and the continuous backup of the target, is restored beside the server as a test, and compared. That has failed.",
        "Read the error with `guildhall job list --type backup_drill`, mend it, and repeat the test with `guildhall backup drill`.";
    CONTINUOUS_BEHIND = "backup.continuous_behind", Critical, "The continuous backup is behind",
        "What was written since would be lost with the disk. The server tries again every few seconds, and goes on where it stopped, or begins anew with a copy of the whole database.",
        "Mend what the error names (`guildhall backup list` shows it), or remove the target if it is gone for good (`guildhall backup target remove NAME`).";
    PAUSED_AFTER_RESTORE = "backup.paused_after_restore", Warning, "Backups are paused after a restore",
        "A restored server has the targets of the server that it was restored from. If both wrote to them, each would remove what the other keeps. So it makes no backups and no continuous copy until an administrator says that it goes on in place of the old server; what it writes meanwhile is in no backup.",
        "If this server goes on in place of the old one, run `guildhall backup resume`, or press the button on the page Backups of the system console; if the old one goes on, remove the targets of this one with `guildhall backup target remove NAME`.";
    NOT_DRILLED = "backup.not_drilled", Warning, "No backup was restored as a test for long",
        "A backup that was never restored is none. The server restores one each week by itself; the last test is older.",
        "Look for the reason with `guildhall job list --type backup_drill`, and test with `guildhall backup drill`.";
}
