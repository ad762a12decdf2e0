//! The names and the address of somebody in what the server has written: names of group channels, messages about joining and leaving, security alerts,
//! the addresses of teams.

use guildhall_model::id::PostId;
use guildhall_model::post::Post;
use guildhall_model::{Events, Result};
use guildhall_storage::personal_data::erasure;
use serde_json::{Map, Value};

use super::run::Run;
use super::texts::replace_name;
use crate::erasure::Erasure;
use crate::retry::retry_on_conflict;

/// Posts that are looked at in one statement.
const PAGE: usize = 2_000;
/// Posts that are read and rewritten at once.
const REWRITTEN: usize = 20;
/// The lengths of the columns.
const SUBJECT_CHARS_MAX: usize = 64;
const CHANNEL_CHARS_MAX: usize = 128;

fn first_chars(text: &str, chars: usize) -> String {
    text.chars().take(chars).collect()
}

impl Erasure<'_> {
    pub(super) async fn erase_names(&self, run: &Run<'_>) -> Result<()> {
        let (server, now) = (run.job.grant.write_server(), self.clock.now());
        let (old, new) = (run.user.username.as_str(), run.new_name.as_str());
        let db = self.access.read(&run.grant);
        let mut statements = vec![erasure::erase_team_addresses(server, &run.user.email)];
        for (id, subject, summary) in erasure::alerts(db, run.grant.id(), old, &run.user.email).await? {
            let [subject, summary] = [subject, summary].map(|text| replace_name(&text.replace(&run.user.email, new), old, new));
            statements.push(erasure::rewrite_alert(server, id, &first_chars(&subject, SUBJECT_CHARS_MAX), &summary));
        }
        for (id, name) in erasure::group_channels_named(db, run.job.grant.server(), old).await? {
            statements.push(erasure::rename_group_channel(
                server,
                id,
                &name,
                &first_chars(&replace_name(&name, old, new), CHANNEL_CHARS_MAX),
                now,
            ));
        }
        for some in statements.chunks(500) {
            run.write(self, some.to_vec(), Events::none("clients show the names of the members of a group channel")).await?;
        }
        self.erase_in_system_messages(run).await
    }

    async fn erase_in_system_messages(&self, run: &Run<'_>) -> Result<()> {
        let (db, server) = (self.access.read(&run.grant), run.job.grant.server());
        let mut after = PostId::from_bytes([0; 16]);
        loop {
            let page = erasure::page_of_system_posts(db, server, after, &run.user.username, PAGE).await?;
            let Some((last, _)) = page.last() else { return Ok(()) };
            after = *last;
            let named: Vec<PostId> = page.iter().filter(|(_, is_named)| *is_named).map(|(id, _)| *id).collect();
            for some in named.chunks(REWRITTEN) {
                retry_on_conflict(|| self.rewrite_system_posts(run, some)).await?;
            }
            run.job.renew().await?;
        }
    }

    async fn rewrite_system_posts(&self, run: &Run<'_>, ids: &[PostId]) -> Result<()> {
        let posts = erasure::posts_of(self.access.read(&run.grant), run.job.grant.server(), ids).await?;
        let statements = posts.into_iter().map(|post| {
            let read_at = post.update_at;
            erasure::rewrite_system_post(run.job.grant.write_server(), &self.without_name(run, post), read_at)
        });
        run.write(self, statements.collect(), Events::none("clients load messages of the server again")).await
    }

    fn without_name(&self, run: &Run<'_>, post: Post) -> Post {
        let (old, new) = (run.user.username.as_str(), run.new_name.as_str());
        let message = replace_name(&post.message, old, new);
        let replaced = |(name, value): (String, Value)| match value {
            Value::String(text) => (name, Value::String(replace_name(&text, old, new))),
            other => (name, other),
        };
        let props: Map<String, Value> = post.props.members().clone().into_iter().map(replaced).collect();
        Post { message, props: props.into(), update_at: self.now_after(post.update_at), ..post }
    }
}
