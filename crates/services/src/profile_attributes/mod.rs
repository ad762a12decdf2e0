//! Custom profile attributes: fields that administrators define for all profiles, and what people enter into them.

mod fields;
mod values;

pub use fields::{AttrsChange, FieldChange, NewOption};
pub use values::VALUES_MAX;

noun! {
    /// Custom profile attributes.
    profile_attributes::ProfileAttributes, uses: [users::Users]
}
