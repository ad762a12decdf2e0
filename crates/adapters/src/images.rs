//! Images: probed, scaled and drawn on dedicated threads, within pixel, memory and time limits.

mod avatar;
mod decoding;
mod emoji;
mod qr_code;
mod scaling;
mod turns;

use std::fs::File;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bytes::Bytes;
use guildhall_cache::Cache;
use guildhall_model::Result;
use guildhall_model::codes::files::{IMAGE_TIMEOUT, IMAGE_TOO_LARGE, STORE_UNAVAILABLE};
use guildhall_model::id::UserId;
use guildhall_model::ports::{BlobKey, EncodedImage, ImageInfo, ImageSource, Images, Renditions, Secret};

use crate::blobs::LocalBlobs;
use crate::workers::Workers;
use decoding::{Budget, Source};
use turns::Turns;

#[derive(Debug, Clone)]
pub struct ImageSettings {
    /// Width times height, read from the header before anything is decoded.
    pub max_pixels: u64,
    /// Memory for decoding one image.
    pub max_memory_bytes: u64,
    /// Larger files are not decoded, since some decoders read the whole file first.
    pub max_source_bytes: u64,
    /// From the call to the result, including the time in the queue.
    pub time_limit_ms: u64,
    /// Pixels of all frames of an animation together.
    pub max_animation_pixels: u64,
    /// Of each kind of work, which waits only for its own kind. A person has one job of a kind at a time: with two threads, a
    /// picture that takes long leaves one to everybody else.
    pub threads: usize,
    pub queue_length: usize,
    /// Further uploaded files of a person that wait for their turn.
    pub files_per_person: usize,
    /// Further icons and emoji of a person that wait; they are in memory meanwhile.
    pub icons_per_person: usize,
    /// Memory for drawn avatars, which are the same each time.
    pub avatar_cache_bytes: u64,
}

impl Default for ImageSettings {
    fn default() -> Self {
        Self {
            max_pixels: 7680 * 4320,
            max_memory_bytes: 192 * 1024 * 1024,
            max_source_bytes: 64 * 1024 * 1024,
            time_limit_ms: 30_000,
            max_animation_pixels: 64 * 1024 * 1024,
            threads: 2,
            queue_length: 64,
            files_per_person: 64,
            icons_per_person: 6,
            avatar_cache_bytes: 8 * 1024 * 1024,
        }
    }
}

/// Opens a blob as a file; a store that is not local copies it into a temporary file.
pub trait BlobFiles: Send + Sync {
    fn open_file(&self, key: &BlobKey) -> io::Result<File>;
}

impl BlobFiles for LocalBlobs {
    fn open_file(&self, key: &BlobKey) -> io::Result<File> {
        File::open(self.path(key))
    }
}

pub struct ImageWorker {
    settings: ImageSettings,
    files: Arc<dyn BlobFiles>,
    /// Probing and previews of uploaded files, which may be large.
    files_lane: Workers,
    /// Profile pictures, team icons, emoji and QR codes, which somebody waits for.
    icons_lane: Workers,
    /// Avatars, which a page of people needs at once.
    avatars_lane: Workers,
    files_turns: Turns,
    icons_turns: Turns,
    avatars: Cache<(String, UserId), EncodedImage>,
}

/// The kinds of work, and whose it is: one that takes long delays no other kind, and nobody else.
#[derive(Clone, Copy)]
enum Lane {
    Files(UserId),
    Icons(UserId),
    Avatars,
}

impl ImageWorker {
    pub fn start(settings: ImageSettings, files: Arc<dyn BlobFiles>) -> io::Result<Self> {
        let lane = |name| Workers::start(name, settings.threads, settings.queue_length);
        let avatars = Cache::builder()
            .weigher(|_, image: &EncodedImage| u32::try_from(image.bytes.len()).unwrap_or(u32::MAX))
            .max_capacity(settings.avatar_cache_bytes)
            .build();
        let (files_lane, icons_lane, avatars_lane) = (lane("image-file")?, lane("image-icon")?, lane("image-avatar")?);
        let idle = 2 * Duration::from_millis(settings.time_limit_ms) + Duration::from_secs(1);
        let (files_turns, icons_turns) = (Turns::new(settings.files_per_person, idle), Turns::new(settings.icons_per_person, idle));
        Ok(Self { settings, files, files_lane, icons_lane, avatars_lane, files_turns, icons_turns, avatars })
    }

    async fn run<T: Send + 'static>(&self, lane: Lane, work: impl FnOnce(&Budget) -> Result<T> + Send + 'static) -> Result<T> {
        let time_limit = Duration::from_millis(self.settings.time_limit_ms);
        let budget = Budget {
            max_pixels: self.settings.max_pixels,
            max_memory_bytes: self.settings.max_memory_bytes,
            max_animation_pixels: self.settings.max_animation_pixels,
            deadline: Instant::now() + time_limit,
        };
        let (workers, turns) = match lane {
            Lane::Files(person) => (&self.files_lane, Some((&self.files_turns, person))),
            Lane::Icons(person) => (&self.icons_lane, Some((&self.icons_turns, person))),
            Lane::Avatars => (&self.avatars_lane, None),
        };
        let result = async {
            let turn = match turns {
                Some((turns, person)) => Some(turns.take(person).await?),
                None => None,
            };
            // The turn ends with the job, even if nobody waits for it any more.
            let job = move || {
                let result = work(&budget);
                drop(turn);
                result
            };
            workers.run(job).await?
        };
        tokio::time::timeout(time_limit, result).await.map_err(|_| IMAGE_TIMEOUT)?
    }

    /// Opens the source on a worker thread and runs `work` with it.
    async fn run_with_source<T: Send + 'static>(
        &self,
        lane: Lane,
        source: ImageSource,
        work: impl FnOnce(&Budget, Source) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (files, max_source_bytes) = (self.files.clone(), self.settings.max_source_bytes);
        self.run(lane, move |budget| {
            let (source, length) = match source {
                ImageSource::Bytes(bytes) => (Source::Bytes(bytes.clone()), bytes.len() as u64),
                ImageSource::Blob(key) => {
                    let file = files.open_file(&key).map_err(|error| STORE_UNAVAILABLE.with_source(error))?;
                    let length = file.metadata().map_err(|error| STORE_UNAVAILABLE.with_source(error))?.len();
                    (Source::File(file), length)
                }
            };
            if length > max_source_bytes {
                return Err(IMAGE_TOO_LARGE.with("limit", budget.max_pixels));
            }
            work(budget, source)
        })
        .await
    }
}

#[async_trait]
impl Images for ImageWorker {
    async fn probe(&self, person: UserId, source: ImageSource) -> Result<Option<ImageInfo>> {
        let info = self.run_with_source(Lane::Files(person), source, decoding::probe).await;
        match info {
            Err(error) if error.is(IMAGE_TOO_LARGE) => Ok(None),
            info => info,
        }
    }

    async fn create_renditions(&self, person: UserId, source: ImageSource) -> Result<Renditions> {
        self.run_with_source(Lane::Files(person), source, |budget, source| {
            let (info, image) = decoding::decode(budget, source)?;
            scaling::renditions(budget, info, &image)
        })
        .await
    }

    async fn create_square_icon(&self, person: UserId, bytes: Bytes, side_px: u32) -> Result<EncodedImage> {
        self.run_with_source(Lane::Icons(person), ImageSource::Bytes(bytes), move |budget, source| {
            let (_, image) = decoding::decode(budget, source)?;
            scaling::crop_square(&image, side_px)
        })
        .await
    }

    async fn fit_picture(&self, person: UserId, bytes: Bytes, (max_width, max_height): (u32, u32)) -> Result<EncodedImage> {
        self.run_with_source(Lane::Icons(person), ImageSource::Bytes(bytes), move |budget, source| {
            let (_, image) = decoding::decode(budget, source)?;
            scaling::encode_png(&scaling::shrink_to_fit(&image, max_width, max_height)?)
        })
        .await
    }

    async fn resize_emoji(&self, person: UserId, bytes: Bytes) -> Result<EncodedImage> {
        let original = bytes.clone();
        self.run_with_source(Lane::Icons(person), ImageSource::Bytes(bytes), move |budget, _| emoji::shrink(budget, original)).await
    }

    async fn create_initials_avatar(&self, username: &str, user_id: UserId) -> Result<EncodedImage> {
        let key = (username.to_owned(), user_id);
        if let Some(avatar) = self.avatars.get(&key) {
            return Ok(avatar);
        }
        let username = username.to_owned();
        let avatar = self.run(Lane::Avatars, move |_| avatar::draw(&username, user_id)).await?;
        self.avatars.insert(key, avatar.clone());
        Ok(avatar)
    }

    async fn create_qr_code(&self, person: UserId, text: Secret) -> Result<EncodedImage> {
        self.run(Lane::Icons(person), move |_| qr_code::draw(text.expose())).await
    }
}

#[cfg(test)]
mod tests;
