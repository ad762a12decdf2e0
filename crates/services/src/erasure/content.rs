//! What somebody has written: it stays, or is replaced, with the files and reactions.

use std::sync::Arc;

use guildhall_model::erasure::{ERASED_MESSAGE, ErasedMessages};
use guildhall_model::event::MentionChange;
use guildhall_model::file::FileInfo;
use guildhall_model::post::{Post, PostProps};
use guildhall_model::usage::Usage;
use guildhall_model::{Event, Events, Result};
use guildhall_storage::personal_data::erasure;
use guildhall_storage::{Statement, files, search, usage};

use super::run::Run;
use crate::erasure::Erasure;

/// Rows that are changed in one batch.
const BATCH: usize = 100;

fn is_placeholder(post: &Post) -> bool {
    post.message == ERASED_MESSAGE && post.file_ids.is_empty() && post.hashtags.is_empty() && post.props.members().is_empty()
}

impl Erasure<'_> {
    /// Earlier versions and files that were never attached go in any case: nobody else could read them.
    pub(super) async fn erase_content(&self, run: &Run<'_>, messages: ErasedMessages) -> Result<()> {
        self.erase_earlier_versions(run).await?;
        if messages == ErasedMessages::Delete {
            self.erase_messages(run).await?;
            self.erase_reactions(run).await?;
        }
        run.job.progress(85).await?;
        self.erase_files(run, messages == ErasedMessages::Keep).await
    }

    async fn erase_earlier_versions(&self, run: &Run<'_>) -> Result<()> {
        loop {
            let ids = erasure::earlier_versions(self.access.read(&run.grant), run.grant.id(), BATCH).await?;
            if ids.is_empty() {
                return Ok(());
            }
            let statement = erasure::delete_earlier_versions(run.grant.write_id(), &ids);
            run.write(self, vec![statement], Events::none("only their author saw earlier versions")).await?;
        }
    }

    /// Each message becomes a placeholder: replies to it stay where they are, and counts as they were. Those that are placeholders since an
    /// earlier run are left.
    async fn erase_messages(&self, run: &Run<'_>) -> Result<()> {
        let mut last: Option<Post> = None;
        loop {
            let db = self.access.read(&run.grant);
            let page = erasure::messages(db, run.grant.id(), last.as_ref(), BATCH).await?;
            let Some(end) = page.last() else { return Ok(()) };
            last = Some(end.clone());
            let page: Vec<Post> = page.into_iter().filter(|post| !is_placeholder(post)).collect();
            for some in page.chunks(BATCH / 5) {
                self.erase_some_messages(run, some).await?;
            }
            run.job.renew().await?;
        }
    }

    async fn erase_some_messages(&self, run: &Run<'_>, posts: &[Post]) -> Result<()> {
        let db = self.access.read(&run.grant);
        let (mut statements, mut erased) = (Vec::new(), Vec::new());
        for file in files::by_posts(db, &posts.iter().collect::<Vec<_>>()).await? {
            statements.extend(self.delete_file(run, &file));
        }
        for post in posts {
            let update_at = self.now_after(post.update_at);
            let message = ERASED_MESSAGE.to_owned();
            let blank =
                Post { message, props: PostProps::default(), hashtags: String::new(), file_ids: Vec::new(), update_at, ..post.clone() };
            statements.push(erasure::erase_message(run.grant.write_id(), &blank));
            statements.push(search::remove(run.job.grant.write_id(post.id)));
            erased.push(blank);
        }
        let views = self.posts().views_of(&run.grant, erased).await?;
        let edited = |view| Event::PostEdited { post: Arc::new(view), mentions: MentionChange::default() };
        run.write(self, statements, views.into_iter().map(edited).collect::<Vec<_>>()).await
    }

    async fn erase_reactions(&self, run: &Run<'_>) -> Result<()> {
        let mut after = None;
        loop {
            let page = erasure::reactions(self.access.read(&run.grant), run.grant.id(), after, BATCH).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(*last);
            let statements = page.iter().flat_map(|post| erasure::delete_reactions(run.grant.write_id(), *post, self.clock.now()));
            run.write(self, statements.collect(), Events::none("clients load reactions with their posts")).await?;
            run.job.renew().await?;
        }
    }

    async fn erase_files(&self, run: &Run<'_>, is_unattached_only: bool) -> Result<()> {
        loop {
            let page = erasure::files(self.access.read(&run.grant), run.grant.id(), is_unattached_only, BATCH).await?;
            if page.is_empty() {
                break;
            }
            for file in page {
                run.write(self, self.delete_file(run, &file), Events::none("no message has the file")).await?;
            }
            run.job.renew().await?;
        }
        run.write(self, vec![erasure::erase_names_of_deleted_files(run.grant.write_id())], Events::none("they are deleted")).await
    }

    /// With the room that it takes.
    fn delete_file(&self, run: &Run<'_>, file: &FileInfo) -> Vec<Statement> {
        let (user, now) = (run.grant.write_id(), self.clock.now());
        let mut statements = vec![erasure::delete_file(user, file.id, now), erasure::delete_bookmark_of(user, file.id, now)];
        statements.extend(usage::give_back(file.channel_id, file.user_id, Usage::of_file(file.size_bytes)));
        statements
    }
}
