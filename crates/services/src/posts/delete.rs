//! Posts taken back.

use std::sync::Arc;

use guildhall_model::codes::{context, posts as codes};
use guildhall_model::id::PostId;
use guildhall_model::post::{Post, PostView};
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::posts::change;
use guildhall_storage::{files, search};

use crate::Services;

impl Services {
    /// Deletes a post, and with the first post of a thread the whole thread.
    pub async fn delete_post(&self, actor: &Actor, id: PostId) -> Result<()> {
        let grant = self.access.read_post(actor, id).await?;
        let needed = if grant.post.user_id == actor.user_id { Permission::DeletePost } else { Permission::DeleteOthersPosts };
        if !self.access.also_in_channel(actor, &grant.on, needed) {
            return Err(context::PERMISSIONS.into());
        }
        if grant.on.channel.is_archived() {
            return Err(codes::EDIT_ARCHIVED.into());
        }
        let now = self.clock.now().max(grant.post.update_at.plus_ms(1));
        let mut write = self.access.write(&grant).near(&grant.on.channel.id);
        write.extend(change::delete(&grant.post, now));
        write.push(files::delete_of_post(id, now));
        write.push(search::remove(id));
        if grant.post.root_id.is_none() {
            write.push(change::delete_files_of_replies(id, now));
            write.push(search::remove_replies(id));
        }
        let post: PostView = Post { delete_at: now, update_at: now, ..grant.post.clone() }.into();
        write.commit(Event::PostDeleted { post: Arc::new(post), deleted_by: actor.user_id }).await
    }
}
