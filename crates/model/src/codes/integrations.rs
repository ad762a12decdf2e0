//! What can go wrong with webhooks, slash commands and OAuth apps.
