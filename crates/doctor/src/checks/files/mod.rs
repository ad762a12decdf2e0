//! The data folder: its owner, its permissions, and whether the server can write it; and files with secrets elsewhere.

mod data_folder;
mod secrets;

use crate::check::Check;
use crate::kind::kinds;

pub(crate) static CHECKS: &[&Check] = &[&data_folder::CHECK, &secrets::CHECK];

kinds! {
    FOLDER_MISSING = "files.folder_missing", Info, "There is no data folder yet",
        "The data folder is made at the first start; before that, little can be checked.",
        "Start the server, or correct `--data-dir` if the server has been in use already.";
    FOLDER_UNREADABLE = "files.folder_not_readable", Warning, "The data folder cannot be looked at",
        "The data folder is its owner's alone, and the checks run as another user.",
        "Run the checks as root: `sudo guildhall doctor`.";
    WRONG_OWNER = "files.wrong_owner", Critical, "Files belong to another user",
        "The server cannot write files that belong to another user; it mostly comes from a command or a copy that was made as root.",
        "Run `guildhall doctor --fix` as root, which gives them to the server's user.";
    WRONG_MODE = "files.wrong_mode", Warning, "Files are open to other users of the machine",
        "The data folder holds all messages and the hashes of passwords, and other users of the machine can read or change some of it.",
        "Run `guildhall doctor --fix`, which takes these permissions away.";
    SECRET_OPEN = "files.secret_open", Warning, "A file with secrets is open to everybody",
        "Every user of the machine can read a file with a password, the private key of the certificate, or all messages. Programs that run as other users, such as a website, can do so, too.",
        "Run `chmod o=` on the file that the finding names.";
    INCOMPLETE = "files.not_all_checked", Info, "Not all files could be looked at",
        "There are more files than are looked at in one run, or folders that the checks may not read.",
        "Run the checks as root: `sudo guildhall doctor`.";
}
