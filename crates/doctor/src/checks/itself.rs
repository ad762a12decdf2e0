//! Findings about the checks themselves.

use crate::kind::kinds;

kinds! {
    CHECK_FAILED = "doctor.check_failed", Warning, "A check could not be made",
        "One of the checks failed itself, so that nothing is known of what it looks at.",
        "Run `guildhall doctor` as root to see whether it is a missing permission, and report the finding with its details if it is not.";
    CHECK_TIMED_OUT = "doctor.check_timed_out", Warning, "A check took too long",
        "One of the checks did not end within its time limit, mostly because a disk or another server does not answer.",
        "Run `guildhall doctor` again, and look at the disk or the server that the check is about if it happens again.";
}
