//! What can go wrong with posts, threads, reactions and search.

super::codes! {
    NOT_FOUND = NotFound, "app.post.get.app_error", "This post does not exist.";
    BAD_ROOT = BadRequest, "api.post.create_post.root_id.app_error", "The post to reply to does not exist, or is a reply itself.";
    ROOT_ELSEWHERE = BadRequest, "api.post.create_post.channel_root_id.app_error", "The post to reply to is in another channel.";
    CHANNEL_ARCHIVED = BadRequest, "api.post.create_post.can_not_post_to_deleted.error", "This channel is archived; nothing can be posted there.";
    MESSAGE_TOO_LONG = BadRequest, "model.post.is_valid.msg.app_error", "The message is longer than {limit} characters.";
    PROPS_TOO_LONG = BadRequest, "model.post.is_valid.props.app_error", "What comes with the message is too large.";
    BAD_KIND = BadRequest, "model.post.is_valid.type.app_error", "There is no such type of post.";
    TOO_MANY_FILES = BadRequest, "model.post.is_valid.file_ids.app_error", "A post may have {limit} files.";
    FILES_NOT_YOURS = BadRequest, "api.post.create_post.attach_files.error", "One of the files cannot be attached: it is not yours, not of this channel, or belongs to a post already.";
    // Never reaches a person: the use case answers with the first post.
    SENT_BEFORE = Conflict, "app.post.sent_before.app_error", "This message was sent before.";
}
