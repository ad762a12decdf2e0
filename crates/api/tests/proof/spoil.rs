//! Ways to spoil a request that was good.

use guildhall_model::id::UserId;
use serde_json::Value;

use super::requests::Filled;

const MARK: &str = "@@here@@";
const JSON: &str = "application/json";

/// JSON that no field should be, as it is written.
const WRONG: &[&str] = &[
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

/// Each with a word on what was done to it.
pub fn ways(good: &Filled, path: &str) -> Vec<(String, Filled)> {
    let mut ways = addresses(good, path);
    if matches!(good.method, "POST" | "PUT" | "PATCH") {
        ways.extend(bodies(good));
        ways.extend(fields(good));
    } else if good.method == "DELETE" {
        ways.push(("a body".to_owned(), Filled { body: b"{".to_vec(), content_type: Some(JSON.to_owned()), ..good.clone() }));
    }
    ways
}

fn addresses(good: &Filled, path: &str) -> Vec<(String, Filled)> {
    let mut addresses = Vec::new();
    let (filled, query) = good.address.split_once('?').unwrap_or((&good.address, ""));
    // Few operations that change something read a query, and each success costs a new world.
    let queries = if good.method == "GET" { QUERIES } else { &QUERIES[..3] };
    for more in queries {
        addresses.push((format!("query {more}"), format!("{filled}?{more}")));
        if !query.is_empty() {
            addresses.push((format!("more query {more}"), format!("{filled}?{query}&{more}")));
        }
    }
    addresses.push(("a long query".to_owned(), format!("{filled}?term={0}&name={0}", "a".repeat(20_000))));
    let (names, values): (Vec<&str>, Vec<&str>) = (path.split('/').collect(), filled.split('/').collect());
    let foreign = UserId::from_bytes([9; 16]).to_string();
    let long = "a".repeat(3_000);
    for (position, name) in names.iter().enumerate().filter(|(_, name)| name.contains('{')) {
        for param in PARAMS.iter().copied().chain([foreign.as_str(), long.as_str()]) {
            let mut spoilt = values.clone();
            spoilt[position] = param;
            let mut address = spoilt.join("/");
            if !query.is_empty() {
                address = format!("{address}?{query}");
            }
            addresses.push((format!("{name}={}", param.chars().take(30).collect::<String>()), address));
        }
    }
    addresses.into_iter().map(|(what, address)| (what, Filled { address, ..good.clone() })).collect()
}

fn bodies(good: &Filled) -> Vec<(String, Filled)> {
    let with = |what: &str, body: Vec<u8>| (what.to_owned(), Filled { body, ..good.clone() });
    let as_json = |what: &str, body: Vec<u8>| (what.to_owned(), Filled { body, content_type: Some(JSON.to_owned()), ..good.clone() });
    let mut ways: Vec<_> = BODIES.iter().map(|body| as_json(&format!("body {body:?}"), body.as_bytes().to_vec())).collect();
    ways.push(as_json("not UTF-8", b"{\"a\":\"\xff\xfe\"}".to_vec()));
    ways.push(as_json("nested lists", "[".repeat(100_000).into_bytes()));
    ways.push(as_json("nested objects", "{\"a\":".repeat(20_000).into_bytes()));
    ways.push(as_json("beyond the limit", format!("{{\"a\":\"{}\"}}", "a".repeat(3 << 20)).into_bytes()));
    ways.push(as_json("many ids", list_of_ids(100_000)));
    ways.push(with("cut off", good.body[..good.body.len() / 2].to_vec()));
    for content_type in CONTENT_TYPES {
        let content_type = (!content_type.is_empty()).then(|| (*content_type).to_owned());
        ways.push((format!("content type {content_type:?}"), Filled { content_type, ..good.clone() }));
    }
    ways
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

/// Each place in the body in turn, with something there that does not belong.
fn fields(good: &Filled) -> Vec<(String, Filled)> {
    if good.content_type.as_deref() != Some(JSON) {
        return Vec::new();
    }
    let body: Value = serde_json::from_slice(&good.body).unwrap_or_default();
    let long = format!("\"{}\"", "a".repeat(100_000));
    let very_long = format!("\"{}\"", "ä".repeat(1 << 19));
    let deep = format!("{}{}", "[".repeat(1_000), "]".repeat(1_000));
    let ids = String::from_utf8(list_of_ids(10_000)).unwrap_or_default();
    let mut ways = Vec::new();
    for (number, pointer) in places(&body).into_iter().enumerate() {
        let marked = Value::from(MARK);
        let mut spoilt = body.clone();
        let Some(place) = spoilt.pointer_mut(&pointer) else { continue };
        *place = marked;
        let template = spoilt.to_string();
        let heavy = [&long, &deep, &ids].into_iter().chain((number == 0).then_some(&very_long));
        for wrong in WRONG.iter().copied().chain(heavy.map(String::as_str)) {
            let text = template.replacen(&format!("\"{MARK}\""), wrong, 1);
            ways.push((
                format!("{pointer} = {}", wrong.chars().take(30).collect::<String>()),
                Filled { body: text.into_bytes(), ..good.clone() },
            ));
        }
        let mut without = body.clone();
        let (parent, key) = pointer.rsplit_once('/').unwrap_or_default();
        if let Some(object) = without.pointer_mut(parent).and_then(Value::as_object_mut) {
            object.remove(key);
            ways.push((format!("without {pointer}"), Filled { body: without.to_string().into_bytes(), ..good.clone() }));
        }
    }
    ways
}

/// Pointers to the values in a body, down to its second level.
fn places(body: &Value) -> Vec<String> {
    let mut places = Vec::new();
    collect(body, String::new(), 0, &mut places);
    places
}

fn collect(value: &Value, at: String, depth: usize, places: &mut Vec<String>) {
    if depth > 0 {
        places.push(at.clone());
    }
    if depth == 3 {
        return;
    }
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| collect(value, format!("{at}/{key}"), depth + 1, places)),
        Value::Array(items) => items.iter().take(1).for_each(|value| collect(value, format!("{at}/0"), depth + 1, places)),
        _ => {}
    }
}
