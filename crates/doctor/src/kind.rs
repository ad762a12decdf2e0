//! The index of findings: each id once, with what it means and what to do.

use guildhall_model::finding::{Finding, FindingId, Severity};

/// One entry of the index.
#[derive(Debug)]
pub struct FindingKind {
    pub id: &'static str,
    /// Usual; a check may give another one.
    pub severity: Severity,
    /// A short heading.
    pub title: &'static str,
    /// What it means for the people who use the server, and how it comes about.
    pub meaning: &'static str,
    /// What to do, in one sentence.
    pub remedy: &'static str,
    /// Further sentences and commands for the page, as Markdown; may be empty.
    pub help: &'static str,
}

impl FindingKind {
    /// A finding of this kind. `summary` is one sentence.
    pub fn found(&self, summary: impl Into<String>) -> Finding {
        Finding {
            id: FindingId::new(self.id),
            subject: String::new(),
            severity: self.severity,
            summary: summary.into(),
            remedy: self.remedy.to_owned(),
            details: Vec::new(),
        }
    }
}

/// `kinds! { NAME = "group.name", Severity, "title", "meaning", "remedy" [, "help"]; }` makes a constant for each, and `KINDS`
/// with all of them.
macro_rules! kinds {
    ($($name:ident = $id:literal, $severity:ident, $title:literal, $meaning:literal, $remedy:literal $(, $help:literal)?;)+) => {
        $(pub(crate) static $name: $crate::kind::FindingKind = $crate::kind::FindingKind {
            id: $id,
            severity: guildhall_model::finding::Severity::$severity,
            title: $title,
            meaning: $meaning,
            remedy: $remedy,
            help: concat!("" $(, $help)?),
        };)+
        pub(crate) static KINDS: &[&$crate::kind::FindingKind] = &[$(&$name),+];
    };
}
pub(crate) use kinds;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use guildhall_model::finding::FindingId;

    #[test]
    fn every_finding_has_a_valid_id_of_its_own_and_says_what_to_do() {
        let mut ids = BTreeSet::new();
        for kind in crate::kinds() {
            assert!(FindingId::from_name(kind.id).is_some() && ids.insert(kind.id), "{}", kind.id);
            assert!(kind.meaning.ends_with('.') && !kind.title.ends_with('.'), "{}", kind.id);
            assert!(kind.remedy.ends_with('.') && !kind.remedy.trim_end_matches('.').contains(". "), "one sentence: {}", kind.id);
        }
        assert!(crate::checks::all().all(|check| ids.insert(check.name)), "a check has the name of a finding or of another check");
    }
}
