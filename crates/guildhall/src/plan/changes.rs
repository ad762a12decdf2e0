//! What a plan changes on a server, as people read it.

use std::fmt;

use serde_json::{Map, Value};

/// One change.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Such as `channel studio/renders`.
    pub object: String,
    pub kind: ChangeKind,
}

#[derive(Debug, Clone, PartialEq)]
pub enum ChangeKind {
    Create,
    /// The fields with their values before and after.
    Update(Vec<FieldChange>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct FieldChange {
    pub name: String,
    pub before: Value,
    pub after: Value,
}

impl Change {
    pub fn create(object: impl Into<String>) -> Self {
        Self { object: object.into(), kind: ChangeKind::Create }
    }

    pub fn update(object: impl Into<String>, fields: Vec<FieldChange>) -> Self {
        Self { object: object.into(), kind: ChangeKind::Update(fields) }
    }

    pub const fn is_create(&self) -> bool {
        matches!(self.kind, ChangeKind::Create)
    }
}

impl FieldChange {
    pub fn new(name: &str, before: impl Into<Value>, after: impl Into<Value>) -> Self {
        Self { name: name.to_owned(), before: before.into(), after: after.into() }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, output: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ChangeKind::Create => write!(output, "+ {}", self.object),
            ChangeKind::Update(fields) => {
                write!(output, "~ {}", self.object)?;
                for (index, FieldChange { name, before, after }) in fields.iter().enumerate() {
                    let separator = if index == 0 { ": " } else { ", " };
                    match name.as_str() {
                        "" => write!(output, "{separator}{before} -> {after}")?,
                        name => write!(output, "{separator}{name} {before} -> {after}")?,
                    }
                }
                Ok(())
            }
        }
    }
}

/// The wanted fields that differ from those of the object on the server.
pub fn differences(current: &Value, wanted: &Map<String, Value>) -> Vec<FieldChange> {
    let differs = |(name, after): (&String, &Value)| {
        let before = current.get(name).cloned().unwrap_or_default();
        (before != *after).then(|| FieldChange::new(name, before, after.clone()))
    };
    wanted.iter().filter_map(differs).collect()
}

/// `1 to create, 2 to change`, or `nothing to change`.
pub fn summary(changes: &[Change], [create, change]: [&str; 2]) -> String {
    let created = changes.iter().filter(|change| change.is_create()).count();
    let counts = [(created, create), (changes.len() - created, change)];
    let parts: Vec<String> = counts.iter().filter(|(count, _)| *count > 0).map(|(count, verb)| format!("{count} {verb}")).collect();
    if parts.is_empty() { "nothing to change".to_owned() } else { parts.join(", ") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn changes_are_readable() {
        let wanted = json!({"header": "New", "purpose": "Same"});
        let fields = differences(&json!({"header": "Old", "purpose": "Same", "other": 1}), wanted.as_object().unwrap_or(&Map::new()));
        let update = Change::update("channel studio/renders", fields);
        assert_eq!(update.to_string(), "~ channel studio/renders: header \"Old\" -> \"New\"");
        let setting = Change::update("setting site.name", vec![FieldChange::new("", "Guildhall", "Studio")]);
        assert_eq!(setting.to_string(), "~ setting site.name: \"Guildhall\" -> \"Studio\"");
        let create = Change::create("team studio");
        assert_eq!(create.to_string(), "+ team studio");
        assert_eq!(summary(&[create, update, setting], ["to create", "to change"]), "1 to create, 2 to change");
        assert_eq!(summary(&[], ["to create", "to change"]), "nothing to change");
    }
}
