//! Finding and reading files.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures::TryStreamExt;
use guildhall_model::Result;
use guildhall_model::file::FileInfo;
use guildhall_services::files::{FileContent, FileQuery, Rendition};
use rmcp::handler::server::wrapper::Parameters;
use rmcp::model::{CallToolResult, ContentBlock};
use rmcp::schemars::{self, JsonSchema};
use rmcp::{tool, tool_router};
use serde::{Deserialize, Serialize};

use super::{Tools, id, limit};
use crate::call::{CallResult, json_text};
use crate::text::beginning;
use crate::views::FileView;

const FILES_DEFAULT: i64 = 20;
const FILES_MAX: i64 = 100;
const TEXT_CHARS_MAX: usize = 100_000;
/// A character has at most four bytes.
const TEXT_BYTES_MAX: usize = 4 * TEXT_CHARS_MAX;
const IMAGE_BYTES_MAX: usize = 1024 * 1024;
/// Those that models take.
const IMAGE_TYPES: &[&str] = &["image/png", "image/jpeg", "image/gif", "image/webp"];

#[derive(Serialize)]
struct Files {
    files: Vec<FileView>,
}

#[derive(Serialize)]
struct FileText {
    #[serde(flatten)]
    file: FileView,
    text: String,
    /// It is only the beginning.
    truncated: bool,
}

#[derive(Serialize)]
struct NotReadable {
    #[serde(flatten)]
    file: FileView,
    note: &'static str,
}

#[derive(Deserialize, JsonSchema)]
#[schemars(crate = "schemars")]
pub(super) struct SearchFiles {
    /// Words of the name. `ext:pdf`, `from:username` and `in:channel-name` narrow it down.
    terms: String,
    /// How many to return: 20 if left out, at most 100.
    limit: Option<i64>,
}

#[derive(Deserialize, JsonSchema)]
#[schemars(crate = "schemars")]
pub(super) struct ReadFile {
    file_id: String,
}

#[tool_router(router = of_files, vis = "pub(super)")]
impl Tools {
    #[tool(
        description = "Searches the files of all channels that the person is in, by name; the newest first.",
        annotations(title = "Search files", read_only_hint = true, open_world_hint = false)
    )]
    async fn search_files(&self, Parameters(asked): Parameters<SearchFiles>) -> CallResult {
        self.call("search_files", "", async {
            let limit = limit(asked.limit, FILES_DEFAULT, FILES_MAX);
            let query = FileQuery { terms: asked.terms, limit, ..FileQuery::default() };
            let files = self.caller.services.files().search_files(&self.caller.actor, &query).await?;
            Ok(Files { files: files.iter().map(FileView::of).collect() })
        })
        .await
    }

    #[tool(
        description = "The content of a file: text up to 100,000 characters, or a picture. Of other files only what they are.",
        annotations(title = "Read a file", read_only_hint = true, open_world_hint = false)
    )]
    async fn read_file(&self, Parameters(asked): Parameters<ReadFile>) -> CallResult {
        self.call_for_content("read_file", &asked.file_id, async {
            let (services, actor) = (&self.caller.services, &self.caller.actor);
            let file = services.files().file_info(actor, id(&asked.file_id, "file_id")?).await?;
            if let Some(rendition) = picture_of(&file) {
                let content = services.files().file_content(actor, file.id, rendition).await?;
                let (size_bytes, media_type) = services.files().size_and_type(&content).await?;
                if size_bytes <= IMAGE_BYTES_MAX as u64 && IMAGE_TYPES.contains(&media_type.as_str()) {
                    let picture = STANDARD.encode(self.content(&content, IMAGE_BYTES_MAX).await?);
                    let about = ContentBlock::text(json_text(&FileView::of(&file))?);
                    return Ok(CallToolResult::success(vec![about, ContentBlock::image(picture, media_type)]));
                }
            }
            let text = if is_text(&file) {
                let content = services.files().file_content(actor, file.id, Rendition::Original).await?;
                text_of(&self.content(&content, TEXT_BYTES_MAX).await?)
            } else {
                None
            };
            let answer = match &text {
                Some(text) => {
                    let (text, is_all) = beginning(text, TEXT_CHARS_MAX);
                    let truncated = !is_all || file.size_bytes > TEXT_BYTES_MAX as i64;
                    json_text(&FileText { file: FileView::of(&file), text: text.to_owned(), truncated })?
                }
                None => json_text(&NotReadable { file: FileView::of(&file), note: "Files of this kind can only be opened in the chat." })?,
            };
            Ok(CallToolResult::success(vec![ContentBlock::text(answer)]))
        })
        .await
    }

    /// At most so many bytes of its beginning.
    async fn content(&self, content: &FileContent, bytes_max: usize) -> Result<Vec<u8>> {
        let mut stream = self.caller.services.files().open_file(content, None).await?.stream;
        let mut read = Vec::new();
        while let Some(part) = stream.try_next().await? {
            read.extend_from_slice(&part);
            if read.len() >= bytes_max {
                read.truncate(bytes_max);
                break;
            }
        }
        Ok(read)
    }
}

/// Which picture of the file a model can look at: the file itself where it is small.
fn picture_of(file: &FileInfo) -> Option<Rendition> {
    let is_small = file.size_bytes <= IMAGE_BYTES_MAX as i64;
    if is_small && IMAGE_TYPES.contains(&file.mime_type.as_str()) {
        return Some(Rendition::Original);
    }
    file.preview_key.as_ref().map(|_| Rendition::Preview)
}

/// By its type, which the server has found out itself when the file came.
fn is_text(file: &FileInfo) -> bool {
    const APPLICATIONS: &[&str] = &["json", "xml", "yaml", "toml", "javascript", "x-sh", "sql", "x-ndjson", "rtf", "x-subrip"];
    const EXTENSIONS: &[&str] =
        &["txt", "md", "csv", "log", "srt", "vtt", "fountain", "edl", "json", "xml", "yaml", "yml", "toml", "ini", "conf", "sql"];
    let media_type = file.mime_type.split(';').next().unwrap_or_default().trim();
    match media_type.split_once('/') {
        Some(("text", _)) => true,
        Some(("application", kind)) if APPLICATIONS.contains(&kind) || kind.ends_with("+json") || kind.ends_with("+xml") => true,
        _ => EXTENSIONS.contains(&file.extension.as_str()),
    }
}

/// `None` for what is no text. A character that was cut off at the end is left out.
fn text_of(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text.to_owned()),
        Err(error) if error.error_len().is_none() => Some(String::from_utf8_lossy(bytes.get(..error.valid_up_to())?).into_owned()),
        // A few files have one wrong byte; a picture that is called .txt has nothing else.
        Err(_) => {
            Some(String::from_utf8_lossy(bytes)).filter(|text| text.matches('\u{fffd}').count() * 50 < text.chars().count()).map(Into::into)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_up_to_the_last_whole_character() {
        assert_eq!(text_of("\u{feff}Grüße".as_bytes()).as_deref(), Some("Grüße"));
        assert_eq!(text_of(&"Grü".as_bytes()[..3]).as_deref(), Some("Gr"));
        assert_eq!(text_of(&[0xff; 64]), None);
        let mut nearly = "x".repeat(200).into_bytes();
        nearly[100] = 0xe4;
        assert!(text_of(&nearly).is_some_and(|text| text.contains('\u{fffd}')));
    }
}
