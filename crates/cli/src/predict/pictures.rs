//! `trazo predict --picture`: the numbers in photographs and scans.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use image::{DynamicImage, ImageDecoder, ImageReader, Limits};
use serde_json::{Value, json};
use trazo_ink::picture::{LONGEST, grey_of_rgba};
use trazo_learn::{PictureLine, read_picture};
use trazo_nn::Workspace;

use crate::error::Error;
use crate::model::Model;
use crate::{files, print_json};

/// No more memory than this for a picture's pixels: 120 megapixels with alpha.
const MOST_BYTES: u64 = 480 << 20;

pub(super) fn run(model: &Model, pictures: &[PathBuf]) -> Result<(), Error> {
    let mut workspace = Workspace::new();
    for path in pictures {
        let seen = decode(&files::read(path)?).map_err(|problem| Error::data(path, problem))?;
        let lines = read(model, &seen, &mut workspace, path)?;
        print_json(&json_of(path, &lines), true)?;
    }
    Ok(())
}

fn read(
    model: &Model,
    seen: &Seen,
    workspace: &mut Workspace,
    path: &Path,
) -> Result<Vec<PictureLine>, Error> {
    let picture = (seen.width, seen.height, &seen.grey[..]);
    read_picture(picture, model.recipe, |row| {
        Ok(model.network.predict(row, workspace)?.to_vec())
    })
    .map_err(|error| Error::data(path, error))
}

fn json_of(path: &Path, lines: &[PictureLine]) -> Value {
    let line = |line: &PictureLine| {
        let digits = line.digits.iter().map(|digit| {
            let [x, y, w, h] = [
                digit.area.x,
                digit.area.y,
                digit.area.width,
                digit.area.height,
            ]
            .map(|v| v.round() as i64);
            json!({"digit": digit.digit, "sure": digit.sure, "box": [x, y, w, h]})
        });
        json!({"text": line.text(), "digits": digits.collect::<Vec<_>>()})
    };
    json!({
        "file": path.display().to_string(),
        "lines": lines.iter().map(line).collect::<Vec<_>>(),
    })
}

/// A picture as it is meant to be seen.
struct Seen {
    width: usize,
    height: usize,
    grey: Vec<u8>,
}

/// The first frame of a picture, turned as its camera says. Sizes are checked before anything is decoded.
fn decode(bytes: &[u8]) -> Result<Seen, String> {
    if bytes.is_empty() {
        return Err("expected a picture, found an empty file".to_owned());
    }
    let reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|error| error.to_string())?;
    if reader.format().is_none() {
        return Err(
            "expected a picture (JPEG, PNG, WebP, GIF or BMP), found something else".to_owned(),
        );
    }
    let damaged = |error: image::ImageError| {
        format!("expected a whole picture, found a damaged or unusual one ({error})")
    };
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    let fits = |side: u32| (1..=LONGEST as u32).contains(&side);
    if !fits(width) || !fits(height) || decoder.total_bytes() > MOST_BYTES {
        return Err(format!(
            "expected a picture of at most {LONGEST} pixels a side and 120 megapixels, found {width}x{height}"
        ));
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(2 * MOST_BYTES);
    decoder.set_limits(limits).map_err(damaged)?;
    let turned = decoder.orientation().map_err(damaged)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    picture.apply_orientation(turned);
    let rgba = picture.into_rgba8();
    let (width, height) = (rgba.width() as usize, rgba.height() as usize);
    let grey = grey_of_rgba(width, height, rgba.as_raw()).map_err(|error| error.to_string())?;
    Ok(Seen {
        width,
        height,
        grey,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(png::ColorType::Grayscale);
        let pixels: Vec<u8> = (0..width * height).map(|at| (at % 251) as u8).collect();
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&pixels).unwrap();
        writer.finish().unwrap();
        bytes
    }

    #[test]
    fn what_is_no_whole_picture_is_refused_in_a_sentence() {
        let whole = png(40, 30);
        let seen = decode(&whole).unwrap();
        assert_eq!((seen.width, seen.height, seen.grey.len()), (40, 30, 1200));
        let refused = |bytes: &[u8]| decode(bytes).err().unwrap_or_default();
        assert!(refused(&[]).contains("empty"));
        assert!(refused(b"<svg onload='alert(1)'/>").contains("something else"));
        assert!(refused(&whole[..60]).contains("damaged"));
        // 65,000 x 65,000 by its header; the checksum of that is wrong as well.
        let mut bomb = whole.clone();
        bomb[16..24].copy_from_slice(&[0, 0, 0xfd, 0xe8, 0, 0, 0xfd, 0xe8]);
        assert!(!refused(&bomb).is_empty());
    }

    #[test]
    fn one_pixel_is_a_picture_without_numbers() {
        let seen = decode(&png(1, 1)).unwrap();
        assert_eq!((seen.width, seen.height), (1, 1));
        let page = trazo_ink::picture::Page::of(1, 1, &seen.grey);
        assert_eq!(page.err(), Some(trazo_ink::Error::PictureBlank));
    }
}
