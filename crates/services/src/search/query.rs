//! The syntax of post searches: words, "phrases", -exclusions, #hashtags, prefixes*, and the modifiers from: in:
//! before: after: on:. Pure; any text is a valid query.

use guildhall_model::Millis;
use guildhall_storage::search::{Term, Terms, words};
use time::{Date, Month, Time};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// The rest of a longer query is ignored.
const QUERY_BYTES_MAX: usize = 8 * 1024;
const TERMS_MAX: usize = 48;
const TOKENS_PER_TERM_MAX: usize = 48;
/// Limit for each list of names or days.
const FILTERS_MAX: usize = 64;

/// A parsed search query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    pub terms: Terms,
    /// Usernames and channel names as typed, lower case, without `@` before usernames.
    pub from: Vec<String>,
    pub not_from: Vec<String>,
    /// `@name` is a direct channel.
    pub within_channels: Vec<String>,
    pub not_within_channels: Vec<String>,
    pub within: Vec<(Millis, Millis)>,
    pub outside: Vec<(Millis, Millis)>,
}

impl Query {
    /// With `any`, posts match that have any of the terms. `time_zone_offset_seconds` is positive east of UTC.
    pub fn parse(text: &str, any: bool, time_zone_offset_seconds: i64) -> Self {
        let mut query = Self { terms: Terms { any, ..Terms::default() }, ..Self::default() };
        let mut rest = truncate_to_limit(text);
        while let Some(piece) = next_piece(&mut rest) {
            query.add(piece, &mut rest, time_zone_offset_seconds);
        }
        query
    }

    /// Whether the query has neither terms nor filters, and so matches nothing.
    pub fn is_empty(&self) -> bool {
        let filters = self.from.len() + self.not_from.len() + self.within_channels.len() + self.not_within_channels.len();
        filters + self.within.len() + self.outside.len() + self.terms.required.len() + self.terms.excluded.len() == 0
    }

    fn add(&mut self, piece: Piece<'_>, rest: &mut &str, offset_seconds: i64) {
        if !piece.quoted
            && let Some((modifier, value)) = parse_modifier(piece.text)
        {
            // "from: bob" means "from:bob".
            let next = if value.is_empty() { next_piece(rest).map(|next| next.text).unwrap_or_default() } else { value };
            return self.add_filter(modifier, piece.excluded, next, offset_seconds);
        }
        let Some(term) = parse_term(piece) else { return };
        let terms = if piece.excluded { &mut self.terms.excluded } else { &mut self.terms.required };
        if terms.len() < TERMS_MAX && !terms.contains(&term) {
            terms.push(term);
        }
    }

    fn add_filter(&mut self, modifier: Modifier, excluded: bool, value: &str, offset_seconds: i64) {
        let name = value.trim_matches(['"', ',', ' ']).to_lowercase();
        let names = match (modifier, excluded) {
            (Modifier::From, false) => &mut self.from,
            (Modifier::From, true) => &mut self.not_from,
            (Modifier::In, false) => &mut self.within_channels,
            (Modifier::In, true) => &mut self.not_within_channels,
            (Modifier::Before | Modifier::After | Modifier::On, _) => return self.add_day(modifier, excluded, &name, offset_seconds),
        };
        let name = if modifier == Modifier::From { name.trim_start_matches('@') } else { name.trim_start_matches('~') };
        if !name.is_empty() && names.len() < FILTERS_MAX {
            names.push(name.to_owned());
        }
    }

    fn add_day(&mut self, modifier: Modifier, excluded: bool, text: &str, offset_seconds: i64) {
        let Some(start) = day_start(text, offset_seconds) else { return };
        let end = start.plus_ms(DAY_MS);
        let span = match modifier {
            Modifier::Before => (Millis(i64::MIN), start),
            Modifier::After => (end, Millis(i64::MAX)),
            _ => (start, end),
        };
        let spans = if excluded { &mut self.outside } else { &mut self.within };
        if spans.len() < FILTERS_MAX {
            spans.push(span);
        }
    }
}

fn truncate_to_limit(text: &str) -> &str {
    let mut end = text.len().min(QUERY_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Modifier {
    From,
    In,
    Before,
    After,
    On,
}

fn parse_modifier(word: &str) -> Option<(Modifier, &str)> {
    let (name, value) = word.split_once(':')?;
    let modifier = match name.to_ascii_lowercase().as_str() {
        "from" => Modifier::From,
        "in" | "channel" => Modifier::In,
        "before" => Modifier::Before,
        "after" => Modifier::After,
        "on" => Modifier::On,
        _ => return None,
    };
    Some((modifier, value))
}

/// One word, or a quoted phrase.
#[derive(Debug, Clone, Copy)]
struct Piece<'a> {
    text: &'a str,
    quoted: bool,
    excluded: bool,
}

/// Keyboards of phones and word processors make typographic ones.
const OPENING_QUOTES: [char; 5] = ['"', '“', '”', '„', '«'];
const CLOSING_QUOTES: [char; 4] = ['"', '“', '”', '»'];

fn next_piece<'a>(rest: &mut &'a str) -> Option<Piece<'a>> {
    let start = rest.trim_start();
    if start.is_empty() {
        *rest = start;
        return None;
    }
    let (excluded, body) = match start.strip_prefix('-') {
        Some(after) if !after.is_empty() && !after.starts_with(char::is_whitespace) => (true, after),
        _ => (false, start),
    };
    if let Some(inner) = body.strip_prefix(OPENING_QUOTES) {
        let (text, after) = inner.split_once(CLOSING_QUOTES).unwrap_or((inner, ""));
        *rest = after;
        return Some(Piece { text, quoted: true, excluded });
    }
    let end = body.find(char::is_whitespace).unwrap_or(body.len());
    let (text, after) = body.split_at(end);
    *rest = after;
    Some(Piece { text, quoted: false, excluded })
}

fn parse_term(piece: Piece<'_>) -> Option<Term> {
    if !piece.quoted
        && let Some(tag) = guildhall_model::hashtags::parse_word(piece.text)
    {
        return Some(Term { tokens: vec![words::hashtag(tag)], is_prefix: piece.text.ends_with('*') });
    }
    let (mut tokens, ends_with_prefix) = words::query_tokens(piece.text);
    let is_prefix = ends_with_prefix || (!piece.quoted && piece.text.ends_with('*'));
    tokens.truncate(TOKENS_PER_TERM_MAX);
    if tokens.is_empty() { None } else { Some(Term { tokens, is_prefix }) }
}

/// Midnight of a day like 2026-3-1 in the user's time zone.
fn day_start(text: &str, offset_seconds: i64) -> Option<Millis> {
    let mut parts = text.splitn(3, '-');
    let year = parts.next()?.parse().ok()?;
    let month = Month::try_from(parts.next()?.parse::<u8>().ok()?).ok()?;
    let date = Date::from_calendar_date(year, month, parts.next()?.parse().ok()?).ok()?;
    let seconds = date.with_time(Time::MIDNIGHT).assume_utc().unix_timestamp();
    Some(Millis(seconds.checked_sub(offset_seconds.clamp(-86_400, 86_400))?.checked_mul(1_000)?))
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    fn parse(text: &str) -> Query {
        Query::parse(text, false, 0)
    }

    fn term(text: &str) -> Term {
        Term { tokens: words::tokenize(text), is_prefix: false }
    }

    #[test]
    fn words_and_phrases_are_required_or_excluded() {
        let query = parse(r#"hello -bad "two words" -"no such" pre* don't - "#);
        let prefix = Term { is_prefix: true, ..term("pre") };
        assert_eq!(query.terms.required, [term("hello"), term("two words"), prefix, term("don't")]);
        assert_eq!(query.terms.excluded, [term("bad"), term("no such")]);
    }

    #[test]
    fn emoji_and_typographic_quotes_are_understood() {
        assert_eq!(parse("👍🏽").terms.required, [term(":+1:")]);
        assert_eq!(parse("-:tada:").terms.excluded, [term("🎉")]);
        for text in ["“two words”", "„two words“", "«two words»"] {
            assert_eq!(parse(text).terms.required, [term("two words")], "{text}");
        }
    }

    #[test]
    fn filters_take_names_and_days() {
        let query = parse("from:@Bob from: eve in:~town-square -in:@eve -from:mallory word");
        assert_eq!(query.from, ["bob", "eve"]);
        assert_eq!(query.not_from, ["mallory"]);
        assert_eq!(query.within_channels, ["town-square"]);
        assert_eq!(query.not_within_channels, ["@eve"]);
        assert_eq!(query.terms.required, [term("word")]);
    }

    #[test]
    fn days_begin_at_midnight_in_the_users_time_zone() {
        let start = Millis(1_583_020_800_000); // 2020-03-01 UTC
        assert_eq!(parse("on:2020-03-01").within, [(start, start.plus_ms(DAY_MS))]);
        let east = Query::parse("after:2020-3-1 -before:2020-03-01", false, 3_600);
        assert_eq!(east.within, [(start.plus_ms(DAY_MS - 3_600_000), Millis(i64::MAX))]);
        assert_eq!(east.outside, [(Millis(i64::MIN), start.minus_ms(3_600_000))]);
        for not_a_day in ["on:yesterday", "on:2020-13-01", "on:2020-02-30", "on:", "before:99999999-1-1", "on:2020-03"] {
            assert!(parse(not_a_day).is_empty(), "{not_a_day}");
        }
    }

    #[test]
    fn a_hashtag_is_one_term() {
        assert_eq!(parse("#second").terms.required, [Term { tokens: vec![words::hashtag("second")], is_prefix: false }]);
        assert_eq!(parse("#1").terms.required, [term("1")]);
    }

    #[test]
    fn a_query_without_words_is_empty() {
        for text in ["", "  ", "\"\"", "-", "!!!", "\"", "“”", "from:", "::"] {
            assert!(parse(text).is_empty(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_valid_query(pieces in vec(select(PIECES), 0..40), more in ".{0,20}", offset: i64) {
            let query = Query::parse(&(pieces.concat() + &more), false, offset);
            prop_assert!(query.terms.required.iter().chain(&query.terms.excluded).all(|term| !term.tokens.is_empty()));
        }
    }

    const PIECES: &[&str] =
        &["-", "\"", "#", "from:", "in:", "@", "~", "on:2020-01-01", "before:", "9", "*", " ", "a", "日本", "é", ":", "\0", "👍", "\n"];

    #[test]
    fn a_query_is_bounded() {
        let long = "日本語 -x from:a in:b on:2020-01-01 ".repeat(10_000);
        let query = Query::parse(&long, true, i64::MIN);
        assert!(query.terms.required.len() <= TERMS_MAX && query.from.len() <= FILTERS_MAX && query.within.len() <= FILTERS_MAX);
    }
}
