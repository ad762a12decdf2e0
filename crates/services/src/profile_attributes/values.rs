//! What people enter into the fields of their profiles.

use std::collections::{BTreeMap, BTreeSet};

use guildhall_model::codes::profile_attributes as codes;
use guildhall_model::event::ValuesFor;
use guildhall_model::id::{PropertyId, UserId};
use guildhall_model::profile_attribute::{AttributeValue, ProfileField, ProfileValue, Visibility};
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::{channel_members, profile_attributes as rows, users};

use crate::access::{Grant, UserGrant, Writing};
use crate::boxed;
use crate::profile_attributes::ProfileAttributes;
use crate::retry::retry_on_conflict;

/// Values that one request changes, as in Mattermost.
pub const VALUES_MAX: usize = 50;

impl ProfileAttributes<'_> {
    /// The values of a person whom the actor may see. Others do not get hidden ones, and guests no people whom they do not see.
    #[boxed]
    pub async fn profile_values(&self, actor: &Actor, user: UserId) -> Result<Vec<ProfileValue>> {
        let user = self.users().user(actor, user).await?;
        let grant = self.access.system("who sees a person sees the profile").user(user.id);
        let db = self.access.read(&grant);
        let fields = by_id(rows::fields(db).await?);
        let sees_hidden = actor.user_id == user.id || self.access.has_system_permission(actor, Permission::EditOtherUsers);
        let stored = rows::values(db, grant.id()).await?;
        let known = stored.into_iter().filter_map(|ProfileValue { field_id, value }| Some((fields.get(&field_id)?, value)));
        let shown: Vec<(&ProfileField, AttributeValue)> = known
            .filter(|(field, _)| sees_hidden || field.attrs.visibility != Visibility::Hidden)
            .filter_map(|(field, value)| Some((field, field.shown(value)?)))
            .collect();
        let people = shown.iter().flat_map(|(field, value)| value.people(field.kind)).collect();
        let visible = self.visible_people(&grant, actor, people).await?;
        let seen = |(field, value): (&ProfileField, AttributeValue)| {
            let value = if field.kind.names_people() { value.retain(|person| visible.contains(person))? } else { value };
            Some(ProfileValue { field_id: field.id, value })
        };
        Ok(shown.into_iter().filter_map(seen).collect())
    }

    /// Changes these values of one's own, or of somebody else with the permission to edit them. What is empty is removed.
    #[boxed]
    pub async fn patch_profile_values(
        &self,
        actor: &Actor,
        user: UserId,
        values: BTreeMap<PropertyId, AttributeValue>,
    ) -> Result<Vec<ProfileValue>> {
        match values.len() {
            0 => return Err(codes::NOTHING.into()),
            1..=VALUES_MAX => {}
            _ => return Err(codes::TOO_MANY_VALUES.with("max", VALUES_MAX)),
        }
        let (grant, _) = self.users().user_to_change(actor, user, Permission::EditOtherUsers).await?;
        retry_on_conflict(|| self.try_patch_values(actor, &grant, &values)).await
    }

    async fn try_patch_values(
        &self,
        actor: &Actor,
        grant: &Writing<UserGrant>,
        values: &BTreeMap<PropertyId, AttributeValue>,
    ) -> Result<Vec<ProfileValue>> {
        let db = self.access.read(grant);
        let fields = by_id(rows::fields(db).await?);
        let may_manage = self.access.has_system_permission(actor, Permission::EditOtherUsers);
        let mut changed: Vec<(&ProfileField, ProfileValue)> = Vec::new();
        for (id, value) in values {
            let field = fields.get(id).ok_or(codes::NOT_FOUND)?;
            if field.attrs.is_managed && !may_manage {
                return Err(codes::MANAGED.with("field", &field.name));
            }
            changed.push((field, ProfileValue { field_id: *id, value: field.check_value(value.clone())? }));
        }
        let people: Vec<UserId> = changed.iter().flat_map(|(field, value)| value.value.people(field.kind)).collect();
        let visible = self.visible_people(grant, actor, people.clone()).await?;
        if let Some((field, _)) =
            changed.iter().find(|(field, value)| value.value.people(field.kind).iter().any(|person| !visible.contains(&person.to_string())))
        {
            return Err(codes::VALUE_INVALID.with("field", &field.name));
        }
        let now = self.clock.now();
        let mut write = self.access.write(grant, "profile_attributes.patch_values");
        for (field, value) in &changed {
            write.detail("field_id", field.id);
            write.push(rows::guard_field(field));
            write.push(rows::set_value(grant.write_id(), value, now));
        }
        let channels = channel_members::channel_ids(db, grant.id()).await?.into();
        let mut events: Vec<Event> = Vec::new();
        for audience in [ValuesFor::All, ValuesFor::Members, ValuesFor::Owner] {
            let of = changed.iter().filter(|(field, _)| ValuesFor::of(field) == audience).map(|(_, value)| value.clone());
            let values: Vec<ProfileValue> = of.collect();
            if !values.is_empty() {
                let channels = std::sync::Arc::clone(&channels);
                events.push(Event::ProfileValuesUpdated { user_id: grant.user_id(), values, audience, channels });
            }
        }
        write.commit(events).await?;
        Ok(changed.into_iter().map(|(_, value)| value).collect())
    }

    /// Those of these people who exist and whom the actor may see, as values name them.
    async fn visible_people(&self, grant: &impl Grant, actor: &Actor, people: Vec<UserId>) -> Result<BTreeSet<String>> {
        if people.is_empty() {
            return Ok(BTreeSet::new());
        }
        let existing: Vec<UserId> = users::by_ids(self.access.read(grant), &people).await?.into_iter().map(|person| person.id).collect();
        let visible = self.users().visible_among(grant, actor, existing).await?;
        Ok(visible.iter().map(ToString::to_string).collect())
    }
}

fn by_id(fields: Vec<ProfileField>) -> BTreeMap<PropertyId, ProfileField> {
    fields.into_iter().map(|field| (field.id, field)).collect()
}
