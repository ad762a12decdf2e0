//! Errors of message buttons, menus and dialogs.

super::codes! {
    ACTION_NOT_FOUND = NotFound, "api.post.do_action.action_id.app_error", "This message has no such button or menu any more.";
    ACTION_FAILED = BadRequest, "api.post.do_action.action_integration.app_error", "The integration did not answer, or not well.";
    ACTION_REFUSED = BadRequest, "api.post.do_action.refused.app_error", "The address of the integration may not be reached from this server. An administrator can allow it.";
    ACTION_REJECTED = BadRequest, "api.post.do_action.rejected.app_error", "{text}";
    ACTION_DISABLED = BadRequest, "api.post.do_action.disabled.app_error", "This button or menu is switched off.";
    ACTION_OWNER = BadRequest, "api.post.do_action.owner.app_error", "This button or menu does nothing any more, because the author of the message may not have it any more.";
    ACTION_OPTION = BadRequest, "api.post.do_action.option.app_error", "The menu has no such option.";
    ACTION_COOKIE = BadRequest, "api.post.do_action.cookie.app_error", "This button or menu is not valid any more.";
    ACTIONS_TOO_MANY = BadRequest, "api.post.actions.too_many.app_error", "A message has at most {max} buttons and menus.";
    TRIGGER_INVALID = BadRequest, "interactive_message.decode_trigger_id.verify_signature_failed", "The trigger id is not one of this server.";
    TRIGGER_EXPIRED = BadRequest, "interactive_message.decode_trigger_id.expired", "The trigger id is not valid any more: it is for {seconds} seconds.";
    DIALOG_INVALID = BadRequest, "api.dialog.open.invalid.app_error", "The dialog cannot be shown: {reason}.";
    DIALOG_ADDRESS = BadRequest, "api.dialog.submit.address.app_error", "This dialog was not opened for you, or too long ago.";
}
