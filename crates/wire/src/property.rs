//! Properties: fields that objects of a kind have, and their values. Those of the whole server describe the classification banner, which
//! Mattermost's apps read as a field with levels and the level that is chosen.

use guildhall_model::Millis;
use guildhall_model::id::PropertyId;
use guildhall_model::settings::Classification;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The group of the properties that the server itself reads, by the name that clients use.
pub const GROUP_NAME: &str = "access_control";
pub const GROUP_ID: PropertyId = PropertyId::from_bytes(*b"access_control01");

const CLASSIFICATION_FIELD: PropertyId = PropertyId::from_bytes(*b"classification01");
const CLASSIFICATION_LEVEL: PropertyId = PropertyId::from_bytes(*b"classification02");
const CLASSIFICATION_VALUE: PropertyId = PropertyId::from_bytes(*b"classification03");

/// The kind of object, the kind of target and the target of what belongs to the whole server.
const SYSTEM: &str = "system";

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PropertyField {
    pub id: String,
    pub group_id: String,
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub attrs: Value,
    pub target_id: String,
    pub target_type: String,
    pub object_type: String,
    pub create_at: i64,
    pub update_at: i64,
    pub delete_at: i64,
    pub created_by: String,
    pub updated_by: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PropertyValue {
    pub id: String,
    pub target_id: String,
    pub target_type: String,
    pub group_id: String,
    pub field_id: String,
    pub value: Value,
    pub attrs: Value,
    pub create_at: i64,
    pub update_at: i64,
    pub delete_at: i64,
    pub created_by: String,
    pub updated_by: String,
}

/// Which fields: `POST /properties/groups/{group}/fields/search`, and the query of the list.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct PropertyFieldSearch {
    pub object_types: Vec<String>,
    pub target_type: String,
    pub target_id: String,
}

impl PropertyFieldSearch {
    fn selects_system(&self) -> bool {
        self.object_types.iter().any(|kind| kind == SYSTEM)
            && ["", SYSTEM].contains(&self.target_type.as_str())
            && self.target_id.is_empty()
    }
}

/// The field of the banner; none where there is no banner. `since` is when the server was installed. Apps keep the newer of two versions,
/// and settings have no time, so each answer is a new version.
pub fn classification_fields(settings: &Classification, search: &PropertyFieldSearch, since: Millis, now: Millis) -> Vec<PropertyField> {
    let banner = settings.banner().filter(|_| search.selects_system());
    let to_field = |banner| PropertyField {
        id: CLASSIFICATION_FIELD.to_string(),
        group_id: GROUP_ID.to_string(),
        name: "classification".to_owned(),
        kind: "select".to_owned(),
        attrs: json!({
            "actions": actions(settings),
            "managed": "admin",
            "options": [{"id": CLASSIFICATION_LEVEL.to_string(), "name": banner, "color": settings.background_color, "rank": 1}],
        }),
        target_id: String::new(),
        target_type: SYSTEM.to_owned(),
        object_type: SYSTEM.to_owned(),
        create_at: since.0,
        update_at: now.0,
        delete_at: 0,
        created_by: String::new(),
        updated_by: String::new(),
    };
    Vec::from_iter(banner.map(to_field))
}

/// The level that is chosen.
pub fn classification_values(settings: &Classification, since: Millis, now: Millis) -> Vec<PropertyValue> {
    let to_value = |_| PropertyValue {
        id: CLASSIFICATION_VALUE.to_string(),
        target_id: SYSTEM.to_owned(),
        target_type: SYSTEM.to_owned(),
        group_id: GROUP_ID.to_string(),
        field_id: CLASSIFICATION_FIELD.to_string(),
        value: CLASSIFICATION_LEVEL.to_string().into(),
        attrs: json!({"actions": actions(settings)}),
        create_at: since.0,
        update_at: now.0,
        delete_at: 0,
        created_by: String::new(),
        updated_by: String::new(),
    };
    Vec::from_iter(settings.banner().map(to_value))
}

/// Where the banner is.
fn actions(settings: &Classification) -> &'static [&'static str] {
    if settings.placement == "top" { &["display_banner_top"] } else { &["display_banner_top", "display_banner_bottom"] }
}
