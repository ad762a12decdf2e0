//! The fields of all profiles.

use guildhall_model::codes::profile_attributes as codes;
use guildhall_model::id::PropertyId;
use guildhall_model::profile_attribute::{FIELDS_MAX, FieldAttrs, FieldKind, FieldOption, ProfileField, TextKind, Visibility};
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::profile_attributes as rows;
use guildhall_storage::usage::{self, Counted};

use crate::access::{SystemGrant, Writing};
use crate::boxed;
use crate::profile_attributes::ProfileAttributes;
use crate::retry::retry_on_conflict;

/// What is to be changed about a field; `None` stays.
#[derive(Debug, Clone, Default)]
pub struct FieldChange {
    pub name: Option<String>,
    pub kind: Option<FieldKind>,
    pub attrs: AttrsChange,
}

#[derive(Debug, Clone, Default)]
pub struct AttrsChange {
    pub visibility: Option<Visibility>,
    pub sort_order: Option<i64>,
    pub options: Option<Vec<NewOption>>,
    pub text_kind: Option<TextKind>,
    pub is_managed: Option<bool>,
    pub ldap: Option<String>,
    pub saml: Option<String>,
}

/// One of the values of a selection.
#[derive(Debug, Clone, Default)]
pub struct NewOption {
    /// Empty for a new one.
    pub id: String,
    pub name: String,
    pub color: String,
}

impl ProfileAttributes<'_> {
    /// In the order in which profiles show them.
    #[boxed]
    pub async fn profile_fields(&self, actor: &Actor) -> Result<Vec<ProfileField>> {
        let mut fields = rows::fields(self.access.read(&self.access.own_account(actor))).await?;
        fields.sort_by_key(|field| (field.attrs.sort_order, field.create_at, field.id));
        Ok(fields)
    }

    #[boxed]
    pub async fn create_profile_field(&self, actor: &Actor, new: FieldChange) -> Result<ProfileField> {
        let grant = self.access.system_permission(actor, Permission::ManageSystem)?;
        let (now, author) = (self.clock.now(), actor.has_account().then_some(actor.user_id));
        let empty = ProfileField {
            id: self.ids.next(),
            name: String::new(),
            kind: new.kind.ok_or(codes::KIND_INVALID)?,
            attrs: FieldAttrs::default(),
            create_at: now,
            update_at: now,
            created_by: author,
            updated_by: author,
        };
        let field = self.changed(empty, new)?;
        let mut write = self.access.write(&grant, "profile_attributes.create_field");
        write.detail("field_id", field.id);
        write.detail("name", &field.name);
        write.push(rows::insert_field(grant.write_server(), &field));
        write.extend(usage::guard(Counted::ProfileFields, FIELDS_MAX, codes::LIMIT));
        write.commit(Event::ProfileFieldCreated(field.clone())).await?;
        Ok(field)
    }

    /// With another kind of content, the values of the field are deleted.
    #[boxed]
    pub async fn patch_profile_field(&self, actor: &Actor, id: PropertyId, change: FieldChange) -> Result<ProfileField> {
        let grant = self.access.system_permission(actor, Permission::ManageSystem)?;
        retry_on_conflict(|| self.try_patch_field(actor, &grant, id, change.clone())).await
    }

    async fn try_patch_field(
        &self,
        actor: &Actor,
        grant: &Writing<SystemGrant>,
        id: PropertyId,
        change: FieldChange,
    ) -> Result<ProfileField> {
        let before = rows::field(self.access.read(grant), id).await?.ok_or(codes::NOT_FOUND)?;
        let mut field = self.changed(before.clone(), change)?;
        if field == before {
            return Ok(field);
        }
        field.update_at = self.now_after(before.update_at);
        field.updated_by = actor.has_account().then_some(actor.user_id);
        let deletes_values = field.kind != before.kind;
        let mut write = self.access.write(grant, "profile_attributes.patch_field");
        write.detail("field_id", id);
        write.detail("name", &field.name);
        write.changed("kind", before.kind.name(), field.kind.name());
        write.push(rows::update_field(grant.write_server(), &field, before.update_at));
        if deletes_values {
            write.push(rows::delete_values(grant.write_server(), id));
        }
        write.commit(Event::ProfileFieldUpdated { field: field.clone(), deletes_values }).await?;
        Ok(field)
    }

    /// With what people have entered into it.
    #[boxed]
    pub async fn delete_profile_field(&self, actor: &Actor, id: PropertyId) -> Result<()> {
        let grant = self.access.system_permission(actor, Permission::ManageSystem)?;
        let field = rows::field(self.access.read(&grant), id).await?.ok_or(codes::NOT_FOUND)?;
        let mut write = self.access.write(&grant, "profile_attributes.delete_field");
        write.detail("field_id", id);
        write.detail("name", &field.name);
        write.push(rows::delete_field(grant.write_server(), id));
        write.push(rows::delete_values(grant.write_server(), id));
        write.commit(Event::ProfileFieldDeleted { field_id: id }).await
    }

    fn changed(&self, field: ProfileField, change: FieldChange) -> Result<ProfileField> {
        let AttrsChange { visibility, sort_order, options, text_kind, is_managed, ldap, saml } = change.attrs;
        let to_option = |NewOption { id, name, color }: NewOption| {
            let id = if id.is_empty() { self.ids.next::<PropertyId>().to_string() } else { id };
            FieldOption { id, name, color }
        };
        let before = field.attrs;
        let attrs = FieldAttrs {
            visibility: visibility.unwrap_or(before.visibility),
            sort_order: sort_order.unwrap_or(before.sort_order),
            options: options.map_or(before.options, |options| options.into_iter().map(to_option).collect()),
            text_kind: text_kind.unwrap_or(before.text_kind),
            is_managed: is_managed.unwrap_or(before.is_managed),
            ldap: ldap.unwrap_or(before.ldap),
            saml: saml.unwrap_or(before.saml),
        };
        let (name, kind) = (change.name.unwrap_or(field.name), change.kind.unwrap_or(field.kind));
        ProfileField { name, kind, attrs, ..field }.cleaned()
    }
}
