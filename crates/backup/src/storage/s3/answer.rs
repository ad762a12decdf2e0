//! What the answers of an object storage mean.

use guildhall_model::ports::OutgoingResponse;

use super::address::S3Address;
use crate::storage::StorageError;
use crate::storage::remote::Failure;

/// Codes of servers that have no space left; not all of them have a status of their own.
const FULL_CODES: [&str; 4] = ["InsufficientStorage", "QuotaExceeded", "StorageFull", "XMinioStorageFull"];

/// The failure that an answer tells of. `file` is the path in the repository that was asked for.
pub(super) fn failure(address: &S3Address, answer: &OutgoingResponse, file: Option<&str>) -> Failure {
    let location = address.to_string();
    let body = String::from_utf8_lossy(&answer.body);
    let code = element(&body, "Code").unwrap_or_default();
    let denied = |reason: String| Failure::Lasting(StorageError::Denied { location: location.clone(), reason });
    let unusable = |reason: String| StorageError::Unusable { location: location.clone(), reason };
    let name = address.bucket.name();
    if answer.status == 507 || FULL_CODES.contains(&code) || body.contains("cap exceeded") {
        return Failure::Lasting(StorageError::Full { location });
    }
    match (answer.status, code, file) {
        (_, "NoSuchBucket", _) => Failure::Lasting(unusable(format!("there is no bucket {name}; create it first"))),
        (_, "InvalidAccessKeyId", _) => denied("it does not know the access key".to_owned()),
        (_, "SignatureDoesNotMatch", _) => denied("the secret key does not belong to the access key".to_owned()),
        (_, "RequestTimeTooSkewed" | "RequestExpired", _) => denied("the clock of this machine, or of that one, is wrong".to_owned()),
        (301 | 307 | 400 | 403, _, _) if let Some(region) = other_region(address, answer, &body) => {
            Failure::Lasting(unusable(format!("the bucket is in the region {region}; name its host there, or add ?region={region}")))
        }
        (404, "NoSuchKey" | "", Some(file)) => Failure::Lasting(StorageError::Missing { location, file: file.to_owned() }),
        (401 | 403, _, _) => denied(format!("the access key may not do this in the bucket {name} ({})", status(answer.status, code))),
        (408 | 429 | 500.., _, _) | (_, "RequestTimeout" | "SlowDown", _) => {
            Failure::Passing(unusable(format!("it answered {}", status(answer.status, code))))
        }
        _ => Failure::Lasting(unusable(format!("it answered {}", status(answer.status, code)))),
    }
}

fn status(status: u16, code: &str) -> String {
    // The code of a server that is not one of S3 could be anything.
    if code.is_empty() || !code.bytes().all(|byte| byte.is_ascii_alphanumeric()) { status.to_string() } else { format!("{status} {code}") }
}

fn other_region(address: &S3Address, answer: &OutgoingResponse, body: &str) -> Option<String> {
    let region = answer.header("x-amz-bucket-region").or_else(|| element(body, "Region"))?;
    let is_region = !region.is_empty() && region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (is_region && region != address.bucket.region()).then(|| region.to_owned())
}

/// The text of the first element with this name.
fn element<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    Some(rest.split_once(&format!("</{name}>"))?.0.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(status: u16, code: &str, file: Option<&str>) -> String {
        let address = S3Address::parse("https://host/chat").unwrap();
        let body = format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>m</Message></Error>");
        let answer = OutgoingResponse { status, headers: Vec::new(), body: body.into() };
        match failure(&address, &answer, file) {
            Failure::Passing(error) => format!("passing {error}"),
            Failure::Lasting(error) => format!("lasting {error}"),
        }
    }

    #[test]
    fn answers_become_sentences() {
        const LOCATION: &str = "s3:https://host/chat";
        for (status, code, file, expected) in [
            (404, "NoSuchKey", Some("config"), format!("lasting config is missing at {LOCATION}.")),
            (404, "NoSuchBucket", Some("config"), format!("lasting {LOCATION} cannot be used: there is no bucket chat; create it first.")),
            (403, "InvalidAccessKeyId", None, format!("lasting {LOCATION} denied access: it does not know the access key.")),
            (507, "", None, format!("lasting {LOCATION} has no space left.")),
            (503, "SlowDown", None, format!("passing {LOCATION} cannot be used: it answered 503 SlowDown.")),
            (500, "<b>", None, format!("passing {LOCATION} cannot be used: it answered 500.")),
            (405, "MethodNotAllowed", None, format!("lasting {LOCATION} cannot be used: it answered 405 MethodNotAllowed.")),
        ] {
            assert_eq!(text(status, code, file), expected);
        }
        assert!(text(403, "RequestTimeTooSkewed", None).contains("clock"));
        assert!(text(403, "AccessDenied", None).contains("(403 AccessDenied)"));
    }

    #[test]
    fn another_region_is_named() {
        let address = S3Address::parse("https://host/chat").unwrap();
        let body = "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-central-1</Region></Error>";
        let answer = OutgoingResponse { status: 400, headers: Vec::new(), body: body.into() };
        let Failure::Lasting(error) = failure(&address, &answer, None) else { unreachable!() };
        assert!(error.to_string().contains("?region=eu-central-1"), "{error}");
    }
}
