//! The MNIST recipe for strokes: whatever the size of the drawing, its place on the pad and the
//! width of the pen, the network sees the same picture.
//!
//! As LeCun et al. 1998 ("Gradient-based learning applied to document recognition", section III)
//! made MNIST from NIST's forms: the inked box is scaled, proportions kept, so that its longer
//! side is 20 pixels, and placed so that the center of mass of the ink is in the middle of 28x28
//! (see [`CENTER`]). Two differences, both on purpose: the strokes are drawn at one pen width
//! *after* scaling, and the center is met to a fraction of a pixel.

use crate::ink::center_of_mass;
use crate::raster::{View, rasterize_into};
use crate::{Drawing, Ink};

/// Side of the network's input in pixels.
pub const SIDE: usize = 28;

/// Pixels of the network's input.
pub const PIXELS: usize = SIDE * SIDE;

/// Longer side of the inked box in pixels.
pub const BOX: f32 = 20.0;

/// Where the center of mass comes to lie, in pixels from the left and from the top edge: the
/// middle of pixel 14, as in MNIST itself (mean over its 60,000 training images 14.51, 14.50;
/// `examples/measure_pen.rs`).
pub const CENTER: f32 = 14.5;

/// Width of the pen after scaling, in pixels, such that pen digits have the stroke thickness and
/// the mass of ink that MNIST has: 2.42 px and 103.0 px here, 2.45 and 102.4 there (measured by
/// `examples/measure_pen.rs`).
pub const CANONICAL_PEN: f32 = 2.44;

/// A drawing whose center line extends less than this (pad units) is a dot: it is not blown up.
pub const DOT: f32 = 40.0;

/// A drawing by the MNIST recipe, with a pen of [`CANONICAL_PEN`]: 28x28 pixels, or `None` where
/// nothing is drawn.
#[must_use]
pub fn digit_ink(drawing: &Drawing) -> Option<Ink> {
    digit_ink_with(drawing, CANONICAL_PEN)
}

/// A drawing by the MNIST recipe ([`digit_ink`]) with a pen of `pen_px` pixels after scaling, 0.5
/// to 8.
#[must_use]
pub fn digit_ink_with(drawing: &Drawing, pen_px: f32) -> Option<Ink> {
    let mut pixels = [0; PIXELS];
    digit_ink_into(drawing, pen_px, &mut pixels).then(|| Ink {
        width: SIDE,
        height: SIDE,
        pixels: pixels.to_vec(),
    })
}

/// A drawing by the MNIST recipe ([`digit_ink_with`]) into `pixels`, 28x28, without allocation. Returns whether anything is drawn; where nothing is,
/// the pixels are all 0.
pub fn digit_ink_into(drawing: &Drawing, pen_px: f32, pixels: &mut [u8; PIXELS]) -> bool {
    place(drawing, pen_px, pixels).is_some()
}

/// [`digit_ink_into`], and where the pad then lies in the picture; `None` where nothing is drawn.
pub(crate) fn place(drawing: &Drawing, pen_px: f32, pixels: &mut [u8; PIXELS]) -> Option<View> {
    pixels.fill(0);
    let bounds = drawing.bounds()?;
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
    rasterize_into(drawing, &view(half, half), SIDE, pen, &mut scratch, pixels);
    let (x, y) = center_of_mass(pixels, SIDE)?;

    // The box has 4 pixels to spare on each side; a longer way would cut ink off.
    let spare = half - BOX * 0.5;
    let limit = |shift: f32| shift.max(-spare).min(spare);
    let placed = view(half + limit(CENTER - x), half + limit(CENTER - y));
    rasterize_into(drawing, &placed, SIDE, pen, &mut scratch, pixels);
    Some(placed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PAD, Point, writer};
    use proptest::prelude::*;

    fn most_apart(a: &Ink, b: &Ink) -> u8 {
        a.pixels
            .iter()
            .zip(&b.pixels)
            .map(|(a, b)| a.abs_diff(*b))
            .max()
            .unwrap_or(0)
    }

    /// The drawing with the longer side of its inked box so large, in a corner or the middle.
    fn moved(drawing: &Drawing, share: f32, place: (f32, f32)) -> Drawing {
        let fitted = drawing.fit();
        let scale = PAD * share / 700.0;
        let room = PAD * (1.0 - share) * 0.5;
        fitted.map(|p| {
            Point::new(
                (p.x - 500.0) * scale + 500.0 + place.0 * room,
                (p.y - 500.0) * scale + 500.0 + place.1 * room,
            )
        })
    }

    #[test]
    fn the_size_and_place_of_a_drawing_do_not_matter() {
        let places = [
            (0.0, 0.0),
            (-1.0, -1.0),
            (1.0, -1.0),
            (-1.0, 1.0),
            (1.0, 1.0),
        ];
        let mut worst = 0;
        for (drawing, label) in writer::exam(3, 100) {
            let expected = digit_ink(&drawing.fit()).unwrap();
            for share in [0.15, 0.35, 0.55, 0.75, 0.95] {
                for place in places {
                    let ink = digit_ink(&moved(&drawing, share, place)).unwrap();
                    let apart = most_apart(&ink, &expected);
                    assert!(apart <= 2, "{label} at {share} {place:?}: {apart} levels");
                    worst = worst.max(apart);
                }
            }
        }
        println!("at most {worst} of 255 levels apart");
    }

    #[test]
    fn the_speed_of_the_pen_hardly_matters() {
        // The same path with points at 2, 8 and 20 units: three speeds of the pen.
        let mut apart = 0.0_f32;
        for (drawing, _) in writer::exam(4, 50) {
            let paced = |spacing: f32| {
                let fitted = drawing.fit();
                let strokes = fitted.strokes.iter();
                Drawing::from_strokes(
                    strokes
                        .map(|s| crate::augment::resample(s, spacing))
                        .collect(),
                )
            };
            let slow = digit_ink(&paced(2.0)).unwrap();
            for spacing in [8.0, 20.0] {
                let quick = digit_ink(&paced(spacing)).unwrap();
                let pairs = slow.pixels.iter().zip(&quick.pixels);
                let sum: u32 = pairs.map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
                apart = apart.max(sum as f32 / 255.0 / slow.mass());
            }
        }
        assert!(apart < 0.08, "{apart} of the ink is elsewhere");
    }

    #[test]
    fn the_center_of_mass_is_where_mnist_has_it_and_no_ink_is_cut_off() {
        for (drawing, label) in writer::exam(5, 200) {
            let ink = digit_ink(&drawing).unwrap();
            let (x, y) = ink.center_of_mass().unwrap();
            assert!(
                (x - CENTER).abs() < 0.1 && (y - CENTER).abs() < 0.1,
                "{label}: {x} {y}"
            );
            // On a sheet with room on all sides there is as much ink (to within what the place on
            // the grid of pixels makes).
            let bounds = drawing.bounds().unwrap();
            let scale = (BOX - CANONICAL_PEN) / bounds.side();
            let middle = bounds.middle();
            let view = View {
                scale,
                dx: 28.0 - middle.x * scale,
                dy: 28.0 - middle.y * scale,
            };
            let whole = crate::raster::rasterize(&drawing, &view, 56, 56, CANONICAL_PEN);
            assert!(
                (ink.mass() / whole.mass() - 1.0).abs() < 0.03,
                "{label}: {ink:?}"
            );
        }
    }

    #[test]
    fn a_dot_stays_a_dot() {
        let dot = Drawing::from_strokes(vec![vec![Point::new(123.0, 456.0)]]);
        let ink = digit_ink(&dot).unwrap();
        // A disc of 2.44 pixels: 4.7 pixels of ink.
        assert!((4.0..6.0).contains(&ink.mass()), "{ink:?}");
        let shaky = vec![Point::new(500.0, 500.0), Point::new(506.0, 503.0)];
        assert!(
            digit_ink(&Drawing::from_strokes(vec![shaky]))
                .unwrap()
                .mass()
                < 15.0
        );
    }

    #[test]
    fn nothing_drawn_is_no_ink() {
        let nan = Point::new(f32::NAN, 0.0);
        let far = Point::new(0.0, f32::INFINITY);
        let huge = Point::new(1.0e30, 5.0);
        assert_eq!(digit_ink(&Drawing::default()), None);
        assert_eq!(
            digit_ink(&Drawing::from_strokes(vec![vec![], vec![]])),
            None
        );
        assert_eq!(
            digit_ink(&Drawing::from_strokes(vec![vec![nan, far, huge]])),
            None
        );
    }

    #[test]
    fn points_that_are_no_numbers_are_left_out() {
        let (drawing, _) = writer::exam(6, 1).remove(0);
        let mut damaged = drawing.clone();
        damaged.strokes.push(vec![Point::new(f32::NAN, 1.0)]);
        damaged.strokes.push(Vec::new());
        damaged.strokes[0].insert(3, Point::new(f32::NEG_INFINITY, f32::NAN));
        damaged.strokes[0].push(Point::new(3.0e38, -3.0e38));
        assert_eq!(digit_ink(&damaged), digit_ink(&drawing));
    }

    #[test]
    fn a_fat_pen_makes_more_ink_within_the_same_box() {
        let (drawing, _) = writer::exam(8, 1).remove(0);
        let mass = |pen| digit_ink_with(&drawing, pen).unwrap().mass();
        assert!(mass(1.2) < mass(2.4) && mass(2.4) < mass(4.0));
    }

    proptest! {
        #[test]
        fn any_drawing_is_drawn_or_refused_without_harm(
            strokes in prop::collection::vec(
                prop::collection::vec((any::<f32>(), any::<f32>()), 0..8), 0..5),
            pen in any::<f32>(),
        ) {
            let point = |(x, y): (f32, f32)| Point::new(x, y);
            let strokes = strokes.into_iter().map(|s| s.into_iter().map(point).collect());
            let drawing = Drawing::from_strokes(strokes.collect());
            let ink = digit_ink_with(&drawing, pen);
            prop_assert_eq!(ink.is_none(), drawing.is_blank());
            prop_assert!(ink.is_none_or(|ink| !ink.is_blank()));
        }
    }
}
