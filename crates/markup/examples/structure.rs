//! Reads messages (a JSON array on standard input) and writes what the server finds in each, in the form of the corpus's cases:
//! the other half of `web/src/messages/markdown/differential.test.ts`.
#![allow(clippy::print_stdout, reason = "a program for tests")]

use std::io;

use guildhall_markup::Message;
use serde_json::{Value, json};

fn main() -> serde_json::Result<()> {
    let messages: Vec<String> = serde_json::from_reader(io::stdin().lock())?;
    let read: Vec<Value> = messages.iter().map(|text| structure(text)).collect();
    println!("{}", serde_json::to_string(&read)?);
    Ok(())
}

fn structure(text: &str) -> Value {
    let message = Message::parse(text);
    json!({
        "mentions": message.mentions().iter().map(|mention| mention.forms()).collect::<Vec<_>>(),
        "channels": message.channels(),
        "hashtags": message.hashtags(),
        "emoji": message.emoji(),
        "links": message.links(),
        "code": message.code().collect::<Vec<_>>(),
    })
}
