//! Decodes images: reads the header, checks the limits, decodes the pixels and applies the orientation.

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
use imagesize::{Compression, ImageType};

/// For headers, including colour profiles and metadata.
const MAX_HEADER_MEMORY_BYTES: u64 = 16 * 1024 * 1024;

/// The limits of one job.
pub struct Budget {
    pub max_pixels: u64,
    pub max_memory_bytes: u64,
    pub max_animation_pixels: u64,
    pub deadline: Instant,
}

impl Budget {
    pub fn check_time(&self) -> Result<()> {
        if Instant::now() >= self.deadline { Err(IMAGE_TIMEOUT.into()) } else { Ok(()) }
    }

    pub fn check_pixels(&self, pixels: u64) -> Result<()> {
        if pixels > self.max_pixels { Err(self.too_large()) } else { Ok(()) }
    }

    /// The frames of an animation of this size that may be decoded.
    pub fn max_frames(&self, frame_pixels: u64) -> usize {
        usize::try_from(self.max_animation_pixels / frame_pixels.max(1)).unwrap_or(usize::MAX)
    }

    pub fn limits(&self) -> Limits {
        decoder_limits(self.max_memory_bytes)
    }

    pub fn map_error(&self, error: ImageError) -> Error {
        match &error {
            ImageError::IoError(cause) if cause.kind() == io::ErrorKind::TimedOut => IMAGE_TIMEOUT.with_source(error),
            ImageError::Limits(_) => self.too_large().with_source(error),
            _ => IMAGE_INVALID.with_source(error),
        }
    }

    fn too_large(&self) -> Error {
        IMAGE_TOO_LARGE.with("limit", self.max_pixels)
    }
}

fn decoder_limits(memory_bytes: u64) -> Limits {
    let mut limits = Limits::default();
    // The maximum of JPEG, the format of the renditions.
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
    /// A reader that fails at the deadline, since decoders have no time limit.
    pub fn reader(&self, budget: &Budget) -> Result<impl io::BufRead + Seek + use<>> {
        let inner = match self {
            Self::File(file) => {
                let mut file = file.try_clone().map_err(|error| STORE_UNAVAILABLE.with_source(error))?;
                file.rewind().map_err(|error| STORE_UNAVAILABLE.with_source(error))?;
                SourceReader::File(file)
            }
            Self::Bytes(bytes) => SourceReader::Bytes(Cursor::new(bytes.clone())),
        };
        Ok(BufReader::with_capacity(64 * 1024, DeadlineReader { inner, deadline: budget.deadline }))
    }
}

enum SourceReader {
    File(File),
    Bytes(Cursor<Bytes>),
}

struct DeadlineReader {
    inner: SourceReader,
    deadline: Instant,
}

impl Read for DeadlineReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if Instant::now() >= self.deadline {
            return Err(io::ErrorKind::TimedOut.into());
        }
        match &mut self.inner {
            SourceReader::File(file) => file.read(buffer),
            SourceReader::Bytes(bytes) => bytes.read(buffer),
        }
    }
}

impl Seek for DeadlineReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match &mut self.inner {
            SourceReader::File(file) => file.seek(to),
            SourceReader::Bytes(bytes) => bytes.seek(to),
        }
    }
}

/// Reads the header; `None` for a file that is not an image or has an invalid header.
pub fn probe(budget: &Budget, source: Source) -> Result<Option<ImageInfo>> {
    match read_header(budget, &source, decoder_limits(MAX_HEADER_MEMORY_BYTES)) {
        Ok((info, ..)) => Ok(Some(info)),
        Err(error) if error.is(IMAGE_INVALID) => probe_heif(budget, &source),
        Err(error) => Err(error),
    }
}

/// The dimensions of an AVIF or HEIC file. For their pixels there is no decoder in safe Rust.
fn probe_heif(budget: &Budget, source: &Source) -> Result<Option<ImageInfo>> {
    let mut reader = source.reader(budget)?;
    let format = match imagesize::reader_type(&mut reader) {
        Ok(ImageType::Heif(Compression::Av1)) => ImageFormat::Avif,
        Ok(ImageType::Heif(Compression::Hevc)) => ImageFormat::Heif,
        _ => return Ok(None),
    };
    let size = imagesize::reader_size(source.reader(budget)?);
    budget.check_time()?;
    let side = |pixels: usize| u32::try_from(pixels).ok().filter(|pixels| (1..=u32::from(u16::MAX)).contains(pixels));
    let sides = size.ok().and_then(|size| Some((side(size.width)?, side(size.height)?)));
    Ok(sides.map(|(width_px, height_px)| ImageInfo { width_px, height_px, format, animated: false }))
}

pub fn decode(budget: &Budget, source: Source) -> Result<(ImageInfo, DynamicImage)> {
    let (info, orientation, decoder) = read_header(budget, &source, budget.limits())?;
    budget.check_pixels(u64::from(info.width_px) * u64::from(info.height_px))?;
    if decoder.total_bytes() > budget.max_memory_bytes {
        return Err(budget.too_large());
    }
    let mut image = DynamicImage::from_decoder(decoder).map_err(|error| budget.map_error(error))?;
    budget.check_time()?;
    image.apply_orientation(orientation);
    Ok((info, image))
}

fn read_header(budget: &Budget, source: &Source, limits: Limits) -> Result<(ImageInfo, Orientation, impl ImageDecoder + use<>)> {
    let mut reader = ImageReader::new(source.reader(budget)?).with_guessed_format().map_err(|error| budget.map_error(error.into()))?;
    let format = reader.format().and_then(format_of).ok_or(IMAGE_INVALID)?;
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(|error| budget.map_error(error))?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err(IMAGE_INVALID.into());
    }
    // Without a readable orientation the pixels stay as they are.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let (width_px, height_px) = if has_swapped_sides(orientation) { (height, width) } else { (width, height) };
    let animated = is_animated(budget, source, format, limits)?;
    Ok((ImageInfo { width_px, height_px, format, animated }, orientation, decoder))
}

const fn has_swapped_sides(orientation: Orientation) -> bool {
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
        image::ImageFormat::Tiff => Some(ImageFormat::Tiff),
        _ => None,
    }
}

fn is_animated(budget: &Budget, source: &Source, format: ImageFormat, limits: Limits) -> Result<bool> {
    match format {
        ImageFormat::Jpeg | ImageFormat::Bmp | ImageFormat::Tiff | ImageFormat::Avif | ImageFormat::Heif => Ok(false),
        ImageFormat::Png => PngDecoder::with_limits(source.reader(budget)?, limits)
            .and_then(|decoder| decoder.is_apng())
            .map_err(|error| budget.map_error(error)),
        ImageFormat::Webp => {
            WebPDecoder::new(source.reader(budget)?).map(|decoder| decoder.has_animation()).map_err(|error| budget.map_error(error))
        }
        ImageFormat::Gif => Ok(has_two_frames(source.reader(budget)?)),
    }
}

/// Iterates over the frames of a GIF without decompressing them; a truncated file ends the iteration.
fn has_two_frames(reader: impl Read) -> bool {
    let mut options = gif::DecodeOptions::new();
    options.skip_frame_decoding(true);
    let Ok(mut decoder) = options.read_info(reader) else { return false };
    (0..2).all(|_| matches!(decoder.next_frame_info(), Ok(Some(_))))
}
