//! The settings of the section `terms_of_service`.

use serde::{Deserialize, Serialize};

use crate::settings::declare::section;
use crate::settings::key;
use crate::settings::rule::between;

section! {
    /// Terms of service: a text of your own, to which people agree before they use the web client and the apps.
    terms_of_service: TermsOfService {
        /// Whether people are asked to agree. Nobody is asked before there is a text.
        enabled: bool = false => {
            config: &[key("SupportSettings", "CustomTermsOfServiceEnabled")], client: &["EnableCustomTermsOfService"],
        }
        /// After how many days people are asked again, even if the text is the same.
        reacceptance_days: i64 = 365 => {
            rule: between(1, 36_500),
            config: &[key("SupportSettings", "CustomTermsOfServiceReAcceptancePeriod")],
            client: &["CustomTermsOfServiceReAcceptancePeriod"],
        }
    }
}
