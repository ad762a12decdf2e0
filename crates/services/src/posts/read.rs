//! One post, looked at by its id.

use guildhall_model::id::PostId;
use guildhall_model::post::PostView;
use guildhall_model::{Actor, Result};

use crate::Services;

impl Services {
    pub async fn get_post(&self, actor: &Actor, id: PostId) -> Result<PostView> {
        let grant = self.access.read_post(actor, id).await?;
        self.view_of(&grant.on, grant.post).await
    }
}
