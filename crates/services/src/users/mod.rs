//! Accounts: made, found, changed, deactivated.
