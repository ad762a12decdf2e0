//! The table of features: the operations of each, and the keys of the client configuration and the licence that tell
//! clients whether it is available. A test of the API compares the table with the routes.

mod absent;
mod served;

use std::collections::BTreeMap;

use guildhall_model::settings::Audience;

#[derive(Debug, Clone, Copy)]
pub struct Feature {
    pub name: &'static str,
    /// Method and path below `/api/v4`, as in `tests/compat/operations.tsv`.
    pub operations: &'static [&'static str],
    pub state: State,
    pub client: &'static [ClientKey],
    /// Its keys in the licence.
    pub license: &'static [&'static str],
    /// The setting, as `section.name`, that switches it on and off; the client configuration has its value under the
    /// setting's keys.
    pub setting: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// All its operations are served.
    Served,
    /// Not all its operations are served.
    Absent,
    /// All its operations have routes, but the feature is off, for this reason.
    Disabled(&'static str),
}

/// A key of the client configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientKey {
    pub name: &'static str,
    pub audience: Audience,
    /// The value if the feature is served, and if it is not.
    when_served: &'static str,
    when_not_served: &'static str,
}

/// Every feature.
pub fn all() -> impl Iterator<Item = &'static Feature> {
    served::SERVED.iter().chain(absent::ABSENT)
}

/// The licence: `IsLicensed`, and the keys of its features.
pub fn license() -> BTreeMap<&'static str, String> {
    let served = all().filter(|feature| feature.state == State::Served).flat_map(|feature| feature.license);
    let mut license: BTreeMap<_, _> = served.map(|key| (*key, "true".to_owned())).collect();
    license.insert("IsLicensed", (!license.is_empty()).to_string());
    license
}

impl Feature {
    const fn with_state(state: State) -> Self {
        Self { name: "", operations: &[], state, client: &[], license: &[], setting: None }
    }

    const fn served() -> Self {
        Self::with_state(State::Served)
    }

    const fn absent() -> Self {
        Self::with_state(State::Absent)
    }

    const fn disabled(reason: &'static str) -> Self {
        Self::with_state(State::Disabled(reason))
    }

    /// The feature's keys and values in the client configuration for an audience.
    pub fn client_values(&self, audience: Audience) -> impl Iterator<Item = (&'static str, &'static str)> {
        let is_served = self.state == State::Served;
        let of_audience = self.client.iter().filter(move |key| key.audience == audience);
        of_audience.map(move |key| (key.name, if is_served { key.when_served } else { key.when_not_served }))
    }
}

impl ClientKey {
    const fn with_values(self, when_served: &'static str, when_not_served: &'static str) -> Self {
        Self { when_served, when_not_served, ..self }
    }
}

/// A key for all clients, also without a session.
const fn public(name: &'static str) -> ClientKey {
    ClientKey { name, audience: Audience::Public, when_served: "true", when_not_served: "false" }
}

/// A key for clients with a session.
const fn logged_in(name: &'static str) -> ClientKey {
    ClientKey { name, audience: Audience::LoggedIn, when_served: "true", when_not_served: "false" }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use guildhall_model::settings::Settings;

    use super::*;

    #[test]
    fn each_feature_has_a_unique_name_operations_or_a_key_in_the_licence_and_a_key() {
        let names: BTreeSet<&str> = all().map(|feature| feature.name).collect();
        assert_eq!(names.len(), all().count());
        for feature in all() {
            assert!(!feature.operations.is_empty() || !feature.license.is_empty(), "{}", feature.name);
            assert!(!feature.client.is_empty() || !feature.license.is_empty() || feature.setting.is_some(), "{}", feature.name);
            if let Some(path) = feature.setting {
                let setting = Settings::SETTINGS.iter().find(|setting| setting.path == path).unwrap();
                assert!(!setting.client.is_empty() && feature.state == State::Served, "{}", feature.name);
            }
        }
    }

    #[test]
    fn the_licence_has_what_is_served() {
        assert_eq!(
            license(),
            BTreeMap::from(
                ["Announcement", "CustomPermissionsSchemes", "CustomTermsOfService", "GuestAccounts", "IsLicensed", "MFA"]
                    .map(|name| (name, "true".to_owned()))
            )
        );
    }
}
