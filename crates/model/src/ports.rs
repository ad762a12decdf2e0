//! Ports: traits for files, images, secrets, certificates, outgoing HTTP, mail, syslog and the machine that `adapters` implements and tests
//! replace. Signatures only; nothing here opens a file or a socket.

mod backups;
mod blobs;
mod certificates;
mod changes;
mod examiner;
mod images;
mod machine;
mod mail;
mod outgoing;
mod passkeys;
mod recent_log;
mod secrets;
mod syslog;

pub use backups::{BackupDraft, BackupDrill, BackupStore};
pub use blobs::{BlobKey, BlobReader, BlobSpace, BlobStore, ByteRange, ByteStream, StoredBlob, stream_from_bytes};
pub use certificates::{CertificateAuthority, CertificateOrder, ChallengeAnswer, ChallengeResponder, IssueError};
pub use changes::{ChangeCapture, ContinuousBackup};
pub use examiner::{Examiner, Progress};
pub use images::{EncodedImage, ImageFormat, ImageInfo, ImageSource, Images, Renditions};
pub use machine::{
    CertificateProblem, DiskSpace, ExpectedFiles, FileInfo, FolderInspection, Machine, Probe, ProbeResponse, ProcessFigures, ProgramOutput,
    ServedCertificate,
};
pub use mail::Mailer;
pub use outgoing::{Method, OutgoingHttp, OutgoingRequest, OutgoingResponse};
pub use passkeys::{PasskeyCeremony, PasskeyVerifier, RelyingParty};
pub use recent_log::{LogLine, RecentLog};
pub use secrets::{BreachedPasswords, PasswordHasher, Secret, SecretSource, TokenHash, constant_time_eq};
pub use syslog::SyslogSender;
