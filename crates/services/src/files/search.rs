//! Searching files by name, extension, sender and channel, in the actor's channels.

use guildhall_model::file::FileInfo;
use guildhall_model::id::TeamId;
use guildhall_model::{Actor, Result};
use guildhall_storage::files::{self, FileFilter};

use crate::boxed;
use crate::files::Files;

/// Limit of terms per search; further ones are ignored.
const TERMS_MAX: usize = 32;

#[derive(Debug, Clone, Default)]
pub struct FileQuery {
    /// As typed: words, and `ext:`, `from:`, `in:` before values.
    pub terms: String,
    pub any_word: bool,
    pub include_archived: bool,
    pub limit: i64,
    pub offset: i64,
}

impl Files<'_> {
    /// Files of the actor's channels in a team, and of their direct and group channels.
    #[boxed]
    pub async fn search_files_in_team(&self, actor: &Actor, team: TeamId, query: &FileQuery) -> Result<Vec<FileInfo>> {
        let (team_grant, own) = (self.access.view_team(actor, team).await?, self.access.own_account(actor));
        let search = FileFilter { team_id: Some(team_grant.id()), ..parse(query) };
        if is_empty(&search) { Ok(Vec::new()) } else { files::search(self.access.read(&own), own.id(), &search).await }
    }

    /// Files of every channel that the actor is in.
    #[boxed]
    pub async fn search_files(&self, actor: &Actor, query: &FileQuery) -> Result<Vec<FileInfo>> {
        let search = parse(query);
        let own = self.access.own_account(actor);
        if is_empty(&search) { Ok(Vec::new()) } else { files::search(self.access.read(&own), own.id(), &search).await }
    }
}

fn is_empty(search: &FileFilter) -> bool {
    search.words.is_empty() && search.extensions.is_empty() && search.from.is_empty() && search.channels.is_empty()
}

fn parse(query: &FileQuery) -> FileFilter {
    let mut search = FileFilter {
        any_word: query.any_word,
        include_archived: query.include_archived,
        limit: query.limit,
        offset: query.offset,
        ..FileFilter::default()
    };
    for term in split(&query.terms).into_iter().take(TERMS_MAX) {
        match term.split_once(':') {
            Some(("ext", value)) if !value.is_empty() => search.extensions.push(value.trim_start_matches('.').to_owned()),
            Some(("from", value)) if !value.is_empty() => search.from.push(value.trim_start_matches('@').to_owned()),
            Some(("in" | "channel", value)) if !value.is_empty() => search.channels.push(value.trim_start_matches('~').to_owned()),
            _ => search.words.push(term.trim_matches('*').to_owned()),
        }
    }
    search.words.retain(|word| !word.is_empty());
    search
}

/// Lower-case words; a quoted phrase is one word.
fn split(terms: &str) -> Vec<String> {
    let lower = terms.to_lowercase();
    let mut words = Vec::new();
    for (index, part) in lower.split('"').enumerate() {
        if index % 2 == 1 {
            words.push(part.trim().to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_words_and_modifiers() {
        let query = FileQuery { terms: "Report* ext:.PDF from:@bob in:~town-square \"year end\" 50%".to_owned(), ..FileQuery::default() };
        let search = parse(&query);
        assert_eq!(search.words, ["report", "year end", "50%"]);
        assert_eq!(search.extensions, ["pdf"]);
        assert_eq!(search.from, ["bob"]);
        assert_eq!(search.channels, ["town-square"]);
        assert!(is_empty(&parse(&FileQuery { terms: " * \"\" ".to_owned(), ..FileQuery::default() })));
    }
}
