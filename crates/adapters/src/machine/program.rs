//! Runs a program with a time limit and bounded output.

use std::io;
use std::process::Stdio;
use std::time::Duration;

use guildhall_model::ports::ProgramOutput;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;

/// Programs of the system only, whatever the caller's own path is: the checks often run as root.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

pub(super) async fn run(name: &str, arguments: &[&str], timeout: Duration, bytes_max: u64) -> io::Result<ProgramOutput> {
    let program = PATH.split(':').map(|folder| std::path::Path::new(folder).join(name)).find(|path| path.is_file());
    let mut command = Command::new(program.ok_or(io::ErrorKind::NotFound)?);
    command.args(arguments).env_clear().env("PATH", PATH).env("LC_ALL", "C").current_dir("/");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn()?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let work = async {
        let (stdout, stderr) = tokio::join!(read(stdout, bytes_max), read(stderr, bytes_max));
        // What is beyond the bound is not read: the program ends by the closed pipe.
        let status = child.wait().await?;
        Ok(ProgramOutput { status: status.code(), stdout: stdout?, stderr: stderr? })
    };
    let late = || io::Error::new(io::ErrorKind::TimedOut, format!("{name} did not end within {} seconds", timeout.as_secs()));
    tokio::time::timeout(timeout, work).await.unwrap_or_else(|_| Err(late()))
}

async fn read(stream: Option<impl AsyncRead + Unpin>, bytes_max: u64) -> io::Result<String> {
    let mut bytes = Vec::new();
    if let Some(stream) = stream {
        stream.take(bytes_max).read_to_end(&mut bytes).await?;
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
