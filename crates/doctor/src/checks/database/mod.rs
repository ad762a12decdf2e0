//! The database: whether it answers, its version, its settings and its schema.

mod mysql;
mod postgres;
mod sqlite;
mod state;
mod structure;

use crate::check::Check;
use crate::kind::kinds;

pub(crate) static CHECKS: &[&Check] = &[&state::CHECK, &postgres::CHECK, &mysql::CHECK, &sqlite::CHECK, &structure::CHECK];

kinds! {
    NOT_CREATED = "database.not_created", Info, "There is no database yet",
        "The embedded database is made at the first start.",
        "Start the server, or correct `--data-dir` or `database.url` if the server has been in use already.";
    UNREACHABLE = "database.unreachable", Critical, "The database does not answer",
        "Without its database the server can neither show nor store anything.",
        "Look whether the database runs, and whether address, user and password in `database.url` are right.";
    SCHEMA_PENDING = "database.schema_pending", Warning, "The database has the schema of an older version",
        "The program on the disk is newer than the schema of the database; the next start of the server brings it up to date.",
        "Make a backup, and restart the server, or run `guildhall migrate`.";
    SCHEMA_UNUSABLE = "database.schema_unusable", Critical, "The database belongs to another version",
        "The database was used by a newer version of the server, or its schema was changed by hand. This version does not touch it.",
        "Install the newer version again, or restore the backup that was made before the update.";
    CLOCK_DIFFERS = "database.clock_differs", Warning, "The clocks of database and server differ",
        "The machine of the database has another time than this one: one of the two clocks is wrong.",
        "Synchronize the clocks of both machines (`timedatectl set-ntp true`).";
    VERSION_OLD = "database.version_unsupported", Critical, "The version of the database is too old",
        "The server uses what this version of the database does not have, and its makers do not mend it any more.",
        "Upgrade the database, after a backup.",
        "Supported are PostgreSQL from 14, MariaDB from 10.6, and MySQL from 8.0.";
    READ_ONLY = "database.read_only", Critical, "The database cannot be written",
        "The server is connected to a replica, or the database was set to read-only.",
        "Connect to the primary: correct `database.url`, or end the read-only mode.";
    ENCODING = "database.encoding", Critical, "The database cannot store all characters",
        "The database was created with a character set that has no emoji or no letters of some scripts; such messages fail.",
        "Create a database with the encoding UTF8 (PostgreSQL) or utf8mb4 (MySQL, MariaDB), and move the data to it.";
    COLLATION = "database.collation", Info, "The database sorts by the rules of a language",
        "With another collation than `C`, an update of the operating system can change the order of texts, after which indexes of the database must be rebuilt.",
        "For a new installation, create the database with `LC_COLLATE 'C.UTF-8'`; for this one, run `REINDEX DATABASE` after each upgrade of the operating system.";
    PERMISSIONS = "database.permissions", Critical, "The server lacks rights in its database",
        "The user of `database.url` may not read, write or create tables.",
        "Make it the owner: `ALTER DATABASE guildhall OWNER TO guildhall` and `ALTER SCHEMA public OWNER TO guildhall`.";
    CONNECTIONS = "database.connections_low", Warning, "The database allows few connections",
        "Each node of the server keeps connections to the database open; when the database allows no more, requests fail.",
        "Raise `max_connections` in the configuration of the database, and restart it.";
    REPLICA_LAG = "database.replica_lag", Warning, "A replica is behind",
        "A standby of the database has not yet received what the primary has stored; if the primary fails now, that is lost.",
        "Look at the network and the disk of the standby.";
    NOT_DURABLE = "database.not_durable", Critical, "A power cut would lose messages",
        "The database is set to answer before data is on the disk, so that what people have sent can be lost.",
        "Set the setting that the finding names back to its default, and reload the database.";
    PACKET_SMALL = "database.packet_small", Warning, "The database rejects long statements",
        "`max_allowed_packet` is smaller than what long messages and large batches need.",
        "Set `max_allowed_packet = 64M` in the section `[mysqld]`, and restart the database.";
    ISOLATION = "database.isolation", Warning, "The isolation of transactions is unusual",
        "The server is tested with the database's default isolation; others make concurrent writes wait for, or fail, each other.",
        "Remove `transaction-isolation` from the configuration of the database, and restart it.";
    DAMAGED = "database.damaged", Critical, "The database's file is damaged",
        "The check of the file's structure found errors, mostly from a failing disk, a copy that was made while the server ran, or missing power protection.",
        "Stop the server, copy the data folder away, check the disk, and restore the last backup.";
    STRUCTURE_UNKNOWN = "database.structure_not_checked", Info, "The file's structure was not checked",
        "The check of a large file takes long, and was ended.",
        "Run `guildhall doctor` at a quiet hour.";
    LOG_LARGE = "database.log_large", Warning, "The write-ahead log is large",
        "What was written is collected in a log before it goes into the file; it became large, mostly because a long read was in the way, or because the server was killed.",
        "Run `guildhall doctor --fix`, which moves it into the file; if it returns, restart the server.";
    JOURNAL_MODE = "database.journal_mode", Warning, "The database's file has no write-ahead log",
        "The file system does not support what the write-ahead log needs, so that reads wait for writes.",
        "Put the data folder on a local disk.";
    NETWORK_FILE_SYSTEM = "database.on_network_file_system", Critical, "The database's file is on a network file system",
        "Locks and shared memory do not work there as SQLite needs them: the file can be damaged.",
        "Put the data folder on a local disk, or use PostgreSQL or MySQL.";
}
