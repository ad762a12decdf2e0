//! `guildhall audit ...`: the audit trail.

use std::io::Write;

use clap::Subcommand;
use clap::builder::PossibleValuesParser;
use guildhall_model::audit::ExportFormat;
use guildhall_wire::audit::{AuditSeal, AuditVerification};
use http::Method;
use serde_json::{Value, from_value};
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Date, OffsetDateTime};

use crate::config::Config;
use crate::local_api::LocalApi;

#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Check that no audit record was changed or removed since it was sealed; the exit code is 0 if none was
    Verify {
        /// A seal that you know from elsewhere, such as the log, as NUMBER:DIGEST; it must still be in the chain
        #[arg(long = "known-seal", value_parser = parse_known_seal)]
        known_seal: Option<(i64, String)>,
    },
    /// Print audit records as lines of JSON, the oldest first
    Export {
        /// Records from this day or moment on, such as 2026-11-30 or 2026-11-30T08:00:00Z; the time is UTC
        #[arg(long, value_parser = parse_time)]
        since: Option<i64>,
        /// Records before this day or moment
        #[arg(long, value_parser = parse_time)]
        until: Option<i64>,
        /// Only records after the one with this sequence number, to go on where an earlier export has ended
        #[arg(long, default_value_t = 0)]
        after: i64,
        /// Events of the Open Cybersecurity Schema Framework, or the fields of the records
        #[arg(long, default_value = "ocsf", value_parser = PossibleValuesParser::new(ExportFormat::NAMES))]
        format: String,
    },
}

/// Records of one request.
const EXPORT_PAGE: usize = 5_000;

pub async fn run(config: Config, verb: Audit) -> Result<(), String> {
    match verb {
        Audit::Verify { known_seal } => LocalApi::with(config, async |api| verify(api, known_seal).await).await,
        Audit::Export { since, until, after, format } => {
            let until = until.map(|until| format!("&until={until}")).unwrap_or_default();
            let query = format!("format={format}&since={}{until}", since.unwrap_or_default());
            LocalApi::with(config, async |api| export(api, &query, after, &format).await).await
        }
    }
}

/// In parts, so that a response is not too large.
async fn export(api: &mut LocalApi, query: &str, mut after: i64, format: &str) -> Result<(), String> {
    loop {
        let lines = api.text(&format!("/audits/export?{query}&after={after}&limit={EXPORT_PAGE}")).await?;
        print(&lines)?;
        let Some(last) = lines.lines().last().filter(|_| lines.lines().count() == EXPORT_PAGE) else { return Ok(()) };
        let last: Value = serde_json::from_str(last).map_err(|error| format!("the answer of the server cannot be read: {error}"))?;
        let sequence = if format == "record" { &last["sequence"] } else { &last["metadata"]["sequence"] };
        after = sequence.as_i64().ok_or("the answer of the server has no sequence number")?;
    }
}

/// Without a panic where the reader has gone.
fn print(lines: &str) -> Result<(), String> {
    let mut output = std::io::stdout().lock();
    output.write_all(lines.as_bytes()).and_then(|()| output.flush()).map_err(|error| format!("The records cannot be written: {error}."))
}

async fn verify(api: &mut LocalApi, known_seal: Option<(i64, String)>) -> Result<(), String> {
    let (mut from, mut seals, mut records, mut faults, mut last) = (1, 0, 0, 0, None);
    loop {
        let answer = api.call(Method::GET, &format!("/audits/verify?from={from}"), None).await?;
        let verified: AuditVerification =
            from_value(answer).map_err(|error| format!("the answer of the server cannot be read: {error}"))?;
        seals += verified.seals;
        records += verified.records;
        faults += verified.faults.len();
        for fault in &verified.faults {
            println!("Seal {}: {}.", fault.seal, describe(&fault.fault));
        }
        last = verified.last.or(last);
        let Some(next) = verified.next else { break };
        eprintln!("{records} records of {seals} seals are verified, there are more");
        from = next;
    }
    if let Some((number, digest)) = known_seal {
        faults += usize::from(!is_in_chain(api, number, &digest).await?);
    }
    if faults > 0 {
        return Err(
            "The audit trail is not what was sealed. Compare it with a backup, and find out who can write to the database.".to_owned()
        );
    }
    match last {
        None => println!("There are no sealed audit records yet: the first seal is made within five minutes."),
        Some(seal) => println!(
            "The audit trail is whole: {records} records of {seals} seals.\nThe last seal is {}:{}\nKept elsewhere, it shows with --known-seal \
             whether the whole chain was replaced.",
            seal.number, seal.digest
        ),
    }
    Ok(())
}

async fn is_in_chain(api: &mut LocalApi, number: i64, digest: &str) -> Result<bool, String> {
    let answer = api.call(Method::GET, &format!("/audits/seals/{number}"), None).await?;
    let seal: AuditSeal = from_value(answer).map_err(|error| format!("the answer of the server cannot be read: {error}"))?;
    let is_known = seal.digest.eq_ignore_ascii_case(digest);
    if !is_known {
        println!("Seal {number}: it is another one now, {}.", seal.digest);
    }
    Ok(is_known)
}

fn describe(fault: &str) -> &str {
    match fault {
        "records_removed" => "records were removed",
        "records_added" => "records were added",
        "records_changed" => "records were changed",
        "seal_changed" => "the seal was changed",
        "chain_broken" => "it does not follow the seal before, or that one was removed",
        other => other,
    }
}

/// Milliseconds since 1970.
fn parse_time(text: &str) -> Result<i64, String> {
    let day = Date::parse(text, format_description!("[year]-[month]-[day]")).map(|day| day.midnight().assume_utc());
    let moment = day.or_else(|_| OffsetDateTime::parse(text, &Rfc3339));
    let moment = moment.map_err(|_| "write a day such as 2026-11-30, or a moment such as 2026-11-30T08:00:00Z".to_owned())?;
    i64::try_from(moment.unix_timestamp_nanos() / 1_000_000).map_err(|error| error.to_string())
}

fn parse_known_seal(text: &str) -> Result<(i64, String), String> {
    let parsed = text.split_once(':').and_then(|(number, digest)| Some((number.parse::<i64>().ok()?, digest)));
    match parsed {
        Some((number @ 1.., digest)) if digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            Ok((number, digest.to_owned()))
        }
        _ => Err("write the number of the seal, a colon, and its 64 hexadecimal digits".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_days_and_moments() {
        assert_eq!(parse_time("2027-01-15"), Ok(1_799_971_200_000));
        assert_eq!(parse_time("2027-01-15T08:00:00.007Z"), Ok(1_800_000_000_007));
        assert_eq!(parse_time("2027-01-15T09:00:00+01:00"), Ok(1_800_000_000_000));
        for wrong in ["", "yesterday", "2027-13-01", "2027-01-15 08:00"] {
            assert!(parse_time(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn known_seals_have_a_number_and_a_digest() {
        let digest = "0f".repeat(32);
        assert_eq!(parse_known_seal(&format!("12:{digest}")), Ok((12, digest.clone())));
        for wrong in ["", "12", "12:", "12:0f", "x:0f", &format!("0:{digest}"), &format!("-1:{digest}"), &format!("12:{}", "x".repeat(64))]
        {
            assert!(parse_known_seal(wrong).is_err(), "{wrong}");
        }
    }
}
