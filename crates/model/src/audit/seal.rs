//! Seals of audit records: a chain of SHA-256 digests, in which no record can be changed or removed without changing every later
//! seal. Whoever knows a seal from elsewhere notices that, too.

use sha2::{Digest, Sha256};

use super::Audit;
use crate::id::Id;
use crate::time::Millis;

/// The digest before the first seal.
const NO_DIGEST: &str = "0000000000000000000000000000000000000000000000000000000000000000";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditSeal {
    /// 1 for the first one, without gaps.
    pub number: i64,
    pub sealed_at: Millis,
    /// Of its newest record.
    pub last_record_at: Millis,
    pub record_count: i64,
    /// SHA-256 in hexadecimal digits, as the others.
    pub records_digest: String,
    pub previous_digest: String,
    /// Of all fields above.
    pub digest: String,
}

/// What is wrong with a seal or its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealFault {
    /// Records are missing that must still be there.
    RecordsRemoved,
    /// There are more records than were sealed.
    RecordsAdded,
    RecordsChanged,
    /// The seal itself was changed.
    SealChanged,
    /// It does not follow the seal before, or that one is missing.
    ChainBroken,
}

impl SealFault {
    pub const fn name(self) -> &'static str {
        match self {
            Self::RecordsRemoved => "records_removed",
            Self::RecordsAdded => "records_added",
            Self::RecordsChanged => "records_changed",
            Self::SealChanged => "seal_changed",
            Self::ChainBroken => "chain_broken",
        }
    }
}

impl AuditSeal {
    /// Seals these records, in the order of their ids, after the seal before.
    pub fn new(previous: Option<&Self>, records: &[Audit], now: Millis) -> Self {
        let mut seal = Self {
            number: previous.map_or(0, |seal| seal.number) + 1,
            sealed_at: now,
            last_record_at: records.iter().map(|record| record.create_at).max().unwrap_or_default(),
            record_count: records.len() as i64,
            records_digest: digest_of_records(records),
            previous_digest: previous.map_or(NO_DIGEST, |seal| &seal.digest).to_owned(),
            digest: String::new(),
        };
        seal.digest = seal.digest_of_fields();
        seal
    }

    /// Whether the seal is whole, and follows the one before: `None` where it is the first, or older ones were deleted in time.
    pub fn check(&self, previous: Option<&Self>) -> Result<(), SealFault> {
        if self.digest != self.digest_of_fields() {
            return Err(SealFault::SealChanged);
        }
        let follows = match previous {
            Some(previous) => self.number == previous.number + 1 && self.previous_digest == previous.digest,
            None => self.number > 1 || self.previous_digest == NO_DIGEST,
        };
        if follows { Ok(()) } else { Err(SealFault::ChainBroken) }
    }

    /// Whether these records, in the order of their ids, are those that were sealed.
    pub fn check_records(&self, records: &[Audit]) -> Result<(), SealFault> {
        match (records.len() as i64).cmp(&self.record_count) {
            std::cmp::Ordering::Less => Err(SealFault::RecordsRemoved),
            std::cmp::Ordering::Greater => Err(SealFault::RecordsAdded),
            std::cmp::Ordering::Equal if digest_of_records(records) == self.records_digest => Ok(()),
            std::cmp::Ordering::Equal => Err(SealFault::RecordsChanged),
        }
    }

    fn digest_of_fields(&self) -> String {
        let mut hash = Sha256::new();
        for number in [self.number, self.sealed_at.0, self.last_record_at.0, self.record_count] {
            hash.update(number.to_be_bytes());
        }
        for digest in [&self.records_digest, &self.previous_digest] {
            add_text(&mut hash, digest);
        }
        hex::encode(hash.finalize())
    }
}

fn digest_of_records(records: &[Audit]) -> String {
    let mut hash = Sha256::new();
    for Audit { id, create_at, user_id, action, extra_info, ip_address, session_id } in records {
        hash.update(id.bytes());
        hash.update(create_at.0.to_be_bytes());
        add_id(&mut hash, user_id.as_ref());
        for text in [action, extra_info, ip_address] {
            add_text(&mut hash, text);
        }
        add_id(&mut hash, session_id.as_ref());
    }
    hex::encode(hash.finalize())
}

/// With its length, so that what is at the end of one text cannot move to the beginning of the next.
fn add_text(hash: &mut Sha256, text: &str) {
    hash.update((text.len() as u64).to_be_bytes());
    hash.update(text);
}

fn add_id(hash: &mut Sha256, id: Option<&impl Id>) {
    hash.update([u8::from(id.is_some())]);
    if let Some(id) = id {
        hash.update(id.bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{AuditId, SessionId, UserId};

    fn record(number: u8) -> Audit {
        Audit {
            id: AuditId::from_bytes([number; 16]),
            create_at: Millis(1_800_000_000_000 + i64::from(number)),
            user_id: Some(UserId::from_bytes([7; 16])),
            action: "channels.patch".to_owned(),
            extra_info: format!("channel_id={number}"),
            ip_address: "10.0.0.1".to_owned(),
            session_id: None,
        }
    }

    #[test]
    fn every_change_of_a_record_is_noticed() {
        let records = [record(1), record(2)];
        let seal = AuditSeal::new(None, &records, Millis(5));
        assert_eq!(seal.check_records(&records), Ok(()));
        let changes: [fn(&mut Audit); 9] = [
            |record| record.id = AuditId::from_bytes([9; 16]),
            |record| record.create_at = record.create_at.plus_ms(1),
            |record| record.user_id = None,
            |record| record.user_id = Some(UserId::from_bytes([8; 16])),
            |record| record.action = "channels.patc".to_owned(),
            |record| record.extra_info.push(' '),
            |record| record.ip_address = String::new(),
            |record| record.session_id = Some(SessionId::from_bytes([0; 16])),
            // From the end of one text to the beginning of the next.
            |record| (record.action, record.extra_info) = ("channels.".to_owned(), format!("patch{}", record.extra_info)),
        ];
        for (index, change) in changes.into_iter().enumerate() {
            let mut changed = records.clone();
            change(&mut changed[1]);
            assert_eq!(seal.check_records(&changed), Err(SealFault::RecordsChanged), "change {index}");
        }
        assert_eq!(seal.check_records(&records[..1]), Err(SealFault::RecordsRemoved));
        assert_eq!(seal.check_records(&[record(1), record(2), record(3)]), Err(SealFault::RecordsAdded));
        assert_eq!(seal.check_records(&[record(2), record(1)]), Err(SealFault::RecordsChanged));
    }

    #[test]
    fn a_seal_follows_the_one_before() {
        let first = AuditSeal::new(None, &[record(1)], Millis(5));
        let second = AuditSeal::new(Some(&first), &[record(2)], Millis(6));
        let third = AuditSeal::new(Some(&second), &[], Millis(7));
        assert_eq!((first.check(None), second.check(Some(&first)), third.check(Some(&second))), (Ok(()), Ok(()), Ok(())));
        // Older ones were deleted in time.
        assert_eq!(second.check(None), Ok(()));
        assert_eq!(third.check(Some(&first)), Err(SealFault::ChainBroken));
        let forged = AuditSeal::new(None, &[record(3)], Millis(5));
        assert_eq!(second.check(Some(&forged)), Err(SealFault::ChainBroken));
        let changes: [fn(&mut AuditSeal); 7] = [
            |seal| seal.number = 3,
            |seal| seal.sealed_at = Millis(7),
            |seal| seal.last_record_at = Millis(7),
            |seal| seal.record_count = 2,
            |seal| seal.records_digest = NO_DIGEST.to_owned(),
            |seal| seal.previous_digest = NO_DIGEST.to_owned(),
            |seal| seal.digest = NO_DIGEST.to_owned(),
        ];
        for (index, change) in changes.into_iter().enumerate() {
            let mut changed = second.clone();
            change(&mut changed);
            assert_eq!(changed.check(Some(&first)), Err(SealFault::SealChanged), "change {index}");
        }
    }
}
