//! Custom emoji: kept if they are small enough, else scaled down; animations stay animated.

use bytes::Bytes;
use guildhall_model::Result;
use guildhall_model::codes::files::IMAGE_INVALID;
use guildhall_model::ports::{EncodedImage, ImageFormat};
use image::codecs::gif::{GifDecoder, GifEncoder, Repeat};
use image::{AnimationDecoder, DynamicImage, Frame, ImageDecoder};

use super::decoding::{self, Budget, Source};
use super::scaling;

const SIDE_PX: u32 = 128;
/// Further frames of an animation are dropped.
const MAX_FRAMES: usize = 400;

pub fn shrink(budget: &Budget, original: Bytes) -> Result<EncodedImage> {
    // Decoding the first frame verifies the format.
    let (info, image) = decoding::decode(budget, Source::Bytes(original.clone()))?;
    // Browsers do not display TIFF.
    if info.format != ImageFormat::Tiff && info.width_px <= SIDE_PX && info.height_px <= SIDE_PX {
        return Ok(EncodedImage { bytes: original, format: info.format, width_px: info.width_px, height_px: info.height_px });
    }
    if info.format == ImageFormat::Gif && info.animated {
        return shrink_animation(budget, &Source::Bytes(original));
    }
    scaling::encode_png(&scaling::shrink_to_fit(&image, SIDE_PX, SIDE_PX)?)
}

fn shrink_animation(budget: &Budget, source: &Source) -> Result<EncodedImage> {
    let mut decoder = GifDecoder::new(source.reader(budget)?).map_err(|error| budget.map_error(error))?;
    decoder.set_limits(budget.limits()).map_err(|error| budget.map_error(error))?;
    let (width, height) = decoder.dimensions();
    let (width_px, height_px) = scaling::fit_dimensions((width, height), SIDE_PX, SIDE_PX);
    let max_frames = budget.max_frames(u64::from(width) * u64::from(height)).clamp(1, MAX_FRAMES);
    let mut bytes = Vec::new();
    {
        // The fastest palette search with acceptable quality at this size.
        let mut encoder = GifEncoder::new_with_speed(&mut bytes, 20);
        encoder.set_repeat(Repeat::Infinite).map_err(|error| IMAGE_INVALID.with_source(error))?;
        for frame in decoder.into_frames().take(max_frames) {
            budget.check_time()?;
            let frame = frame.map_err(|error| budget.map_error(error))?;
            let delay = frame.delay();
            let small = scaling::shrink_to_fit(&DynamicImage::ImageRgba8(frame.into_buffer()), SIDE_PX, SIDE_PX)?;
            let small = Frame::from_parts(small.into_rgba8(), 0, 0, delay);
            encoder.encode_frame(small).map_err(|error| IMAGE_INVALID.with_source(error))?;
        }
    }
    Ok(EncodedImage { bytes: bytes.into(), format: ImageFormat::Gif, width_px, height_px })
}
