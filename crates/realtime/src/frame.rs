//! One event as it goes over the wire: encoded once, shared by every connection, lacking only the number that each
//! connection counts for itself.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

/// The encoded event: everything up to and including `"seq":`, and everything behind the number. A clone is one
/// reference count.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame(Arc<Parts>);

#[derive(PartialEq, Eq)]
struct Parts {
    prefix: Bytes,
    suffix: Bytes,
}

impl Frame {
    pub fn new(prefix: impl Into<Bytes>, suffix: impl Into<Bytes>) -> Self {
        Self(Arc::new(Parts { prefix: prefix.into(), suffix: suffix.into() }))
    }

    pub fn prefix(&self) -> &Bytes {
        &self.0.prefix
    }

    pub fn suffix(&self) -> &Bytes {
        &self.0.suffix
    }

    /// Appends the event as the connection's number `seq`.
    pub fn write_to(&self, seq: i64, out: &mut Vec<u8>) {
        let mut digits = itoa::Buffer::new();
        let digits = digits.format(seq).as_bytes();
        out.reserve(self.shared_len() + digits.len());
        out.extend_from_slice(&self.0.prefix);
        out.extend_from_slice(digits);
        out.extend_from_slice(&self.0.suffix);
    }

    /// The event as the connection's number `seq`, in bytes of its own.
    pub fn encode(&self, seq: i64) -> Bytes {
        let mut out = Vec::new();
        self.write_to(seq, &mut out);
        Bytes::from(out)
    }

    /// Length in bytes without the number; what limits are counted in.
    pub fn shared_len(&self) -> usize {
        self.0.prefix.len() + self.0.suffix.len()
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Events carry people's words, which have no place in a log.
        write!(f, "Frame({} bytes)", self.shared_len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_goes_between_the_shared_parts() {
        let frame = Frame::new(&br#"{"event":"hello","seq":"#[..], &b"}"[..]);
        assert_eq!(frame.encode(0), &br#"{"event":"hello","seq":0}"#[..]);
        let mut out = b"x".to_vec();
        frame.write_to(i64::MAX, &mut out);
        assert_eq!(out, br#"x{"event":"hello","seq":9223372036854775807}"#);
    }

    #[test]
    fn a_frame_does_not_print_what_it_carries() {
        assert_eq!(format!("{:?}", Frame::new("secret", "}")), "Frame(7 bytes)");
    }
}
