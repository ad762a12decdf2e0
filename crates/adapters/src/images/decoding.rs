//! From bytes to pixels: the header first, then the limits, then the rest, turned upright.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};
use std::time::Instant;

use bytes::Bytes;
use guildhall_model::codes::files::{IMAGE_INVALID, IMAGE_TIMEOUT, IMAGE_TOO_LARGE, STORE_UNAVAILABLE};
use guildhall_model::ports::{ImageFormat, ImageInfo};
use guildhall_model::{Error, Result};
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageReader, Limits};

/// Headers alone need little; colour profiles and metadata are part of them.
const MAX_HEADER_MEMORY_BYTES: u64 = 16 * 1024 * 1024;

/// What one job may use.
pub struct Budget {
    pub max_pixels: u64,
    pub max_memory_bytes: u64,
    pub deadline: Instant,
}

impl Budget {
    pub fn check_time(&self) -> Result<()> {
        if Instant::now() >= self.deadline { Err(IMAGE_TIMEOUT.into()) } else { Ok(()) }
    }

    pub fn check_pixels(&self, pixels: u64) -> Result<()> {
        if pixels > self.max_pixels { Err(self.too_large()) } else { Ok(()) }
    }

    pub fn limits(&self) -> Limits {
        limits(self.max_memory_bytes)
    }

    pub fn failed(&self, error: ImageError) -> Error {
        match &error {
            ImageError::IoError(cause) if cause.kind() == io::ErrorKind::TimedOut => IMAGE_TIMEOUT.because(error),
            ImageError::Limits(_) => self.too_large().because(error),
            _ => IMAGE_INVALID.because(error),
        }
    }

    fn too_large(&self) -> Error {
        IMAGE_TOO_LARGE.with("limit", self.max_pixels)
    }
}

fn limits(memory_bytes: u64) -> Limits {
    let mut limits = Limits::default();
    // More is no JPEG, and JPEG is what the renditions are.
    limits.max_image_width = Some(u32::from(u16::MAX));
    limits.max_image_height = Some(u32::from(u16::MAX));
    limits.max_alloc = Some(memory_bytes);
    limits
}

pub enum Source {
    File(File),
    Bytes(Bytes),
}

impl Source {
    /// A reader that gives up at the deadline, for decoders that would go on.
    pub fn reader(&self, budget: &Budget) -> Result<impl io::BufRead + Seek + use<>> {
        let inner = match self {
            Self::File(file) => {
                let mut file = file.try_clone().map_err(|error| STORE_UNAVAILABLE.because(error))?;
                file.rewind().map_err(|error| STORE_UNAVAILABLE.because(error))?;
                Inner::File(file)
            }
            Self::Bytes(bytes) => Inner::Bytes(Cursor::new(bytes.clone())),
        };
        Ok(BufReader::with_capacity(64 * 1024, Timed { inner, deadline: budget.deadline }))
    }
}

enum Inner {
    File(File),
    Bytes(Cursor<Bytes>),
}

struct Timed {
    inner: Inner,
    deadline: Instant,
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if Instant::now() >= self.deadline {
            return Err(io::ErrorKind::TimedOut.into());
        }
        match &mut self.inner {
            Inner::File(file) => file.read(buffer),
            Inner::Bytes(bytes) => bytes.read(buffer),
        }
    }
}

impl Seek for Timed {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match &mut self.inner {
            Inner::File(file) => file.seek(to),
            Inner::Bytes(bytes) => bytes.seek(to),
        }
    }
}

/// What the header says; `None` for a file that is no picture or whose header is broken.
pub fn probe(budget: &Budget, source: Source) -> Result<Option<ImageInfo>> {
    match header(budget, &source, limits(MAX_HEADER_MEMORY_BYTES)) {
        Ok((info, ..)) => Ok(Some(info)),
        Err(error) if error.is(IMAGE_INVALID) => Ok(None),
        Err(error) => Err(error),
    }
}

pub fn decode(budget: &Budget, source: Source) -> Result<(ImageInfo, DynamicImage)> {
    let (info, orientation, decoder) = header(budget, &source, budget.limits())?;
    budget.check_pixels(u64::from(info.width_px) * u64::from(info.height_px))?;
    if decoder.total_bytes() > budget.max_memory_bytes {
        return Err(budget.too_large());
    }
    let mut image = DynamicImage::from_decoder(decoder).map_err(|error| budget.failed(error))?;
    budget.check_time()?;
    image.apply_orientation(orientation);
    Ok((info, image))
}

fn header(budget: &Budget, source: &Source, limits: Limits) -> Result<(ImageInfo, Orientation, impl ImageDecoder + use<>)> {
    let mut reader = ImageReader::new(source.reader(budget)?).with_guessed_format().map_err(|error| budget.failed(error.into()))?;
    let format = reader.format().and_then(format_of).ok_or(IMAGE_INVALID)?;
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(|error| budget.failed(error))?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err(IMAGE_INVALID.into());
    }
    // Without a readable orientation a picture is shown as it lies.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let (width_px, height_px) = if is_turned(orientation) { (height, width) } else { (width, height) };
    let animated = is_animated(budget, source, format, limits)?;
    Ok((ImageInfo { width_px, height_px, format, animated }, orientation, decoder))
}

const fn is_turned(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate90FlipH | Rotate270 | Rotate270FlipH)
}

const fn format_of(format: image::ImageFormat) -> Option<ImageFormat> {
    match format {
        image::ImageFormat::Png => Some(ImageFormat::Png),
        image::ImageFormat::Jpeg => Some(ImageFormat::Jpeg),
        image::ImageFormat::Gif => Some(ImageFormat::Gif),
        image::ImageFormat::WebP => Some(ImageFormat::Webp),
        image::ImageFormat::Bmp => Some(ImageFormat::Bmp),
        _ => None,
    }
}

fn is_animated(budget: &Budget, source: &Source, format: ImageFormat, limits: Limits) -> Result<bool> {
    match format {
        ImageFormat::Jpeg | ImageFormat::Bmp => Ok(false),
        ImageFormat::Png => PngDecoder::with_limits(source.reader(budget)?, limits)
            .and_then(|decoder| decoder.is_apng())
            .map_err(|error| budget.failed(error)),
        ImageFormat::Webp => {
            WebPDecoder::new(source.reader(budget)?).map(|decoder| decoder.has_animation()).map_err(|error| budget.failed(error))
        }
        ImageFormat::Gif => Ok(has_two_frames(source.reader(budget)?)),
    }
}

/// Walks over the blocks of a GIF without unpacking them. A file that ends early has the frames that it has.
fn has_two_frames(reader: impl Read) -> bool {
    let mut options = gif::DecodeOptions::new();
    options.skip_frame_decoding(true);
    let Ok(mut decoder) = options.read_info(reader) else { return false };
    (0..2).all(|_| matches!(decoder.next_frame_info(), Ok(Some(_))))
}
