//! Sizes in the words of people.

/// `20 GB`, `1.5 MB`, `300 bytes`: powers of 1,024 with at most one decimal place, like the web client.
pub fn describe_bytes(bytes: i64) -> String {
    const UNITS: [&str; 5] = ["KB", "MB", "GB", "TB", "PB"];
    if bytes < 1024 {
        return if bytes == 1 { "1 byte".to_owned() } else { format!("{bytes} bytes") };
    }
    // Tenths of the unit, rounded down: what is said to fit does fit.
    let (mut tenths, mut unit) = (i128::from(bytes) * 10 / 1024, UNITS[0]);
    for larger in UNITS.into_iter().skip(1) {
        if tenths < 10_240 {
            break;
        }
        (tenths, unit) = (tenths / 1024, larger);
    }
    match (tenths / 10, tenths % 10) {
        (whole, 0) => format!("{whole} {unit}"),
        (whole, tenth) => format!("{whole}.{tenth} {unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_in_the_largest_unit_that_fits() {
        const GIB: i64 = 1 << 30;
        for (bytes, text) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (1023, "1023 bytes"),
            (1024, "1 KB"),
            (1_536, "1.5 KB"),
            (1_048_575, "1023.9 KB"),
            (20 * GIB, "20 GB"),
            (5 * 1024 * GIB, "5 TB"),
            (i64::MAX, "8191.9 PB"),
        ] {
            assert_eq!(describe_bytes(bytes), text);
        }
    }
}
