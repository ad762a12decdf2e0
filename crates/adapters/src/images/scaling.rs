//! Scaled copies of a decoded image.

use std::borrow::Cow;
use std::io::Cursor;

use bytes::Bytes;
use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8;
use fast_image_resize::{FilterType, ImageBufferError, ResizeAlg, ResizeOptions, Resizer};
use guildhall_model::Result;
use guildhall_model::codes::files::IMAGE_INVALID;
use guildhall_model::ports::{EncodedImage, ImageFormat, ImageInfo, Renditions};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, Rgb, RgbImage, Rgba, RgbaImage};

use super::decoding::Budget;

const THUMBNAIL_PX: (u32, u32) = (120, 100);
const PREVIEW_MAX_WIDTH_PX: u32 = 1920;
const MINI_PREVIEW_PX: u32 = 16;
const JPEG_QUALITY: u8 = 85;

pub fn renditions(budget: &Budget, info: ImageInfo, image: &DynamicImage) -> Result<Renditions> {
    let preview = shrink_to_fit(image, PREVIEW_MAX_WIDTH_PX, u32::MAX)?;
    budget.check_time()?;
    // The smaller ones are scaled from the preview: scaling the original again would cost as much as the first time.
    let thumbnail = encode_jpeg(&flatten(&shrink_to_fit(&preview, THUMBNAIL_PX.0, THUMBNAIL_PX.1)?))?;
    let mini = encode_jpeg(&flatten(&resize_and_crop(&preview, MINI_PREVIEW_PX, MINI_PREVIEW_PX)?))?;
    budget.check_time()?;
    let preview = if is_transparent(&preview) { encode_png(&preview)? } else { encode_jpeg(&flatten(&preview))? };
    Ok(Renditions { info, thumbnail, preview, mini_preview: mini.bytes })
}

/// A square from the centre, never larger than the image itself.
pub fn crop_square(image: &DynamicImage, side_px: u32) -> Result<EncodedImage> {
    let side = side_px.min(image.width()).min(image.height()).max(1);
    encode_png(&resize_and_crop(image, side, side)?)
}

/// Scales the image down if it does not fit, and keeps the aspect ratio.
pub fn shrink_to_fit(image: &DynamicImage, max_width: u32, max_height: u32) -> Result<DynamicImage> {
    let (width, height) = fit_dimensions((image.width(), image.height()), max_width, max_height);
    resize_and_crop(image, width, height)
}

pub fn fit_dimensions((width, height): (u32, u32), max_width: u32, max_height: u32) -> (u32, u32) {
    let (width, height) = (u64::from(width.max(1)), u64::from(height.max(1)));
    let (max_width, max_height) = (u64::from(max_width), u64::from(max_height));
    let (fit_width, fit_height) = if width <= max_width && height <= max_height {
        (width, height)
    } else if width * max_height > height * max_width {
        (max_width, (height * max_width + width / 2) / width)
    } else {
        ((width * max_height + height / 2) / height, max_height)
    };
    (u32::try_from(fit_width.max(1)).unwrap_or(u32::MAX), u32::try_from(fit_height.max(1)).unwrap_or(u32::MAX))
}

/// Scales to exactly this size; crops both sides if the aspect ratio differs. The copy has 8 bits for each channel.
fn resize_and_crop(image: &DynamicImage, width: u32, height: u32) -> Result<DynamicImage> {
    let (from, to) = ((image.width(), image.height()), (width, height));
    if from == to {
        return Ok(image.clone());
    }
    let small = if image.color().has_alpha() {
        let source = image.as_rgba8().map_or_else(|| Cow::Owned(image.to_rgba8()), Cow::Borrowed);
        RgbaImage::from_raw(width, height, resize_transparent(&source, from, to)?).map(DynamicImage::from)
    } else {
        let source = image.as_rgb8().map_or_else(|| Cow::Owned(image.to_rgb8()), Cow::Borrowed);
        let (mut plane, mut scaled) = (Vec::new(), vec![0; to.0 as usize * to.1 as usize * 3]);
        for colour in 0..3 {
            plane.clear();
            plane.extend(source.chunks_exact(3).filter_map(|pixel| pixel.get(colour)));
            write_plane(&mut scaled, colour, 3, resize_plane(&plane, from, to)?);
        }
        RgbImage::from_raw(width, height, scaled).map(DynamicImage::from)
    };
    small.ok_or_else(|| IMAGE_INVALID.with_source("the scaled image has another size"))
}

/// Colours count as much as they are seen: a transparent pixel has a colour, too.
fn resize_transparent(pixels: &RgbaImage, from: (u32, u32), to: (u32, u32)) -> Result<Vec<u8>> {
    let mut plane: Vec<u8> = pixels.pixels().map(|pixel| pixel.0[3]).collect();
    let alphas = resize_plane(&plane, from, to)?;
    let mut scaled = vec![0; alphas.len() * 4];
    for colour in 0..3 {
        plane.clear();
        plane.extend(pixels.pixels().map(|Rgba(pixel)| {
            let value = pixel.get(colour).copied().unwrap_or_default();
            divide(u32::from(value) * u32::from(pixel[3]), 255)
        }));
        let seen = resize_plane(&plane, from, to)?;
        let values = seen.into_iter().zip(&alphas).map(|(value, alpha)| divide(u32::from(value) * 255, u32::from(*alpha)));
        write_plane(&mut scaled, colour, 4, values);
    }
    write_plane(&mut scaled, 3, 4, alphas);
    Ok(scaled)
}

/// Rounds; 0 for a division by 0.
fn divide(value: u32, by: u32) -> u8 {
    u8::try_from((value + by / 2).checked_div(by).unwrap_or_default()).unwrap_or(u8::MAX)
}

fn write_plane(pixels: &mut [u8], channel: usize, channels: usize, values: impl IntoIterator<Item = u8>) {
    for (target, value) in pixels.iter_mut().skip(channel).step_by(channels).zip(values) {
        *target = value;
    }
}

/// One channel at a time: each type of pixel would bring half a megabyte of code into the program.
fn resize_plane(plane: &[u8], from: (u32, u32), to: (u32, u32)) -> Result<Vec<u8>> {
    let failed = |error: ImageBufferError| IMAGE_INVALID.with_source(error);
    let source = TypedImageRef::<U8>::from_buffer(from.0, from.1, plane).map_err(failed)?;
    let mut scaled = vec![0; to.0 as usize * to.1 as usize];
    let mut target = TypedImage::<U8>::from_buffer(to.0, to.1, &mut scaled).map_err(failed)?;
    let options =
        ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom)).fit_into_destination(None).use_alpha(false);
    Resizer::new().resize_typed(&source, &mut target, &options).map_err(|error| IMAGE_INVALID.with_source(error))?;
    Ok(scaled)
}

fn is_transparent(image: &DynamicImage) -> bool {
    image.color().has_alpha() && image.to_rgba8().pixels().any(|pixel| pixel.0[3] != 255)
}

/// Replaces transparency, which JPEG does not support, with white.
fn flatten(image: &DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.to_rgb8();
    }
    let image = image.to_rgba8();
    let blend_with_white = |colour: u8, alpha: u8| {
        let (colour, alpha) = (u32::from(colour), u32::from(alpha));
        u8::try_from((colour * alpha + 255 * (255 - alpha) + 127) / 255).unwrap_or(u8::MAX)
    };
    let mut flat = RgbImage::new(image.width(), image.height());
    for (target, source) in flat.pixels_mut().zip(image.pixels()) {
        let [red, green, blue, alpha] = source.0;
        *target = Rgb([blend_with_white(red, alpha), blend_with_white(green, alpha), blend_with_white(blue, alpha)]);
    }
    flat
}

fn encode_jpeg(image: &RgbImage) -> Result<EncodedImage> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY);
    encoder.encode_image(image).map_err(|error| IMAGE_INVALID.with_source(error))?;
    Ok(EncodedImage { bytes: bytes.into(), format: ImageFormat::Jpeg, width_px: image.width(), height_px: image.height() })
}

pub fn encode_png(image: &DynamicImage) -> Result<EncodedImage> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, image::ImageFormat::Png).map_err(|error| IMAGE_INVALID.with_source(error))?;
    Ok(EncodedImage {
        bytes: Bytes::from(bytes.into_inner()),
        format: ImageFormat::Png,
        width_px: image.width(),
        height_px: image.height(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_transparent_gives_no_colour_to_what_is_not() {
        let mut image = RgbaImage::from_pixel(64, 64, Rgba([0, 255, 0, 0]));
        for (x, _, pixel) in image.enumerate_pixels_mut() {
            if x < 32 {
                *pixel = Rgba([200, 100, 50, 255]);
            }
        }
        let small = resize_and_crop(&image.into(), 7, 7).unwrap().to_rgba8();
        assert_eq!(small.get_pixel(0, 3).0, [200, 100, 50, 255]);
        assert_eq!(small.get_pixel(6, 3).0, [0, 0, 0, 0]);
        let edge = small.get_pixel(3, 3).0;
        assert!((100..156).contains(&edge[3]), "{edge:?}");
        assert!(edge[..3].iter().zip([200, 100, 50]).all(|(found, expected)| found.abs_diff(expected) <= 2), "{edge:?}");
    }

    #[test]
    fn the_aspect_ratio_is_kept_and_no_side_becomes_zero() {
        assert_eq!(fit_dimensions((240, 100), 120, 100), (120, 50));
        assert_eq!(fit_dimensions((100, 400), 120, 100), (25, 100));
        assert_eq!(fit_dimensions((10, 10), 120, 100), (10, 10));
        assert_eq!(fit_dimensions((65_535, 1), 120, 100), (120, 1));
        assert_eq!(fit_dimensions((1, 65_535), 120, 100), (1, 100));
        assert_eq!(fit_dimensions((4000, 3000), 1920, u32::MAX), (1920, 1440));
    }
}
