//! The description of a backup that is in it: what was copied, and what a restored server must have.

use std::collections::BTreeMap;

use guildhall_model::Millis;
use guildhall_model::backup::BackupDescription;
use guildhall_model::ports::BlobKey;
use serde_json::{Value as Json, json};

use crate::error::BackupError;

const FORMAT: i64 = 1;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    pub description: BackupDescription,
    pub tables: BTreeMap<String, TableEntry>,
    pub blobs: u64,
    pub blob_bytes: u64,
    /// What the database refers to and was not on the disk.
    pub missing_blobs: Vec<BlobKey>,
}

/// What a table must have after a restore.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableEntry {
    pub rows: u64,
    /// Of the rows, in whatever order: 32 hexadecimal digits.
    pub digest: String,
}

impl Manifest {
    pub fn to_json(&self) -> String {
        let BackupDescription { create_at, schema_version, version, site_name, site_url } = &self.description;
        let tables: serde_json::Map<String, Json> =
            self.tables.iter().map(|(name, table)| (name.clone(), json!({"rows": table.rows, "digest": table.digest}))).collect();
        let missing: Vec<String> = self.missing_blobs.iter().map(ToString::to_string).collect();
        let manifest = json!({
            "format": FORMAT, "create_at": create_at.0, "schema_version": schema_version, "version": version, "site_name": site_name,
            "site_url": site_url, "tables": tables, "files": {"count": self.blobs, "bytes": self.blob_bytes, "missing": missing},
        });
        format!("{manifest:#}\n")
    }

    pub fn from_json(text: &[u8]) -> Result<Self, BackupError> {
        let damaged = || BackupError::Damaged { reason: "the list of its contents cannot be read".to_owned() };
        let manifest: Json = serde_json::from_slice(text).map_err(|_| damaged())?;
        if manifest["format"] != json!(FORMAT) {
            return Err(BackupError::Other("This backup was made by a newer Guildhall: restore it with that version".to_owned()));
        }
        let text = |name: &str| manifest[name].as_str().map(ToOwned::to_owned);
        let read = || {
            let table = |(name, table): (&String, &Json)| {
                Some((name.clone(), TableEntry { rows: table["rows"].as_u64()?, digest: table["digest"].as_str()?.to_owned() }))
            };
            let missing = manifest["files"]["missing"].as_array()?.iter().map(|key| key.as_str()?.parse().ok());
            Some(Self {
                description: BackupDescription {
                    create_at: Millis(manifest["create_at"].as_i64()?),
                    schema_version: manifest["schema_version"].as_i64()?,
                    version: text("version")?,
                    site_name: text("site_name")?,
                    site_url: text("site_url")?,
                },
                tables: manifest["tables"].as_object()?.iter().map(table).collect::<Option<_>>()?,
                blobs: manifest["files"]["count"].as_u64()?,
                blob_bytes: manifest["files"]["bytes"].as_u64()?,
                missing_blobs: missing.collect::<Option<_>>()?,
            })
        };
        read().ok_or_else(damaged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_survives_and_others_are_refused() {
        let manifest = Manifest {
            description: BackupDescription {
                create_at: Millis(5),
                schema_version: 21,
                version: "0.1.0".to_owned(),
                site_name: "Étude \"A\"".to_owned(),
                site_url: "https://chat.example.com".to_owned(),
            },
            tables: [("posts".to_owned(), TableEntry { rows: 3, digest: "ab".repeat(16) })].into(),
            blobs: 2,
            blob_bytes: u64::MAX,
            missing_blobs: vec![BlobKey::from_sha256([7; 32])],
        };
        assert_eq!(Manifest::from_json(manifest.to_json().as_bytes()).unwrap(), manifest);
        for text in ["", "{}", r#"{"format":2}"#, r#"{"format":1,"tables":{}}"#] {
            assert!(Manifest::from_json(text.as_bytes()).is_err(), "{text}");
        }
    }
}
