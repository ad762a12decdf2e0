//! The macros that make the structs with their defaults and the list of descriptions of the tables of settings.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::description::{Kind, Setting};
use super::ratio::Ratio;

/// Values by `section.name`.
pub type Values = BTreeMap<String, Value>;

/// A setting with an invalid value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidSetting {
    /// `section.name`.
    pub name: &'static str,
    /// The reason, as the end of a sentence without its full stop.
    pub reason: String,
}

/// A source of settings, read by section.
pub trait Source {
    type Error;
    fn section<T: DeserializeOwned>(&self, name: &'static str) -> Result<T, Self::Error>;
}

/// A type of settings, and the type of the default's literal in the table.
pub trait SettingType {
    const KIND: Kind;
    type Literal;
    fn from_literal(literal: Self::Literal) -> Self;
}

macro_rules! setting_types {
    ($($type:ty, $kind:ident, $literal:ty, $from:expr;)*) => {
        $(impl SettingType for $type {
            const KIND: Kind = Kind::$kind;
            type Literal = $literal;
            fn from_literal(literal: $literal) -> Self {
                $from(literal)
            }
        })*
    };
}

setting_types! {
    bool, Switch, bool, Self::from;
    i64, Number, i64, Self::from;
    u32, Number, u32, Self::from;
    u64, Number, u64, Self::from;
    usize, Number, usize, Self::from;
    Ratio, Number, f64, Ratio;
    String, Text, &'static str, str::to_owned;
    PathBuf, Text, &'static str, Self::from;
    SocketAddr, Text, ([u8; 4], u16), Self::from;
}

/// `section! { /// Description. section: Section { /// Description. name: Type = default => { field: value, .. } } }` makes the
/// struct of a section, with its description in `Section::SECTION` and its settings in `Section::SETTINGS`. The fields are those of
/// [`Setting`].
macro_rules! section {
    (
        $(#[doc = $section_description:literal])+
        $section:ident: $Section:ident {
            $(
                $(#[doc = $description:literal])+
                $name:ident: $type:ty = $default:expr => { $($field:ident: $value:expr),* $(,)? }
            )*
        }
    ) => {
        $(#[doc = $section_description])+
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $Section {
            $($(#[doc = $description])+ pub $name: $type,)*
        }

        impl Default for $Section {
            fn default() -> Self {
                Self { $($name: <$type as $crate::settings::declare::SettingType>::from_literal($default),)* }
            }
        }

        impl $Section {
            pub const SECTION: $crate::settings::Section = $crate::settings::Section {
                name: stringify!($section),
                description: concat!($($section_description),+).trim_ascii(),
            };

            pub const SETTINGS: &'static [$crate::settings::Setting] = &[
                $($crate::settings::Setting {
                    $($field: $value,)*
                    ..$crate::settings::Setting::new(
                        [stringify!($section), stringify!($name), concat!(stringify!($section), ".", stringify!($name))],
                        <$type as $crate::settings::declare::SettingType>::KIND,
                        concat!($($description),+),
                    )
                },)*
            ];
        }
    };
}
pub(super) use section;

/// `settings! { Root { section: Section, .. } }` makes a struct of sections, and `Root::SETTINGS` of all their settings.
macro_rules! settings {
    (
        $(#[$root_doc:meta])*
        $Root:ident { $($section:ident: $Section:ident,)* }
    ) => {
        $(#[$root_doc])*
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $Root {
            $(pub $section: $Section,)*
        }

        impl $Root {
            /// Every setting, in the order of the reference.
            pub const SETTINGS: &'static [$crate::settings::Setting] = {
                const ALL: [$crate::settings::Setting; 0 $(+ $Section::SETTINGS.len())*] =
                    $crate::settings::declare::concatenate(&[$($Section::SETTINGS),*]);
                &ALL
            };

            pub const SECTIONS: &'static [$crate::settings::Section] = &[$($Section::SECTION),*];

            /// Returns the first error of the source.
            pub fn read<S: $crate::settings::Source>(source: &S) -> Result<Self, S::Error> {
                Ok(Self { $($section: source.section(stringify!($section))?,)* })
            }

            pub fn values(&self) -> $crate::settings::Values {
                $crate::settings::declare::values(self)
            }

            /// A copy with another value at `section.name`; `None` if there is no such setting or the type is wrong.
            pub fn with_value(&self, path: &str, value: serde_json::Value) -> Option<Self> {
                $crate::settings::declare::with_value(self, path, value)
            }

            /// A copy with all secrets masked.
            pub fn masked(&self) -> Self {
                $crate::settings::declare::masked(self, Self::SETTINGS)
            }

            /// Checks every value, and returns the first invalid one.
            pub fn check(&self) -> Result<(), $crate::settings::InvalidSetting> {
                $crate::settings::declare::check(&self.values(), Self::SETTINGS)
            }
        }
    };
}
pub(super) use settings;

/// The settings of all sections, as one array.
pub(super) const fn concatenate<const COUNT: usize>(sections: &[&[Setting]]) -> [Setting; COUNT] {
    let mut all = [Setting::new([""; 3], Kind::Text, ""); COUNT];
    let (mut section, mut count) = (0, 0);
    while section < sections.len() {
        let mut index = 0;
        while index < sections[section].len() {
            all[count] = sections[section][index];
            (index, count) = (index + 1, count + 1);
        }
        section += 1;
    }
    all
}

pub(super) fn values(root: &impl Serialize) -> Values {
    let mut values = Values::new();
    let sections = serde_json::to_value(root).unwrap_or_default();
    for (section, names) in sections.as_object().into_iter().flatten() {
        for (name, value) in names.as_object().into_iter().flatten() {
            values.insert(format!("{section}.{name}"), value.clone());
        }
    }
    values
}

pub(super) fn with_value<T: Serialize + DeserializeOwned>(root: &T, path: &str, value: Value) -> Option<T> {
    let (section, name) = path.split_once('.')?;
    let mut all = serde_json::to_value(root).ok()?;
    *all.get_mut(section)?.get_mut(name)? = value;
    serde_json::from_value(all).ok()
}

pub(super) fn masked<T: Serialize + DeserializeOwned + Clone>(root: &T, settings: &[Setting]) -> T {
    let values = values(root);
    settings.iter().fold(root.clone(), |masked, setting| {
        let value = values.get(setting.path).cloned().unwrap_or_default();
        with_value(&masked, setting.path, setting.masked(value)).unwrap_or(masked)
    })
}

pub(super) fn check(values: &Values, settings: &[Setting]) -> Result<(), InvalidSetting> {
    settings.iter().try_for_each(|setting| {
        let value = values.get(setting.path).unwrap_or(&Value::Null);
        setting.rule.check(value).map_err(|reason| InvalidSetting { name: setting.path, reason })
    })
}
