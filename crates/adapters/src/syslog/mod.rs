//! Messages to a syslog server (RFC 5424) over TCP (RFC 6587) or TLS (RFC 5425), each with its length before it. These protocols have no
//! answers. So each call has a connection of its own, ends it after the last message, and waits until the server ends it as well: a
//! server does that when it has read everything.

mod connection;
mod format;
#[cfg(test)]
mod tests;

use std::time::Duration;

use async_trait::async_trait;
use guildhall_model::audit::{SyslogError, SyslogMessage, SyslogServer, SyslogTransport};
use guildhall_model::ports::SyslogSender;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// What is written at once.
const CHUNK_BYTES: usize = 64 * 1024;

#[derive(Debug, Default)]
pub struct Syslog;

#[async_trait]
impl SyslogSender for Syslog {
    async fn send(&self, server: &SyslogServer, messages: &[SyslogMessage]) -> Result<(), SyslogError> {
        let mut bytes = Vec::new();
        for message in messages {
            format::append_frame(&mut bytes, server, message);
        }
        let stream = connection::connect(server).await?;
        match &server.transport {
            SyslogTransport::Tcp => deliver(server, stream, &bytes).await,
            SyslogTransport::Tls { authorities } => {
                let stream = connection::encrypt(server, authorities.as_deref(), stream).await?;
                deliver(server, stream, &bytes).await
            }
        }
    }
}

/// Writes everything, ends the connection for writing, and waits for its end from the other side.
async fn deliver(server: &SyslogServer, stream: impl AsyncRead + AsyncWrite, bytes: &[u8]) -> Result<(), SyslogError> {
    let timeout = Duration::from_millis(server.timeout_ms);
    let (mut reading, mut writing) = tokio::io::split(stream);
    let write = async {
        for chunk in bytes.chunks(CHUNK_BYTES) {
            // A server that reads slowly may take this long for each part.
            let written = tokio::time::timeout(timeout, writing.write_all(chunk)).await;
            written.map_err(|_elapsed| failure(server, "did not take the messages in time"))?.map_err(|error| broken(server, &error))?;
        }
        let ended = tokio::time::timeout(timeout, async {
            writing.flush().await?;
            writing.shutdown().await
        });
        ended.await.map_err(|_elapsed| failure(server, "did not take the messages in time"))?.map_err(|error| broken(server, &error))
    };
    let read_to_end = async {
        let mut ignored = [0; 1024];
        loop {
            match reading.read(&mut ignored).await {
                Ok(0) => return Ok(()),
                Ok(_) => {}
                // The end of TLS without its last message, which not every server sends.
                Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(()),
                Err(error) => return Err(broken(server, &error)),
            }
        }
    };
    tokio::pin!(write, read_to_end);
    tokio::select! {
        // What is written last, and an end that has come already, count in this order.
        biased;
        written = &mut write => written?,
        ended = &mut read_to_end => {
            ended?;
            return Err(failure(server, "closed the connection before it had all messages"));
        }
    }
    let ended = tokio::time::timeout(timeout, read_to_end).await;
    ended.map_err(|_elapsed| failure(server, "did not close the connection after the last message"))?
}

fn failure(server: &SyslogServer, what: &str) -> SyslogError {
    SyslogError(format!("The syslog server {}:{} {what}.", server.host, server.port))
}

fn broken(server: &SyslogServer, error: &std::io::Error) -> SyslogError {
    failure(server, &format!("closed the connection before it had all messages: {error}"))
}
