//! Custom profile attributes: the fields that administrators define for the profiles of all people, and what is entered into them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::Result;
use crate::codes::profile_attributes as codes;
use crate::id::{self, PropertyId, UserId};
use crate::time::Millis;
use crate::user::rules::is_valid_email;

/// Fields of the server, as in Mattermost.
pub const FIELDS_MAX: i64 = 20;
pub const NAME_CHARS_MAX: usize = 255;
pub const OPTIONS_MAX: usize = 200;
/// Of the name and the colour of an option, and of the names by which other services know a field.
pub const LABEL_CHARS_MAX: usize = 128;
pub const TEXT_CHARS_MAX: usize = 64;
/// Of a mail or web address.
pub const ADDRESS_CHARS_MAX: usize = 255;
/// In one value.
pub const PEOPLE_MAX: usize = 50;

macro_rules! named {
    ($(#[$doc:meta])* $type:ident: $($(#[$variant_doc:meta])* $variant:ident = $name:literal),+ $(,)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $type { $($(#[$variant_doc])* #[serde(rename = $name)] $variant),+ }

        impl $type {
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

named! {
    /// What is entered into a field.
    FieldKind: Text = "text", Select = "select", Multiselect = "multiselect", Date = "date", User = "user", Multiuser = "multiuser",
}
named! {
    /// Whether others see a value. What is hidden is seen by the person and by who may edit others.
    Visibility: Hidden = "hidden", WhenSet = "when_set", Always = "always",
}
named! {
    /// What a text is.
    TextKind: Plain = "", Email = "email", Url = "url", Phone = "phone",
}

/// One of the values of a selection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldOption {
    /// In the form of an id. Clients may choose it.
    pub id: String,
    pub name: String,
    pub color: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldAttrs {
    pub visibility: Visibility,
    pub sort_order: i64,
    /// Of selections.
    pub options: Vec<FieldOption>,
    /// Of texts.
    pub text_kind: TextKind,
    /// Only who may edit others changes values.
    pub is_managed: bool,
    /// By which LDAP and SAML know a text; kept for them.
    pub ldap: String,
    pub saml: String,
}

impl Default for FieldAttrs {
    fn default() -> Self {
        Self {
            visibility: Visibility::WhenSet,
            sort_order: 0,
            options: Vec::new(),
            text_kind: TextKind::Plain,
            is_managed: false,
            ldap: String::new(),
            saml: String::new(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileField {
    pub id: PropertyId,
    pub name: String,
    pub kind: FieldKind,
    pub attrs: FieldAttrs,
    pub create_at: Millis,
    pub update_at: Millis,
    /// `None` for the local administrator, who has no account.
    pub created_by: Option<UserId>,
    pub updated_by: Option<UserId>,
}

/// What somebody entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum AttributeValue {
    One(String),
    Several(Vec<String>),
}

/// A value of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileValue {
    pub field_id: PropertyId,
    pub value: AttributeValue,
}

impl AttributeValue {
    pub fn is_empty(&self) -> bool {
        match self {
            Self::One(text) => text.is_empty(),
            Self::Several(texts) => texts.is_empty(),
        }
    }

    /// The people whom the value of such a field names.
    pub fn people(&self, kind: FieldKind) -> Vec<UserId> {
        if !kind.names_people() {
            return Vec::new();
        }
        self.texts().iter().filter_map(|text| text.parse().ok()).collect()
    }

    /// Without the texts that do not meet the condition; `None` if nothing is left.
    pub fn retain(self, is_kept: impl Fn(&str) -> bool) -> Option<Self> {
        let kept = match self {
            Self::One(text) => Self::One(text).only_if(&is_kept),
            Self::Several(mut texts) => {
                texts.retain(|text| is_kept(text));
                Self::Several(texts)
            }
        };
        (!kept.is_empty()).then_some(kept)
    }

    fn only_if(self, is_kept: impl Fn(&str) -> bool) -> Self {
        match self {
            Self::One(text) if !is_kept(&text) => Self::One(String::new()),
            value => value,
        }
    }

    fn texts(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Several(texts) => texts,
        }
    }
}

impl FieldKind {
    pub const fn has_options(self) -> bool {
        matches!(self, Self::Select | Self::Multiselect)
    }

    pub const fn names_people(self) -> bool {
        matches!(self, Self::User | Self::Multiuser)
    }

    const fn is_list(self) -> bool {
        matches!(self, Self::Multiselect | Self::Multiuser)
    }
}

impl ProfileField {
    /// The field as it is stored: without spaces around its texts and without what its kind does not have.
    pub fn cleaned(mut self) -> Result<Self> {
        let attrs = &mut self.attrs;
        for text in [&mut self.name, &mut attrs.ldap, &mut attrs.saml] {
            *text = text.trim().to_owned();
        }
        if self.kind != FieldKind::Text {
            (attrs.text_kind, attrs.ldap, attrs.saml) = (TextKind::Plain, String::new(), String::new());
        }
        if !self.kind.has_options() {
            attrs.options.clear();
        }
        if !(1..=NAME_CHARS_MAX).contains(&self.name.chars().count()) {
            return Err(codes::NAME_INVALID.with("max", NAME_CHARS_MAX));
        }
        if [&attrs.ldap, &attrs.saml].iter().any(|text| text.chars().count() > LABEL_CHARS_MAX) {
            return Err(codes::ATTRS_INVALID.with("name", "ldap, saml"));
        }
        if attrs.options.len() > OPTIONS_MAX {
            return Err(codes::TOO_MANY_OPTIONS.with("max", OPTIONS_MAX));
        }
        let (mut ids, mut names) = (BTreeSet::new(), BTreeSet::new());
        for option in &mut attrs.options {
            (option.name, option.color) = (option.name.trim().to_owned(), option.color.trim().to_owned());
            let is_label = (1..=LABEL_CHARS_MAX).contains(&option.name.chars().count()) && option.color.chars().count() <= LABEL_CHARS_MAX;
            let is_new = ids.insert(option.id.clone()) && names.insert(option.name.clone());
            if !is_label || !is_new || id::decode(&option.id).is_none() {
                return Err(codes::ATTRS_INVALID.with("name", "options"));
            }
        }
        Ok(self)
    }

    /// The value as it is stored, or why it is none of this field. What is empty is valid and removes the value.
    pub fn check_value(&self, value: AttributeValue) -> Result<AttributeValue> {
        let invalid = || codes::VALUE_INVALID.with("field", &self.name);
        match (value, self.kind.is_list()) {
            (AttributeValue::One(text), false) => {
                let text = text.trim();
                let is_valid = text.is_empty() || self.is_valid_text(text);
                if is_valid { Ok(AttributeValue::One(text.to_owned())) } else { Err(invalid()) }
            }
            (AttributeValue::Several(texts), true) => {
                let mut kept: Vec<String> = Vec::new();
                // More are an error before they are compared with each other.
                if texts.len() > OPTIONS_MAX {
                    return Err(invalid());
                }
                for text in texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty()) {
                    if !self.is_valid_text(text) {
                        return Err(invalid());
                    }
                    if !kept.iter().any(|other| other == text) {
                        kept.push(text.to_owned());
                    }
                }
                if self.kind == FieldKind::Multiuser && kept.len() > PEOPLE_MAX {
                    return Err(codes::TOO_MANY_PEOPLE.with("max", PEOPLE_MAX));
                }
                Ok(AttributeValue::Several(kept))
            }
            // A single text cannot be a list, nor the reverse.
            _ => Err(invalid()),
        }
    }

    /// The value as people see it: what was chosen from options that are there no more is not shown.
    pub fn shown(&self, value: AttributeValue) -> Option<AttributeValue> {
        if !self.kind.has_options() {
            return Some(value);
        }
        value.retain(|chosen| self.has_option(chosen))
    }

    fn has_option(&self, id: &str) -> bool {
        self.attrs.options.iter().any(|option| option.id == id)
    }

    fn is_valid_text(&self, text: &str) -> bool {
        match self.kind {
            FieldKind::Text => self.attrs.text_kind.allows(text),
            FieldKind::Select | FieldKind::Multiselect => self.has_option(text),
            FieldKind::User | FieldKind::Multiuser => text.parse::<UserId>().is_ok(),
            FieldKind::Date => is_date(text),
        }
    }
}

impl TextKind {
    fn allows(self, text: &str) -> bool {
        let chars = text.chars().count();
        match self {
            Self::Plain => chars <= TEXT_CHARS_MAX,
            Self::Email => chars <= ADDRESS_CHARS_MAX && is_valid_email(&text.to_lowercase()),
            Self::Url => chars <= ADDRESS_CHARS_MAX && is_web_address(text),
            Self::Phone => {
                let is_allowed = |c: char| c.is_ascii_digit() || " +-./()#*x".contains(c);
                chars <= TEXT_CHARS_MAX && text.chars().all(is_allowed) && text.chars().any(|c| c.is_ascii_digit())
            }
        }
    }
}

/// Of http or https, which people may leave out. Other schemes could run something in the browser of who follows it.
fn is_web_address(text: &str) -> bool {
    let has_scheme = text.contains("://");
    let address = if has_scheme { text.to_owned() } else { format!("https://{text}") };
    let is_web = |url: Url| ["http", "https"].contains(&url.scheme()) && url.has_host();
    !text.chars().any(char::is_whitespace) && Url::parse(&address).is_ok_and(is_web)
}

/// `2026-11-30`, a day that exists.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return false };
    let number = |text: &str, digits: usize| -> Option<u32> {
        (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
    };
    let (Some(year), Some(month), Some(day)) = (number(year, 4), number(month, 2), number(day, 2)) else { return false };
    let is_leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    let days = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "ybndrfg8ejkmcpqxot1uwisza3";
    const OTHER: &str = "ybndrfg8ejkmcpqxot1uwiszb3";

    fn field(kind: FieldKind) -> ProfileField {
        let option = |id: &str, name: &str| FieldOption { id: id.to_owned(), name: name.to_owned(), color: String::new() };
        ProfileField {
            id: PropertyId::from_bytes([1; 16]),
            name: " Team ".to_owned(),
            kind,
            attrs: FieldAttrs {
                options: vec![option(ID, " Red "), option(OTHER, "Blue")],
                ldap: " l ".to_owned(),
                ..FieldAttrs::default()
            },
            create_at: Millis(1),
            update_at: Millis(1),
            created_by: None,
            updated_by: None,
        }
    }

    fn text_field(text_kind: TextKind) -> ProfileField {
        let field = field(FieldKind::Text);
        ProfileField { attrs: FieldAttrs { text_kind, ..field.attrs }, ..field }
    }

    fn one(text: &str) -> AttributeValue {
        AttributeValue::One(text.to_owned())
    }

    fn several(texts: &[&str]) -> AttributeValue {
        AttributeValue::Several(texts.iter().map(|text| (*text).to_owned()).collect())
    }

    #[test]
    fn a_field_keeps_what_its_kind_has() {
        let text = field(FieldKind::Text).cleaned().unwrap();
        assert_eq!((text.name.as_str(), text.attrs.ldap.as_str(), text.attrs.options.len()), ("Team", "l", 0));
        let select = field(FieldKind::Select).cleaned().unwrap();
        assert_eq!((select.attrs.options[0].name.as_str(), select.attrs.ldap.as_str()), ("Red", ""));
        let broken: [(fn(&mut ProfileField), _); 6] = [
            (|field| field.name = " ".to_owned(), codes::NAME_INVALID),
            (|field| field.name = "x".repeat(256), codes::NAME_INVALID),
            (|field| field.attrs.options[1].name = "Red".to_owned(), codes::ATTRS_INVALID),
            (|field| field.attrs.options[1].id = ID.to_owned(), codes::ATTRS_INVALID),
            (|field| field.attrs.options[1].id = "blue".to_owned(), codes::ATTRS_INVALID),
            (|field| field.attrs.options[1].color = "x".repeat(129), codes::ATTRS_INVALID),
        ];
        for (index, (change, code)) in broken.into_iter().enumerate() {
            let mut field = field(FieldKind::Multiselect);
            change(&mut field);
            assert!(field.cleaned().unwrap_err().is(code), "{index}");
        }
    }

    #[test]
    fn a_value_is_of_its_field() {
        for (field, good, bad) in [
            (text_field(TextKind::Plain), one(&"ä".repeat(64)), one(&"ä".repeat(65))),
            (text_field(TextKind::Email), one("Ada@example.com"), one("ada")),
            (text_field(TextKind::Url), one("example.com/a?b"), one("javascript:alert(1)")),
            (text_field(TextKind::Url), one("http://example.com"), one("file:///etc/passwd")),
            (text_field(TextKind::Url), one("https://example.com"), one("https://exa mple.com")),
            (text_field(TextKind::Phone), one("+49 (30) 1234-5"), one("call me")),
            (field(FieldKind::Date), one("2028-02-29"), one("2027-02-29")),
            (field(FieldKind::Date), one("2000-02-29"), one("1900-02-29")),
            (field(FieldKind::Date), one("2026-12-31"), one("2026-13-01")),
            (field(FieldKind::Date), one("2026-04-30"), one("2026-04-31")),
            (field(FieldKind::Date), one("2026-01-01"), one("+026-01-01")),
            (field(FieldKind::Select), one(ID), one("Red")),
            (field(FieldKind::Select), one(""), several(&[ID])),
            (field(FieldKind::Multiselect), several(&[ID, OTHER]), several(&[ID, "x"])),
            (field(FieldKind::Multiselect), several(&[]), one(ID)),
            (field(FieldKind::User), one(ID), one("ada")),
            (field(FieldKind::Multiuser), several(&[ID]), several(&[ID, "ada"])),
        ] {
            assert_eq!(field.check_value(good.clone()).unwrap(), good, "{:?}", field.kind);
            assert!(field.check_value(bad.clone()).unwrap_err().is(codes::VALUE_INVALID), "{bad:?}");
        }
        let cleaned = field(FieldKind::Multiselect).check_value(several(&[" ", OTHER, ID, OTHER])).unwrap();
        assert_eq!(cleaned, several(&[OTHER, ID]));
        assert_eq!(text_field(TextKind::Plain).check_value(one("  x ")).unwrap(), one("x"));
        let people: Vec<String> = (0..51).map(|n| UserId::from_bytes([n; 16]).to_string()).collect();
        let error = field(FieldKind::Multiuser).check_value(AttributeValue::Several(people)).unwrap_err();
        assert!(error.is(codes::TOO_MANY_PEOPLE));
        assert!(field(FieldKind::Multiselect).check_value(AttributeValue::Several(vec![ID.to_owned(); 201])).is_err());
    }

    #[test]
    fn options_that_are_gone_are_not_shown() {
        let mut field = field(FieldKind::Multiselect);
        field.attrs.options.pop();
        assert_eq!(field.shown(several(&[OTHER, ID])), Some(several(&[ID])));
        assert_eq!(field.shown(several(&[OTHER])), None);
        let select = ProfileField { kind: FieldKind::Select, ..field };
        assert_eq!((select.shown(one(ID)), select.shown(one(OTHER))), (Some(one(ID)), None));
        assert_eq!(text_field(TextKind::Plain).shown(one("x")), Some(one("x")));
    }
}
