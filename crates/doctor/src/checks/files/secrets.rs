//! Files with secrets that are not in the data folder: the configuration, the key of the certificate, the database.

use std::path::Path;

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::finding::Finding;

use super::SECRET_OPEN;
use crate::check::{Check, Context, Verdict};

pub(super) static CHECK: Check = Check::new("files.secrets", "files with secrets", run);

/// What everybody may do with a file. Its group may be one of its own, such as that of certificates.
const EVERYBODY: u32 = 0o007;

fn run<'a>(context: &'a Context<'a>) -> BoxFuture<'a, Verdict> {
    async move {
        let mut findings = Vec::new();
        let mut count = 0;
        for path in &context.facts.secret_files {
            // That a file is missing or not readable is said where it is needed.
            let Some(finding) = look_at(context, path).await else { continue };
            count += 1;
            findings.extend(finding);
        }
        if count == 0 {
            return Verdict::NotApplicable;
        }
        Verdict::found_or(findings, "The files with secrets outside of the data folder are not open to everybody.")
    }
    .boxed()
}

/// `None` where it cannot be looked at.
async fn look_at(context: &Context<'_>, path: &Path) -> Option<Option<Finding>> {
    // Certificates are often links: the permissions are those of what they point to.
    let target = context.machine.resolve_link(path).await.ok()?;
    let info = context.machine.file_info(&target).await.ok()?;
    let (path, target) = (path.display(), target.display());
    Some((info.mode & EVERYBODY != 0).then(|| {
        SECRET_OPEN
            .found(format!("The file {path} holds secrets, and is open to every user of this machine (mode {:04o}).", info.mode))
            .about(&path)
            .with_remedy(format!("Run `chmod o= {target}`; the server's user must still be able to read it, as its owner or by its group."))
    }))
}

#[cfg(test)]
mod tests {
    use guildhall_model::finding::Facts;

    use super::*;
    use crate::testing::{RecordedMachine, ids, said};

    #[tokio::test]
    async fn files_that_everybody_can_read_are_found() {
        let machine = RecordedMachine::default()
            .with_info("/etc/guildhall/guildhall.toml", |info| info.mode = 0o644)
            .with_link("/etc/ssl/key.pem", "/etc/ssl/archive/key1.pem")
            .with_info("/etc/ssl/archive/key1.pem", |info| info.mode = 0o640);
        let files = |paths: &[&str]| Facts { secret_files: paths.iter().map(Into::into).collect(), ..RecordedMachine::facts() };
        let findings = said(run, &machine, &files(&["/etc/guildhall/guildhall.toml", "/etc/ssl/key.pem", "/absent"])).await;
        assert_eq!(ids(&findings), ["files.secret_open"]);
        assert_eq!(findings[0].subject, "/etc/guildhall/guildhall.toml");
        assert!(findings[0].summary.contains("(mode 0644)") && findings[0].remedy.contains("chmod o= /etc/guildhall/guildhall.toml"));
        assert_eq!(ids(&said(run, &machine, &files(&["/etc/ssl/key.pem"])).await), [""; 0]);
        let machine = machine.with_info("/etc/ssl/archive/key1.pem", |info| info.mode = 0o604);
        let findings = said(run, &machine, &files(&["/etc/ssl/key.pem"])).await;
        assert!(findings[0].remedy.contains("chmod o= /etc/ssl/archive/key1.pem"), "{findings:?}");
    }
}
