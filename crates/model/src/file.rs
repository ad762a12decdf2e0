//! Files: metadata of uploaded files, uploads in progress, and file names.

use unicode_segmentation::UnicodeSegmentation;

use crate::id::{ChannelId, FileId, PostId, UploadId, UserId};
use crate::time::Millis;

/// Maximum length of a file name, in Unicode scalar values.
pub const FILE_NAME_CHARS_MAX: usize = 255;
pub const EXTENSION_CHARS_MAX: usize = 32;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileInfo {
    pub id: FileId,
    pub user_id: UserId,
    /// `None` until the file is attached to a post.
    pub post_id: Option<PostId>,
    pub channel_id: ChannelId,
    pub create_at: Millis,
    pub update_at: Millis,
    pub delete_at: Millis,
    pub name: String,
    /// Without the dot, lower case.
    pub extension: String,
    pub size_bytes: i64,
    pub mime_type: String,
    pub width: i64,
    pub height: i64,
    pub has_preview_image: bool,
    /// A JPEG of at most 16 by 16 pixels.
    pub mini_preview: Option<Vec<u8>>,
    /// The key of the content in the blob store.
    pub blob_key: String,
    pub thumbnail_key: Option<String>,
    pub preview_key: Option<String>,
}

/// A resumable upload. The blob store keeps how much of it has been received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadSession {
    pub id: UploadId,
    pub user_id: UserId,
    pub channel_id: ChannelId,
    pub filename: String,
    pub size_bytes: i64,
    pub create_at: Millis,
}

/// The last path component of a client's file name, without control characters and what changes the direction of writing.
pub fn sanitize_file_name(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible: String = base.chars().filter(|c| !c.is_control() && !is_direction_mark(*c)).collect();
    let trimmed = visible.trim();
    if trimmed.chars().all(|c| c == '.' || c.is_whitespace()) {
        return "file".to_owned();
    }
    truncate_stem(trimmed)
}

/// Bidirectional marks can make `gpj.exe` display as `exe.jpg`. Also the separators of lines, and the byte-order mark.
const fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2028}' | '\u{2029}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Truncates the stem of a name that is too long, not within what is read as one character, and keeps the extension.
fn truncate_stem(name: &str) -> String {
    if name.chars().count() <= FILE_NAME_CHARS_MAX {
        return name.to_owned();
    }
    let extension = extension(name);
    let stem_chars = FILE_NAME_CHARS_MAX - extension.chars().count() - 1;
    let mut chars_left = stem_chars;
    let fits = |grapheme: &&str| {
        let chars = grapheme.chars().count();
        let fits = chars <= chars_left;
        chars_left = if fits { chars_left - chars } else { 0 };
        fits
    };
    let mut stem: String = name.graphemes(true).take_while(fits).collect();
    if stem.is_empty() {
        stem = name.chars().take(stem_chars).collect();
    }
    if extension.is_empty() { stem } else { format!("{stem}.{extension}") }
}

/// What follows the last dot, in lower case; empty if that is too long or contains whitespace.
pub fn extension(name: &str) -> String {
    match name.rsplit_once('.') {
        Some((_, extension)) if extension.chars().count() <= EXTENSION_CHARS_MAX && !extension.contains(char::is_whitespace) => {
            extension.to_lowercase()
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_reduced_to_its_last_component() {
        for (name, expected) in [
            ("report.pdf", "report.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\me\\photo.JPG", "photo.JPG"),
            ("a\r\nSet-Cookie: x.txt", "aSet-Cookie: x.txt"),
            ("evil\u{202e}gpj.exe", "evilgpj.exe"),
            ("..", "file"),
            (". . ", "file"),
            ("say \"hi\".txt", "say \"hi\".txt"),
            ("a\0b\u{2028}c\u{feff}.txt", "abc.txt"),
            ("..\\..\\x.txt", "x.txt"),
            ("👩‍👩‍👧.txt", "👩‍👩‍👧.txt"),
            ("", "file"),
            ("dir/", "file"),
            ("日本 語.png", "日本 語.png"),
        ] {
            assert_eq!(sanitize_file_name(name), expected, "{name:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_extension() {
        let name = sanitize_file_name(&format!("{}.tar", "é".repeat(400)));
        assert_eq!(name.chars().count(), FILE_NAME_CHARS_MAX);
        assert!(name.ends_with("é.tar"));
        assert_eq!(sanitize_file_name(&"x".repeat(300)).len(), FILE_NAME_CHARS_MAX - 1);
        let family = sanitize_file_name(&format!("{}.txt", "👩‍👩‍👧".repeat(100)));
        assert!(family.ends_with("👩‍👩‍👧.txt") && family.chars().count() <= FILE_NAME_CHARS_MAX);
        let marks = sanitize_file_name(&format!("e{}.txt", "\u{301}".repeat(300)));
        assert!(marks.ends_with(".txt") && marks.chars().count() <= FILE_NAME_CHARS_MAX);
    }

    #[test]
    fn an_extension_is_short_and_lower_case() {
        assert_eq!(extension("a.TAR.GZ"), "gz");
        assert_eq!(extension("Makefile"), "");
        assert_eq!(extension("what. is this"), "");
        assert_eq!(extension(&format!("a.{}", "x".repeat(40))), "");
    }
}
