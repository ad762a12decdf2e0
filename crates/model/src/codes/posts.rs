//! Errors of posts, threads, reactions and search.

super::codes! {
    NOT_FOUND = NotFound, "app.post.get.app_error", "This post does not exist.";
    BAD_ROOT = BadRequest, "api.post.create_post.root_id.app_error", "The post to reply to does not exist, or is a reply itself.";
    ROOT_IN_OTHER_CHANNEL = BadRequest, "api.post.create_post.channel_root_id.app_error", "The post to reply to is in another channel.";
    CHANNEL_ARCHIVED = BadRequest, "api.post.create_post.can_not_post_to_deleted.error", "This channel is archived; nothing can be posted there.";
    MESSAGE_TOO_LONG = BadRequest, "model.post.is_valid.msg.app_error", "The message is longer than {limit} characters.";
    PROPS_TOO_LONG = BadRequest, "model.post.is_valid.props.app_error", "The properties of the message are too large.";
    BAD_KIND = BadRequest, "model.post.is_valid.type.app_error", "There is no such type of post.";
    TOO_MANY_FILES = BadRequest, "model.post.is_valid.file_ids.app_error", "A post may have {limit} files.";
    FILES_NOT_ATTACHABLE = BadRequest, "api.post.create_post.attach_files.error", "One of the files cannot be attached: it is not yours, not of this channel, or belongs to a post already.";
    SYSTEM_MESSAGE = BadRequest, "api.post.update_post.system_message.app_error", "The server's own messages cannot be changed.";
    EDIT_TIME_OVER = BadRequest, "api.post.update_post.permissions_time_limit.app_error", "Posts can be edited for {seconds} seconds; that time is over.";
    EDIT_ARCHIVED = BadRequest, "api.post.update_post.can_not_update_post_in_deleted.error", "This channel is archived; its posts cannot be changed.";
    PERMANENT_DELETION_DISABLED = NotImplemented, "api.post.delete_post.not_enabled.app_error", "Posts cannot be deleted for good through the API.";
    TOO_MANY_IDS = BadRequest, "api.post.posts_by_ids.invalid_body.request_error", "Ask for {limit} posts at most.";
    REACTION_OF_OTHER_USER = Forbidden, "api.reaction.save_reaction.user_id.app_error", "You can only react as yourself.";
    BAD_EMOJI_NAME = BadRequest, "model.reaction.is_valid.emoji_name.app_error", "This is not the name of an emoji.";
    UNKNOWN_EMOJI = NotFound, "app.emoji.get_by_name.no_result", "There is no emoji of this name.";
    REACTION_ARCHIVED = Forbidden, "api.reaction.save.archived_channel.app_error", "This channel is archived; nobody can react there.";
    TOO_MANY_REACTIONS = BadRequest, "app.reaction.save.save.too_many_reactions", "A post can have {limit} different reactions.";
    NOT_IN_THREAD = BadRequest, "app.thread.post_not_in_thread.app_error", "This post is not part of the thread.";
    THREAD_NOT_FOLLOWED = NotFound, "app.user.get_thread_membership_for_user.not_found", "You do not follow this thread.";
    PRIORITY_DISABLED = Forbidden, "api.post.post_priority.priority_post_not_allowed_for_user.request_error", "Priorities of messages are switched off on this server.";
    PRIORITY_OF_REPLY = BadRequest, "api.post.post_priority.priority_post_only_allowed_for_root_post.request_error", "Only messages that start a thread have a priority.";
    PERSISTENT_DISABLED = Forbidden, "api.post.post_priority.persistent_notification_post_not_allowed_for_user.request_error", "You cannot have people notified repeatedly.";
    PERSISTENT_NOT_URGENT = BadRequest, "api.post.post_priority.urgent_persistent_notification_post.request_error", "People are notified repeatedly of urgent messages only.";
    PERSISTENT_OF_NOBODY = BadRequest, "api.post.post_priority.min_recipients_persistent_notification_post.request_error", "Mention whom the message is to notify repeatedly.";
    PERSISTENT_OF_TOO_MANY = BadRequest, "api.post.post_priority.max_recipients_persistent_notification_post.request_error", "A message can notify {limit} people repeatedly.";
    ACKNOWLEDGEMENT_ARCHIVED = Forbidden, "api.acknowledgement.save.archived_channel.app_error", "This channel is archived; nothing can be acknowledged there.";
    ACKNOWLEDGEMENT_NOT_FOUND = NotFound, "app.acknowledgement.get.app_error", "You have not acknowledged this message.";
    ACKNOWLEDGEMENT_TOO_OLD = Forbidden, "api.acknowledgement.delete.deadline.app_error", "An acknowledgement can be taken back for {minutes} minutes.";
    TOO_MANY_REMINDERS = BadRequest, "app.post_reminder.too_many.app_error", "You can wait for {limit} reminders at a time.";
    // Never sent to clients: the use case returns the first post instead.
    DUPLICATE_POST = Conflict, "app.post.sent_before.app_error", "This message was sent before.";
}
