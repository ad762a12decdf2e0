//! The default profile image: the user's initial in white on a colour derived from the user id.

use ab_glyph::{Font, FontRef, Glyph, PxScale, point};
use guildhall_model::Result;
use guildhall_model::codes::context::INTERNAL;
use guildhall_model::id::UserId;
use guildhall_model::ports::EncodedImage;
use image::{DynamicImage, Rgb, RgbImage};

use super::scaling;

/// Capital letters and digits of Inter Semi Bold; its licence is in the same folder.
static FONT: &[u8] = include_bytes!("../../assets/initials.otf");

const SIDE_PX: u32 = 128;
const LETTER_PX: f32 = 84.0;

/// White on each of these has a contrast of 4.5 or more.
const COLOURS: [[u8; 3]; 16] = [
    [0xb3, 0x26, 0x1e],
    [0xa8, 0x3a, 0x0c],
    [0x8f, 0x4e, 0x00],
    [0x7a, 0x5a, 0x00],
    [0x5f, 0x65, 0x00],
    [0x3d, 0x6b, 0x12],
    [0x0f, 0x70, 0x32],
    [0x00, 0x6e, 0x5a],
    [0x00, 0x6a, 0x7a],
    [0x00, 0x61, 0x9e],
    [0x1f, 0x55, 0xb8],
    [0x44, 0x4b, 0xc4],
    [0x62, 0x42, 0xbd],
    [0x7f, 0x39, 0xa6],
    [0x98, 0x2f, 0x85],
    [0xa8, 0x28, 0x5a],
];

pub fn draw(username: &str, user_id: UserId) -> Result<EncodedImage> {
    let background = colour_of(user_id);
    let mut image = RgbImage::from_pixel(SIDE_PX, SIDE_PX, Rgb(background));
    let font = FontRef::try_from_slice(FONT).map_err(|error| INTERNAL.with_source(error))?;
    let scale = PxScale::from(LETTER_PX);
    let centred = |glyph: Glyph| {
        let bounds = font.outline_glyph(glyph.clone())?.px_bounds();
        let middle = SIDE_PX as f32 / 2.0;
        let position = point(middle - (bounds.min.x + bounds.max.x) / 2.0, middle - (bounds.min.y + bounds.max.y) / 2.0);
        font.outline_glyph(Glyph { position, ..glyph })
    };
    if let Some(outline) = centred(font.glyph_id(initial(username)).with_scale(scale)) {
        let corner = outline.px_bounds().min;
        outline.draw(|x, y, coverage| {
            // The cast turns negative coordinates into 0; pixels beyond the edge are skipped.
            let (x, y) = (corner.x as u32 + x, corner.y as u32 + y);
            if let Some(pixel) = image.get_pixel_mut_checked(x, y) {
                pixel.0 = background.map(|channel| blend(channel, coverage));
            }
        });
    }
    scaling::encode_png(&DynamicImage::ImageRgb8(image))
}

fn initial(username: &str) -> char {
    username.chars().find(char::is_ascii_alphanumeric).map_or('?', |first| first.to_ascii_uppercase())
}

/// Mixes all bytes of the id, since the time part alone is not random.
fn colour_of(user_id: UserId) -> [u8; 3] {
    COLOURS[usize::from(user_id.bytes().iter().fold(0, |sum: u8, byte| sum ^ byte) & 15)]
}

fn blend(background: u8, coverage: f32) -> u8 {
    let background = f32::from(background);
    (background + (255.0 - background) * coverage.clamp(0.0, 1.0)).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance([red, green, blue]: [u8; 3]) -> f64 {
        let linear = |channel: u8| {
            let channel = f64::from(channel) / 255.0;
            if channel <= 0.04045 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    #[test]
    fn white_is_legible_on_every_colour() {
        for colour in COLOURS {
            let contrast = 1.05 / (luminance(colour) + 0.05);
            assert!(contrast >= 4.5, "{colour:x?} has {contrast}");
        }
    }

    #[test]
    fn every_letter_is_centred() {
        let font = FontRef::try_from_slice(FONT).unwrap();
        for letter in ('A'..='Z').chain('0'..='9').chain(['?']) {
            assert_ne!(font.glyph_id(letter).0, 0, "{letter}");
            let drawn = draw(&letter.to_string(), UserId::from_bytes([1; 16])).unwrap();
            let image = image::load_from_memory(&drawn.bytes).unwrap().to_rgb8();
            assert_eq!((image.width(), image.height()), (128, 128));
            let (mut left, mut right) = (128, 0);
            for (x, _, pixel) in image.enumerate_pixels() {
                if pixel.0 == [255; 3] {
                    (left, right) = (left.min(x), right.max(x));
                }
            }
            assert!(left < right && (left + right).abs_diff(127) <= 3, "{letter}: {left}..{right}");
        }
    }

    #[test]
    fn the_colour_depends_on_the_user_and_the_letter_on_the_username() {
        let id = UserId::from_bytes([3; 16]);
        assert_eq!(draw("ann", id).unwrap(), draw("ann", id).unwrap());
        assert_ne!(colour_of(UserId::from_bytes([0; 16])), {
            let mut bytes = [0; 16];
            bytes[15] = 1;
            colour_of(UserId::from_bytes(bytes))
        });
        assert_eq!(draw("ann", id).unwrap(), draw("Anton", id).unwrap());
        assert_eq!((initial("_.bob"), initial("\u{e9}"), initial("")), ('B', '?', '?'));
    }
}
