//! Who must have a second factor, and since when. The time is stored, because accounts that existed then have some days to set one up.

use guildhall_model::settings::Settings;
use guildhall_model::user::second_factor::SecondFactorRequirement as Setting;
use guildhall_model::{Event, Events, Millis, Result};
use guildhall_storage::{Statement, settings};

use crate::Services;
use crate::access::{SystemGrant, Writing};
use crate::boxed;
use crate::second_factors::SecondFactors;

/// Names of the rows with the times.
const ADMINISTRATORS_SINCE: &str = "second_factor_required_of_administrators_since";
const EVERYBODY_SINCE: &str = "second_factor_required_of_everybody_since";

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// The requirement that is in effect.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Requirement {
    /// `None` while it is not required of them.
    administrators_since: Option<Millis>,
    others_since: Option<Millis>,
    grace_ms: i64,
}

impl Requirement {
    /// Until when a person without a second factor must have one; `None` for ever.
    pub fn due_at(&self, is_administrator: bool, create_at: Millis) -> Option<Millis> {
        let since = if is_administrator { self.administrators_since } else { self.others_since }?;
        Some(if create_at < since { since.plus_ms(self.grace_ms) } else { since })
    }
}

/// The rows, and whether the setting requires each.
fn rows(settings: &Settings) -> [(&'static str, bool); 2] {
    let setting = Setting::from_name(&settings.second_factors.required);
    [(ADMINISTRATORS_SINCE, setting != Setting::Nobody), (EVERYBODY_SINCE, setting == Setting::Everybody)]
}

/// For the batch of a change of the settings: writes since when a second factor is required, or that it is not any more.
pub(crate) fn record_requirement(services: &Services, event: &Event) -> Vec<Statement> {
    let Event::ConfigChanged { settings, .. } = event else { return Vec::new() };
    let grant = services.access.system("a change of the settings says since when second factors are required");
    statements(&grant, settings, services.now())
}

fn statements(grant: &Writing<SystemGrant>, settings: &Settings, now: Millis) -> Vec<Statement> {
    let statement = |(name, is_required)| match is_required {
        true => settings::insert_if_absent(grant.write_server(), name, &now.0.to_string()),
        false => settings::delete(grant.write_server(), name),
    };
    rows(settings).map(statement).into()
}

impl SecondFactors<'_> {
    /// Reads nothing while no second factor is required.
    #[boxed]
    pub(crate) async fn requirement(&self) -> Result<Requirement> {
        let settings = self.settings();
        let [administrators, everybody] = rows(&settings);
        Ok(Requirement {
            administrators_since: self.required_since(administrators).await?,
            others_since: self.required_since(everybody).await?,
            grace_ms: settings.second_factors.grace_days.saturating_mul(DAY_MS),
        })
    }

    async fn required_since(&self, (name, is_required): (&'static str, bool)) -> Result<Option<Millis>> {
        if !is_required {
            return Ok(None);
        }
        let grant = self.access.system("since when second factors are required belongs to nobody");
        let stored = settings::get(self.access.read(&grant), grant.server(), name).await?;
        // Without a row it was required this moment.
        Ok(Some(stored.and_then(|text| text.parse().ok()).map_or_else(|| self.now(), Millis)))
    }

    /// The same as [`record_requirement`], at the start: the configuration file may have changed.
    pub(crate) async fn record_requirement_at_start(&self) -> Result<()> {
        let grant = self.access.system("the configuration file says whether second factors are required");
        let current = self.settings();
        let mut is_recorded = true;
        for (name, is_required) in rows(&current) {
            is_recorded &= settings::get(self.access.read(&grant), grant.server(), name).await?.is_some() == is_required;
        }
        if is_recorded {
            return Ok(());
        }
        let mut write = self.access.write(&grant, "second_factors.record_requirement");
        write.extend(statements(&grant, &current, self.now()));
        write.commit(Events::none("no client is connected yet")).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_that_existed_have_time_and_new_ones_have_none() {
        let requirement = Requirement { administrators_since: Some(Millis(100)), others_since: None, grace_ms: 50 };
        assert_eq!(requirement.due_at(true, Millis(99)), Some(Millis(150)));
        assert_eq!(requirement.due_at(true, Millis(100)), Some(Millis(100)));
        assert_eq!(requirement.due_at(true, Millis(500)), Some(Millis(100)));
        assert_eq!(requirement.due_at(false, Millis(99)), None);
        assert_eq!(Requirement::default().due_at(true, Millis(1)), None);
    }
}
