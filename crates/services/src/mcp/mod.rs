//! Programs with an AI, which work for a person by the Model Context Protocol: whether they are served, how often they call, what is recorded
//! of it, and how they post. `docs/decisions/0065-mcp.md`.

mod admit;
mod approval;
mod own_channels;
mod post;

use guildhall_model::id::UserId;

pub use admit::McpClient;
pub use own_channels::OwnChannel;
pub use post::PostOutcome;

pub(crate) use approval::APPROVAL_ADDRESS;

use crate::window_counts::WindowCounts;

noun! {
    /// The Model Context Protocol.
    mcp::Mcp, state: State, uses: [findings::Findings, posts::Posts, system::System]
}

/// The calls of each person in a minute. In memory of this node.
pub(crate) struct State(WindowCounts<UserId>);

const PEOPLE_MAX: u64 = 100_000;
const WINDOW_MS: i64 = 60 * 1_000;

impl Default for State {
    fn default() -> Self {
        Self(WindowCounts::new(PEOPLE_MAX, WINDOW_MS))
    }
}
