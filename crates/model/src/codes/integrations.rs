//! What can go wrong with webhooks, slash commands, bots and OAuth apps.

super::codes! {
    INCOMING_DISABLED = NotImplemented, "api.incoming_webhook.disabled.app_error", "Incoming webhooks are switched off on this server.";
    INCOMING_NOT_FOUND = NotFound, "app.webhooks.get_incoming.app_error", "This incoming webhook does not exist.";
    INCOMING_TEXT_INVALID = BadRequest, "model.incoming_hook.is_valid.app_error", "The {name} of the webhook is longer than {max} characters.";
    HOOK_TEAM_MISMATCH = BadRequest, "api.webhook.team_mismatch.app_error", "The webhook's channel is in another team.";
    HOOK_INVALID = BadRequest, "web.incoming_webhook.invalid.app_error", "This webhook does not exist.";
    HOOK_DISABLED = NotImplemented, "web.incoming_webhook.disabled.app_error", "Incoming webhooks are switched off on this server.";
    HOOK_BODY = BadRequest, "web.incoming_webhook.parse.app_error", "The request's body could not be read.";
    HOOK_TEXT = BadRequest, "web.incoming_webhook.text.app_error", "The message has neither text nor attachments.";
    HOOK_USER = BadRequest, "web.incoming_webhook.user.app_error", "This person does not exist.";
    HOOK_CHANNEL = NotFound, "web.incoming_webhook.channel.app_error", "This channel does not exist.";
    HOOK_LOCKED = Forbidden, "web.incoming_webhook.channel_locked.app_error", "This webhook posts to its own channel only.";
    HOOK_PERMISSIONS = Forbidden, "web.incoming_webhook.permissions.app_error", "The webhook's owner may not post to this channel.";
    OUTGOING_DISABLED = NotImplemented, "api.outgoing_webhook.disabled.app_error", "Outgoing webhooks are switched off on this server.";
    OUTGOING_NOT_FOUND = NotFound, "app.webhooks.get_outgoing.app_error", "This outgoing webhook does not exist.";
    OUTGOING_TEXT_INVALID = BadRequest, "model.outgoing_hook.is_valid.app_error", "The {name} of the webhook is too long or not valid.";
    OUTGOING_WORDS = BadRequest, "model.outgoing_hook.is_valid.words.app_error", "The trigger words are too many, or one of them is empty.";
    OUTGOING_URLS = BadRequest, "model.outgoing_hook.is_valid.callback.app_error", "A webhook has one to {max} callback addresses, each beginning with http:// or https://.";
    OUTGOING_TRIGGERS = BadRequest, "api.webhook.create_outgoing.triggers.app_error", "A webhook without a channel needs trigger words.";
    OUTGOING_NOT_PUBLIC = Forbidden, "api.webhook.create_outgoing.not_open.app_error", "Outgoing webhooks are for public channels only.";
    OUTGOING_INTERSECT = BadRequest, "api.webhook.create_outgoing.intersect.app_error", "Another webhook of this channel has one of the trigger words and calls the same address.";
    COMMANDS_DISABLED = NotImplemented, "api.command.disabled.app_error", "Slash commands are switched off on this server.";
    COMMAND_NOT_FOUND = NotFound, "store.sql_command.get.missing.app_error", "This slash command does not exist.";
    COMMAND_UNKNOWN = NotFound, "api.command.execute_command.not_found.app_error", "There is no command /{trigger}. To send a message that begins with a slash, put a space before it.";
    COMMAND_INPUT = BadRequest, "api.command.execute_command.format.app_error", "A command begins with a slash, followed by its name.";
    COMMAND_FAILED = BadRequest, "api.command.execute_command.failed.app_error", "The command /{trigger} failed: the server behind it did not answer well.";
    COMMAND_REFUSED = BadRequest, "api.command.execute_command.refused.app_error", "The command /{trigger} failed: its address may not be reached from this server. An administrator can allow it.";
    COMMAND_ANSWER = BadRequest, "api.command.execute_command.failed_empty.app_error", "The command /{trigger} failed: the answer of the server behind it could not be read.";
    COMMAND_TRIGGER_TAKEN = BadRequest, "api.command.duplicate_trigger.app_error", "Another command of the team has this trigger already.";
    COMMAND_TRIGGER_INVALID = BadRequest, "model.command.is_valid.trigger.app_error", "A trigger is one word of one to {max} characters that does not begin with a slash.";
    COMMAND_URL_INVALID = BadRequest, "model.command.is_valid.url_http.app_error", "A command's address begins with http:// or https://.";
    COMMAND_METHOD_INVALID = BadRequest, "model.command.is_valid.method.app_error", "A command is called with P (POST) or G (GET).";
    COMMAND_TEXT_INVALID = BadRequest, "model.command.is_valid.app_error", "The {name} of the command is too long.";
    COMMAND_TEAM_MISMATCH = BadRequest, "api.command.team_mismatch.app_error", "A command is moved to another team by its own request.";
    BOTS_DISABLED = Forbidden, "api.bot.create_disabled", "Bots are switched off on this server.";
    BOT_NOT_FOUND = NotFound, "store.sql_bot.get.missing.app_error", "This bot does not exist.";
    BOT_TEXT_INVALID = BadRequest, "model.bot.is_valid.app_error", "The {name} of the bot is longer than {max} characters.";
    BOT_USERNAME_INVALID = BadRequest, "model.bot.is_valid.username.app_error", "A bot's username is needed: letters, digits, dots, hyphens and underscores.";
    BOT_OWNER_INVALID = BadRequest, "model.bot.is_valid.creator_id.app_error", "A bot's owner is an active person.";
    BOT_IS_ONE = BadRequest, "api.user.convert_user_to_bot.is_bot.app_error", "This account is a bot already.";
    OAUTH_DISABLED = NotImplemented, "api.oauth.register_oauth_app.turn_off.app_error", "This server is no OAuth provider: an administrator has switched it off.";
    OAUTH_NOT_FOUND = NotFound, "app.oauth.get_app.find.app_error", "This app does not exist.";
    OAUTH_TEXT_INVALID = BadRequest, "model.oauth.is_valid.app_error", "The {name} of the app is missing, too long or not valid.";
    OAUTH_CALLBACKS = BadRequest, "model.oauth.is_valid.callback.app_error", "An app has one to {max} callback addresses, each a full one that begins with http:// or https://.";
    OAUTH_PUBLIC_SECRET = BadRequest, "api.oauth.regenerate_secret.public.app_error", "This app cannot keep a secret, so it has none.";
}
