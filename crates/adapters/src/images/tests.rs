//! Tests of the `images` adapter.

use std::io::Cursor;
use std::time::Duration;

use guildhall_model::codes::context::BUSY;
use guildhall_model::codes::files::IMAGE_INVALID;
use guildhall_model::ports::{BlobStore, ImageFormat, stream_from_bytes};
use guildhall_model::time::SystemClock;
use image::codecs::gif::GifEncoder;
use image::{Delay, DynamicImage, Frame, Rgb, RgbImage, Rgba, RgbaImage};

use super::*;

const ANN: UserId = UserId::from_bytes([1; 16]);
const BOB: UserId = UserId::from_bytes([2; 16]);

struct NoBlobs;

impl BlobFiles for NoBlobs {
    fn open_file(&self, _: &BlobKey) -> io::Result<File> {
        Err(io::ErrorKind::NotFound.into())
    }
}

fn worker(settings: ImageSettings) -> ImageWorker {
    ImageWorker::start(settings, Arc::new(NoBlobs)).unwrap()
}

fn budget(deadline: Instant) -> Budget {
    Budget { max_pixels: 100_000, max_memory_bytes: 4 << 20, max_animation_pixels: 1_000_000, deadline }
}

fn encode(image: &DynamicImage, format: image::ImageFormat) -> Bytes {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner().into()
}

/// Red to the left, blue to the right.
fn photo(width: u32, height: u32) -> DynamicImage {
    let colour = |x, _| if x < width / 2 { Rgb([255, 0, 0]) } else { Rgb([0, 0, 255]) };
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, colour))
}

fn animation(width: u32, height: u32, frames: u8) -> Bytes {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    for n in 0..frames {
        let picture = RgbaImage::from_pixel(width, height, Rgba([n * 60, 0, 0, 255]));
        encoder.encode_frame(Frame::from_parts(picture, 0, 0, Delay::from_numer_denom_ms(100, 1))).unwrap();
    }
    drop(encoder);
    bytes.into()
}

/// A JPEG with EXIF orientation 6: to be rotated clockwise.
fn rotated_jpeg(width: u32, height: u32) -> Bytes {
    let jpeg = encode(&photo(width, height), image::ImageFormat::Jpeg);
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
    let mut bytes = jpeg[..2].to_vec();
    bytes.extend([0xff, 0xe1]);
    bytes.extend(u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
    bytes.append(&mut exif);
    bytes.extend(&jpeg[2..]);
    bytes.into()
}

fn source(bytes: &Bytes) -> ImageSource {
    ImageSource::Bytes(bytes.clone())
}

fn decoded(image: &EncodedImage) -> DynamicImage {
    let picture = image::load_from_memory(&image.bytes).unwrap();
    assert_eq!((picture.width(), picture.height()), (image.width_px, image.height_px));
    picture
}

/// The checksum of PNG's chunks.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ ((crc & 1) * 0xedb8_8320)))
}

/// A PNG whose header declares another size.
fn png_with_size(width: u32, height: u32) -> Bytes {
    let mut bytes = encode(&photo(10, 10), image::ImageFormat::Png).to_vec();
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let crc = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&crc.to_be_bytes());
    bytes.into()
}

#[tokio::test]
async fn every_format_is_detected_from_its_content() {
    let worker = worker(ImageSettings::default());
    let formats = [
        (image::ImageFormat::Png, ImageFormat::Png),
        (image::ImageFormat::Jpeg, ImageFormat::Jpeg),
        (image::ImageFormat::Gif, ImageFormat::Gif),
        (image::ImageFormat::WebP, ImageFormat::Webp),
        (image::ImageFormat::Bmp, ImageFormat::Bmp),
        (image::ImageFormat::Tiff, ImageFormat::Tiff),
    ];
    for (encoding, format) in formats {
        let info = worker.probe(ANN, source(&encode(&photo(30, 20), encoding))).await.unwrap();
        assert_eq!(info, Some(ImageInfo { width_px: 30, height_px: 20, format, animated: false }));
    }
    let info = worker.probe(ANN, source(&animation(30, 20, 3))).await.unwrap();
    assert_eq!(info, Some(ImageInfo { width_px: 30, height_px: 20, format: ImageFormat::Gif, animated: true }));
    for other in [&b""[..], b"hello", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\n", b"II*\0\x08\0\0\0"] {
        assert_eq!(worker.probe(ANN, source(&Bytes::from_static(other))).await.unwrap(), None);
    }
}

/// A file of boxes as AVIF and HEIC have them, without pixels.
fn heif(brand: &[u8; 4], width: u32, height: u32, rotation: u8) -> Bytes {
    let boxed = |name: &[u8; 4], content: &[u8]| {
        let size = u32::try_from(content.len() + 8).unwrap();
        [&size.to_be_bytes()[..], name, content].concat()
    };
    let size = boxed(b"ispe", &[&[0; 4][..], &width.to_be_bytes(), &height.to_be_bytes()].concat());
    let properties = boxed(b"ipco", &[size, boxed(b"irot", &[rotation])].concat());
    let meta = boxed(b"meta", &[&[0; 4][..], &boxed(b"iprp", &properties)].concat());
    [boxed(b"ftyp", &[brand.as_slice(), &[0; 4], b"mif1miaf"].concat()), meta].concat().into()
}

#[tokio::test]
async fn avif_and_heic_are_known_by_their_dimensions() {
    let worker = worker(ImageSettings::default());
    for (brand, format) in [(b"avif", ImageFormat::Avif), (b"heic", ImageFormat::Heif)] {
        let info = worker.probe(ANN, source(&heif(brand, 60, 30, 0))).await.unwrap();
        assert_eq!(info, Some(ImageInfo { width_px: 60, height_px: 30, format, animated: false }));
        let turned = worker.probe(ANN, source(&heif(brand, 60, 30, 1))).await.unwrap().unwrap();
        assert_eq!((turned.width_px, turned.height_px), (30, 60));
        for (width, height) in [(0, 30), (60, u32::MAX)] {
            assert_eq!(worker.probe(ANN, source(&heif(brand, width, height, 0))).await.unwrap(), None);
        }
        let whole = heif(brand, 60, 30, 0);
        for end in 0..whole.len() {
            worker.probe(ANN, source(&whole.slice(..end))).await.unwrap();
        }
    }
    assert_eq!(worker.probe(ANN, source(&heif(b"isom", 60, 30, 0))).await.unwrap(), None);
}

#[tokio::test]
async fn a_blob_is_read_from_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Arc::new(LocalBlobs::open(folder.path(), Arc::new(SystemClock), 0).unwrap());
    let stored = blobs.put(stream_from_bytes(encode(&photo(300, 100), image::ImageFormat::Png)), u64::MAX).await.unwrap();
    let worker = ImageWorker::start(ImageSettings::default(), blobs).unwrap();
    let renditions = worker.create_renditions(ANN, ImageSource::Blob(stored.key)).await.unwrap();
    assert_eq!((renditions.thumbnail.width_px, renditions.thumbnail.height_px), (120, 40));
    let absent = ImageSource::Blob(BlobKey::from_sha256([0; 32]));
    assert!(worker.probe(ANN, absent).await.unwrap_err().is(STORE_UNAVAILABLE));
}

#[tokio::test]
async fn renditions_have_the_expected_sizes_and_colours() {
    let worker = worker(ImageSettings::default());
    let renditions = worker.create_renditions(ANN, source(&encode(&photo(3000, 1500), image::ImageFormat::Jpeg))).await.unwrap();
    let sizes = |image: &EncodedImage| (image.format, image.width_px, image.height_px);
    assert_eq!(sizes(&renditions.thumbnail), (ImageFormat::Jpeg, 120, 60));
    assert_eq!(sizes(&renditions.preview), (ImageFormat::Jpeg, 1920, 960));
    assert!(renditions.mini_preview.len() < 1024);
    let mini = image::load_from_memory(&renditions.mini_preview).unwrap();
    assert_eq!((mini.width(), mini.height()), (16, 16));
    for picture in [decoded(&renditions.thumbnail), decoded(&renditions.preview), mini] {
        let picture = picture.to_rgb8();
        assert!(picture.get_pixel(1, 1).0[0] > 200);
        assert!(picture.get_pixel(picture.width() - 2, 1).0[2] > 200);
    }
}

#[tokio::test]
async fn transparency_is_kept_in_the_preview_and_white_in_the_thumbnail() {
    let worker = worker(ImageSettings::default());
    let clear = DynamicImage::ImageRgba8(RgbaImage::from_pixel(200, 200, Rgba([0, 0, 0, 0])));
    let renditions = worker.create_renditions(ANN, source(&encode(&clear, image::ImageFormat::Png))).await.unwrap();
    assert_eq!(renditions.preview.format, ImageFormat::Png);
    assert_eq!(decoded(&renditions.preview).to_rgba8().get_pixel(5, 5).0[3], 0);
    assert!(decoded(&renditions.thumbnail).to_rgb8().get_pixel(5, 5).0[0] > 250);
    let opaque = DynamicImage::ImageRgba8(RgbaImage::from_pixel(20, 20, Rgba([0, 0, 0, 255])));
    let renditions = worker.create_renditions(ANN, source(&encode(&opaque, image::ImageFormat::Png))).await.unwrap();
    assert_eq!((renditions.preview.format, renditions.thumbnail.width_px), (ImageFormat::Jpeg, 20));
}

#[tokio::test]
async fn the_exif_orientation_is_applied() {
    let worker = worker(ImageSettings::default());
    let bytes = rotated_jpeg(64, 32);
    let renditions = worker.create_renditions(ANN, source(&bytes)).await.unwrap();
    assert_eq!((renditions.info.width_px, renditions.info.height_px), (32, 64));
    let picture = decoded(&renditions.preview).to_rgb8();
    assert_eq!((picture.width(), picture.height()), (32, 64));
    assert!(picture.get_pixel(16, 8).0[0] > 200 && picture.get_pixel(16, 56).0[2] > 200);
}

#[tokio::test]
async fn icons_are_squares_from_the_centre() {
    let worker = worker(ImageSettings::default());
    let icon = worker.create_square_icon(ANN, encode(&photo(400, 200), image::ImageFormat::Jpeg), 128).await.unwrap();
    assert_eq!((icon.format, icon.width_px, icon.height_px), (ImageFormat::Png, 128, 128));
    assert!(decoded(&icon).to_rgb8().get_pixel(100, 64).0[2] > 200);
    let small = worker.create_square_icon(ANN, encode(&photo(40, 20), image::ImageFormat::Png), 128).await.unwrap();
    assert_eq!((small.width_px, small.height_px), (20, 20));
}

#[tokio::test]
async fn a_picture_is_scaled_to_fit_and_keeps_its_form() {
    let worker = worker(ImageSettings::default());
    for (size, fitting) in [((2400, 800), (1200, 400)), ((100, 1600), (50, 800)), ((40, 20), (40, 20))] {
        let picture = worker.fit_picture(ANN, encode(&photo(size.0, size.1), image::ImageFormat::Jpeg), (1200, 800)).await.unwrap();
        assert_eq!((picture.format, (picture.width_px, picture.height_px)), (ImageFormat::Png, fitting));
    }
    assert!(worker.fit_picture(ANN, Bytes::from_static(b"<svg/>"), (1200, 800)).await.unwrap_err().is(IMAGE_INVALID));
}

#[tokio::test]
async fn large_emoji_are_scaled_down_and_stay_animated() {
    let worker = worker(ImageSettings::default());
    for small in [animation(128, 64, 3), encode(&photo(128, 128), image::ImageFormat::Png)] {
        assert_eq!(worker.resize_emoji(ANN, small.clone()).await.unwrap().bytes, small);
    }
    let still = worker.resize_emoji(ANN, encode(&photo(256, 512), image::ImageFormat::Jpeg)).await.unwrap();
    assert_eq!((still.format, still.width_px, still.height_px), (ImageFormat::Png, 64, 128));
    let moving = worker.resize_emoji(ANN, animation(300, 150, 4)).await.unwrap();
    assert_eq!((moving.format, moving.width_px, moving.height_px), (ImageFormat::Gif, 128, 64));
    let info = worker.probe(ANN, source(&moving.bytes)).await.unwrap().unwrap();
    assert!(info.animated);
}

#[tokio::test]
async fn too_many_pixels_are_rejected_by_the_header() {
    let worker = worker(ImageSettings { max_pixels: 10_000, ..ImageSettings::default() });
    let error = worker.create_renditions(ANN, source(&encode(&photo(101, 100), image::ImageFormat::Png))).await.unwrap_err();
    assert!(error.is(IMAGE_TOO_LARGE));
    assert!(worker.create_renditions(ANN, source(&encode(&photo(100, 100), image::ImageFormat::Png))).await.is_ok());
}

#[tokio::test]
async fn decompression_bombs_wrong_headers_and_truncated_files_are_rejected() {
    let worker = worker(ImageSettings::default());
    let mut jpeg = encode(&photo(10, 10), image::ImageFormat::Jpeg).to_vec();
    let frame = jpeg.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 9].fill(0xff);
    let mut gif = animation(10, 10, 2).to_vec();
    gif[6..10].fill(0xff);
    let mut bmp = encode(&photo(10, 10), image::ImageFormat::Bmp).to_vec();
    bmp[18..22].copy_from_slice(&60_000_u32.to_le_bytes());
    bmp[22..26].copy_from_slice(&60_000_u32.to_le_bytes());
    for bomb in [png_with_size(60_000, 60_000), png_with_size(u32::MAX >> 1, u32::MAX >> 1), jpeg.into(), gif.into(), bmp.into()] {
        let error = worker.create_renditions(ANN, source(&bomb)).await.unwrap_err();
        assert!(error.is(IMAGE_TOO_LARGE) || error.is(IMAGE_INVALID), "{error} {:?}", error.source);
    }
    let within_the_limits = png_with_size(5000, 5000);
    assert!(worker.create_renditions(ANN, source(&within_the_limits)).await.unwrap_err().is(IMAGE_INVALID));
    for format in [image::ImageFormat::Png, image::ImageFormat::Gif, image::ImageFormat::WebP, image::ImageFormat::Bmp] {
        let complete = encode(&photo(200, 200), format);
        let truncated = complete.slice(..complete.len() / 2);
        assert!(worker.create_renditions(ANN, source(&truncated)).await.unwrap_err().is(IMAGE_INVALID), "{format:?}");
    }
}

#[test]
fn damaged_bytes_never_panic() {
    let budget = budget(Instant::now() + Duration::from_secs(600));
    let originals = [
        encode(&photo(40, 30), image::ImageFormat::Png),
        encode(&photo(40, 30), image::ImageFormat::WebP),
        encode(&photo(40, 30), image::ImageFormat::Bmp),
        rotated_jpeg(40, 30),
        animation(40, 30, 3),
    ];
    let mut state = 42_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for original in &originals {
        for _ in 0..400 {
            let mut bytes = original.to_vec();
            for _ in 0..=next(6) {
                let at = next(bytes.len());
                bytes[at] = next(256) as u8;
            }
            bytes.truncate(bytes.len() - next(3) * next(bytes.len()) / 4);
            let bytes = Bytes::from(bytes);
            let _ = decoding::probe(&budget, Source::Bytes(bytes.clone()));
            if let Ok((info, image)) = decoding::decode(&budget, Source::Bytes(bytes.clone())) {
                scaling::renditions(&budget, info, &image).unwrap();
            }
            let _ = emoji::shrink(&budget, bytes);
        }
    }
}

#[tokio::test]
async fn jobs_fail_after_the_time_limit() {
    let worker = worker(ImageSettings { time_limit_ms: 0, ..ImageSettings::default() });
    let bytes = encode(&photo(40, 30), image::ImageFormat::Png);
    assert!(worker.create_renditions(ANN, source(&bytes)).await.unwrap_err().is(IMAGE_TIMEOUT));
    let late = budget(Instant::now());
    assert!(decoding::decode(&late, Source::Bytes(bytes)).unwrap_err().is(IMAGE_TIMEOUT));
    assert!(emoji::shrink(&late, animation(300, 300, 2)).unwrap_err().is(IMAGE_TIMEOUT));
}

#[tokio::test]
async fn files_beyond_the_size_limit_are_not_decoded() {
    let worker = worker(ImageSettings { max_source_bytes: 50, ..ImageSettings::default() });
    let bytes = encode(&photo(40, 30), image::ImageFormat::Png);
    assert_eq!(worker.probe(ANN, source(&bytes)).await.unwrap(), None);
    assert!(worker.create_renditions(ANN, source(&bytes)).await.unwrap_err().is(IMAGE_TOO_LARGE));
}

#[tokio::test]
async fn an_avatar_is_drawn_from_the_username() {
    let worker = worker(ImageSettings::default());
    let avatar = worker.create_initials_avatar("ann", UserId::from_bytes([9; 16])).await.unwrap();
    assert_eq!((avatar.format, avatar.width_px, avatar.height_px), (ImageFormat::Png, 128, 128));
    assert!(avatar.bytes.len() < 8 * 1024);
}

#[tokio::test]
async fn the_frames_of_an_animation_share_a_number_of_pixels() {
    let worker = worker(ImageSettings { max_animation_pixels: 2 * 300 * 150, ..ImageSettings::default() });
    let moving = worker.resize_emoji(ANN, animation(300, 150, 4)).await.unwrap();
    let mut decoder = gif::DecodeOptions::new().read_info(&moving.bytes[..]).unwrap();
    let mut frames = 0;
    while decoder.next_frame_info().unwrap().is_some() {
        frames += 1;
    }
    assert_eq!(frames, 2);
}

/// Opens a file when it is told to.
struct WaitingBlobs {
    opened: std::sync::Mutex<std::sync::mpsc::Receiver<()>>,
    waiting: std::sync::atomic::AtomicUsize,
}

impl WaitingBlobs {
    fn new() -> (std::sync::mpsc::SyncSender<()>, Arc<Self>) {
        let (open, opened) = std::sync::mpsc::sync_channel(16);
        (open, Arc::new(Self { opened: std::sync::Mutex::new(opened), waiting: 0.into() }))
    }
}

impl BlobFiles for WaitingBlobs {
    fn open_file(&self, _: &BlobKey) -> io::Result<File> {
        self.waiting.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let _ = self.opened.lock().unwrap().recv();
        Err(io::ErrorKind::NotFound.into())
    }
}

#[tokio::test]
async fn work_on_files_delays_neither_icons_nor_avatars() {
    let (open, blobs) = WaitingBlobs::new();
    let worker = ImageWorker::start(ImageSettings::default(), blobs).unwrap();
    let preview = worker.create_renditions(ANN, ImageSource::Blob(BlobKey::from_sha256([0; 32])));
    tokio::pin!(preview);
    assert!(futures::poll!(&mut preview).is_pending());
    worker.create_square_icon(ANN, encode(&photo(40, 20), image::ImageFormat::Png), 128).await.unwrap();
    let first = worker.create_initials_avatar("ann", UserId::from_bytes([9; 16])).await.unwrap();
    let again = worker.create_initials_avatar("ann", UserId::from_bytes([9; 16])).await.unwrap();
    assert_eq!(first.bytes.as_ptr(), again.bytes.as_ptr(), "it is drawn once");
    open.send(()).unwrap();
    assert!(preview.await.is_err());
}

#[tokio::test]
async fn many_pictures_of_one_person_do_not_delay_those_of_another() {
    let (open, blobs) = WaitingBlobs::new();
    let worker = ImageWorker::start(ImageSettings { queue_length: 2, ..ImageSettings::default() }, blobs.clone()).unwrap();
    let blocked = ImageSource::Blob(BlobKey::from_sha256([0; 32]));
    let mut of_ann: Vec<_> = (0..8).map(|_| worker.create_renditions(ANN, blocked.clone())).collect();
    for preview in &mut of_ann {
        assert!(futures::poll!(preview).is_pending());
    }
    let picture = encode(&photo(40, 20), image::ImageFormat::Png);
    for _ in 0..3 {
        worker.create_renditions(BOB, source(&picture)).await.unwrap();
    }
    assert!(blobs.waiting.load(std::sync::atomic::Ordering::SeqCst) <= 1, "Ann has one thread");
    // The turn of a caller that went away passes on when its job has ended.
    drop(of_ann.remove(0));
    drop(of_ann.remove(0));
    for _ in 0..8 {
        open.send(()).unwrap();
    }
    for preview in of_ann {
        assert!(preview.await.unwrap_err().is(STORE_UNAVAILABLE));
    }
    worker.create_renditions(ANN, source(&picture)).await.unwrap();
}

#[tokio::test]
async fn more_than_a_number_of_waiting_pictures_of_one_person_are_rejected() {
    let (open, blobs) = WaitingBlobs::new();
    let worker = ImageWorker::start(ImageSettings { files_per_person: 1, ..ImageSettings::default() }, blobs).unwrap();
    let blocked = ImageSource::Blob(BlobKey::from_sha256([0; 32]));
    let mut running = worker.create_renditions(ANN, blocked.clone());
    let mut waiting = worker.probe(ANN, blocked.clone());
    assert!(futures::poll!(&mut running).is_pending() && futures::poll!(&mut waiting).is_pending());
    let picture = encode(&photo(40, 20), image::ImageFormat::Png);
    assert!(worker.create_renditions(ANN, source(&picture)).await.unwrap_err().is(BUSY));
    worker.create_renditions(BOB, source(&picture)).await.unwrap();
    worker.create_square_icon(ANN, picture.clone(), 128).await.unwrap();
    for _ in 0..2 {
        open.send(()).unwrap();
    }
    assert!(running.await.is_err() && waiting.await.is_err());
    worker.create_renditions(ANN, source(&picture)).await.unwrap();
}
