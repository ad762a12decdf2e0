//! The ancillary permissions that the pages of the system console require.

use guildhall_model::Permission;
use guildhall_model::role::ancillary;

/// The given permissions and their ancillary ones, without duplicates.
pub fn with_ancillary(names: Vec<String>) -> Vec<String> {
    let mut all: Vec<String> = Vec::with_capacity(names.len());
    let mut add = |name: &str| {
        if !all.iter().any(|existing| existing == name) {
            all.push(name.to_owned());
        }
    };
    names.iter().for_each(|name| add(name));
    for permission in names.iter().filter_map(|name| Permission::from_name(name)) {
        ancillary(permission).iter().for_each(|permission| add(permission.name()));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ancillary_permissions_follow_the_given_ones() {
        let given = vec!["sysconsole_read_user_management_users".to_owned(), "get_analytics".to_owned(), "unknown".to_owned()];
        let expected = ["sysconsole_read_user_management_users", "get_analytics", "unknown", "read_other_users_teams"];
        assert_eq!(with_ancillary(given), expected);
    }
}
