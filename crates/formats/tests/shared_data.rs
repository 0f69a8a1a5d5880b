//! The data that everything is trained on is read whole. Skipped, and said so, where it is absent.

// Helpers are not tests to clippy.
#![allow(clippy::unwrap_used)]

use std::io::Read;
use std::path::PathBuf;

use trazo_formats::{idx, strokes};

/// The unpacked bytes of a file of the shared data.
fn unpacked(name: &str) -> Option<Vec<u8>> {
    let data = std::env::var_os("TRAZO_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let Ok(packed) = std::fs::read(data.join(name)) else {
        eprintln!("skipped: no {name} in {} (set TRAZO_DATA)", data.display());
        return None;
    };
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(packed.as_slice())
        .read_to_end(&mut bytes)
        .unwrap();
    Some(bytes)
}

#[test]
fn every_pen_digit_is_read_without_a_complaint_and_written_back_byte_for_byte() {
    let Some(file) = unpacked("pen-digits.jsonl.gz") else {
        return;
    };
    let samples = strokes::read(&file).unwrap();
    // As the data's README says.
    assert_eq!(samples.len(), 17_562);
    assert!(strokes::write(&samples).unwrap() == file);
}

#[test]
fn mnist_is_read_whole() {
    for (set, count) in [("train", 60_000), ("t10k", 10_000)] {
        let (Some(images), Some(labels)) = (
            unpacked(&format!("mnist/{set}-images-idx3-ubyte.gz")),
            unpacked(&format!("mnist/{set}-labels-idx1-ubyte.gz")),
        ) else {
            return;
        };
        let (images, labels) = idx::read_labelled(&images, &labels).unwrap();
        assert_eq!((images.count, images.rows, images.columns), (count, 28, 28));
        assert_eq!(labels.len(), count);
    }
}
