//! The MNIST recipe for strokes: whatever the size of the drawing, its place on the pad and the
//! width of the pen, the network sees the same picture.
//!
//! As LeCun et al. 1998 ("Gradient-based learning applied to document recognition", section III)
//! made MNIST from NIST's forms: the inked box is scaled, proportions kept, so that its longer
//! side is 20 pixels, and placed so that the centre of mass of the ink is in the middle of 28x28
//! (see [`CENTRE`]). Two differences, both on purpose: the strokes are drawn at one pen width
//! *after* scaling, and the centre is met to a fraction of a pixel.

use crate::ink::centre_of_mass;
use crate::raster::{View, rasterise_into};
use crate::{Drawing, Ink};

/// Side of the network's input in pixels.
pub const SIDE: usize = 28;

/// Pixels of the network's input.
pub const PIXELS: usize = SIDE * SIDE;

/// Longer side of the inked box in pixels.
pub const BOX: f32 = 20.0;

/// Where the centre of mass comes to lie, in pixels from the left and from the top edge: the
/// middle of pixel 14, as in MNIST itself (mean over its 60,000 training images 14.51, 14.50;
/// `examples/measure_pen.rs`).
pub const CENTRE: f32 = 14.5;

/// Width of the pen after scaling, in pixels, such that pen digits have the stroke thickness and
/// the mass of ink that MNIST has: 2.42 px and 103.0 px here, 2.45 and 102.4 there (measured by
/// `examples/measure_pen.rs`).
pub const CANONICAL_PEN: f32 = 2.44;

/// A drawing whose centre line extends less than this (pad units) is a dot: it is not blown up.
pub const DOT: f32 = 40.0;

/// What a network is shown of a drawing: 28x28 pixels, or `None` where nothing is drawn.
#[must_use]
pub fn digit_ink(drawing: &Drawing) -> Option<Ink> {
    digit_ink_with(drawing, CANONICAL_PEN)
}

/// [`digit_ink`] with another width of the pen, in pixels after scaling (0.5 to 8).
#[must_use]
pub fn digit_ink_with(drawing: &Drawing, pen_px: f32) -> Option<Ink> {
    let mut pixels = [0; PIXELS];
    digit_ink_into(drawing, pen_px, &mut pixels).then(|| Ink {
        width: SIDE,
        height: SIDE,
        pixels: pixels.to_vec(),
    })
}

/// [`digit_ink_with`] without allocation. Returns whether anything is drawn; where nothing is,
/// the pixels are all 0.
pub fn digit_ink_into(drawing: &Drawing, pen_px: f32, pixels: &mut [u8; PIXELS]) -> bool {
    pixels.fill(0);
    let Some(bounds) = drawing.bounds() else {
        return false;
    };
    let pen = if pen_px >= 0.5 { pen_px.min(8.0) } else { 0.5 };
    let side = bounds.side();
    let scale = (BOX - pen) / if side > DOT { side } else { DOT };

    let middle = bounds.middle();
    let view = |x: f32, y: f32| View {
        scale,
        dx: x - middle.x * scale,
        dy: y - middle.y * scale,
    };
    let mut scratch = [0.0; PIXELS];
    let half = SIDE as f32 * 0.5;
    rasterise_into(drawing, &view(half, half), SIDE, pen, &mut scratch, pixels);
    let Some((x, y)) = centre_of_mass(pixels, SIDE) else {
        return false;
    };

    // The box has 4 pixels to spare on each side; a longer way would cut ink off.
    let spare = half - BOX * 0.5;
    let limit = |shift: f32| shift.max(-spare).min(spare);
    let placed = view(half + limit(CENTRE - x), half + limit(CENTRE - y));
    rasterise_into(drawing, &placed, SIDE, pen, &mut scratch, pixels);
    true
}
