//! A contact sheet of errors: every one as the network saw it, with what it is and what it was
//! taken for.

use std::path::Path;

use trazo_learn::Recipe;

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
    recipe: Recipe,
    cells: Vec<(Vec<u8>, String)>,
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
        let side = self.recipe.side();
        let cell_width = side * ZOOM + GAP;
        let cell_height = side * ZOOM + CAPTION + GAP;
        let width = COLUMNS * cell_width + GAP;
        let height = self.cells.len().div_ceil(COLUMNS).max(1) * cell_height + GAP;
        let mut canvas = Canvas::new(width, height, 232);
        for (index, (pixels, caption)) in self.cells.iter().enumerate() {
            let left = GAP + (index % COLUMNS) * cell_width;
            let top = GAP + (index / COLUMNS) * cell_height;
            for (at, &value) in pixels.iter().enumerate() {
                let (x, y) = (at % side, at / side);
                canvas.square(left + x * ZOOM, top + y * ZOOM, ZOOM, value);
            }
            canvas.text(left + 14, top + side * ZOOM + 3, caption);
        }
        files::write(path, &canvas.png()?)
    }
}
