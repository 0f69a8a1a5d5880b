//! The classic network's input: the whole pad as ones and zeros.

use crate::raster::{View, rasterize};
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
    let mut ink = rasterize(drawing, &view, side, side, PEN * scale);
    for pixel in &mut ink.pixels {
        *pixel = if *pixel >= 128 { 255 } else { 0 };
    }
    ink
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Point;

    #[test]
    fn the_pen_is_two_of_twenty_pixels_wide() {
        let line = vec![Point::new(300.0, 500.0), Point::new(700.0, 500.0)];
        let bits = pad_bits(&Drawing::from_strokes(vec![line]), CLASSIC_SIDE);
        let rows: Vec<usize> = bits
            .pixels
            .chunks(CLASSIC_SIDE)
            .map(|row| row.iter().filter(|&&pixel| pixel == 255).count())
            .collect();
        // Rows 9 and 10 from 300 to 700 units, 8 pixels, and what the caps add: half a pixel
        // beside the middle, sqrt(1 - 1/4) = 0.87 reaches the middle of one more on each side.
        assert_eq!(rows[9], 10);
        assert_eq!(rows[10], 10);
        assert_eq!(rows.iter().sum::<usize>(), 20);
    }

    #[test]
    fn place_and_size_matter() {
        let dot = |x, y| Drawing::from_strokes(vec![vec![Point::new(x, y)]]);
        let bits = pad_bits(&dot(100.0, 850.0), CLASSIC_SIDE);
        let inked: Vec<usize> = (0..400).filter(|&at| bits.pixels[at] == 255).collect();
        assert_eq!(inked, [321, 322, 341, 342]); // rows 16 and 17, columns 1 and 2
        assert!(pad_bits(&dot(-200.0, 500.0), CLASSIC_SIDE).is_blank());
    }

    #[test]
    fn every_pixel_is_zero_or_all_ink() {
        for (drawing, _) in crate::writer::exam(1, 20) {
            let bits = pad_bits(&drawing, CLASSIC_SIDE);
            assert!(bits.pixels.iter().all(|&pixel| pixel == 0 || pixel == 255));
            assert!(!bits.is_blank());
        }
    }
}
