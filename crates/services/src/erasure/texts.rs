//! Replacing a username in texts that the server has written.

/// The text with another name wherever the whole of the name stands.
pub(super) fn replace_name(text: &str, old: &str, new: &str) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(old).filter(|_| !old.is_empty()) {
        let (before, from) = rest.split_at(at);
        let after = &from[old.len()..];
        let is_whole = !replaced_or(before, &replaced).is_some_and(is_of_name) && !continues(after);
        replaced.push_str(before);
        replaced.push_str(if is_whole { new } else { old });
        rest = after;
    }
    replaced.push_str(rest);
    replaced
}

/// The character before a place.
fn replaced_or(before: &str, earlier: &str) -> Option<char> {
    before.chars().next_back().or_else(|| earlier.chars().next_back())
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')
}

/// Whether a name goes on: a full stop may also be the end of a sentence.
fn continues(after: &str) -> bool {
    let mut chars = after.chars();
    match chars.next() {
        Some('.') => chars.next().is_some_and(is_of_name),
        Some(c) => is_of_name(c),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::replace_name;

    #[test]
    fn only_whole_names_are_replaced() {
        let replaced = |text| replace_name(text, "ada", "deleted-1");
        assert_eq!(replaced("ada has added bob."), "deleted-1 has added bob.");
        assert_eq!(replaced("bob has added ada."), "bob has added deleted-1.");
        assert_eq!(replaced("@ada, ada and adam, ada.b, x-ada, adaada"), "@deleted-1, deleted-1 and adam, ada.b, x-ada, adaada");
        assert_eq!(replaced(""), "");
    }
}
