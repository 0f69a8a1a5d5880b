//! A contact sheet of errors: every one as the network saw it, with what it is and what it was
//! taken for.

use std::path::Path;

use super::figures::Mistake;
use super::samples::Samples;
use crate::canvas::Canvas;
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
        let mut canvas = Canvas::new(width, height, 232);
        for (index, (pixels, caption)) in self.cells.iter().enumerate() {
            let left = GAP + (index % COLUMNS) * cell_width;
            let top = GAP + (index / COLUMNS) * cell_height;
            for (at, &value) in pixels.iter().enumerate() {
                let (x, y) = (at % self.side, at / self.side);
                canvas.square(left + x * ZOOM, top + y * ZOOM, ZOOM, value);
            }
            canvas.text(left + 14, top + self.side * ZOOM + 3, caption);
        }
        files::write(path, &canvas.png()?)
    }
}
