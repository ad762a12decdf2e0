//! The certificate that the server makes itself: kept across restarts, so that people accept it once.

use std::path::Path;
use std::sync::Arc;

use guildhall_adapters::{certificates, private_files};
use guildhall_model::Millis;

use super::pair::Pair;
use super::schedule::renew_at;

const FILE: &str = "self-signed.pem";
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// Some clients accept no server's certificate for longer than 398 days.
const LIFETIME_MS: i64 = 397 * DAY_MS;

/// The kept certificate, or a new one where there is none, it is not for all of these names, or a third of its lifetime is left.
///
/// # Errors
/// A sentence.
pub fn load_or_make(folder: &Path, names: &[String], now: Millis) -> Result<Arc<Pair>, String> {
    let file = folder.join(FILE);
    if let Ok(pair) = Pair::read(&file)
        && pair.has_names(names)
        && pair.facts.not_before <= now
        && now < renew_at(&pair.facts, None)
    {
        return Ok(Arc::new(pair));
    }
    // A clock that is a day behind must not reject it.
    let pem = certificates::make_self_signed(names, now.minus_ms(DAY_MS), now.plus_ms(LIFETIME_MS - DAY_MS));
    let failed = |reason: String| format!("The server's own certificate could not be made: {reason}.");
    let pem = pem.map_err(failed)?;
    private_files::write(&file, pem.as_bytes()).map_err(|error| failed(format!("{}: {error}", file.display())))?;
    Pair::parse(pem.as_bytes(), pem.as_bytes()).map(Arc::new).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_kept_until_its_names_or_its_time_require_another() {
        let folder = tempfile::tempdir().unwrap();
        let now = Millis(1_800_000_000_000);
        let make = |names: &[&str], now| {
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            load_or_make(&folder.path().join("certificates"), &names, now).unwrap().facts.clone()
        };
        let first = make(&["a.local", "10.0.0.5"], now);
        assert!(first.is_self_signed && first.not_before < now && first.not_after.0 - first.not_before.0 == LIFETIME_MS);
        assert_eq!(make(&["a.local"], now.plus_ms(200 * DAY_MS)), first);
        let renewed = make(&["a.local", "10.0.0.5"], now.plus_ms(270 * DAY_MS));
        assert_ne!(renewed.fingerprint, first.fingerprint);
        let moved = make(&["a.local", "10.0.0.6"], now.plus_ms(270 * DAY_MS));
        assert_ne!(moved.fingerprint, renewed.fingerprint);
        assert_eq!(make(&["a.local", "10.0.0.6"], now.plus_ms(271 * DAY_MS)), moved);
    }
}
