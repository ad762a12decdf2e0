//! Mutations that make a valid request invalid.

use guildhall_model::id::UserId;
use serde_json::Value;

use super::requests::FilledRequest;

const MARK: &str = "@@here@@";
const JSON: &str = "application/json";

/// JSON values that are invalid for most fields.
const INVALID_VALUES: &[&str] = &[
    "null",
    "true",
    "0",
    "-1",
    "1.5",
    "NaN",
    "1e400",
    "99999999999999999999999999",
    "9223372036854775807",
    "-9223372036854775808",
    "{}",
    "[]",
    r#"{"$ne":null}"#,
    r#"[{"$gt":""},null,1]"#,
    r#""""#,
    r#"" ""#,
    r#""\u0000""#,
    r#""a\u0000b""#,
    r#""\ud800""#,
    r#""\udfff\ud800""#,
    r#""%' OR 1=1 --""#,
    r#""../../../../etc/passwd""#,
    r#""line\r\nSet-Cookie: a=b""#,
    r#""\u202e\ufeff\uffff""#,
    r#""zzzzzzzzzzzzzzzzzzzzzzzzzz""#,
];

const BODIES: &[&str] = &[
    "",
    " ",
    "{",
    "}",
    "[",
    "{\"a\":",
    "{\"a\"}",
    "nonsense",
    "\"text\"",
    "7",
    "-1",
    "null",
    "true",
    "[]",
    "{}",
    "[null]",
    "[1,2,3]",
    "[[]]",
    "[{}]",
    "{\"\":\"\"}",
    "\u{feff}{}",
    "{} {}",
    "<xml/>",
    "NaN",
    "a=b&c=d",
    "{\"a\":1,\"a\":2}",
];

const PARAMS: &[&str] = &[
    "x",
    "me",
    "ME",
    "null",
    "-1",
    "0",
    "%00",
    "%ff%fe",
    "%zz",
    "..",
    "..%2f..%2f..%2fetc%2fpasswd",
    "'%20OR%201=1",
    "*",
    "%25",
    "zzzzzzzzzzzzzzzzzzzzzzzzzz",
    "AAAAAAAAAAAAAAAAAAAAAAAAAA",
    "%F0%9F%92%A9",
    "9223372036854775808",
    "%0d%0aSet-Cookie:%20a=b",
];

const QUERIES: &[&str] = &[
    "page=-1&per_page=-1",
    "page=9223372036854775807&per_page=9223372036854775807",
    "page=1000000000&per_page=1000000000",
    "page=abc&per_page=abc",
    "per_page=0",
    "page=1e3",
    "page=0&page=1",
    "since=abc",
    "since=-1",
    "since=9223372036854775807",
    "before=zzz&after=zzz",
    "limit_before=-1&limit_after=9223372036854775807",
    "from=9223372036854775807&to=-9223372036854775808",
    "name=%00&term=%00&q=%00",
    "name=%ff%fe&term=%ff",
    "%zz=%zz",
    "page[]=1&name[$ne]=x",
    "&&&==&",
    "include_deleted=maybe&graceful=maybe&include_total_count=7",
    "sort=;drop%20table&sort_direction=x&order_by=x",
    "in_team=x&in_channel=x&not_in_team=x&channel_id=x&team_id=x&user_id=x",
    "in_team=zzzzzzzzzzzzzzzzzzzzzzzzzz&in_channel=zzzzzzzzzzzzzzzzzzzzzzzzzz",
    "roles=x&role=x&active=x&inactive=x",
    "limit=-1&offset=-1&size=-1&skip=99999999999999999999",
    "time_range=x&type=x&category=x&name=x",
];

const CONTENT_TYPES: &[&str] = &[
    "",
    "text/plain",
    "application/xml",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=x",
    "\u{7f}",
];

/// The mutations of a valid request, with a description each.
pub fn mutations(valid: &FilledRequest, path: &str) -> Vec<(String, FilledRequest)> {
    let mut mutations = mutate_address(valid, path);
    if matches!(valid.method, "POST" | "PUT" | "PATCH") || !valid.body.is_empty() {
        mutations.extend(mutate_body(valid));
        mutations.extend(mutate_fields(valid));
    } else if valid.method == "DELETE" {
        mutations.push(("a body".to_owned(), FilledRequest { body: b"{".to_vec(), content_type: Some(JSON.to_owned()), ..valid.clone() }));
    }
    mutations
}

fn mutate_address(valid: &FilledRequest, path: &str) -> Vec<(String, FilledRequest)> {
    let mut addresses = Vec::new();
    let (filled, query) = valid.address.split_once('?').unwrap_or((&valid.address, ""));
    // Few operations that write read a query, and each success needs a new fixture.
    let queries = if valid.method == "GET" { QUERIES } else { &QUERIES[..3] };
    for more in queries {
        addresses.push((format!("query {more}"), format!("{filled}?{more}")));
        if !query.is_empty() {
            addresses.push((format!("more query {more}"), format!("{filled}?{query}&{more}")));
        }
    }
    addresses.push(("a long query".to_owned(), format!("{filled}?term={0}&name={0}", "a".repeat(20_000))));
    let (names, values): (Vec<&str>, Vec<&str>) = (path.split('/').collect(), filled.split('/').collect());
    let unknown_id = UserId::from_bytes([9; 16]).to_string();
    let long = "a".repeat(3_000);
    for (position, name) in names.iter().enumerate().filter(|(_, name)| name.contains('{')) {
        for param in PARAMS.iter().copied().chain([unknown_id.as_str(), long.as_str()]) {
            let mut mutated = values.clone();
            mutated[position] = param;
            let mut address = mutated.join("/");
            if !query.is_empty() {
                address = format!("{address}?{query}");
            }
            addresses.push((format!("{name}={}", param.chars().take(30).collect::<String>()), address));
        }
    }
    addresses.into_iter().map(|(description, address)| (description, FilledRequest { address, ..valid.clone() })).collect()
}

fn mutate_body(valid: &FilledRequest) -> Vec<(String, FilledRequest)> {
    let with = |description: &str, body: Vec<u8>| (description.to_owned(), FilledRequest { body, ..valid.clone() });
    let as_json = |description: &str, body: Vec<u8>| {
        (description.to_owned(), FilledRequest { body, content_type: Some(JSON.to_owned()), ..valid.clone() })
    };
    let mut mutations: Vec<_> = BODIES.iter().map(|body| as_json(&format!("body {body:?}"), body.as_bytes().to_vec())).collect();
    mutations.push(as_json("not UTF-8", b"{\"a\":\"\xff\xfe\"}".to_vec()));
    mutations.push(as_json("nested lists", "[".repeat(100_000).into_bytes()));
    mutations.push(as_json("nested objects", "{\"a\":".repeat(20_000).into_bytes()));
    mutations.push(as_json("beyond the limit", format!("{{\"a\":\"{}\"}}", "a".repeat(3 << 20)).into_bytes()));
    mutations.push(as_json("many ids", list_of_ids(100_000)));
    mutations.push(with("cut off", valid.body[..valid.body.len() / 2].to_vec()));
    for content_type in CONTENT_TYPES {
        let content_type = (!content_type.is_empty()).then(|| (*content_type).to_owned());
        mutations.push((format!("content type {content_type:?}"), FilledRequest { content_type, ..valid.clone() }));
    }
    mutations
}

fn list_of_ids(count: u32) -> Vec<u8> {
    let ids: Vec<String> = (0..count)
        .map(|number| {
            let mut bytes = [3; 16];
            bytes[..4].copy_from_slice(&number.to_be_bytes());
            UserId::from_bytes(bytes).to_string()
        })
        .collect();
    serde_json::to_vec(&ids).unwrap_or_default()
}

/// Replaces each value of the body with each invalid one, and removes each field.
fn mutate_fields(valid: &FilledRequest) -> Vec<(String, FilledRequest)> {
    if valid.content_type.as_deref() != Some(JSON) {
        return Vec::new();
    }
    let body: Value = serde_json::from_slice(&valid.body).unwrap_or_default();
    let long = format!("\"{}\"", "a".repeat(100_000));
    let very_long = format!("\"{}\"", "ä".repeat(1 << 19));
    let deep = format!("{}{}", "[".repeat(1_000), "]".repeat(1_000));
    let ids = String::from_utf8(list_of_ids(10_000)).unwrap_or_default();
    let mut mutations = Vec::new();
    for (number, pointer) in collect_pointers(&body).into_iter().enumerate() {
        let marked = Value::from(MARK);
        let mut mutated = body.clone();
        let Some(value_slot) = mutated.pointer_mut(&pointer) else { continue };
        *value_slot = marked;
        let template = mutated.to_string();
        let heavy = [&long, &deep, &ids].into_iter().chain((number == 0).then_some(&very_long));
        for invalid in INVALID_VALUES.iter().copied().chain(heavy.map(String::as_str)) {
            let text = template.replacen(&format!("\"{MARK}\""), invalid, 1);
            mutations.push((
                format!("{pointer} = {}", invalid.chars().take(30).collect::<String>()),
                FilledRequest { body: text.into_bytes(), ..valid.clone() },
            ));
        }
        let mut without = body.clone();
        let (parent, key) = pointer.rsplit_once('/').unwrap_or_default();
        if let Some(object) = without.pointer_mut(parent).and_then(Value::as_object_mut) {
            object.remove(key);
            mutations.push((format!("without {pointer}"), FilledRequest { body: without.to_string().into_bytes(), ..valid.clone() }));
        }
    }
    mutations
}

/// Pointers to the values in a body, down to its second level.
fn collect_pointers(body: &Value) -> Vec<String> {
    let mut pointers = Vec::new();
    collect_nested(body, String::new(), 0, &mut pointers);
    pointers
}

fn collect_nested(value: &Value, at: String, depth: usize, pointers: &mut Vec<String>) {
    if depth > 0 {
        pointers.push(at.clone());
    }
    if depth == 3 {
        return;
    }
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| collect_nested(value, format!("{at}/{key}"), depth + 1, pointers)),
        Value::Array(items) => items.iter().take(1).for_each(|value| collect_nested(value, format!("{at}/0"), depth + 1, pointers)),
        _ => {}
    }
}
