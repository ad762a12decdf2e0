//! Errors of custom profile attributes.

super::codes! {
    NOT_FOUND = NotFound, "app.custom_profile_attributes.property_field_not_found.app_error", "There is no such profile attribute.";
    LIMIT = Unprocessable, "app.custom_profile_attributes.limit_reached.app_error", "There can be {max} profile attributes at most.";
    NAME_TAKEN = Conflict, "app.property_field.create.name_conflict.app_error", "Another profile attribute has this name.";
    NAME_INVALID = BadRequest, "model.property_field.is_valid.app_error", "The name of a profile attribute has one to {max} characters.";
    KIND_INVALID = BadRequest, "model.property_field.is_valid.type.app_error", "A profile attribute is text, select, multiselect, date, user or multiuser.";
    ATTRS_INVALID = Unprocessable, "app.custom_profile_attributes.sanitize_and_validate.app_error", "This is not valid for a profile attribute: {name}.";
    TOO_MANY_OPTIONS = Unprocessable, "app.custom_profile_attributes.too_many_options.app_error", "A profile attribute can have {max} options at most.";
    VALUE_INVALID = Unprocessable, "app.custom_profile_attributes.validate_value.app_error", "This is not valid for \"{field}\".";
    TOO_MANY_PEOPLE = Unprocessable, "app.custom_profile_attributes.too_many_people.app_error", "At most {max} people can be chosen.";
    NOTHING = BadRequest, "api.property_value.patch.empty_body.app_error", "There is no value in the request.";
    TOO_MANY_VALUES = BadRequest, "api.property_value.patch.too_many_items.request_error", "At most {max} values can be changed at once.";
    MANAGED = Forbidden, "api.property_value.patch.no_values_permission.app_error", "\"{field}\" is changed by administrators only.";
}
