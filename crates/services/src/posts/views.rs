//! Posts as their readers get them: with files, reactions and custom emoji, a few queries for a whole page.

use std::collections::{BTreeSet, HashMap};

use guildhall_model::codes::posts as codes;
use guildhall_model::file::FileInfo;
use guildhall_model::id::{FileId, PostId};
use guildhall_model::integration::Emoji;
use guildhall_model::post::{Post, PostMetadata, PostView, Reaction, ThreadView};
use guildhall_model::{Result, emoji};
use guildhall_storage::{emoji as emojis, files, reactions, threads};

use crate::access::{ChannelGrant, Grant, UserGrant};
use crate::posts::Posts;

impl Posts<'_> {
    pub(crate) async fn view_of(&self, on: &impl Grant, post: Post) -> Result<PostView> {
        let views = self.views_of(on, vec![post]).await?;
        views.into_iter().next().ok_or_else(|| codes::NOT_FOUND.into())
    }

    /// The posts with what goes with them, in the same order. Asks for nothing that no post has.
    pub(crate) async fn views_of(&self, on: &impl Grant, posts: Vec<Post>) -> Result<Vec<PostView>> {
        let db = self.access.read(on);
        let with_files: Vec<&Post> = posts.iter().filter(|post| !post.file_ids.is_empty()).collect();
        let with_reactions: Vec<&Post> = posts.iter().filter(|post| post.has_reactions).collect();
        let files = if with_files.is_empty() { Vec::new() } else { files::by_posts(db, &with_files).await? };
        let reactions = if with_reactions.is_empty() { Vec::new() } else { reactions::by_posts(db, &with_reactions).await? };
        let emojis = self.emojis_in(on, &posts, &reactions).await?;

        let mut files = grouped(files, |file| file.post_id);
        let mut reactions = grouped(reactions, |reaction| Some(reaction.post_id));
        let view = |post: Post| {
            let mut files = files.remove(&post.id).unwrap_or_default();
            sort_as_listed(&mut files, &post.file_ids);
            let reactions = reactions.remove(&post.id).unwrap_or_default();
            let named = names_in(&post, &reactions);
            let emojis = emojis.iter().filter(|emoji| named.contains(&emoji.name)).cloned().collect();
            PostView { post, metadata: PostMetadata { files, reactions, emojis }, thread: None }
        };
        Ok(posts.into_iter().map(view).collect())
    }

    /// Puts to the first posts of threads who takes part in them, and whether this reader follows them.
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

    /// The files that a new post names, in its order: the author's, of its channel, and of no post yet.
    pub(super) async fn files_to_attach(&self, on: &ChannelGrant, post: &Post, new: &[FileId]) -> Result<Vec<FileInfo>> {
        if new.is_empty() {
            return Ok(Vec::new());
        }
        let mut found = files::unattached(self.access.read(on), new, post.user_id, on.id()).await?;
        if found.len() != new.len() {
            return Err(codes::FILES_NOT_YOURS.into());
        }
        sort_as_listed(&mut found, new);
        for file in &mut found {
            file.post_id = Some(post.id);
        }
        Ok(found)
    }

    /// The custom emoji that the posts and their reactions name; usually none, and then nothing is asked.
    pub(super) async fn emojis_in(&self, on: &impl Grant, posts: &[Post], reactions: &[Reaction]) -> Result<Vec<Emoji>> {
        let mut names: BTreeSet<String> = posts.iter().flat_map(|post| names_in(post, &[])).collect();
        names.extend(custom_names(reactions));
        if names.is_empty() || !self.settings().posts.custom_emoji {
            return Ok(Vec::new());
        }
        let names: Vec<String> = names.into_iter().take(EMOJI_NAMES_MAX).collect();
        emojis::by_names(self.access.read(on), &names).await
    }
}

/// More names than any page of people's posts has.
const EMOJI_NAMES_MAX: usize = 1_000;

fn names_in(post: &Post, reactions: &[Reaction]) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = custom_names(reactions).collect();
    let mut collect =
        |text: &str| names.extend(emoji::named_in(text).into_iter().filter(|name| !emoji::is_system(name)).map(str::to_owned));
    if post.message.contains(':') {
        collect(&post.message);
    }
    post.props.attachment_texts().for_each(collect);
    names
}

fn custom_names(reactions: &[Reaction]) -> impl Iterator<Item = String> + '_ {
    reactions.iter().filter(|reaction| !emoji::is_system(&reaction.emoji_name)).map(|reaction| reaction.emoji_name.clone())
}

fn grouped<T>(items: Vec<T>, post: impl Fn(&T) -> Option<PostId>) -> HashMap<PostId, Vec<T>> {
    let mut groups: HashMap<PostId, Vec<T>> = HashMap::new();
    for item in items {
        if let Some(id) = post(&item) {
            groups.entry(id).or_default().push(item);
        }
    }
    groups
}

fn sort_as_listed(files: &mut [FileInfo], listed: &[FileId]) {
    files.sort_by_key(|file| listed.iter().position(|id| *id == file.id).unwrap_or(usize::MAX));
}
