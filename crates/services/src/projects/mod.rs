//! Projects: channels that are made together from a template of their team, with their people, and archived together.

mod archive;
mod create;
mod list;
mod people;
mod templates;

pub use archive::ArchivedProject;
pub use create::{CreatedProject, NewProject};
pub use guildhall_storage::projects::ProjectFilter;
pub use list::ListedProject;
pub use templates::NewTemplate;

noun! {
    /// Channel templates and projects.
    projects::Projects, uses: [
        categories::Categories, channels::Channels, guest_links::GuestLinks, invitations::Invitations, posts::Posts, users::Users
    ]
}
