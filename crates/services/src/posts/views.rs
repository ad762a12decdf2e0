//! Loads the metadata of posts (files, reactions, custom emoji) with a few queries for a whole page.

use std::collections::{BTreeSet, HashMap};

use guildhall_markup::Message;
use guildhall_model::codes::posts as codes;
use guildhall_model::file::FileInfo;
use guildhall_model::id::{FileId, PostId};
use guildhall_model::integration::Emoji;
use guildhall_model::post::{Post, PostMetadata, PostView, Reaction, ThreadView};
use guildhall_model::{Result, emoji};
use guildhall_storage::posts::acknowledgements;
use guildhall_storage::{emoji as emojis, files, reactions, threads};

use crate::access::{ChannelGrant, Grant, UserGrant};
use crate::posts::Posts;

impl Posts<'_> {
    pub(crate) async fn view_of(&self, grant: &impl Grant, post: Post) -> Result<PostView> {
        let views = self.views_of(grant, vec![post]).await?;
        views.into_iter().next().ok_or_else(|| codes::NOT_FOUND.into())
    }

    /// The posts with their metadata, in the same order. Skips the queries for metadata that no post has.
    pub(crate) async fn views_of(&self, grant: &impl Grant, posts: Vec<Post>) -> Result<Vec<PostView>> {
        let db = self.access.read(grant);
        let with_files: Vec<&Post> = posts.iter().filter(|post| !post.file_ids.is_empty()).collect();
        let with_reactions: Vec<&Post> = posts.iter().filter(|post| post.has_reactions).collect();
        let files = if with_files.is_empty() { Vec::new() } else { files::by_posts(db, &with_files).await? };
        let reactions = if with_reactions.is_empty() { Vec::new() } else { reactions::by_posts(db, &with_reactions).await? };
        let acknowledged: Vec<&Post> = posts.iter().filter(|post| post.has_acknowledgements).collect();
        let acknowledgements = if acknowledged.is_empty() { Vec::new() } else { acknowledgements::by_posts(db, &acknowledged).await? };
        let emojis = self.emojis_in(grant, &posts, &reactions).await?;

        let mut files = group_by_post(files, |file| file.post_id);
        let mut reactions = group_by_post(reactions, |reaction| Some(reaction.post_id));
        let mut acknowledgements = group_by_post(acknowledgements, |acknowledgement| Some(acknowledgement.post_id));
        let view = |post: Post| {
            let mut files = files.remove(&post.id).unwrap_or_default();
            sort_by_ids(&mut files, &post.file_ids);
            let reactions = reactions.remove(&post.id).unwrap_or_default();
            let names = custom_emoji_names(&post, &reactions);
            let emojis = emojis.iter().filter(|emoji| names.contains(&emoji.name)).cloned().collect();
            let acknowledgements = acknowledgements.remove(&post.id).unwrap_or_default();
            PostView { post, metadata: PostMetadata { files, reactions, acknowledgements, emojis }, thread: None }
        };
        Ok(posts.into_iter().map(view).collect())
    }

    /// Adds to root posts the participants of their threads and whether `reader` follows them.
    pub(super) async fn add_threads(&self, reader: &UserGrant, views: &mut [PostView]) -> Result<()> {
        let db = self.access.read(reader);
        let roots: Vec<&Post> = views.iter().map(|view| &view.post).filter(|post| post.root_id.is_none() && post.reply_count > 0).collect();
        let (participants, followed) = if roots.is_empty() {
            Default::default()
        } else {
            let ids: Vec<PostId> = roots.iter().map(|root| root.id).collect();
            (threads::participants(db, &roots).await?, threads::followed(db, reader.id(), &ids).await?)
        };
        for view in views.iter_mut().filter(|view| view.root_id.is_none()) {
            view.thread = Some(ThreadView {
                participants: participants.iter().filter(|(thread, _)| *thread == view.post.id).map(|(_, user)| *user).collect(),
                is_following: followed.contains(&view.post.id),
            });
        }
        Ok(())
    }

    /// The files to attach, in the post's order. An error unless all are the author's, of this channel and unattached.
    pub(super) async fn files_to_attach(&self, grant: &ChannelGrant, post: &Post, new: &[FileId]) -> Result<Vec<FileInfo>> {
        if new.is_empty() {
            return Ok(Vec::new());
        }
        let mut attached = files::unattached(self.access.read(grant), new, post.user_id, grant.id()).await?;
        if attached.len() != new.len() {
            return Err(codes::FILES_NOT_ATTACHABLE.into());
        }
        sort_by_ids(&mut attached, new);
        for file in &mut attached {
            file.post_id = Some(post.id);
        }
        Ok(attached)
    }

    /// The custom emoji in the posts and their reactions. No query when they name none.
    pub(super) async fn emojis_in(&self, grant: &impl Grant, posts: &[Post], reactions: &[Reaction]) -> Result<Vec<Emoji>> {
        let mut names: BTreeSet<String> = posts.iter().flat_map(|post| custom_emoji_names(post, &[])).collect();
        names.extend(custom_reaction_names(reactions));
        if names.is_empty() || !self.settings().posts.custom_emoji {
            return Ok(Vec::new());
        }
        let names: Vec<String> = names.into_iter().take(EMOJI_NAMES_MAX).collect();
        emojis::by_names(self.access.read(grant), &names).await
    }
}

/// Above what a page of ordinary posts contains; bounds the query.
const EMOJI_NAMES_MAX: usize = 1_000;

fn custom_emoji_names(post: &Post, reactions: &[Reaction]) -> BTreeSet<String> {
    let texts = std::iter::once(post.message.as_str()).chain(post.props.attachment_texts()).filter(|text| text.contains(':'));
    let names = texts.flat_map(|text| Message::parse(text).emoji()).filter(|name| !emoji::is_system(name));
    names.chain(custom_reaction_names(reactions)).collect()
}

fn custom_reaction_names(reactions: &[Reaction]) -> impl Iterator<Item = String> + '_ {
    reactions.iter().filter(|reaction| !emoji::is_system(&reaction.emoji_name)).map(|reaction| reaction.emoji_name.clone())
}

fn group_by_post<T>(items: Vec<T>, post: impl Fn(&T) -> Option<PostId>) -> HashMap<PostId, Vec<T>> {
    let mut groups: HashMap<PostId, Vec<T>> = HashMap::new();
    for item in items {
        if let Some(id) = post(&item) {
            groups.entry(id).or_default().push(item);
        }
    }
    groups
}

fn sort_by_ids(files: &mut [FileInfo], ids: &[FileId]) {
    files.sort_by_key(|file| ids.iter().position(|id| *id == file.id).unwrap_or(usize::MAX));
}
