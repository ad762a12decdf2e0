//! A corpus of messages in many scripts: the queries that find each, and those that do not, with the same verdict on every
//! database.

use std::collections::BTreeSet;

use guildhall_testkit::{Dialect, TestServer};
use serde_json::{Value, json};

struct Case {
    text: &'static str,
    found_by: &'static [&'static str],
    not_found_by: &'static [&'static str],
}

const fn case(text: &'static str, found_by: &'static [&'static str], not_found_by: &'static [&'static str]) -> Case {
    Case { text, found_by, not_found_by }
}

const LATIN: &[Case] = &[
    case(
        "Die Straße zum Café in Łódź",
        &["strasse", "STRASSE", "Straße", "straẞe", "cafe", "CAFÉ", "cafe\u{301}", "lodz", "\"straße zum café\""],
        &["stras", "straßen", "\"zum die\""],
    ),
    case("İstanbul'da ısı artıyor, IŞIK söndü", &["istanbul", "İSTANBUL", "ısı", "isi", "ISI", "isik", "ışık"], &["istan", "isi-da"]),
    case("Smørrebrød og æbler, œuvre, þing", &["smorrebrod", "smørrebrød", "aebler", "æbler", "oeuvre", "thing"], &["smor", "blar"]),
    case(
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsvorsitzender",
        &[
            "donaudampfschifffahrtselektrizitatenhauptbetriebswerkbauunterbeamtengesellschaftsvorsitzender",
            "donau*",
            "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsv*",
        ],
        &[
            "donaudampfschifffahrtselektrizitatenhauptbetriebswerkbauunterbeamtengesellschaftsvorsitz",
            "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsx*",
            "gesellschaftsvorsitzender",
        ],
    ),
    case("ﬁne ｆｕｌｌ ｗｉｄｔｈ ①", &["fine", "full width", "1"], &["ine"]),
];

const GREEK_AND_CYRILLIC: &[Case] = &[
    case("Ο ΟΔΥΣΣΕΥΣ στην οδό ΦΙΛΟΣ", &["οδυσσεύς", "Οδυσσευσ", "ΟΔΟ", "φίλος", "φιλοσ"], &["οδυσσε", "φιλο"]),
    case("Ёлка и подъезд, ЙОД", &["елка", "ёлка", "ЕЛКА", "подъезд", "йод"], &["елк", "подезд"]),
    case(
        "Достопримечательности Санкт-Петербурга",
        &["достопримечательности", "Достопримечательн*", "санкт-петербурга", "петербурга", "\"достопримечательности санкт\""],
        &["достопримечательностями", "достопримечательность", "достопримечательно", "примечательности"],
    ),
    case(
        "рентгеноэлектрокардиографического",
        &["рентгеноэлектрокардиографического", "рентгеноэлектрокардиографи*"],
        &["рентгеноэлектрокардиографическому", "рентгеноэлектрокардиология"],
    ),
];

const ARABIC_AND_HEBREW: &[Case] = &[
    case("مُحَمَّدٌ يقرأ الكتاب", &["محمد", "مُحَمَّد", "مـــحمد", "الكتاب", "\"محمد يقرأ\""], &["كتاب", "محم"]),
    case("أحمد في المـــدرسة", &["احمد", "أحمد", "المدرسة"], &["مدرسة"]),
    case("می\u{200c}خواهم بروم", &["می\u{200c}خواهم", "میخواهم"], &["خواهم"]),
    case("שָׁלוֹם לכולם, צה\"ל", &["שלום", "שָׁלוֹם", "צה\"ל", "צה״ל", "\"שלום לכולם\""], &["שלומ", "לכול"]),
    case("בית־ספר", &["בית", "ספר", "בית־ספר", "\"בית ספר\""], &["ביתספר"]),
];

const EAST_ASIAN: &[Case] = &[
    case("私は日本語を話します", &["日本", "日本語", "本語を", "話", "す", "\"日本語を話\"", "私"], &["本日", "語日本", "英語"]),
    case("今天天气很好，我们去公园", &["天气", "今天天气", "公园", "我们去公园"], &["天公", "气天"]),
    case("ｶﾀｶﾅ と ガラス", &["カタカナ", "ガラス", "ラス"], &["カラス"]),
    case("회의는 내일 세시입니다", &["회의", "회의는", "내일", "세시", "입니다"], &["의회", "내세"]),
    case("𠮷野家 meeting 会議室", &["𠮷野", "会議", "meeting", "\"meeting 会議室\"", "会議室"], &["野𠮷", "議会"]),
];

const SOUTH_ASIAN: &[Case] = &[
    case("ประชุมพรุ่งนี้ตอนเช้า", &["ประชุม", "พรุ่งนี้", "ตอนเช้า", "เช้า"], &["เย็น", "เช้าตอน"]),
    case("हिन्दी में लिखा", &["हिन्दी", "में", "\"हिन्दी में\""], &["हन", "हिन्दु"]),
    case("தமிழ் மொழி", &["தமிழ்", "மொழி"], &["தமிழர்"]),
    case("សួស្តីអ្នកទាំងអស់គ្នា", &["សួស្តី", "អ្នក"], &["អ្នកសួស្តី"]),
];

const EMOJI: &[Case] = &[
    case("shipped 🎉 today", &["🎉", ":tada:", "\"shipped 🎉\"", "shipped 🎉 today"], &["🎊", ":smile:", "\"today 🎉\"", "party"]),
    case("done :tada: and :+1_dark_skin_tone:", &["🎉", ":tada:", "tada", "👍", "👍🏽", ":+1:", ":thumbsup:"], &["👎", ":-1:", "dark_skin"]),
    case("❤️ 🇩🇪 👨‍👩‍👧", &["❤", "❤️", ":heart:", "🇩🇪", "👨‍👩‍👧"], &["🇪🇩", "💔", "🇫🇷"]),
    case("our own :party_parrot: at 10:30:45", &[":party_parrot:", "parrot", "10:30", "10:30:45"], &["🦜", "10:45"]),
];

const MARKS: &[Case] = &[
    case(
        "the foo-bar of foo_baz.qux",
        &["foo", "bar", "foo-bar", "\"foo-bar\"", "foo_baz", "baz", "baz.qux", "foo-ba*", "foo_baz.q*"],
        &["foobar", "bar-foo", "\"bar foo-\"", "bar-f*", "-foo"],
    ),
    case(
        "release v1.2.3-rc4, build 10.20",
        &["1.2.3", "v1.2.3", "v1.2.3-rc4", "10.20", "v1.2*", "rc4"],
        &["1.3", "3.2.1", "v1.3*", "20.10"],
    ),
    case(
        "write to ann.lee+work@mail.example.com",
        &["ann.lee+work@mail.example.com", "mail.example.com", "@mail", "example.com", "ann.l*"],
        &["lee.ann", "com.example"],
    ),
    case(
        "see https://docs.example.org/a/b-c?x=1#top",
        &["https://docs.example.org/a/b-c?x=1#top", "docs.example.org", "b-c", "example.org/a"],
        &["example.net", "c-b"],
    ),
    case("don\u{2019}t panic — it’s 3–4 people", &["don't", "don’t", "it's", "3-4", "3–4", "panic"], &["dont", "4-3"]),
    case(
        "the quick brown fox",
        &["qui*", "\"quick brown\"", "“quick brown”", "brown quick", "fox -bear", "quick -\"brown quick\""],
        &["qui", "\"brown quick\"", "fox -brown", "quick -\"quick brown\"", "quick -bro*", "quick -\"the quick\""],
    ),
    case("soft\u{ad}ware and zero\u{200b}width", &["software", "zerowidth"], &["ware"]),
];

const SCRIPTS: &[(&str, &[Case])] = &[
    ("Latin", LATIN),
    ("Greek and Cyrillic", GREEK_AND_CYRILLIC),
    ("Arabic and Hebrew", ARABIC_AND_HEBREW),
    ("East Asian", EAST_ASIAN),
    ("South Asian", SOUTH_ASIAN),
    ("emoji", EMOJI),
    ("marks", MARKS),
];

async fn check_corpus(dialect: Dialect) {
    let Some(server) = TestServer::start_on_dialect(dialect).await else { return };
    let ann = server.create_user("ann").await;
    let team = ann.create_team("crew").await;
    let path = format!("/teams/{}/posts/search", team["id"].as_str().unwrap());
    let mut wrong = Vec::new();
    for (script, cases) in SCRIPTS {
        let name = script.to_lowercase().replace(' ', "-");
        let channel = ann.create_channel(&team, &name, "O").await;
        let mut ids = Vec::new();
        for case in *cases {
            ids.push(ann.create_post(&channel, case.text).await["id"].clone());
        }
        for (case, id) in cases.iter().zip(&ids) {
            let queries = case.found_by.iter().map(|query| (query, true)).chain(case.not_found_by.iter().map(|query| (query, false)));
            for (query, expected) in queries {
                let found = ann.post(&path, json!({"terms": query, "is_or_search": false})).await.ok();
                if found["order"].as_array().unwrap().contains(id) != expected {
                    wrong.push(format!("{script}: {query:?} in {:?} is found: {}", case.text, !expected));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_corpus_is_found_on_sqlite() {
    check_corpus(Dialect::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_corpus_is_found_on_postgres() {
    check_corpus(Dialect::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_corpus_is_found_on_mysql() {
    check_corpus(Dialect::Mysql).await;
}

#[tokio::test]
async fn attachments_are_found_by_what_readers_see() {
    let server = TestServer::start().await;
    let ann = server.create_user("ann").await;
    let team = ann.create_team("crew").await;
    let channel = ann.create_channel(&team, "dev", "O").await;
    let attachment = json!({
        "fallback": "fallbackword", "pretext": "pretextword", "author_name": "authorword", "title": "titleword", "text": "textword",
        "fields": [{"title": "fieldtitle", "value": "fieldvalue"}], "footer": "footerword", "title_link": "https://linkword.example",
    });
    let body = json!({"channel_id": channel["id"], "message": "first", "props": {"attachments": [attachment]}});
    let id = ann.post("/posts", body).await.ok()["id"].clone();
    let find = async |terms: &str| -> BTreeSet<String> {
        let path = format!("/teams/{}/posts/search", team["id"].as_str().unwrap());
        let found = ann.post(&path, json!({"terms": terms, "is_or_search": false})).await.ok();
        found["order"].as_array().unwrap().iter().map(|id: &Value| id.as_str().unwrap().to_owned()).collect()
    };
    let one: BTreeSet<String> = [id.as_str().unwrap().to_owned()].into();
    for word in ["first", "pretextword", "authorword", "titleword", "textword", "fieldtitle", "fieldvalue", "footerword"] {
        assert_eq!(find(word).await, one, "{word}");
    }
    for word in ["fallbackword", "linkword", "\"first pretextword\""] {
        assert!(find(word).await.is_empty(), "{word}");
    }
}

#[tokio::test]
async fn posts_from_before_are_indexed_again_by_a_job() {
    let server = TestServer::start().await;
    let ann = server.create_user("ann").await;
    let team = ann.create_team("crew").await;
    let channel = ann.create_channel(&team, "dev", "O").await;
    for message in ["Straße 🎉", "gone"] {
        ann.create_post(&channel, message).await;
    }
    server.execute("DELETE FROM search_posts").await;
    server.execute("INSERT INTO search_posts (words, rowid) SELECT 'xxgone', seq FROM posts WHERE message = 'gone'").await;
    let find = async |terms: &str| {
        let path = format!("/teams/{}/posts/search", team["id"].as_str().unwrap());
        ann.post(&path, json!({"terms": terms, "is_or_search": false})).await.ok()["order"].as_array().unwrap().len()
    };
    assert_eq!(find("strasse").await, 0);
    ann.post("/jobs", json!({"type": "search_index"})).await.ok();
    while server.app().services.run_due_jobs().await.unwrap() > 0 {}
    assert_eq!((find("strasse").await, find(":tada:").await, find("gone").await), (1, 1, 1));
}
