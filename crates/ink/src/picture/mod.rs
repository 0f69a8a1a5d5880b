//! Pictures of digits (a photograph, a scan, a screenshot, MNIST's own) to what a network is shown.
//!
//! 1. `paper`: how light the paper is at every place, which way the ink differs from it and by
//!    how much; that gives coverage, whatever the light.
//! 2. `shape`: specks and frames are left out; what stays is one shape with a signed distance
//!    to its edge, from which it is drawn at any size and pen width.
//!
//! A whole page of numbers is a [`Page`]: lines of marks, each of which gives ink in the same way.
//!
//! The stroke thickness is brought to the canonical one, as if the digit had been drawn on the pad:
//! a fine liner on a large sheet and a felt pen on a small one give the same picture.

mod light;
mod page;
mod paper;
mod ruled;
mod shape;

#[cfg(test)]
mod tests;

use crate::normalize::{BOX, CANONICAL_PEN, CENTER, SIDE};
use crate::{Error, Ink};
pub use page::{Area, Mark, Page};
use shape::{Placing, Shape};

/// The longest side of a picture that is read, in pixels.
pub const LONGEST: usize = 16_384;

/// Longer side of the classic network's digits in pixels: as [`crate::Drawing::fit`] puts them on
/// the pad, 700 units and a pen of 100, at 20 pixels for 1000 units.
const CLASSIC_BOX: f32 = 16.0;

/// Width of the classic network's pen in pixels.
const CLASSIC_PEN: f32 = 2.0;

/// A picture of a digit as the networks that read 28x28 pixels see it, by the MNIST recipe (see
/// [`crate::normalize`]).
///
/// `grey` holds `width * height` bytes, row after row; dark ink on light paper or the other way
/// round, any contrast that can be told from noise.
///
/// # Errors
/// [`Error::PictureExtent`], [`Error::PictureSize`]; [`Error::PictureBlank`] where nothing is
/// drawn.
pub fn picture_ink(width: usize, height: usize, grey: &[u8]) -> Result<Ink, Error> {
    Ok(drawn(&read(width, height, grey)?))
}

fn drawn(shape: &Shape) -> Ink {
    shape.draw(SIDE, BOX, CANONICAL_PEN, Placing::CenterOfMass(CENTER))
}

/// A picture of a digit as the classic network sees it: 20x20 pixels of 0 or 255, the digit in the
/// middle of the pad and as large as most draw it. `grey` is as in [`picture_ink`].
///
/// # Errors
/// [`Error::PictureExtent`], [`Error::PictureSize`]; [`Error::PictureBlank`] where nothing is
/// drawn.
pub fn picture_bits(width: usize, height: usize, grey: &[u8]) -> Result<Ink, Error> {
    Ok(drawn_as_bits(&read(width, height, grey)?))
}

fn drawn_as_bits(shape: &Shape) -> Ink {
    let side = crate::pad::CLASSIC_SIDE;
    let mut ink = shape.draw(side, CLASSIC_BOX, CLASSIC_PEN, Placing::Box);
    for pixel in &mut ink.pixels {
        *pixel = if *pixel >= 128 { 255 } else { 0 };
    }
    ink
}

/// Grey levels of a picture of red, green, blue and alpha bytes (a canvas's `ImageData`), for
/// [`picture_ink`].
///
/// What is transparent is taken for paper: white, or black where what is opaque is light.
///
/// # Errors
/// [`Error::PictureExtent`], [`Error::PictureSize`] (four bytes a pixel).
pub fn grey_of_rgba(width: usize, height: usize, rgba: &[u8]) -> Result<Vec<u8>, Error> {
    check(width, height, 4, rgba.len())?;
    let (pixels, _) = rgba.as_chunks::<4>();
    // Rec. 601 weights in 256ths.
    let light =
        |&[r, g, b, _]: &[u8; 4]| (77 * u32::from(r) + 150 * u32::from(g) + 29 * u32::from(b)) >> 8;
    let (mut opaque, mut sum) = (0_u64, 0_u64);
    for pixel in pixels {
        opaque += u64::from(pixel[3]);
        sum += u64::from(pixel[3]) * u64::from(light(pixel));
    }
    let transparent = opaque < pixels.len() as u64 * 250;
    let paper = if transparent && sum > opaque * 128 {
        0
    } else {
        255
    };
    Ok(pixels
        .iter()
        .map(|pixel| {
            let alpha = u32::from(pixel[3]);
            ((light(pixel) * alpha + paper * (255 - alpha) + 127) / 255) as u8
        })
        .collect())
}

fn read(width: usize, height: usize, grey: &[u8]) -> Result<Shape, Error> {
    check(width, height, 1, grey.len())?;
    let coverage = paper::coverage(width, height, grey).ok_or(Error::PictureBlank)?;
    Shape::of(&coverage).ok_or(Error::PictureBlank)
}

fn check(width: usize, height: usize, bytes: usize, found: usize) -> Result<(), Error> {
    let fits = |side: usize| (1..=LONGEST).contains(&side);
    if !fits(width) || !fits(height) {
        return Err(Error::PictureExtent {
            width,
            height,
            most: LONGEST,
        });
    }
    let expected = width * height * bytes;
    if found != expected {
        return Err(Error::PictureSize {
            width,
            height,
            expected,
            found,
        });
    }
    Ok(())
}

/// Numbers on a grid, row after row.
#[derive(Clone, Debug)]
pub(crate) struct Grid {
    pub width: usize,
    pub height: usize,
    pub values: Vec<f32>,
}

impl Grid {
    fn new(width: usize, height: usize, values: Vec<f32>) -> Self {
        Self {
            width,
            height,
            values,
        }
    }

    /// Value at a cell; the nearest one outside.
    fn at(&self, x: isize, y: isize) -> f32 {
        let clamp = |v: isize, n: usize| v.clamp(0, n.max(1) as isize - 1) as usize;
        let at = clamp(y, self.height) * self.width + clamp(x, self.width);
        self.values.get(at).copied().unwrap_or(0.0)
    }

    /// Bilinear sample at a place; the middle of the first cell is at one half.
    fn sample(&self, x: f32, y: f32) -> f32 {
        let (x, y) = (x - 0.5, y - 0.5);
        let (left, top) = (libm::floorf(x), libm::floorf(y));
        let (u, v) = (x - left, y - top);
        let (left, top) = (left as isize, top as isize);
        let upper = self.at(left, top) * (1.0 - u) + self.at(left + 1, top) * u;
        let lower = self.at(left, top + 1) * (1.0 - u) + self.at(left + 1, top + 1) * u;
        upper * (1.0 - v) + lower * v
    }
}
