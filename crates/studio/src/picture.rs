//! Pictures as they come in: what they are, and the form in which models get them.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
    imageops::FilterType,
    metadata::Orientation,
};

/// Longest side that is looked at, in pixels.
const MOST_SIDE: u32 = 16_384;
/// Most pixels that are decoded: a larger picture is a mistake or an attack.
const MOST_PIXELS: u64 = 64_000_000;
/// What a decoder may allocate, in bytes.
const MOST_ALLOCATED: u64 = 320 * 1024 * 1024;
/// Larger files are written anew, since hosted models refuse them; in bytes. In base64 this is 5 MB.
const KEPT_BYTES: usize = 3_750_000;
/// A drawing that is still larger than this as PNG becomes a JPEG, if nothing shines through.
const PNG_BYTES: usize = 2_000_000;
/// Of JPEG, from 1 to 100: losses that neither people nor models notice.
const JPEG_QUALITY: u8 = 88;

/// A picture in the form in which it is kept.
pub(crate) struct Picture {
    pub(crate) media_type: &'static str,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) content: Vec<u8>,
}

/// Why a picture is not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    #[error("the picture is damaged")]
    Damaged(#[source] image::ImageError),
    #[error("the picture has {width} × {height} pixels")]
    TooManyPixels { width: u32, height: u32 },
    #[error("the picture cannot be written")]
    NotWritten(#[source] image::ImageError),
}

/// The format a file begins like, if it is one that models take.
pub(crate) fn format(content: &[u8]) -> Option<ImageFormat> {
    image::guess_format(content).ok().filter(|format| media_type(*format).is_some())
}

/// Whether a file begins like a picture of any kind.
pub(crate) fn is_some_picture(content: &[u8]) -> bool {
    image::guess_format(content).is_ok()
}

fn media_type(format: ImageFormat) -> Option<&'static str> {
    match format {
        ImageFormat::Png => Some("image/png"),
        ImageFormat::Jpeg => Some("image/jpeg"),
        ImageFormat::WebP => Some("image/webp"),
        ImageFormat::Gif => Some("image/gif"),
        _ => None,
    }
}

/// A picture upright, no side longer than `longest_side` pixels and not overly large as a file. One
/// that is all that already stays to the byte; another is written anew, without what else was in the
/// file (place, camera, further frames). Takes long: not for the runtime's threads.
pub(crate) fn prepare(
    content: Vec<u8>,
    format: ImageFormat,
    longest_side: u32,
) -> Result<Picture, Refused> {
    let mut decoder = decoder(&content, format)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if width.max(height) > MOST_SIDE || pixels > MOST_PIXELS || pixels == 0 {
        return Err(Refused::TooManyPixels { width, height });
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let fits = width.max(height) <= longest_side && content.len() <= KEPT_BYTES;
    if fits && orientation == Orientation::NoTransforms {
        drop(decoder);
        let media_type = media_type(format).unwrap_or("image/png");
        return Ok(Picture { media_type, width, height, content });
    }
    let mut picture = DynamicImage::from_decoder(decoder).map_err(Refused::Damaged)?;
    drop(content);
    if width.max(height) > longest_side {
        picture = picture.resize(longest_side, longest_side, FilterType::CatmullRom);
    }
    picture.apply_orientation(orientation);
    let is_drawing = matches!(format, ImageFormat::Png | ImageFormat::Gif);
    let (media_type, content) = write(&picture, is_drawing).map_err(Refused::NotWritten)?;
    Ok(Picture { media_type, width: picture.width(), height: picture.height(), content })
}

fn decoder(content: &[u8], format: ImageFormat) -> Result<impl ImageDecoder + '_, Refused> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_ALLOCATED);
    let mut reader = ImageReader::with_format(Cursor::new(content), format);
    reader.limits(limits);
    reader.into_decoder().map_err(Refused::Damaged)
}

/// Drawings and what shines through as PNG, photographs as JPEG.
fn write(picture: &DynamicImage, is_drawing: bool) -> image::ImageResult<(&'static str, Vec<u8>)> {
    let has_alpha = picture.color().has_alpha();
    if has_alpha || is_drawing {
        let mut content = Vec::new();
        let eight_bit = match has_alpha {
            true => DynamicImage::ImageRgba8(picture.to_rgba8()),
            false => DynamicImage::ImageRgb8(picture.to_rgb8()),
        };
        eight_bit.write_with_encoder(PngEncoder::new(&mut content))?;
        let is_opaque = || eight_bit.to_rgba8().pixels().all(|pixel| pixel.0[3] == u8::MAX);
        if content.len() <= PNG_BYTES || (has_alpha && !is_opaque()) {
            return Ok(("image/png", content));
        }
    }
    let mut content = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut content, JPEG_QUALITY);
    DynamicImage::ImageRgb8(picture.to_rgb8()).write_with_encoder(encoder)?;
    Ok(("image/jpeg", content))
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage, Rgba, RgbaImage};

    use super::*;

    fn encoded(picture: DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        picture.write_to(&mut file, format).unwrap();
        file.into_inner()
    }

    fn photograph(width: u32, height: u32) -> DynamicImage {
        // Red above, blue below, so that turning it can be seen.
        let colour = |_, y| if y < height / 2 { Rgb([220, 20, 20]) } else { Rgb([20, 20, 220]) };
        DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, colour))
    }

    /// A JPEG with an orientation in its Exif block.
    fn turned(width: u32, height: u32, orientation: u8) -> Vec<u8> {
        let plain = encoded(photograph(width, height), ImageFormat::Jpeg);
        let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        [&plain[..2], &[0xff, 0xe1], &length, &exif, &plain[2..]].concat()
    }

    #[test]
    fn what_fits_stays_to_the_byte() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
            let file = encoded(photograph(40, 30), format);
            assert_eq!(super::format(&file), Some(format));
            let picture = prepare(file.clone(), format, 2_048).unwrap();
            assert_eq!((picture.width, picture.height), (40, 30));
            assert_eq!(Some(picture.media_type), media_type(format));
            assert_eq!(picture.content, file);
        }
    }

    #[test]
    fn what_is_too_large_is_made_smaller_in_proportion() {
        let file = encoded(photograph(400, 100), ImageFormat::Jpeg);
        let picture = prepare(file, ImageFormat::Jpeg, 200).unwrap();
        assert_eq!((picture.width, picture.height), (200, 50));
        assert_eq!(picture.media_type, "image/jpeg");
        assert_eq!(super::format(&picture.content), Some(ImageFormat::Jpeg));
        let clear = RgbaImage::from_pixel(300, 300, Rgba([1, 2, 3, 128]));
        let file = encoded(DynamicImage::ImageRgba8(clear), ImageFormat::WebP);
        let picture = prepare(file, ImageFormat::WebP, 200).unwrap();
        assert_eq!((picture.width, picture.media_type), (200, "image/png"));
    }

    #[test]
    fn a_turned_photograph_is_put_upright_and_loses_what_else_it_says() {
        let file = turned(60, 40, 6);
        assert!(file.windows(4).any(|bytes| bytes == b"Exif"));
        let picture = prepare(file, ImageFormat::Jpeg, 2_048).unwrap();
        assert_eq!((picture.width, picture.height), (40, 60));
        assert!(!picture.content.windows(4).any(|bytes| bytes == b"Exif"));
        let shown = image::load_from_memory(&picture.content).unwrap().to_rgb8();
        // Turned clockwise, what was above is on the right.
        assert!(shown.get_pixel(35, 30).0[0] > 150 && shown.get_pixel(5, 30).0[2] > 150);
    }

    /// A PNG whose head promises what nobody could hold.
    #[test]
    fn a_bomb_is_refused_by_its_head() {
        let mut file = encoded(photograph(8, 8), ImageFormat::Png);
        file[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
        let sum = crc(&file[12..29]).to_be_bytes();
        file[29..33].copy_from_slice(&sum);
        let refused = prepare(file, ImageFormat::Png, 2_048).err().unwrap();
        assert!(
            matches!(refused, Refused::TooManyPixels { width: 60_000, height: 60_000 }),
            "{refused:?}"
        );
    }

    #[test]
    fn half_a_picture_is_damaged() {
        let file = encoded(photograph(400, 400), ImageFormat::Png);
        let refused = prepare(file[..60].to_vec(), ImageFormat::Png, 100).err().unwrap();
        assert!(matches!(refused, Refused::Damaged(_)), "{refused:?}");
        assert_eq!(super::format(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), None);
        assert_eq!(super::format(b"BM\x00\x00"), None);
    }

    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
                if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 }
            })
        })
    }
}
