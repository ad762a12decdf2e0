//! `guildhall audit ...`: the audit trail.

use clap::Subcommand;
use guildhall_wire::audit::{AuditSeal, AuditVerification};
use http::Method;
use serde_json::from_value;

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
}

pub async fn run(config: Config, verb: Audit) -> Result<(), String> {
    let Audit::Verify { known_seal } = verb;
    LocalApi::with(config, async |api| verify(api, known_seal).await).await
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
    fn known_seals_have_a_number_and_a_digest() {
        let digest = "0f".repeat(32);
        assert_eq!(parse_known_seal(&format!("12:{digest}")), Ok((12, digest.clone())));
        for wrong in ["", "12", "12:", "12:0f", "x:0f", &format!("0:{digest}"), &format!("-1:{digest}"), &format!("12:{}", "x".repeat(64))]
        {
            assert!(parse_known_seal(wrong).is_err(), "{wrong}");
        }
    }
}
