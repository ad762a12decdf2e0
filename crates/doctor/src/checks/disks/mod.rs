//! Free space, arrays, file systems with checksums, and the health of each disk.

mod block_devices;
mod btrfs;
mod forecast;
mod mdadm;
mod mdstat;
mod raid;
mod smart;
mod smart_report;
mod space;
mod zfs;

use crate::check::Check;
use crate::kind::kinds;

pub(crate) static CHECKS: &[&Check] = &[&space::CHECK, &forecast::CHECK, &raid::CHECK, &smart::CHECK, &btrfs::CHECK, &zfs::CHECK];

kinds! {
    SPACE_LOW = "disks.space_low", Warning, "Little space is left",
        "The disk of the data folder fills up. When it is full, no message can be stored.",
        "Delete what is not needed, move other data away, or add a disk.",
        "`du -xsh /var/* | sort -h` shows what takes the space. People's files are in `files` of the data folder; who stores how much is shown to administrators.";
    FILLS_UP = "disks.fills_up", Warning, "The disk will be full soon",
        "The server measures the free space of the disk with its data folder every minute. If it goes on as in the last days (up to 30), the disk is full within two weeks (critical: three days). Single large steps, such as files that were copied there, do not count.",
        "Find out what grows, and set quotas, delete what is not needed, or use a larger disk.",
        "The chart of the disk in the system console, under Monitoring, shows the growth, and who stores how much is under Limits.";
    SPACE_RESERVE = "disks.space_reserve_reached", Critical, "Uploads are rejected for lack of space",
        "Less space is left than the setting `files.free_space_reserve_bytes`, so that uploads are rejected; messages and reading go on.",
        "Free space on the disk of the data folder; uploads work again by themselves.";
    INODES_LOW = "disks.inodes_low", Warning, "Few more files can be created",
        "The file system has a fixed number of entries for files, and few are left, although there may be space.",
        "Delete folders with many small files, such as old caches or mail queues.";
    READ_ONLY = "disks.read_only", Critical, "The disk cannot be written",
        "The file system of the data folder is mounted read-only; the kernel does that by itself after errors of the disk.",
        "Look at `dmesg` for errors of the disk, make a backup of what can still be read, and check the file system.";
    RAID_DEGRADED = "disks.raid_degraded", Critical, "An array has lost a disk",
        "The array works with fewer disks than it should have: if one more fails, the data is lost.",
        "Make a backup now, and replace the failed disk (the help page `RAID and disks` says how, step by step).",
        "`mdadm --detail /dev/md0` names the disk that is missing.";
    RAID_FAILED_DISK = "disks.raid_failed_disk", Critical, "A disk of an array has failed",
        "The kernel has removed the disk from the work of the array after errors.",
        "Replace the disk (the help page `RAID and disks` says how, step by step).";
    RAID_REBUILDING = "disks.raid_rebuilding", Warning, "An array is rebuilt",
        "The array copies its data to a new disk. Until it has finished, it does not survive the failure of another disk.",
        "Wait until it has finished, and do not switch the machine off.";
    RAID_INACTIVE = "disks.raid_inactive", Critical, "An array does not work",
        "The array could not be started, mostly because too many of its disks are missing.",
        "Look at `mdadm --detail` and `mdadm --examine` of its disks before anything is written to them.";
    RAID_NONE = "disks.raid_none", Info, "Two equal disks are not an array",
        "The machine has disks of the same size and no array of them, so that the failure of one disk loses what is on it.",
        "Consider a RAID 1 (see the help page `RAID and disks`), or mute this if it is meant to be so.";
    SMART_FAILING = "disks.smart_failing", Critical, "A disk expects to fail",
        "The disk's own diagnosis (SMART) says that it will fail soon, or that its data is not safe any more.",
        "Make a backup now, and replace the disk (the help page `RAID and disks` says how, step by step).";
    SMART_SECTORS = "disks.smart_sectors", Warning, "A disk has bad sectors",
        "The disk could not read or had to replace parts of its surface. A few that do not become more can be harmless; more of them announce a failure.",
        "Order a replacement, and replace the disk when the number grows.";
    SMART_ERRORS = "disks.smart_media_errors", Warning, "A disk has lost data",
        "The disk reports that it could not read data that was written to it.",
        "Make a backup, and replace the disk (the help page `RAID and disks` says how, step by step).";
    SMART_WORN = "disks.smart_worn", Warning, "A solid-state disk is worn",
        "The disk has written about as much as it is made for.",
        "Plan its replacement; two disks that were bought together wear out together.";
    SMART_HOT = "disks.smart_temperature", Warning, "A disk is too hot",
        "Heat shortens the life of disks.",
        "Look after fans and dust, and leave space between disks.";
    SMART_MISSING = "disks.smart_not_installed", Info, "The health of the disks is not known",
        "The program `smartctl`, which reads the disks' own diagnosis, is not installed.",
        "Run `apt install smartmontools`.";
    SMART_NO_ROOT = "disks.smart_needs_root", Info, "The health of the disks needs root",
        "Only root may ask the disks for their diagnosis. The server runs as an ordinary user, and so cannot.",
        "Run `sudo guildhall doctor` now and then, and let `smartd` (of the package smartmontools) watch the disks.";
    BTRFS_ERRORS = "disks.btrfs_errors", Critical, "Btrfs has found errors of a disk",
        "Reads, writes or checksums have failed on a device of the file system since the counters were reset.",
        "Run `btrfs scrub start` on it, replace the device if the numbers grow, and reset them with `btrfs device stats -z` afterwards.";
    BTRFS_SCRUB_ERRORS = "disks.btrfs_scrub_errors", Critical, "A scrub could not repair everything",
        "The last scrub of the file system has found data with wrong checksums of which there is no good copy.",
        "`dmesg` names the files: restore them from a backup.";
    BTRFS_SCRUB_OLD = "disks.btrfs_scrub_overdue", Warning, "The last scrub was long ago",
        "A scrub reads everything and repairs what has become unreadable; without it, errors stay unnoticed until both copies have one.",
        "Run `btrfs scrub start` on it, and once a month by a timer.";
    ZFS_UNHEALTHY = "disks.zfs_degraded", Critical, "A ZFS pool is not healthy",
        "A device of the pool has failed, is missing, or the pool has stopped.",
        "`zpool status -v` says which device; replace it with `zpool replace`.";
    ZFS_ERRORS = "disks.zfs_errors", Critical, "A ZFS pool has lost data",
        "The pool has found data with wrong checksums of which there is no good copy.",
        "`zpool status -v` names the files: restore them from a backup.";
    ZFS_SCRUB_OLD = "disks.zfs_scrub_overdue", Warning, "The last scrub of a pool was long ago",
        "A scrub reads everything and repairs what has become unreadable; without it, errors stay unnoticed until both copies have one.",
        "Run `zpool scrub`, and once a month by a timer.";
}

/// A scrub is due once a month.
const SCRUB_OVERDUE_MS: i64 = 45 * crate::text::DAY_MS;
