//! The corpus that the server and the web client share: `tests/corpus/messages.json`, by the rules of the README beside it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use guildhall_markup::Message;
use serde::Deserialize;

#[derive(Deserialize)]
struct Corpus {
    users: Vec<String>,
    channels: Vec<String>,
    cases: Vec<Case>,
}

#[derive(Deserialize, Debug, PartialEq, Default)]
#[serde(default, deny_unknown_fields)]
struct Case {
    message: String,
    mentions: Vec<String>,
    channels: Vec<String>,
    hashtags: Vec<String>,
    links: Vec<String>,
    code: Vec<String>,
}

impl Corpus {
    fn read(&self, text: &str) -> Case {
        let message = Message::parse(text);
        let is_name = |form: &&String| self.users.contains(form) || ["all", "channel", "here"].contains(&form.as_str());
        let mut mentions: Vec<String> = Vec::new();
        for name in message.mentions().iter().filter_map(|mention| mention.forms().iter().find(is_name)) {
            if !mentions.contains(name) {
                mentions.push(name.clone());
            }
        }
        Case {
            message: text.to_owned(),
            mentions,
            channels: message.channels().into_iter().filter(|name| self.channels.contains(name)).collect(),
            hashtags: message.hashtags(),
            links: message.links().to_vec(),
            code: message.code().map(str::to_owned).collect(),
        }
    }
}

#[test]
fn messages_have_the_structure_that_the_corpus_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/corpus/messages.json");
    let corpus: Corpus = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    assert!(corpus.cases.len() > 500);
    let wrong: Vec<String> = corpus
        .cases
        .iter()
        .map(|case| (case, corpus.read(&case.message)))
        .filter(|(case, read)| *case != read)
        .map(|(case, read)| format!("expected {case:?}\n     got {read:?}"))
        .collect();
    assert!(wrong.is_empty(), "{} of {} messages:\n{}", wrong.len(), corpus.cases.len(), wrong.join("\n"));
}
