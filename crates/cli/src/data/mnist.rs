//! MNIST's four IDX files, gzip or plain.

use std::path::{Path, PathBuf};

use trazo_formats::idx;

use crate::error::Error;
use crate::files;

/// Side of an MNIST picture in pixels.
pub const SIDE: usize = 28;
/// Pixels of an MNIST picture.
pub const PIXELS: usize = SIDE * SIDE;

/// Pictures with their labels; `pixels` holds rows of 784, ink = 255.
#[derive(Debug, Clone, Default)]
pub struct Pictures {
    pixels: Vec<u8>,
    labels: Vec<u8>,
}

/// Which half of MNIST.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// The 60,000 that are trained on, the last of which are for validation.
    Train,
    /// The 10,000 that are looked at once, at the end.
    Test,
}

impl Pictures {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Picture `index` (all paper where there is none).
    pub fn picture(&self, index: usize) -> &[u8; PIXELS] {
        const PAPER: &[u8; PIXELS] = &[0; PIXELS];
        self.pixels
            .get(index * PIXELS..(index + 1) * PIXELS)
            .and_then(|picture| picture.try_into().ok())
            .unwrap_or(PAPER)
    }

    /// The labels.
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    /// The first `count` and the rest.
    pub fn split_at(mut self, count: usize) -> (Self, Self) {
        let count = count.min(self.len());
        let labels = self.labels.split_off(count);
        let pixels = self.pixels.split_off(count * PIXELS);
        (self, Self { pixels, labels })
    }

    /// Reads one half of MNIST from a folder.
    ///
    /// # Errors
    /// Where a file is missing, is cut short, has another magic number, other sizes or a label
    /// beyond 9, or where there is not one label a picture: the file and what was expected.
    pub fn read(folder: &Path, half: Half) -> Result<Self, Error> {
        let prefix = match half {
            Half::Train => "train",
            Half::Test => "t10k",
        };
        let images_path = find(folder, prefix, "images", 3)?;
        let labels_path = find(folder, prefix, "labels", 1)?;
        let images_file = files::read(&images_path)?;
        let images =
            idx::read_images(&images_file).map_err(|error| Error::data(&images_path, error))?;
        let labels_file = files::read(&labels_path)?;
        let labels =
            idx::read_labels(&labels_file).map_err(|error| Error::data(&labels_path, error))?;
        if (images.rows, images.columns) != (SIDE, SIDE) {
            return Err(Error::data(
                &images_path,
                format!(
                    "expected pictures of 28 x 28 pixels, found {} x {}",
                    images.rows, images.columns
                ),
            ));
        }
        if labels.is_empty() || labels.len() != images.count {
            return Err(Error::data(
                &labels_path,
                format!(
                    "expected one label a picture, found {} labels for the {} pictures of {}",
                    labels.len(),
                    images.count,
                    images_path.display()
                ),
            ));
        }
        Ok(Self {
            pixels: images.pixels.to_vec(),
            labels: labels.to_vec(),
        })
    }
}

/// The file under any of the names that mirrors give it.
fn find(folder: &Path, prefix: &str, what: &str, dimensions: u8) -> Result<PathBuf, Error> {
    let plain = format!("{prefix}-{what}-idx{dimensions}-ubyte");
    let dotted = format!("{prefix}-{what}.idx{dimensions}-ubyte");
    for name in [
        format!("{plain}.gz"),
        plain.clone(),
        format!("{dotted}.gz"),
        dotted,
    ] {
        let path = folder.join(name);
        if path.is_file() {
            return Ok(path);
        }
    }
    Err(Error::data(
        folder,
        format!(
            "expected MNIST's {plain} (or {plain}.gz) in this folder, found neither; scripts/fetch-data gets them"
        ),
    ))
}
