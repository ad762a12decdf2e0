//! The texts of mails, a table for each language.

mod de;
mod en;

use guildhall_model::mail::AccountMail;

/// One mail. `{user}`, `{email}`, `{site}` and, where there is one, `{description}`, `{date}`, `{rule}`, `{server}` and what an invitation says
/// are replaced.
pub(super) struct Texts {
    /// Also the heading.
    pub subject: &'static str,
    /// The paragraphs before the button.
    pub before: &'static [&'static str],
    pub button: &'static str,
    /// Those after it.
    pub after: &'static [&'static str],
}

pub(super) struct Catalogue {
    /// As in the `lang` of HTML.
    pub language: &'static str,
    pub greeting: &'static str,
    /// Stands before the address to which the button leads.
    pub address_hint: &'static str,
    pub footer: &'static str,
    /// Of those who may have no account.
    pub greeting_of_invited: &'static str,
    pub footer_of_invited: &'static str,
    /// Stands before the names of the channels of an invitation.
    pub channels: &'static str,
    /// The sentence with the `{code}` of a log-in, which mails without one lack.
    pub code: &'static str,
    pub password_reset: Texts,
    pub verification: Texts,
    pub magic_link: Texts,
    pub address_proven: Texts,
    pub password_changed: Texts,
    pub new_place: Texts,
    pub new_place_code: Texts,
    /// Stands for what a client does not say of itself.
    pub unknown: &'static str,
    pub email_changed: Texts,
    pub deactivated: Texts,
    pub became_administrator: Texts,
    pub access_token_created: Texts,
    pub access_token_rotated: Texts,
    pub access_token_expiring: Texts,
    pub second_factor_added: Texts,
    pub second_factor_removed: Texts,
    pub passkey_added: Texts,
    pub passkey_removed: Texts,
    pub data_export_ready: Texts,
    pub security_alert: Texts,
    /// What each rule of security alerts looks for, by its name.
    pub security_alert_rules: [(&'static str, &'static str); 7],
    pub test: Texts,
    pub invitation: Texts,
    pub guest_invitation: Texts,
    /// Whose link logs in.
    pub guest_log_in_invitation: Texts,
}

static CATALOGUES: [&Catalogue; 2] = [&en::CATALOGUE, &de::CATALOGUE];

/// The language of a locale such as `de-AT`.
pub(crate) fn language_of(locale: &str) -> &str {
    locale.split(['-', '_']).next().unwrap_or_default()
}

impl Catalogue {
    /// For a locale such as `de` or `de-AT`; English where there is no table for it.
    pub fn of_locale(locale: &str) -> &'static Self {
        let language = language_of(locale);
        CATALOGUES.into_iter().find(|catalogue| catalogue.language == language).unwrap_or(&en::CATALOGUE)
    }

    /// The text, or what stands for one that is not known.
    pub fn known(&self, text: &str) -> String {
        if text.is_empty() { self.unknown.to_owned() } else { text.to_owned() }
    }

    pub const fn of(&self, mail: &AccountMail) -> &Texts {
        match mail {
            AccountMail::PasswordReset => &self.password_reset,
            AccountMail::Verification => &self.verification,
            AccountMail::MagicLink { .. } => &self.magic_link,
            AccountMail::AddressProven => &self.address_proven,
            AccountMail::PasswordChanged => &self.password_changed,
            AccountMail::NewPlace { .. } => &self.new_place,
            AccountMail::NewPlaceCode { .. } => &self.new_place_code,
            AccountMail::EmailChanged { .. } => &self.email_changed,
            AccountMail::Deactivated => &self.deactivated,
            AccountMail::BecameAdministrator => &self.became_administrator,
            AccountMail::AccessTokenCreated { .. } => &self.access_token_created,
            AccountMail::AccessTokenRotated { .. } => &self.access_token_rotated,
            AccountMail::AccessTokenExpiring { .. } => &self.access_token_expiring,
            AccountMail::SecondFactorAdded => &self.second_factor_added,
            AccountMail::SecondFactorRemoved => &self.second_factor_removed,
            AccountMail::PasskeyAdded { .. } => &self.passkey_added,
            AccountMail::PasskeyRemoved { .. } => &self.passkey_removed,
            AccountMail::DataExportReady => &self.data_export_ready,
            AccountMail::SecurityAlert { .. } => &self.security_alert,
        }
    }

    /// What a rule of security alerts looks for; its name where it is another version's.
    pub fn security_alert_rule(&self, name: &str) -> String {
        let rule = self.security_alert_rules.iter().find(|(of, _)| *of == name);
        rule.map_or_else(|| name.to_owned(), |(_, title)| (*title).to_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use guildhall_model::security_alert::AlertRule;

    use super::*;

    fn all(catalogue: &Catalogue) -> Vec<&Texts> {
        let Catalogue { password_reset, verification, password_changed, email_changed, deactivated, became_administrator, .. } = catalogue;
        let Catalogue { access_token_created, access_token_rotated, access_token_expiring, .. } = catalogue;
        let Catalogue { second_factor_added, second_factor_removed, passkey_added, passkey_removed, .. } = catalogue;
        let Catalogue { data_export_ready, security_alert, .. } = catalogue;
        let Catalogue { new_place, magic_link, address_proven, test, invitation, guest_invitation, guest_log_in_invitation, .. } =
            catalogue;
        let account = [
            new_place,
            magic_link,
            address_proven,
            password_reset,
            verification,
            password_changed,
            email_changed,
            deactivated,
            became_administrator,
        ];
        let tokens = [access_token_created, access_token_rotated, access_token_expiring];
        let factors = [second_factor_added, second_factor_removed, passkey_added, passkey_removed, data_export_ready, security_alert];
        account.into_iter().chain(tokens).chain(factors).chain([test, invitation, guest_invitation, guest_log_in_invitation]).collect()
    }

    fn placeholders(texts: &Texts) -> BTreeSet<&'static str> {
        let lines = [texts.subject, texts.button].into_iter().chain(texts.before.iter().copied()).chain(texts.after.iter().copied());
        lines.flat_map(|line| line.split('{').skip(1)).map(|rest| rest.split_once('}').unwrap().0).collect()
    }

    #[test]
    fn every_language_names_every_rule_of_security_alerts() {
        for catalogue in CATALOGUES {
            assert!(AlertRule::ALL.into_iter().all(|rule| catalogue.security_alert_rule(rule.name()) != rule.name()));
        }
    }

    #[test]
    fn a_locale_has_its_language_or_english() {
        let language = |locale: &str| Catalogue::of_locale(locale).language;
        assert_eq!(["en", "de", "de-AT", "de_CH", "pt-BR", ""].map(language), ["en", "de", "de", "de", "en", "en"]);
    }

    #[test]
    fn every_language_says_the_same_with_the_same_values() {
        for catalogue in CATALOGUES {
            for (texts, english) in all(catalogue).into_iter().zip(all(&en::CATALOGUE)) {
                assert_eq!(placeholders(texts), placeholders(english), "{}: {}", catalogue.language, texts.subject);
                assert!(!texts.subject.is_empty() && !texts.button.is_empty() && !texts.before.is_empty());
                assert_eq!(texts.before.len(), english.before.len(), "{}", texts.subject);
                assert_eq!(texts.after.len(), english.after.len(), "{}", texts.subject);
            }
        }
    }
}
