//! Terms of service. Clients ask for them and keep people out who decline; the API does not, as in Mattermost: bots and apps that
//! do not know terms go on, and each answer is on record.

mod accept;
mod create;

noun! {
    /// Terms of service.
    terms_of_service::Terms, uses: [system::System]
}
