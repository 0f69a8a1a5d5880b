//! MNIST's four IDX files, gzip or plain.

use std::path::{Path, PathBuf};

use trazo_formats::idx;
use trazo_train::data::{Pictures, SIDE};

use crate::error::Error;
use crate::files;

/// Which half of MNIST.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// The 60,000 that are trained on, the last of which are for validation.
    Train,
    /// The 10,000 that are looked at once, at the end.
    Test,
}

/// Reads one half of MNIST from a folder.
///
/// # Errors
/// Where a file is missing, is cut short, has another magic number, other sizes or a label
/// beyond 9, or where there is not one label a picture: the file and what was expected.
pub fn read(folder: &Path, half: Half) -> Result<Pictures, Error> {
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
    Pictures::new(images.pixels.to_vec(), labels.to_vec())
        .map_err(|error| Error::data(&images_path, error))
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
