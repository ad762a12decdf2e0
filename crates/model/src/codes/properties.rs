//! Errors of the properties of objects.

super::codes! {
    NO_GROUP = NotFound, "api.property_field.invalid_group_name.app_error", "There is no such group of properties.";
}
