//! Servers for storages on other machines: OpenSSH's, an object storage, and a line to them that can be cut, stalled or slow.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "the helpers of tests are tests")]

use std::fs;
use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Reached only when a test fails.
const START_TIMEOUT: Duration = Duration::from_secs(60);

struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A server of OpenSSH with keys and a configuration of its own, as the user who runs the tests.
pub struct SshServer {
    _process: Process,
    port: u16,
    folder: TempDir,
}

impl SshServer {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name).display().to_string();
        for key in ["host", "other-host", "client", "other-client"] {
            let status = Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f", &file(key)]).status();
            assert!(status.expect("ssh-keygen is installed by scripts/install-test-tools").success());
        }
        fs::copy(file("client.pub"), file("authorized")).unwrap();
        // Where the server separates privileges, as root.
        let _ = fs::create_dir_all("/run/sshd");
        let port = free_port();
        let config = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {}\nAuthorizedKeysFile {}\nStrictModes no\nUsePAM no\nPidFile none\n\
             PermitRootLogin yes\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nSubsystem sftp internal-sftp\n\
             MaxStartups 100\n",
            file("host"),
            file("authorized")
        );
        fs::write(file("sshd_config"), config).unwrap();
        let log = fs::File::create(file("log")).unwrap();
        let process = Command::new("/usr/sbin/sshd").args(["-D", "-e", "-f", &file("sshd_config")]).stderr(log).spawn();
        let process = Process(process.expect("sshd is installed by scripts/install-test-tools"));
        wait_for_port(port);
        Self { _process: process, port, folder }
    }

    pub const fn port(&self) -> u16 {
        self.port
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A configuration of the client with this key and this key of the host, for whichever port.
    pub fn ssh_config(&self, client: &str, host: Option<&str>) -> PathBuf {
        let path = |name: &str| self.folder.path().join(name).display().to_string();
        let name = format!("{client}-{}", host.unwrap_or("none"));
        let known = host.map_or_else(String::new, |host| format!("* {}", fs::read_to_string(path(&format!("{host}.pub"))).unwrap()));
        fs::write(path(&format!("{name}-known")), known).unwrap();
        let config = format!(
            "IdentityFile {}\nIdentitiesOnly yes\nUserKnownHostsFile {}\nGlobalKnownHostsFile none\nStrictHostKeyChecking yes\nLogLevel ERROR\n",
            path(client),
            path(&format!("{name}-known"))
        );
        fs::write(path(&format!("{name}-config")), config).unwrap();
        PathBuf::from(path(&format!("{name}-config")))
    }
}

pub const ACCESS_KEY: &str = "test-access-key";
pub const SECRET_KEY: &str = "test-secret-key";

/// An object storage in memory, with the bucket `chat`; it verifies signatures.
pub struct S3Server {
    _process: Process,
    port: u16,
}

impl S3Server {
    pub fn start() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let python = root.join("tests/.venv/bin/python");
        let process = Command::new(python).arg(root.join("tests/lib/s3_server.py")).stdout(Stdio::piped()).spawn();
        let mut process = Process(process.expect("moto is installed by scripts/install-test-tools"));
        let mut line = String::new();
        BufReader::new(process.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().parse().expect("tests/lib/s3_server.py prints its port");
        wait_for_port(port);
        Self { _process: process, port }
    }

    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Lets the next requests fail.
    pub fn fail(&self, count: usize, status: u16, code: &str) {
        let mut socket = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let path = format!("/-/fail?count={count}&status={status}&code={code}");
        write!(socket, "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).unwrap();
        assert!(answer.contains(" 204 "), "{answer}");
    }
}

/// A line to a server.
pub struct Line {
    port: u16,
    state: Arc<LineState>,
}

#[derive(Default)]
struct LineState {
    sockets: Mutex<Vec<TcpStream>>,
    connections: AtomicU64,
    bytes_to_server: AtomicU64,
    is_stalled: AtomicBool,
    is_down: AtomicBool,
    /// The line is cut once, after so many more bytes to the server; 0 for never.
    cut_after: AtomicU64,
}

impl Line {
    /// To a server of this machine; each direction takes `delay`.
    pub fn to(server_port: u16, delay: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (port, state) = (listener.local_addr().unwrap().port(), Arc::new(LineState::default()));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming() {
                let client = client.unwrap();
                if shared.is_down.load(Ordering::SeqCst) {
                    continue;
                }
                let server = TcpStream::connect(("127.0.0.1", server_port)).unwrap();
                shared.connections.fetch_add(1, Ordering::SeqCst);
                shared.sockets.lock().unwrap().extend([client.try_clone().unwrap(), server.try_clone().unwrap()]);
                for (from, to, is_up) in [(&client, &server, true), (&server, &client, false)] {
                    let (from, to, state) = (from.try_clone().unwrap(), to.try_clone().unwrap(), Arc::clone(&shared));
                    to.set_nodelay(true).unwrap();
                    carry(from, to, delay, is_up, state);
                }
            }
        });
        Self { port, state }
    }

    pub const fn port(&self) -> u16 {
        self.port
    }

    pub fn connections(&self) -> u64 {
        self.state.connections.load(Ordering::SeqCst)
    }

    pub fn bytes_to_server(&self) -> u64 {
        self.state.bytes_to_server.load(Ordering::SeqCst)
    }

    /// Ends all connections.
    pub fn cut(&self) {
        cut(&self.state);
    }

    pub fn cut_after(&self, bytes: u64) {
        self.state.cut_after.store(self.bytes_to_server() + bytes, Ordering::SeqCst);
    }

    /// Nothing arrives any more, and nothing is ended.
    pub fn stall(&self) {
        self.state.is_stalled.store(true, Ordering::SeqCst);
    }

    /// Ends all connections, and takes no more.
    pub fn take_down(&self) {
        self.state.is_down.store(true, Ordering::SeqCst);
        self.cut();
    }

    pub fn work_again(&self) {
        self.state.is_stalled.store(false, Ordering::SeqCst);
        self.state.is_down.store(false, Ordering::SeqCst);
        self.cut();
    }
}

fn cut(state: &LineState) {
    for socket in state.sockets.lock().unwrap().drain(..) {
        let _ = socket.shutdown(Shutdown::Both);
    }
}

/// Copies one direction by two threads: what has been received waits for its time, and more is received meanwhile.
fn carry(mut from: TcpStream, mut to: TcpStream, delay: Duration, is_up: bool, state: Arc<LineState>) {
    let (sender, receiver) = mpsc::sync_channel::<(Instant, Vec<u8>)>(1024);
    thread::spawn(move || {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let count = match from.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(_) => break,
            };
            if state.is_stalled.load(Ordering::SeqCst) {
                continue;
            }
            if is_up {
                let total = state.bytes_to_server.fetch_add(count as u64, Ordering::SeqCst) + count as u64;
                let limit = state.cut_after.load(Ordering::SeqCst);
                if limit > 0 && total > limit && state.cut_after.swap(0, Ordering::SeqCst) > 0 {
                    cut(&state);
                    break;
                }
            }
            if sender.send((Instant::now() + delay, buffer[..count].to_vec())).is_err() {
                break;
            }
        }
    });
    thread::spawn(move || {
        for (due, bytes) in receiver {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            if to.write_all(&bytes).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
    });
}

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn wait_for_port(port: u16) {
    let deadline = Instant::now() + START_TIMEOUT;
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < deadline, "nothing listens at {port}");
        thread::sleep(Duration::from_millis(5));
    }
}
