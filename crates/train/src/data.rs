//! The two kinds of real digits: pictures of 28x28 pixels, and strokes with who wrote them.

use std::collections::BTreeMap;

use trazo_ink::Drawing;

use crate::error::Error;

/// Side of a picture in pixels.
pub const SIDE: usize = 28;
/// Pixels of a picture.
pub const PIXELS: usize = SIDE * SIDE;

/// Pictures of 28x28 pixels with their labels, ink 255 on paper 0, as MNIST has them.
#[derive(Debug, Clone, Default)]
pub struct Pictures {
    pixels: Vec<u8>,
    labels: Vec<u8>,
}

impl Pictures {
    /// Pictures from `[count, 28, 28]` pixels and as many labels.
    ///
    /// # Errors
    /// [`Error::Misfit`] where there is not one label a picture.
    pub fn new(pixels: Vec<u8>, labels: Vec<u8>) -> Result<Self, Error> {
        let expected = labels.len() * PIXELS;
        if pixels.len() != expected {
            return Err(Error::Misfit {
                what: "the pixels of the pictures",
                expected,
                found: pixels.len(),
            });
        }
        Ok(Self { pixels, labels })
    }

    /// Number of pictures.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are no pictures.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The pixels of picture `index`, row by row (all paper where there is no such picture).
    pub fn picture(&self, index: usize) -> &[u8; PIXELS] {
        const PAPER: &[u8; PIXELS] = &[0; PIXELS];
        self.pixels
            .get(index * PIXELS..(index + 1) * PIXELS)
            .and_then(|picture| picture.try_into().ok())
            .unwrap_or(PAPER)
    }

    /// The digits that the pictures show, one label a picture.
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    /// The first `count` pictures, and the rest.
    pub fn split_at(mut self, count: usize) -> (Self, Self) {
        let count = count.min(self.len());
        let labels = self.labels.split_off(count);
        let pixels = self.pixels.split_off(count * PIXELS);
        (self, Self { pixels, labels })
    }
}

/// One digit as a pen wrote it.
#[derive(Debug, Clone)]
pub struct PenDigit {
    /// The strokes, fitted onto the pad.
    pub drawing: Drawing,
    /// The digit that was meant.
    pub label: u8,
    /// The collection or data donor, e.g. `unipen/gmd`.
    pub source: String,
    /// Who wrote it, within the source.
    pub writer: String,
}

/// The number of digits that each source gave, in the order of the sources' names.
pub fn sources(digits: &[PenDigit]) -> BTreeMap<&str, usize> {
    let mut sources = BTreeMap::new();
    for digit in digits {
        *sources.entry(digit.source.as_str()).or_insert(0) += 1;
    }
    sources
}
