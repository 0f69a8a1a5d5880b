//! A contact sheet of errors: every one as the network saw it, with what it is and what it was
//! taken for, both written under it by the synthetic writer.

use std::path::Path;

use trazo_ink::raster::{View, rasterize};
use trazo_ink::{Drawing, Ink, PAD, Point, Recipe, Rng, writer};

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
/// The grey of the sheet.
const SHEET: u8 = 232;

/// Errors collected for one picture.
pub struct Sheet {
    recipe: Recipe,
    cells: Vec<Cell>,
}

/// An error: the digit's ink, row by row, what it is, and what it was taken for.
struct Cell {
    ink: Vec<u8>,
    label: u8,
    answer: u8,
}

impl Sheet {
    /// A sheet for the inputs of this recipe.
    pub fn new(recipe: Recipe) -> Self {
        Self {
            recipe,
            cells: Vec::new(),
        }
    }

    /// Adds one error, if there is room.
    pub fn add(&mut self, samples: &Samples, error: Mistake) {
        let length = self.recipe.input_len();
        let row = samples.inputs.chunks_exact(length).nth(error.index);
        // The ink is the first of the planes.
        let input = row.into_iter().flatten().step_by(self.recipe.planes());
        if self.cells.len() < MOST {
            self.cells.push(Cell {
                ink: input.map(|&value| (255.0 * value) as u8).collect(),
                label: samples.labels.get(error.index).copied().unwrap_or_default(),
                answer: error.answer,
            });
        }
    }

    /// Writes the sheet as a grey PNG: ink is black, captions read «label → answer».
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let failed = |error: png::EncodingError| {
            Error::Failed(format!("The picture cannot be encoded: {error}"))
        };
        let sheet = self.draw();
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, sheet.width as u32, sheet.height as u32);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().map_err(failed)?;
        writer.write_image_data(&sheet.pixels).map_err(failed)?;
        writer.finish().map_err(failed)?;
        files::write(path, &bytes)
    }

    /// The whole sheet, a grey level a pixel.
    fn draw(&self) -> Ink {
        let side = self.recipe.side();
        let width = side * ZOOM;
        let (across, down) = (width + GAP, width + CAPTION + GAP);
        let rows = self.cells.len().div_ceil(COLUMNS).max(1);
        let mut sheet = Ink::blank(COLUMNS * across + GAP, rows * down + GAP);
        sheet.pixels.fill(SHEET);
        for (index, cell) in self.cells.iter().enumerate() {
            let left = GAP + (index % COLUMNS) * across;
            let top = GAP + (index / COLUMNS) * down;
            let row = |y: usize| cell.ink.iter().skip(y / ZOOM * side).take(side);
            for y in 0..width {
                let pixels = row(y).flat_map(|&ink| [255 - ink; ZOOM]);
                put(&mut sheet, left, top + y, pixels);
            }
            let caption = caption(cell.label, cell.answer, width);
            for (y, row) in caption.pixels.chunks_exact(width).enumerate() {
                let pixels = row.iter().map(|&ink| SHEET.saturating_sub(ink));
                put(&mut sheet, left, top + width + y, pixels);
            }
        }
        sheet
    }
}

/// Puts pixels into a row of the sheet.
fn put(sheet: &mut Ink, left: usize, y: usize, pixels: impl Iterator<Item = u8>) {
    let row = sheet.pixels.chunks_exact_mut(sheet.width).nth(y);
    let place = row.into_iter().flatten().skip(left);
    place.zip(pixels).for_each(|(place, pixel)| *place = pixel);
}

/// «label → answer» in the middle of a strip, as ink.
fn caption(label: u8, answer: u8, width: usize) -> Ink {
    let middle = (width as f32 * 0.5, CAPTION as f32 * 0.5);
    // A hand that never strays is a font.
    let style = writer::Style {
        slant: 0.0,
        looseness: 0.0,
        wobble: 0.0,
        ..writer::Style::default()
    };
    let scale = (CAPTION as f32 - 4.0) / style.size;
    let digit = |digit: u8, aside: f32| {
        let drawing = writer::write(digit, &style, &mut Rng::new(1));
        let place = |value: f32, to: f32| (value - 0.5 * PAD) * scale + to;
        let (x, y) = (middle.0 + aside, middle.1);
        drawing.map(|point| Point::new(place(point.x, x), place(point.y, y)))
    };
    let at = |x: f32, y: f32| Point::new(middle.0 + x, middle.1 + y);
    let arrow = vec![
        vec![at(-4.0, 0.0), at(4.0, 0.0)],
        vec![at(1.5, -2.5), at(4.0, 0.0), at(1.5, 2.5)],
    ];
    let strokes = [
        digit(label, -14.0).strokes,
        arrow,
        digit(answer, 14.0).strokes,
    ]
    .concat();
    let pixels = View {
        scale: 1.0,
        dx: 0.0,
        dy: 0.0,
    };
    let words = Drawing::from_strokes(strokes);
    rasterize(&words, &pixels, width, CAPTION, 1.4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_shows_the_ink_and_a_caption_for_each_error() {
        let recipe = Recipe::PadBits20;
        let mut sheet = Sheet::new(recipe);
        let samples = Samples {
            inputs: vec![1.0; 3 * 400],
            labels: vec![1, 2, 3],
            sources: Vec::new(),
        };
        for index in 0..3 {
            sheet.add(&samples, Mistake { index, answer: 7 });
        }
        let drawn = sheet.draw();
        assert_eq!((drawn.width, drawn.height), (20 * 44 + 4, 60 + 4));
        let black = drawn.pixels.iter().filter(|&&pixel| pixel == 0).count();
        assert!(black >= 3 * 40 * 40, "{black}");
        let caption = |left: usize| -> Vec<u8> {
            let rows = drawn
                .pixels
                .chunks_exact(drawn.width)
                .skip(4 + 40)
                .take(CAPTION);
            rows.flat_map(|row| &row[left..left + 40])
                .copied()
                .collect()
        };
        assert!(caption(4) != caption(48), "1 is not 2");
        assert!(caption(4).iter().any(|&pixel| pixel < 60));
        assert!(
            caption(4 + 3 * 44).iter().all(|&pixel| pixel == SHEET),
            "no fourth error"
        );
    }
}
