//! Message buttons, menus and dialogs: what people do with the messages of integrations, which are called and may answer.

mod answer;
mod call;
mod dialog;
mod dialog_address;
mod dialog_check;
mod press;
mod stored_action;
mod submit;
mod trigger;

pub use dialog::NewDialog;
pub use press::Press;
pub use submit::{DialogCall, DialogCallKind, DialogOption, DialogSubmission, SubmitAnswer};

noun! {
    /// Message buttons, menus and dialogs.
    actions::Actions, uses: [mcp::Mcp, posts::Posts, system::System, users::Users]
}
