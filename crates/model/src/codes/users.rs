//! What can go wrong with accounts, sessions, tokens, bots, preferences and statuses.
