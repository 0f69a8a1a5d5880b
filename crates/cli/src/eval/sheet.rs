//! A contact sheet of errors: every one as the network saw it, with what it is and what it was
//! taken for.

use std::path::Path;

use super::figures::Mistake;
use super::samples::Samples;
use crate::error::Error;
use crate::files;

/// Pictures side by side.
const COLUMNS: usize = 20;
/// Pixels of the sheet a pixel of the picture.
const ZOOM: usize = 2;
/// Height of the caption.
const CAPTION: usize = 16;
/// Around each picture.
const GAP: usize = 4;
/// More than this nobody looks at.
const MOST: usize = 2_000;

/// Ten digits and `>` as 3 x 5 dots, a row an octal digit.
const FONT: [(char, u16); 11] = [
    ('0', 0o75557),
    ('1', 0o26227),
    ('2', 0o71747),
    ('3', 0o71717),
    ('4', 0o55711),
    ('5', 0o74717),
    ('6', 0o74757),
    ('7', 0o71122),
    ('8', 0o75757),
    ('9', 0o75717),
    ('>', 0o42124),
];

/// Errors collected for one picture.
pub struct Sheet {
    side: usize,
    cells: Vec<(Vec<u8>, String)>,
}

impl Sheet {
    /// A sheet for inputs of `side` x `side` pixels.
    pub fn new(side: usize) -> Self {
        Self {
            side,
            cells: Vec::new(),
        }
    }

    /// Adds one error, if there is room.
    pub fn add(&mut self, samples: &Samples, error: Mistake) {
        let pixels = self.side * self.side;
        let input = samples
            .inputs
            .iter()
            .skip(error.index * pixels)
            .take(pixels);
        if self.cells.len() < MOST {
            let label = samples.labels.get(error.index).copied().unwrap_or_default();
            self.cells.push((
                input.map(|&value| (255.0 * (1.0 - value)) as u8).collect(),
                format!("{label}>{}", error.answer),
            ));
        }
    }

    /// Writes the sheet as a grey PNG: ink is black, captions read «label>answer».
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let cell_width = self.side * ZOOM + GAP;
        let cell_height = self.side * ZOOM + CAPTION + GAP;
        let width = COLUMNS * cell_width + GAP;
        let height = self.cells.len().div_ceil(COLUMNS).max(1) * cell_height + GAP;
        let mut canvas = Canvas {
            width,
            pixels: vec![232; width * height],
        };
        for (index, (pixels, caption)) in self.cells.iter().enumerate() {
            let left = GAP + (index % COLUMNS) * cell_width;
            let top = GAP + (index / COLUMNS) * cell_height;
            for (at, &value) in pixels.iter().enumerate() {
                let (x, y) = (at % self.side, at / self.side);
                canvas.square(left + x * ZOOM, top + y * ZOOM, ZOOM, value);
            }
            canvas.text(left + 14, top + self.side * ZOOM + 3, caption);
        }
        files::write(path, &canvas.png(height)?)
    }
}

struct Canvas {
    width: usize,
    pixels: Vec<u8>,
}

impl Canvas {
    fn square(&mut self, left: usize, top: usize, side: usize, value: u8) {
        for y in top..top + side {
            for x in left..left + side {
                if let Some(pixel) = self.pixels.get_mut(y * self.width + x) {
                    *pixel = value;
                }
            }
        }
    }

    fn text(&mut self, left: usize, top: usize, text: &str) {
        for (place, letter) in text.chars().enumerate() {
            let dots = FONT
                .iter()
                .find(|(known, _)| *known == letter)
                .map_or(0, |(_, dots)| *dots);
            for bit in (0..15).filter(|bit| dots >> (14 - bit) & 1 == 1) {
                self.square(
                    left + place * 10 + bit % 3 * ZOOM,
                    top + bit / 3 * ZOOM,
                    ZOOM,
                    0,
                );
            }
        }
    }

    fn png(&self, height: usize) -> Result<Vec<u8>, Error> {
        let failed = |error: png::EncodingError| {
            Error::Failed(format!("The contact sheet cannot be encoded: {error}"))
        };
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width as u32, height as u32);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().map_err(failed)?;
        writer.write_image_data(&self.pixels).map_err(failed)?;
        writer.finish().map_err(failed)?;
        Ok(bytes)
    }
}
