//! Custom emoji: small enough already, or made so; animations stay animated.

use bytes::Bytes;
use guildhall_model::Result;
use guildhall_model::codes::files::IMAGE_INVALID;
use guildhall_model::ports::{EncodedImage, ImageFormat};
use image::codecs::gif::{GifDecoder, GifEncoder, Repeat};
use image::{AnimationDecoder, DynamicImage, Frame, ImageDecoder};

use super::decoding::{self, Budget, Source};
use super::scaling;

const SIDE_PX: u32 = 128;
/// Beyond this an animation ends early.
const MAX_FRAMES: usize = 400;

pub fn fit(budget: &Budget, original: Bytes) -> Result<EncodedImage> {
    // Decoding the first frame shows that the bytes are what they say.
    let (info, image) = decoding::decode(budget, Source::Bytes(original.clone()))?;
    if info.width_px <= SIDE_PX && info.height_px <= SIDE_PX {
        return Ok(EncodedImage { bytes: original, format: info.format, width_px: info.width_px, height_px: info.height_px });
    }
    if info.format == ImageFormat::Gif && info.animated {
        return animation(budget, &Source::Bytes(original));
    }
    scaling::encode_png(&scaling::within(&image, SIDE_PX, SIDE_PX)?)
}

fn animation(budget: &Budget, source: &Source) -> Result<EncodedImage> {
    let mut decoder = GifDecoder::new(source.reader(budget)?).map_err(|error| budget.failed(error))?;
    decoder.set_limits(budget.limits()).map_err(|error| budget.failed(error))?;
    let (width, height) = decoder.dimensions();
    let (width_px, height_px) = scaling::fitting((width, height), SIDE_PX, SIDE_PX);
    let mut bytes = Vec::new();
    {
        // The fastest palette search that still looks well at this size.
        let mut encoder = GifEncoder::new_with_speed(&mut bytes, 20);
        encoder.set_repeat(Repeat::Infinite).map_err(|error| IMAGE_INVALID.because(error))?;
        for frame in decoder.into_frames().take(MAX_FRAMES) {
            budget.check_time()?;
            let frame = frame.map_err(|error| budget.failed(error))?;
            let delay = frame.delay();
            let small = scaling::within(&DynamicImage::ImageRgba8(frame.into_buffer()), SIDE_PX, SIDE_PX)?;
            let small = Frame::from_parts(small.into_rgba8(), 0, 0, delay);
            encoder.encode_frame(small).map_err(|error| IMAGE_INVALID.because(error))?;
        }
    }
    Ok(EncodedImage { bytes: bytes.into(), format: ImageFormat::Gif, width_px, height_px })
}
