//! When a certificate is renewed, and when a failed attempt is repeated.

use guildhall_model::Millis;
use guildhall_model::tls::CertificateFacts;

const MINUTE_MS: i64 = 60_000;
/// After the first, second and third failure; after each further one a day.
const RETRY_DELAYS_MS: [i64; 3] = [MINUTE_MS, 10 * MINUTE_MS, 100 * MINUTE_MS];
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// When the attempt is repeated that failed now, as the last of so many in a row.
pub fn retry_at(now: Millis, failed_attempts: u32) -> Millis {
    let index = usize::try_from(failed_attempts.saturating_sub(1)).unwrap_or(usize::MAX);
    now.plus_ms(RETRY_DELAYS_MS.get(index).copied().unwrap_or(DAY_MS))
}

/// When a third of the lifetime is left, and a little earlier, at a moment that differs between certificates so that the
/// authority has no rush; or within the window that the authority names, if that is earlier.
pub fn renew_at(certificate: &CertificateFacts, window: Option<(Millis, Millis)>) -> Millis {
    let lifetime = certificate.not_after.0.saturating_sub(certificate.not_before.0).max(0);
    let fraction = fraction(&certificate.fingerprint);
    let by_lifetime = certificate.not_after.minus_ms(lifetime / 3 + within(lifetime / 30, fraction));
    window.map_or(by_lifetime, |(start, end)| by_lifetime.min(start.plus_ms(within(end.0.saturating_sub(start.0).max(0), fraction))))
}

/// 0 to 65535, the same for the same certificate.
fn fraction(fingerprint: &str) -> i64 {
    let digits: String = fingerprint.chars().filter(char::is_ascii_hexdigit).take(4).collect();
    i64::from_str_radix(&digits, 16).unwrap_or_default()
}

fn within(span: i64, fraction: i64) -> i64 {
    span / 65_536 * fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate(fingerprint: &str) -> CertificateFacts {
        CertificateFacts {
            names: Vec::new(),
            issuer: String::new(),
            not_before: Millis(0),
            not_after: Millis(90 * DAY_MS),
            fingerprint: fingerprint.to_owned(),
            is_self_signed: false,
        }
    }

    #[test]
    fn failures_are_repeated_after_1_10_and_100_minutes_and_then_daily() {
        let delays: Vec<i64> = (1..=6).map(|failed| retry_at(Millis(5), failed).0 - 5).collect();
        assert_eq!(delays, [MINUTE_MS, 10 * MINUTE_MS, 100 * MINUTE_MS, DAY_MS, DAY_MS, DAY_MS]);
    }

    #[test]
    fn a_certificate_is_renewed_when_a_third_of_its_lifetime_is_left_or_a_little_before() {
        assert_eq!(renew_at(&certificate("00:00"), None).0, 60 * DAY_MS);
        let latest = renew_at(&certificate("FF:FF:12"), None).0;
        assert!(latest < 58 * DAY_MS && latest > 56 * DAY_MS, "{latest}");
        let window = Some((Millis(10 * DAY_MS), Millis(12 * DAY_MS)));
        assert_eq!(renew_at(&certificate("00:00"), window).0, 10 * DAY_MS);
        assert!(renew_at(&certificate("FF:FF"), window).0 > 11 * DAY_MS);
        let late = Some((Millis(80 * DAY_MS), Millis(81 * DAY_MS)));
        assert_eq!(renew_at(&certificate("00:00"), late).0, 60 * DAY_MS);
    }
}
