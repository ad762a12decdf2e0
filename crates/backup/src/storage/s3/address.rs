//! The address of a bucket in an object storage with S3's protocol.

use std::fmt;

use rusty_s3::{Bucket, UrlStyle};
use url::{Host, Url};

/// Where no region is written and the host has none in its name. Storages of one's own take it.
const DEFAULT_REGION: &str = "us-east-1";
const AWS: &str = ".amazonaws.com";

/// A host, a bucket and the folder in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3Address {
    /// As it was written, without `s3:`.
    text: String,
    pub host: String,
    pub bucket: Bucket,
    /// Empty, or with a slash at its end.
    prefix: String,
}

impl S3Address {
    /// What follows `s3:`; the error says what to write.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const SYNTAX: &str = "write it like s3:https://host/bucket/folder";
        let with_scheme = match text {
            text if text.starts_with("https://") || text.starts_with("http://") => text.to_owned(),
            text if text.contains("://") => return Err(SYNTAX),
            text => format!("https://{}", text.trim_start_matches('/')),
        };
        let url = Url::parse(&with_scheme).map_err(|_| SYNTAX)?;
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err("the keys are given separately, not in the address");
        }
        let host = url.host_str().ok_or(SYNTAX)?.to_owned();
        let mut segments = url.path().split('/').filter(|segment| !segment.is_empty());
        let bucket = segments.next().ok_or(SYNTAX)?;
        if !bucket.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')) {
            return Err("the name of a bucket has letters, digits, hyphens and dots only");
        }
        let folder: Vec<&str> = segments.collect();
        // What a URL escapes would be escaped again in the names of objects.
        if folder.iter().any(|segment| segment.contains('%') || matches!(*segment, "." | "..")) {
            return Err("the folder has plain letters and digits only");
        }
        let region = match url.query() {
            None => region_of(&host).to_owned(),
            Some(query) => {
                query.strip_prefix("region=").filter(|region| !region.is_empty()).ok_or("only ?region= can follow it")?.to_owned()
            }
        };
        // Certificates cover one label only, so a name with dots is not put before the host.
        let is_domain = matches!(url.host(), Some(Host::Domain(_)));
        let style = if is_domain && host.ends_with(AWS) && !bucket.contains('.') { UrlStyle::VirtualHost } else { UrlStyle::Path };
        let mut endpoint = url.clone();
        endpoint.set_path("/");
        endpoint.set_query(None);
        let prefix = folder.iter().map(|segment| format!("{segment}/")).collect();
        let bucket = Bucket::new(endpoint, style, bucket.to_owned(), region).map_err(|_| SYNTAX)?;
        Ok(Self { text: text.to_owned(), host, bucket, prefix })
    }

    /// The name of an object by its path in the repository.
    pub fn key(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    /// The host that is connected to; an address without brackets.
    pub fn connected_host(&self) -> &str {
        let host = self.bucket.base_url().host_str().unwrap_or(&self.host);
        host.trim_start_matches('[').trim_end_matches(']')
    }
}

impl fmt::Display for S3Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3:{}", self.text)
    }
}

/// The region that the hosts of known providers have in their names.
fn region_of(host: &str) -> &str {
    let labels: Vec<&str> = host.split('.').collect();
    match labels.as_slice() {
        ["s3", region, "amazonaws", "com"]
        | ["s3", "dualstack", region, "amazonaws", "com"]
        | ["s3", region, "backblazeb2" | "wasabisys", "com"]
        | ["s3", region, "scw", "cloud"]
        | ["s3", region, "io", "cloud", "ovh", _]
        | [region, "your-objectstorage", "com"]
        | [region, "digitaloceanspaces", "com"] => region,
        [.., "r2", "cloudflarestorage", "com"] => "auto",
        _ => DEFAULT_REGION,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_host_bucket_folder_and_region() {
        for (text, base, region, config) in [
            ("https://minio.example.com:9000/chat/a/b", "https://minio.example.com:9000/chat/", "us-east-1", "a/b/config"),
            ("http://127.0.0.1:9000/chat", "http://127.0.0.1:9000/chat/", "us-east-1", "config"),
            ("minio.example.com/chat/", "https://minio.example.com/chat/", "us-east-1", "config"),
            ("//minio.example.com/chat", "https://minio.example.com/chat/", "us-east-1", "config"),
            ("s3.amazonaws.com/chat/a", "https://chat.s3.amazonaws.com/", "us-east-1", "a/config"),
            ("s3.eu-central-1.amazonaws.com/chat", "https://chat.s3.eu-central-1.amazonaws.com/", "eu-central-1", "config"),
            ("s3.eu-west-1.amazonaws.com/my.chat", "https://s3.eu-west-1.amazonaws.com/my.chat/", "eu-west-1", "config"),
            ("s3.us-west-004.backblazeb2.com/chat", "https://s3.us-west-004.backblazeb2.com/chat/", "us-west-004", "config"),
            ("fsn1.your-objectstorage.com/chat", "https://fsn1.your-objectstorage.com/chat/", "fsn1", "config"),
            ("abc.r2.cloudflarestorage.com/chat", "https://abc.r2.cloudflarestorage.com/chat/", "auto", "config"),
            ("https://garage.example.com/chat/a?region=garage", "https://garage.example.com/chat/", "garage", "a/config"),
            ("http://[::1]:9000/chat", "http://[::1]:9000/chat/", "us-east-1", "config"),
        ] {
            let address = S3Address::parse(text).unwrap();
            let found = (address.bucket.base_url().as_str(), address.bucket.region(), address.key("config"));
            assert_eq!(found, (base, region, config.to_owned()), "{text}");
            assert_eq!(address.to_string(), format!("s3:{text}"));
        }
        let hosts = ["http://[::1]:9000/chat", "s3.amazonaws.com/chat"].map(|text| S3Address::parse(text).unwrap());
        assert_eq!(hosts.each_ref().map(S3Address::connected_host), ["::1", "chat.s3.amazonaws.com"]);
    }

    #[test]
    fn what_is_wrong_with_an_address_is_said() {
        for text in [
            "",
            "https://",
            "https://host",
            "host/",
            "ftp://host/bucket",
            "https://key:secret@host/bucket",
            "https://host/bucket?acl",
            "https://host/bucket?region=",
            "https://host/bucket#x",
            "https://host/buck et",
            "https://host/bucket/a%2Fb",
        ] {
            assert!(S3Address::parse(text).is_err(), "{text}");
        }
    }
}
