//! Saving and deleting drafts. Changes are published to the author's connections only.

use guildhall_model::codes::{context, drafts as codes, posts as post_codes};
use guildhall_model::draft::{self, DRAFTS_MAX, Draft, FILES_KEPT_MS, WithFiles};
use guildhall_model::id::{ChannelId, PostId, UserId};
use guildhall_model::post::{Post, PostPriority};
use guildhall_model::{Actor, Event, Events, Result};
use guildhall_storage::usage::{self, Counted};
use guildhall_storage::{drafts, files};
use serde_json::{Map, Value};

use super::list::with_files;
use crate::access::ChannelGrant;
use crate::boxed;
use crate::drafts::Drafts;
use crate::posts::NewPost;

/// What somebody has written and not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDraft {
    pub post: NewPost,
    pub priority: Map<String, Value>,
}

impl Drafts<'_> {
    /// Saves the draft of a channel or thread. One without a text and files is deleted: then there is none to answer with.
    #[boxed]
    pub async fn save_draft(&self, actor: &Actor, new: NewDraft) -> Result<Option<WithFiles<Draft>>> {
        self.check_enabled()?;
        if new.post.message.is_empty() && new.post.file_ids.is_empty() {
            self.delete_draft(actor, actor.user_id, new.post.channel_id, new.post.root_id).await?;
            return Ok(None);
        }
        let grant = self.access.channel_to_post(actor, new.post.channel_id).await?;
        let mut draft = self.check(actor, &grant, new).await?;
        let own = self.access.own_account(actor);
        let db = self.access.read(&own);
        let existing = drafts::get(db, own.id(), draft.channel_id, draft.root_id).await?;
        if let Some(existing) = &existing {
            draft.create_at = existing.create_at;
        }
        // The files of a message that was sent meanwhile are not the draft's any more.
        let view = with_files(db, &own, vec![draft.clone()], |draft| &draft.file_ids).await?;
        let found = view.into_iter().flat_map(|view| view.files).filter(|file| file.channel_id == draft.channel_id).collect::<Vec<_>>();
        draft.file_ids = found.iter().map(|file| file.id).collect();

        let count = usage::count(db, Counted::DraftsOf(actor.user_id)).await?;
        let is_new = existing.is_none();
        let mut write = self.access.write(&own, "drafts.save");
        if is_new && count >= DRAFTS_MAX {
            write.push(drafts::delete_unreachable(own.write_id(), draft.update_at));
        }
        write.push(drafts::save(own.write_id(), &draft));
        if !draft.file_ids.is_empty() {
            write.push(files::keep(own.write_id(), &draft.file_ids, draft.update_at.plus_ms(FILES_KEPT_MS)));
        }
        // Others of the same person may be saved at the same time.
        if is_new && usage::is_near(count, 1, DRAFTS_MAX) {
            write.extend(usage::guard(Counted::DraftsOf(actor.user_id), DRAFTS_MAX, codes::TOO_MANY));
        }
        let saved = WithFiles { item: draft, files: found };
        write.commit(Event::DraftSaved { draft: saved.clone(), is_new }).await?;
        Ok(Some(saved))
    }

    /// Deletes the actor's own draft. There need not be one: other devices delete it, too.
    #[boxed]
    pub async fn delete_draft(&self, actor: &Actor, user: UserId, channel: ChannelId, root: Option<PostId>) -> Result<()> {
        let own = self.access.require_own_account(actor, user)?;
        self.check_enabled()?;
        let Some(draft) = drafts::get(self.access.read(&own), own.id(), channel, root).await? else { return Ok(()) };
        let mut write = self.access.write(&own, "drafts.delete");
        write.push(drafts::delete(own.write_id(), channel, root));
        let deleted = WithFiles { item: draft, files: Vec::new() };
        write.commit(Events::from(Event::DraftDeleted(deleted))).await
    }

    /// The draft as it would be stored, checked like a post.
    async fn check(&self, actor: &Actor, grant: &ChannelGrant, new: NewDraft) -> Result<Draft> {
        if grant.is_archived() {
            return Err(post_codes::CHANNEL_ARCHIVED.into());
        }
        let post = self.posts().check_unsent(actor, grant, new.post).await?;
        to_draft(post, &new.priority)
    }
}

/// The parts of a post that are kept until it is sent.
pub(crate) fn to_draft(post: Post, priority: &Map<String, Value>) -> Result<Draft> {
    let priority = if priority.is_empty() { String::new() } else { Value::Object(priority.clone()).to_string() };
    if priority.len() > draft::PRIORITY_BYTES_MAX {
        return Err(codes::BAD_PRIORITY.with("max", draft::PRIORITY_BYTES_MAX));
    }
    if PostPriority::from_json(&priority).is_none() {
        return Err(context::INVALID_PARAM.with("name", "priority"));
    }
    if post.props.text().len() > draft::PROPS_BYTES_MAX {
        return Err(codes::PROPS_TOO_LONG.with("max", draft::PROPS_BYTES_MAX));
    }
    Ok(Draft {
        user_id: post.user_id,
        channel_id: post.channel_id,
        root_id: post.root_id,
        create_at: post.create_at,
        update_at: post.update_at,
        message: post.message,
        kind: post.kind,
        props: post.props,
        file_ids: post.file_ids,
        priority,
    })
}
