//! The texts of an attachment.

use serde_json::Value;

use super::names::{Names, References};
use super::to_markdown;
use crate::posts::attachments::fold_names;

/// The members that are texts in Slack's format.
const TEXTS: &[&str] = &["fallback", "pretext", "author_name", "title", "text", "footer"];
const FIELD_TEXTS: &[&str] = &["title", "value"];

/// The attachment with its texts in Markdown.
pub(in crate::webhooks) fn attachment_to_markdown(mut attachment: Value, names: &Names) -> Value {
    for_each_text(&mut attachment, &mut |text: &mut String| *text = to_markdown(text, names));
    attachment
}

impl References {
    pub fn collect_from_attachment(&mut self, attachment: &Value) {
        for_each_text(&mut attachment.clone(), &mut |text: &mut String| self.collect_from(text));
    }
}

fn for_each_text(attachment: &mut Value, visit: &mut impl FnMut(&mut String)) {
    let Some(members) = attachment.as_object_mut() else { return };
    fold_names(members);
    for name in TEXTS {
        if let Some(Value::String(text)) = members.get_mut(*name) {
            visit(text);
        }
    }
    let fields = members.get_mut("fields").and_then(Value::as_array_mut).into_iter().flatten();
    for field in fields.filter_map(Value::as_object_mut) {
        for name in FIELD_TEXTS {
            if let Some(Value::String(text)) = field.get_mut(*name) {
                visit(text);
            }
        }
    }
}
