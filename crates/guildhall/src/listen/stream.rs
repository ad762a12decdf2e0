//! One type for the connections of all listeners, so that the HTTP code is compiled once.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio::sync::watch;
use tokio_io_timeout::TimeoutWriter;
use tokio_rustls::server::TlsStream;

use super::connections::Admission;
use super::linger::Linger;

/// What HTTP is served over.
#[derive(Debug)]
pub enum Socket {
    Tcp(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
    Local(UnixStream),
}

/// An admitted connection. It counts for as long as this lives, also after an upgrade; a write that makes no progress within
/// the timeout fails; a shutdown waits until the peer has closed its side, too, or the given time is over.
pub struct Stream {
    socket: Pin<Box<TimeoutWriter<Socket>>>,
    stop: watch::Receiver<bool>,
    closing: Option<Linger>,
    _admission: Arc<Admission>,
}

impl Stream {
    pub fn new(socket: Socket, admission: Arc<Admission>, write_timeout: Duration, stop: watch::Receiver<bool>) -> Self {
        let mut socket = TimeoutWriter::new(socket);
        socket.set_timeout(Some(write_timeout));
        Self { socket: Box::pin(socket), stop, closing: None, _admission: admission }
    }
}

impl AsyncRead for Stream {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.socket.as_mut().poll_read(context, buffer)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.socket.as_mut().poll_write(context, bytes)
    }
    fn poll_write_vectored(mut self: Pin<&mut Self>, context: &mut Context<'_>, slices: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        self.socket.as_mut().poll_write_vectored(context, slices)
    }
    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.socket.as_mut().poll_flush(context)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self { socket, stop, closing, .. } = &mut *self;
        let linger = match closing {
            Some(linger) => linger,
            None => {
                ready!(socket.as_mut().poll_shutdown(context))?;
                closing.insert(Linger::begin(stop.clone()))
            }
        };
        linger.poll(socket.as_mut(), context).map(Ok)
    }
}

/// Calls a method of the variant's socket.
macro_rules! forward {
    ($socket:expr, $method:ident($($argument:expr),*)) => {
        match $socket.get_mut() {
            Socket::Tcp(socket) => Pin::new(socket).$method($($argument),*),
            Socket::Tls(socket) => Pin::new(socket).$method($($argument),*),
            Socket::Local(socket) => Pin::new(socket).$method($($argument),*),
        }
    };
}

impl AsyncRead for Socket {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        forward!(self, poll_read(context, buffer))
    }
}

impl AsyncWrite for Socket {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        forward!(self, poll_write(context, bytes))
    }
    fn poll_write_vectored(self: Pin<&mut Self>, context: &mut Context<'_>, slices: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        forward!(self, poll_write_vectored(context, slices))
    }
    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Tcp(socket) => socket.is_write_vectored(),
            Self::Tls(socket) => socket.is_write_vectored(),
            Self::Local(socket) => socket.is_write_vectored(),
        }
    }
    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        forward!(self, poll_flush(context))
    }
    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        forward!(self, poll_shutdown(context))
    }
}
