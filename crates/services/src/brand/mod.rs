//! How the page looks where people log in.

mod image;

pub use image::{BrandImage, IMAGE_BYTES_MAX};

noun! {
    /// How the page looks where people log in.
    brand::Brand, uses: []
}
