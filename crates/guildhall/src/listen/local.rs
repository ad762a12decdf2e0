//! The local socket: a Unix socket in the data folder that accepts the server's own user and root.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;

use tokio::net::{UnixListener, UnixStream};

use crate::data_folder::{DataFolder, SocketPath};

/// Root's user id.
const ROOT: u32 = 0;

pub struct LocalSocket {
    listener: UnixListener,
    path: SocketPath,
}

impl LocalSocket {
    /// Listens in a folder that this process has locked, so that a socket file found there is left over from a killed server.
    pub fn bind(folder: &DataFolder) -> io::Result<Self> {
        let path = SocketPath::in_folder(folder.path())?;
        match fs::remove_file(&path.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = UnixListener::bind(&path.path)?;
        let socket = Self { listener, path };
        fs::set_permissions(&socket.path.path, Permissions::from_mode(0o600))?;
        Ok(socket)
    }

    /// The next connection of the server's own user or root. Checked by the peer's credentials, because the file's mode can
    /// be changed.
    pub async fn accept(&self) -> io::Result<UnixStream> {
        loop {
            let (stream, _) = self.listener.accept().await?;
            match stream.peer_cred() {
                Ok(peer) if is_trusted(peer.uid(), rustix::process::geteuid().as_raw()) => return Ok(stream),
                Ok(peer) => tracing::warn!(user = peer.uid(), "a connection of another user to the local socket was rejected"),
                Err(error) => tracing::warn!(%error, "the credentials of a connection to the local socket cannot be read"),
            }
        }
    }
}

impl Drop for LocalSocket {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.path.path) {
            tracing::debug!(%error, "the local socket was not removed");
        }
    }
}

const fn is_trusted(user: u32, own: u32) -> bool {
    user == own || user == ROOT
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data_folder::Purpose;

    #[test]
    fn only_the_own_user_and_root_are_trusted() {
        for (user, own, expected) in [(1000, 1000, true), (0, 1000, true), (1001, 1000, false), (1000, 0, false)] {
            assert_eq!(is_trusted(user, own), expected, "user {user}, own {own}");
        }
    }

    #[tokio::test]
    async fn the_socket_is_private_and_replaces_a_leftover_one() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("guildhall.sock");
        drop(std::os::unix::net::UnixListener::bind(&file).unwrap());
        let data_folder = DataFolder::try_lock(folder.path(), Purpose::Server).unwrap();
        let socket = LocalSocket::bind(&data_folder).unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        let (client, accepted) = tokio::join!(UnixStream::connect(&file), socket.accept());
        client.unwrap();
        accepted.unwrap();
        drop(socket);
        assert!(!file.exists());
    }
}
