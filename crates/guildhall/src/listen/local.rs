//! The local socket: a Unix socket in the data folder, for the server's own user and root.

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
    /// Listens in a folder that this process holds: a socket that is there already is what a killed server left.
    pub fn bind(folder: &DataFolder) -> io::Result<Self> {
        let path = SocketPath::of(folder.path())?;
        match fs::remove_file(&path.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = UnixListener::bind(&path.path)?;
        let socket = Self { listener, path };
        fs::set_permissions(&socket.path.path, Permissions::from_mode(0o600))?;
        Ok(socket)
    }

    /// The next connection of the server's own user or root, whatever the file's mode has become.
    pub async fn accept(&self) -> io::Result<UnixStream> {
        loop {
            let (stream, _) = self.listener.accept().await?;
            match stream.peer_cred() {
                Ok(peer) if is_trusted(peer.uid(), rustix::process::geteuid().as_raw()) => return Ok(stream),
                Ok(peer) => tracing::warn!(user = peer.uid(), "another user was turned away at the local socket"),
                Err(error) => tracing::warn!(%error, "the local socket cannot tell who connects"),
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
    fn only_the_server_s_own_user_and_root_are_trusted() {
        for (user, own, expected) in [(1000, 1000, true), (0, 1000, true), (1001, 1000, false), (1000, 0, false)] {
            assert_eq!(is_trusted(user, own), expected, "{user} to {own}");
        }
    }

    #[tokio::test]
    async fn the_socket_is_its_owner_s_and_replaces_a_dead_one() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("guildhall.sock");
        drop(std::os::unix::net::UnixListener::bind(&file).unwrap());
        let held = DataFolder::try_lock(folder.path(), Purpose::Server).unwrap();
        let socket = LocalSocket::bind(&held).unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        let (client, accepted) = tokio::join!(UnixStream::connect(&file), socket.accept());
        client.unwrap();
        accepted.unwrap();
        drop(socket);
        assert!(!file.exists());
    }
}
