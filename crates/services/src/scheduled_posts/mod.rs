//! Scheduled posts: messages that a job sends in the name of their author when it is time.

mod change;
mod list;
mod send;

noun! {
    /// Scheduled posts.
    scheduled_posts::ScheduledPosts, uses: [posts::Posts]
}
