//! The shared data and pictures of ink, for tests and examples.
#![allow(
    dead_code,
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

use std::io::Read;
use std::path::{Path, PathBuf};

use trazo_ink::{Drawing, Ink, Point};

/// A real pen digit, in the tablet's units.
pub struct PenDigit {
    pub label: u8,
    pub source: String,
    pub writer: String,
    pub drawing: Drawing,
}

/// The folder of the shared data (`TRAZO_DATA`, default `../shared/data` beside the repository).
pub fn data() -> PathBuf {
    std::env::var_os("TRAZO_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    )
}

fn gunzipped(path: &Path) -> Option<Vec<u8>> {
    let file = std::fs::File::open(path).ok()?;
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(file)
        .read_to_end(&mut bytes)
        .ok()?;
    Some(bytes)
}

/// All pen digits, or `None` (with a word on stderr) where the data is absent.
pub fn pen_digits() -> Option<Vec<PenDigit>> {
    let path = data().join("pen-digits.jsonl.gz");
    let Some(bytes) = gunzipped(&path) else {
        eprintln!("skipped: no pen digits at {}", path.display());
        return None;
    };
    let text = String::from_utf8(bytes).unwrap();
    Some(
        text.lines()
            .map(|line| {
                let value: serde_json::Value = serde_json::from_str(line).unwrap();
                let strokes = value["strokes"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|stroke| {
                        let number = |v: &serde_json::Value| v.as_f64().unwrap() as f32;
                        let points = stroke.as_array().unwrap().iter();
                        points
                            .map(|p| Point::new(number(&p[0]), number(&p[1])))
                            .collect()
                    })
                    .collect();
                PenDigit {
                    label: value["label"].as_u64().unwrap() as u8,
                    source: value["source"].as_str().unwrap().to_owned(),
                    writer: value["writer"].as_str().unwrap().to_owned(),
                    drawing: Drawing::from_strokes(strokes),
                }
            })
            .collect(),
    )
}

/// MNIST's training images and labels, or `None` where the data is absent.
pub fn mnist() -> Option<Vec<(Ink, u8)>> {
    let folder = data().join("mnist");
    let images = gunzipped(&folder.join("train-images-idx3-ubyte.gz"));
    let labels = gunzipped(&folder.join("train-labels-idx1-ubyte.gz"));
    let (Some(images), Some(labels)) = (images, labels) else {
        eprintln!("skipped: no MNIST at {}", folder.display());
        return None;
    };
    let inks = images[16..].chunks_exact(784).zip(&labels[8..]);
    Some(
        inks.map(|(pixels, &label)| {
            (
                Ink {
                    width: 28,
                    height: 28,
                    pixels: pixels.to_vec(),
                },
                label,
            )
        })
        .collect(),
    )
}

/// Writes pictures of ink side by side, dark on light, `columns` a row, each pixel `zoom` wide.
pub fn sheet(path: &Path, inks: &[Ink], columns: usize, zoom: usize) {
    let (w, h) = inks
        .iter()
        .fold((1, 1), |(w, h), ink| (w.max(ink.width), h.max(ink.height)));
    let (cell_w, cell_h) = (w * zoom + 2, h * zoom + 2);
    let rows = inks.len().div_ceil(columns).max(1);
    let (width, height) = (columns * cell_w, rows * cell_h);
    let mut pixels = vec![200_u8; width * height];
    for (i, ink) in inks.iter().enumerate() {
        let (left, top) = ((i % columns) * cell_w, (i / columns) * cell_h);
        for y in 0..ink.height * zoom {
            for x in 0..ink.width * zoom {
                let value = ink.pixels[(y / zoom) * ink.width + x / zoom];
                pixels[(top + y) * width + left + x] = 255 - value;
            }
        }
    }
    grey_png(path, width, height, &pixels);
}

pub fn grey_png(path: &Path, width: usize, height: usize, pixels: &[u8]) {
    let file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    let mut encoder = png::Encoder::new(file, width as u32, height as u32);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    encoder
        .write_header()
        .unwrap()
        .write_image_data(pixels)
        .unwrap();
}
