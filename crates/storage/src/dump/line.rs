//! One row as a line of JSON: an array of its columns. 16 bytes are written like ids in the API, other bytes in base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use guildhall_model::id;
use serde_json::Value as Json;

use super::table::{ColumnKind, ColumnShape};
use crate::{DecodeError, Row, Value};

const BASE64_PREFIX: &str = "base64:";

/// Appends these columns of the row, each with its position, without a line feed.
pub(super) fn encode<'a>(
    row: &Row<'_>,
    columns: impl IntoIterator<Item = (usize, &'a ColumnShape)>,
    line: &mut Vec<u8>,
) -> Result<(), DecodeError> {
    let mut separator = b'[';
    for (index, column) in columns {
        line.push(std::mem::replace(&mut separator, b','));
        let is_present = match column.kind {
            ColumnKind::Integer => row.opt_i64(index)?.map(|number| write_json(line, &number)).is_some(),
            ColumnKind::Text => row.opt_str(index)?.map(|text| write_json(line, text)).is_some(),
            ColumnKind::Bytes => row.opt_slice(index)?.map(|bytes| write_bytes(line, bytes)).is_some(),
        };
        if !is_present {
            line.extend_from_slice(b"null");
        }
    }
    line.push(b']');
    Ok(())
}

fn write_json<T: serde::Serialize + ?Sized>(line: &mut Vec<u8>, value: &T) {
    // Writing numbers and texts to a vector cannot fail.
    let _ = serde_json::to_writer(line, value);
}

fn write_bytes(line: &mut Vec<u8>, bytes: &[u8]) {
    line.push(b'"');
    match <&[u8; 16]>::try_from(bytes) {
        Ok(bytes) => line.extend_from_slice(&id::encode(bytes)),
        Err(_) => {
            line.extend_from_slice(BASE64_PREFIX.as_bytes());
            line.extend_from_slice(BASE64.encode(bytes).as_bytes());
        }
    }
    line.push(b'"');
}

/// The columns of a line; the error says what is wrong with it.
pub(super) fn decode(line: &[u8], columns: &[ColumnShape]) -> Result<Vec<Value>, String> {
    let row: Vec<Json> = serde_json::from_slice(line).map_err(|error| format!("a row is no JSON array ({error})"))?;
    if row.len() != columns.len() {
        return Err(format!("a row has {} columns instead of {}", row.len(), columns.len()));
    }
    row.into_iter().zip(columns).map(|(value, column)| decode_value(value, column)).collect()
}

fn decode_value(value: Json, column: &ColumnShape) -> Result<Value, String> {
    let value = match (value, column.kind) {
        (Json::Null, _) => Some(Value::Null),
        (Json::Number(number), ColumnKind::Integer) => number.as_i64().map(Value::Int),
        (Json::String(text), ColumnKind::Text) => Some(Value::Text(text)),
        (Json::String(text), ColumnKind::Bytes) => decode_bytes(&text).map(Value::Bytes),
        _ => None,
    };
    value.ok_or_else(|| format!("the column {} of a row has a value of another kind", column.name))
}

fn decode_bytes(text: &str) -> Option<Vec<u8>> {
    match text.strip_prefix(BASE64_PREFIX) {
        Some(text) => BASE64.decode(text).ok(),
        None => id::decode(text).map(|bytes| bytes.to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Vec<ColumnShape> {
        let column = |name: &str, kind| ColumnShape { name: name.to_owned(), kind };
        vec![
            column("a", ColumnKind::Integer),
            column("b", ColumnKind::Text),
            column("c", ColumnKind::Bytes),
            column("d", ColumnKind::Bytes),
        ]
    }

    fn line_of(sql: &str) -> String {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        let mut line = Vec::new();
        connection
            .query_row(sql, [], |row| {
                encode(&Row::from(row), columns().iter().enumerate(), &mut line).unwrap();
                Ok(())
            })
            .unwrap();
        String::from_utf8(line).unwrap()
    }

    #[test]
    fn a_row_survives() {
        let line = line_of("SELECT -9223372036854775808, 'a \"b\" \u{1F600}' || char(10), X'00112233445566778899AABBCCDDEEFF', X'00FF'");
        assert_eq!(line, r#"[-9223372036854775808,"a \"b\" 😀\n","yye1rc4rkiu8xnr3ik7h3zxq9h","base64:AP8="]"#);
        let text = "a \"b\" \u{1F600}\n".to_owned();
        let bytes = vec![0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF];
        let expected = vec![Value::Int(i64::MIN), Value::Text(text), Value::Bytes(bytes), Value::Bytes(vec![0, 255])];
        assert_eq!(decode(line.as_bytes(), &columns()).unwrap(), expected);
    }

    #[test]
    fn empty_and_absent_values_are_different() {
        let line = line_of("SELECT NULL, '', X'', NULL");
        assert_eq!(line, r#"[null,"","base64:",null]"#);
        let expected = vec![Value::Null, Value::Text(String::new()), Value::Bytes(Vec::new()), Value::Null];
        assert_eq!(decode(line.as_bytes(), &columns()).unwrap(), expected);
    }

    #[test]
    fn damaged_lines_are_refused() {
        for line in [
            "",
            "[1]",
            "{}",
            r#"["1","",null,null]"#,
            r#"[1.5,"",null,null]"#,
            r#"[1,2,null,null]"#,
            r#"[1,"","xyz",null]"#,
            r#"[1,"","base64:!",null]"#,
        ] {
            assert!(decode(line.as_bytes(), &columns()).is_err(), "{line}");
        }
    }
}
