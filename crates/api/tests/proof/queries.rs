//! Queries that change the objects of an operation. Each is a row of its own in the table of `access_probe.rs`.

/// (operation, label in the table, query with `{placeholders}`)
const QUERIES: &[(&str, &str, &str)] = &[
    ("add_team_member_from_invite", "", "?invite_id={invite_id}"),
    ("upload_file", "", ""),
    ("upload_file", "simple", "?channel_id={channel_id}&filename=note.txt"),
    ("search_users", "", ""),
    ("get_users", "", ""),
    ("get_users", "in_team", "?in_team={team_id}"),
    ("get_users", "in_channel", "?in_channel={channel_id}"),
    ("get_users", "not_in_channel", "?in_team={team_id}&not_in_channel={channel_id}"),
    ("get_users", "not_in_team", "?not_in_team={team_id}"),
    ("autocomplete_users", "", "?name=ow"),
    ("autocomplete_users", "in_team", "?in_team={team_id}&name=ow"),
    ("autocomplete_users", "in_channel", "?in_team={team_id}&in_channel={channel_id}&name=ow"),
    ("get_channels_for_team_for_user", "", ""),
    ("get_channels_for_team_for_user", "deleted", "?include_deleted=true"),
    ("autocomplete_channels_for_team", "", "?name={searched}"),
    ("autocomplete_channels_for_team_for_search", "", "?name={searched}"),
    ("autocomplete_emoji", "", "?name=par"),
    ("get_posts_for_channel", "", ""),
    ("get_posts_for_channel", "since", "?since=1"),
    ("get_posts_for_channel", "before", "?before={post_id}"),
    ("get_posts_for_channel", "after", "?after={post_id}"),
    ("get_posts_for_channel", "deleted", "?include_deleted=true"),
    ("get_flagged_posts_for_user", "", ""),
    ("get_flagged_posts_for_user", "in_channel", "?channel_id={channel_id}"),
    ("get_incoming_webhooks", "", ""),
    ("get_incoming_webhooks", "team", "?team_id={team_id}"),
    ("get_outgoing_webhooks", "", ""),
    ("get_outgoing_webhooks", "team", "?team_id={team_id}"),
    ("get_outgoing_webhooks", "channel", "?channel_id={channel_id}"),
    ("list_commands", "", "?team_id={team_id}"),
    ("list_autocomplete_commands", "", ""),
    ("list_command_autocomplete_suggestions", "", "?user_input=/&channel_id={channel_id}&team_id={team_id}"),
    ("get_groups", "", ""),
    ("get_image_by_url", "", "?url=http%3A%2F%2Fexample.com%2Fx.png"),
    ("get_certificate_name", "", "?url=https%3A%2F%2Fchat.example.com"),
    ("get_redirect_location", "", "?url=http%3A%2F%2Fexample.com"),
    ("get_authorization_page", "", "?response_type=code&client_id={app_id}&redirect_uri=http%3A%2F%2Fexample.com%2Fback"),
    ("get_notices", "", "?clientVersion=1.0.0&locale=en&client=web"),
];

/// The labels and queries of an operation: at least one.
pub fn queries_of(operation: &str) -> Vec<(&'static str, &'static str)> {
    let queries: Vec<_> = QUERIES.iter().filter(|(name, ..)| *name == operation).map(|(_, label, query)| (*label, *query)).collect();
    if queries.is_empty() { vec![("", "")] } else { queries }
}
