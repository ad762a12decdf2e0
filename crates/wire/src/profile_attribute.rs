//! Custom profile attributes, which Mattermost calls property fields of the object type `user`.

use std::collections::BTreeMap;

use guildhall_model::Result;
use guildhall_model::codes::{context, profile_attributes as codes};
use guildhall_model::id::PropertyId;
use guildhall_model::profile_attribute::{self as model, AttributeValue, FieldKind, OPTIONS_MAX, ProfileValue, TextKind, Visibility};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::common::opt_id;
use crate::property::{GROUP_ID, PropertyField};

/// `GET /custom_profile_attributes/group`.
#[derive(Debug, Clone, Serialize)]
pub struct Group {
    pub id: String,
}

impl Group {
    pub fn of_attributes() -> Self {
        Self { id: GROUP_ID.to_string() }
    }
}

/// A field as clients get it.
pub fn to_wire(field: &model::ProfileField) -> PropertyField {
    let attrs = &field.attrs;
    let options: Vec<_> = attrs.options.iter().map(|option| json!({"id": option.id, "name": option.name, "color": option.color})).collect();
    PropertyField {
        id: field.id.to_string(),
        group_id: GROUP_ID.to_string(),
        name: field.name.clone(),
        kind: field.kind.name().to_owned(),
        attrs: json!({
            "visibility": attrs.visibility.name(),
            "sort_order": attrs.sort_order,
            "options": if field.kind.has_options() { json!(options) } else { json!(null) },
            "value_type": attrs.text_kind.name(),
            "managed": if attrs.is_managed { "admin" } else { "" },
            "ldap": attrs.ldap,
            "saml": attrs.saml,
        }),
        target_id: String::new(),
        target_type: "system".to_owned(),
        object_type: "user".to_owned(),
        create_at: field.create_at.0,
        update_at: field.update_at.0,
        delete_at: 0,
        created_by: opt_id(field.created_by),
        updated_by: opt_id(field.updated_by),
    }
}

/// Values by the id of their field.
pub fn values_to_wire(values: Vec<ProfileValue>) -> BTreeMap<String, AttributeValue> {
    values.into_iter().map(|value| (value.field_id.to_string(), value.value)).collect()
}

/// Values by the id of their field, as clients send them.
pub fn values_from_wire(sent: BTreeMap<String, AttributeValue>) -> Result<BTreeMap<PropertyId, AttributeValue>> {
    let to_id = |id: &str| id.parse().map_err(|_| context::INVALID_PARAM.with("name", "field_id"));
    sent.into_iter().map(|(id, value)| Ok((to_id(&id)?, value))).collect()
}

/// `POST /custom_profile_attributes/fields` and `PATCH /custom_profile_attributes/fields/{field_id}`: what is left out stays.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct FieldChange {
    pub name: Option<String>,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub attrs: Option<AttrsChange>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct AttrsChange {
    pub visibility: Option<String>,
    pub sort_order: Option<f64>,
    pub options: Option<Vec<NewOption>>,
    pub value_type: Option<String>,
    pub managed: Option<String>,
    pub ldap: Option<String>,
    pub saml: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct NewOption {
    pub id: String,
    pub name: String,
    pub color: String,
}

/// Largest number of an order, in both directions.
const SORT_ORDER_MAX: f64 = 1e9;

impl FieldChange {
    pub fn kind(&self) -> Result<Option<FieldKind>> {
        self.kind.as_deref().map(|name| FieldKind::from_name(name).ok_or_else(|| codes::KIND_INVALID.into())).transpose()
    }
}

impl AttrsChange {
    /// Empty is the default.
    pub fn visibility(&self) -> Result<Option<Visibility>> {
        named(self.visibility.as_deref(), "visibility", |name| {
            if name.is_empty() { Some(Visibility::WhenSet) } else { Visibility::from_name(name) }
        })
    }

    pub fn text_kind(&self) -> Result<Option<TextKind>> {
        named(self.value_type.as_deref(), "value_type", TextKind::from_name)
    }

    pub fn is_managed(&self) -> Result<Option<bool>> {
        named(self.managed.as_deref(), "managed", |name| match name {
            "" => Some(false),
            "admin" => Some(true),
            _ => None,
        })
    }

    pub fn sort_order(&self) -> Result<Option<i64>> {
        let to_number = |order: f64| (-SORT_ORDER_MAX..=SORT_ORDER_MAX).contains(&order).then(|| order.round() as i64);
        self.sort_order.map(|order| to_number(order).ok_or_else(|| codes::ATTRS_INVALID.with("name", "sort_order"))).transpose()
    }

    /// Before anything is done with them.
    pub fn check_number_of_options(&self) -> Result<()> {
        let count = self.options.as_ref().map_or(0, Vec::len);
        if count > OPTIONS_MAX { Err(codes::TOO_MANY_OPTIONS.with("max", OPTIONS_MAX)) } else { Ok(()) }
    }
}

fn named<T>(sent: Option<&str>, what: &'static str, parse: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>> {
    sent.map(|name| parse(name.trim()).ok_or_else(|| codes::ATTRS_INVALID.with("name", what))).transpose()
}
