//! The rows of an export as JSON: an array with an object on each line.

use guildhall_model::Millis;
use guildhall_storage::personal_data::{ExportedRow, Field};
use serde_json::Value as Json;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Rows of a file, with what is between them.
pub(super) fn lines(rows: &[ExportedRow], is_first_page: bool) -> Vec<u8> {
    let mut text = String::new();
    for (at, row) in rows.iter().enumerate() {
        text.push_str(if is_first_page && at == 0 { "\n{" } else { ",\n{" });
        for (at, (name, field)) in row.fields.iter().enumerate() {
            if at > 0 {
                text.push_str(", ");
            }
            text.push_str(&Json::from(*name).to_string());
            text.push_str(": ");
            text.push_str(&value(field).to_string());
        }
        text.push('}');
    }
    text.into_bytes()
}

fn value(field: &Field) -> Json {
    match field {
        Field::Null => Json::Null,
        Field::Id(text) | Field::Text(text) => Json::from(text.as_str()),
        Field::Time(time) => date(*time).map_or(Json::Null, Json::from),
        Field::Number(number) => Json::from(*number),
        Field::Flag(flag) => Json::from(*flag),
        Field::Json(json) => json.clone(),
    }
}

/// As RFC 3339 has it, in UTC; `None` for never and for times beyond the calendar.
pub(super) fn date(time: Millis) -> Option<String> {
    let moment = OffsetDateTime::from_unix_timestamp_nanos(i128::from(time.0) * 1_000_000).ok()?;
    if time.is_zero() { None } else { moment.format(&Rfc3339).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_one_array() {
        let row = |name: &str, at| ExportedRow {
            fields: vec![("name", Field::Text(name.to_owned())), ("create_at", Field::Time(Millis(at))), ("is_new", Field::Flag(true))],
            key: Vec::new(),
        };
        let mut text = b"[".to_vec();
        text.extend(lines(&[row("a \"b\"\n", 1_600_000_000_123)], true));
        text.extend(lines(&[row("c", 0)], false));
        text.extend(b"\n]\n");
        let read: Json = serde_json::from_slice(&text).unwrap();
        assert_eq!(read[0]["name"], "a \"b\"\n");
        assert_eq!(read[0]["create_at"], "2020-09-13T12:26:40.123Z");
        assert_eq!((&read[1]["create_at"], &read[1]["is_new"], read.as_array().unwrap().len()), (&Json::Null, &Json::from(true), 2));
    }
}
