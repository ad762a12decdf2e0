//! Bookmarks: links and files that stand above a channel, for everybody in it.

use crate::codes::channel_bookmarks as codes;
use crate::emoji;
use crate::file::FileInfo;
use crate::id::{ChannelBookmarkId, ChannelId, FileId, UserId};
use crate::time::Millis;
use crate::{Code, Result};

/// In a channel, as in Mattermost.
pub const BOOKMARKS_MAX: i64 = 50;
/// The same with those that were deleted and are still kept.
pub const ROWS_MAX: i64 = 1_000;
/// How long clients that were away learn of a deleted one.
pub const DELETED_KEPT_MS: i64 = 7 * 24 * 60 * 60 * 1_000;
const NAME_CHARS_MAX: usize = 64;
const URL_CHARS_MAX: usize = 1_024;
/// Addresses that a browser opens, or hands to another program.
const LINK_SCHEMES: &[&str] = &["http", "https", "mailto"];
const IMAGE_SCHEMES: &[&str] = &["http", "https"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BookmarkKind {
    Link,
    File,
}

impl BookmarkKind {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::File => "file",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Link, Self::File].into_iter().find(|kind| kind.name() == name)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelBookmark {
    pub id: ChannelBookmarkId,
    pub channel_id: ChannelId,
    /// Who has made it, or was the last to change it.
    pub owner_id: UserId,
    pub create_at: Millis,
    pub update_at: Millis,
    pub delete_at: Millis,
    pub kind: BookmarkKind,
    pub display_name: String,
    pub sort_order: i64,
    /// Of a link.
    pub link_url: String,
    pub image_url: String,
    /// Without colons.
    pub emoji: String,
    /// Of a file.
    pub file_id: Option<FileId>,
    /// The one of somebody else that this one has replaced.
    pub original_id: Option<ChannelBookmarkId>,
    pub parent_id: Option<ChannelBookmarkId>,
}

/// A bookmark with its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookmarkView {
    pub bookmark: ChannelBookmark,
    pub file: Option<FileInfo>,
}

impl ChannelBookmark {
    /// Whether it can be stored. The file is looked at by whoever stores it.
    pub fn check(&self) -> Result<()> {
        let chars = self.display_name.chars().count();
        if self.display_name.trim().is_empty() || chars > NAME_CHARS_MAX {
            return Err(codes::NAME_INVALID.with("max", NAME_CHARS_MAX));
        }
        if !self.emoji.is_empty() && !emoji::is_valid_name(&self.emoji) {
            return Err(codes::EMOJI_INVALID.into());
        }
        match self.kind {
            BookmarkKind::Link => {
                check_url(&self.link_url, LINK_SCHEMES, codes::LINK_INVALID)?;
                if !self.image_url.is_empty() {
                    check_url(&self.image_url, IMAGE_SCHEMES, codes::IMAGE_INVALID)?;
                }
                if self.file_id.is_some() { Err(codes::LINK_WITH_FILE.into()) } else { Ok(()) }
            }
            BookmarkKind::File if self.file_id.is_none() => Err(codes::FILE_INVALID.into()),
            BookmarkKind::File if !self.link_url.is_empty() || !self.image_url.is_empty() => Err(codes::LINK_WITH_FILE.into()),
            BookmarkKind::File => Ok(()),
        }
    }
}

fn check_url(url: &str, schemes: &[&str], code: Code) -> Result<()> {
    let is_known = url.split_once(':').is_some_and(|(scheme, rest)| {
        let scheme = scheme.to_ascii_lowercase();
        schemes.contains(&scheme.as_str()) && (scheme == "mailto" || rest.starts_with("//")) && rest.trim_matches('/').len() > 1
    });
    let is_clean = !url.chars().any(|char| char.is_control() || char.is_whitespace());
    if is_known && is_clean && url.chars().count() <= URL_CHARS_MAX { Ok(()) } else { Err(code.with("max", URL_CHARS_MAX)) }
}

/// The bookmarks in a new order: the one with this id at this index. `None` if there is no such one or index.
pub fn reorder(bookmarks: &[ChannelBookmark], id: ChannelBookmarkId, index: i64) -> Option<Vec<ChannelBookmark>> {
    let mut bookmarks = bookmarks.to_vec();
    let from = bookmarks.iter().position(|bookmark| bookmark.id == id)?;
    let to = usize::try_from(index).ok().filter(|to| *to < bookmarks.len())?;
    let moved = bookmarks.remove(from);
    bookmarks.insert(to, moved);
    for (bookmark, order) in bookmarks.iter_mut().zip(0..) {
        bookmark.sort_order = order;
    }
    Some(bookmarks)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(url: &str) -> ChannelBookmark {
        ChannelBookmark {
            id: ChannelBookmarkId::from_bytes([1; 16]),
            channel_id: ChannelId::from_bytes([2; 16]),
            owner_id: UserId::from_bytes([3; 16]),
            create_at: Millis(1),
            update_at: Millis(1),
            delete_at: Millis::ZERO,
            kind: BookmarkKind::Link,
            display_name: "Script".to_owned(),
            sort_order: 0,
            link_url: url.to_owned(),
            image_url: String::new(),
            emoji: String::new(),
            file_id: None,
            original_id: None,
            parent_id: None,
        }
    }

    #[test]
    fn links_are_addresses_that_a_browser_may_open() {
        for url in ["https://example.com", "HTTP://example.com/x?y=1#z", "mailto:ann@example.com", "https://example.com/ü"] {
            assert!(link(url).check().is_ok(), "{url}");
        }
        let long = format!("https://example.com/{}", "x".repeat(1_024));
        for url in [
            "",
            "example.com",
            "javascript:alert(1)",
            "data:text/html,x",
            "https:",
            "https://",
            "https:example.com",
            "https://a b",
            "mailto:",
            &long,
        ] {
            assert!(link(url).check().is_err(), "{url}");
        }
    }

    #[test]
    fn names_emoji_and_kinds_are_checked() {
        let ok = link("https://example.com");
        let file = FileId::from_bytes([4; 16]);
        let changed: [fn(&mut ChannelBookmark); 6] = [
            |it| it.display_name = " ".to_owned(),
            |it| it.display_name = "x".repeat(65),
            |it| it.emoji = ":smile:".to_owned(),
            |it| it.image_url = "mailto:a@example.com".to_owned(),
            |it| it.file_id = Some(FileId::from_bytes([4; 16])),
            |it| it.kind = BookmarkKind::File,
        ];
        for change in changed {
            let mut wrong = ok.clone();
            change(&mut wrong);
            assert!(wrong.check().is_err(), "{wrong:?}");
        }
        let right =
            ChannelBookmark { kind: BookmarkKind::File, link_url: String::new(), file_id: Some(file), emoji: "smile".to_owned(), ..ok };
        assert!(right.check().is_ok());
    }

    #[test]
    fn an_order_has_no_gaps() {
        let bookmarks: Vec<ChannelBookmark> = (1..=3)
            .map(|n| ChannelBookmark {
                id: ChannelBookmarkId::from_bytes([n; 16]),
                sort_order: i64::from(n) * 7,
                ..link("https://example.com")
            })
            .collect();
        let ordered = |id: u8, index| {
            let found = reorder(&bookmarks, ChannelBookmarkId::from_bytes([id; 16]), index)?;
            Some(found.iter().map(|it| (it.id.bytes()[0], it.sort_order)).collect::<Vec<_>>())
        };
        assert_eq!(ordered(3, 0), Some(vec![(3, 0), (1, 1), (2, 2)]));
        assert_eq!(ordered(1, 2), Some(vec![(2, 0), (3, 1), (1, 2)]));
        assert_eq!((ordered(1, 3), ordered(1, -1), ordered(9, 0)), (None, None, None));
    }
}
