//! QR codes, for what people photograph with their phone.

use guildhall_model::Result;
use guildhall_model::codes::second_factors::QR_CODE_FAILED;
use guildhall_model::ports::EncodedImage;
use image::{DynamicImage, GrayImage, Luma};
use qrcode::{Color, EcLevel, QrCode};

use super::scaling;

/// Pixels of the side of a module (a dot).
const MODULE_PX: u32 = 6;
/// Modules of the margin, as the standard demands (ISO/IEC 18004).
const QUIET_ZONE: u32 = 4;

pub fn draw(text: &str) -> Result<EncodedImage> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|error| QR_CODE_FAILED.with_source(error))?;
    let modules = u32::try_from(code.width()).unwrap_or_default();
    let side_px = (modules + 2 * QUIET_ZONE) * MODULE_PX;
    let image = GrayImage::from_fn(side_px, side_px, |x, y| {
        let module = |px: u32| (px / MODULE_PX).checked_sub(QUIET_ZONE).filter(|index| *index < modules);
        let is_dark = module(x).zip(module(y)).is_some_and(|(x, y)| code[(x as usize, y as usize)] == Color::Dark);
        Luma([if is_dark { 0 } else { u8::MAX }])
    });
    scaling::encode_png(&DynamicImage::ImageLuma8(image))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_has_a_white_margin_and_the_three_corners() {
        let text = format!("otpauth://totp/Guildhall:ada?secret={}&issuer=Guildhall", "A".repeat(32));
        let encoded = draw(&text).unwrap();
        let image = image::load_from_memory(&encoded.bytes).unwrap().into_luma8();
        assert_eq!((image.width(), image.height()), (encoded.width_px, encoded.height_px));
        let modules = image.width() / MODULE_PX - 2 * QUIET_ZONE;
        assert_eq!((modules - 17) % 4, 0, "the number of modules of a QR code");
        let at = |x: u32, y: u32| image.get_pixel((QUIET_ZONE + x) * MODULE_PX, (QUIET_ZONE + y) * MODULE_PX).0[0];
        for (x, y) in [(0, 0), (modules - 7, 0), (0, modules - 7)] {
            assert_eq!([at(x, y), at(x + 1, y + 1), at(x + 3, y + 3), at(x + 6, y + 6)], [0, u8::MAX, 0, 0]);
        }
        assert!((0..image.width()).all(|px| image.get_pixel(px, QUIET_ZONE * MODULE_PX - 1).0[0] == u8::MAX));
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        assert!(draw(&"x".repeat(5_000)).unwrap_err().is(QR_CODE_FAILED));
    }
}
