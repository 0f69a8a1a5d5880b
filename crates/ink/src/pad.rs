//! The classic network's input: the whole pad as ones and zeros.

use crate::raster::{View, rasterise};
use crate::{Drawing, Ink, PAD, PEN};

/// Side of the classic network's input in pixels.
pub const CLASSIC_SIDE: usize = 20;

/// The whole pad, drawn with the pen of [`PEN`] units, as `side` x `side` pixels of 0 or 255: a
/// pixel is 255 where at least half of it is inked.
///
/// Nothing is moved or scaled: where and how large one draws matters, as it did in the original
/// project (a 200x200 canvas with a pen of radius 10, reduced to 20x20).
#[must_use]
pub fn pad_bits(drawing: &Drawing, side: usize) -> Ink {
    let scale = side as f32 / PAD;
    let view = View {
        scale,
        dx: 0.0,
        dy: 0.0,
    };
    let mut ink = rasterise(drawing, &view, side, side, PEN * scale);
    for pixel in &mut ink.pixels {
        *pixel = if *pixel >= 128 { 255 } else { 0 };
    }
    ink
}
