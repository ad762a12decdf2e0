//! The address of a folder on an SSH server.

use std::fmt;
use std::path::{Path, PathBuf};

/// A user, a host and a folder. A relative folder lies in the home directory of the user there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SftpAddress {
    /// As it was written, without `sftp:`.
    text: String,
    /// Without one, the configuration of `ssh` decides.
    pub user: Option<String>,
    /// A name, an address, or an entry in the configuration of `ssh`.
    pub host: String,
    pub port: Option<u16>,
    path: PathBuf,
}

impl SftpAddress {
    /// What follows `sftp:`; the error says what to write.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const SYNTAX: &str = "write it like sftp:user@host:/folder, or with a port sftp:user@host:2222:/folder";
        let (authority, path) = match text.strip_prefix("//") {
            // As restic has it: a second slash begins a path from the root.
            Some(url) => url.split_once('/').ok_or(SYNTAX)?,
            None => split_path(text).ok_or(SYNTAX)?,
        };
        let (user, host_port) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
        let (host, port) = split_port(host_port).ok_or(SYNTAX)?;
        // `ssh` would take a hyphen for an option.
        let is_word = |word: &str, others: &str| {
            !word.is_empty() && !word.starts_with('-') && word.chars().all(|c| c.is_ascii_alphanumeric() || others.contains(c))
        };
        if !is_word(host, "-._:") || user.is_some_and(|user| !is_word(user, "-._+@")) || path.is_empty() || path.contains('\0') {
            return Err(SYNTAX);
        }
        Ok(Self { text: text.to_owned(), user: user.map(ToOwned::to_owned), host: host.to_owned(), port, path: PathBuf::from(path) })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl fmt::Display for SftpAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sftp:{}", self.text)
    }
}

/// Splits `user@host:path`, `user@host:port:path` and those with an address in brackets.
fn split_path(text: &str) -> Option<(&str, &str)> {
    let end_of_host = match text.find('[') {
        Some(open) if text.get(..open).is_some_and(|before| before.is_empty() || before.ends_with('@')) => text.find(']')? + 1,
        _ => text.find(':')?,
    };
    let rest = text.get(end_of_host..)?.strip_prefix(':')?;
    let port = rest.bytes().take_while(u8::is_ascii_digit).count();
    let is_port = port > 0 && rest.get(port..).is_some_and(|rest| rest.starts_with(':'));
    let end_of_authority = if is_port { end_of_host + 1 + port } else { end_of_host };
    Some((text.get(..end_of_authority)?, text.get(end_of_authority + 1..)?))
}

fn split_port(host_port: &str) -> Option<(&str, Option<u16>)> {
    let port = |text: &str| text.parse::<u16>().ok().filter(|port| *port > 0);
    match host_port.strip_prefix('[') {
        Some(bracketed) => {
            let (host, rest) = bracketed.split_once(']')?;
            if rest.is_empty() { Some((host, None)) } else { Some((host, Some(port(rest.strip_prefix(':')?)?))) }
        }
        None => match host_port.split_once(':') {
            Some((host, text)) => Some((host, Some(port(text)?))),
            None => Some((host_port, None)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_user_host_port_and_folder() {
        for (text, user, host, port, path) in [
            ("ada@backup.example.com:/srv/chat", Some("ada"), "backup.example.com", None, "/srv/chat"),
            ("backup:chat", None, "backup", None, "chat"),
            ("ada@backup:2222:/srv/chat", Some("ada"), "backup", Some(2222), "/srv/chat"),
            ("ada@[fd00::1]:/srv", Some("ada"), "fd00::1", None, "/srv"),
            ("ada@[fd00::1]:23:srv", Some("ada"), "fd00::1", Some(23), "srv"),
            ("//ada@backup:23//srv/chat", Some("ada"), "backup", Some(23), "/srv/chat"),
            ("//u1-sub1@u1.example.com/chat", Some("u1-sub1"), "u1.example.com", None, "chat"),
            ("//[::1]:22/chat", None, "::1", Some(22), "chat"),
            ("ada@backup:123", Some("ada"), "backup", None, "123"),
        ] {
            let address = SftpAddress::parse(text).unwrap();
            let found = (address.user.as_deref(), address.host.as_str(), address.port, address.path().to_str().unwrap());
            assert_eq!(found, (user, host, port, path), "{text}");
            assert_eq!(address.to_string(), format!("sftp:{text}"));
        }
    }

    #[test]
    fn what_ssh_could_take_for_an_option_is_no_address() {
        for text in [
            "",
            "backup",
            "ada@backup",
            "ada@backup:",
            "-oProxyCommand=touch /tmp/x:/srv",
            "-l@backup:/srv",
            "ada@-backup:/srv",
            "a b@backup:/srv",
            "ada@back up:/srv",
            "@backup:/srv",
            "ada@:/srv",
            "ada@[::1/srv",
            "//ada@backup",
            "//ada@backup:0/srv",
            "//ada@backup:x/srv",
            "ada@backup$(id):/srv",
        ] {
            assert!(SftpAddress::parse(text).is_err(), "{text}");
        }
    }
}
