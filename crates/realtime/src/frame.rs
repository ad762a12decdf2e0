//! An encoded event, shared by all connections; only the sequence number differs between them.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

/// The encoded event in two parts: up to and including `"seq":`, and everything after the number. A clone only
/// increments a reference count.
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

    /// Appends the event with the sequence number `seq`.
    pub fn write_to(&self, seq: i64, out: &mut Vec<u8>) {
        let mut digits = itoa::Buffer::new();
        let digits = digits.format(seq).as_bytes();
        out.reserve(self.shared_len() + digits.len());
        out.extend_from_slice(&self.0.prefix);
        out.extend_from_slice(digits);
        out.extend_from_slice(&self.0.suffix);
    }

    /// The event with the sequence number `seq`, as a new buffer.
    pub fn encode(&self, seq: i64) -> Bytes {
        let mut out = Vec::new();
        self.write_to(seq, &mut out);
        Bytes::from(out)
    }

    /// Length in bytes without the number; limits are counted in these.
    pub fn shared_len(&self) -> usize {
        self.0.prefix.len() + self.0.suffix.len()
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Events contain message texts, which must not be logged.
        write!(f, "Frame({} bytes)", self.shared_len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_number_is_written_between_the_shared_parts() {
        let frame = Frame::new(&br#"{"event":"hello","seq":"#[..], &b"}"[..]);
        assert_eq!(frame.encode(0), &br#"{"event":"hello","seq":0}"#[..]);
        let mut out = b"x".to_vec();
        frame.write_to(i64::MAX, &mut out);
        assert_eq!(out, br#"x{"event":"hello","seq":9223372036854775807}"#);
    }

    #[test]
    fn the_debug_output_of_a_frame_hides_its_content() {
        assert_eq!(format!("{:?}", Frame::new("secret", "}")), "Frame(7 bytes)");
    }
}
