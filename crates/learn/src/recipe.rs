//! How a drawing becomes the numbers that a network takes.

use trazo_ink::{Drawing, Ink, normalise, pad};

/// How a digit came to be ink.
///
/// The same shape means one thing under a pen and another in MNIST's pictures: many people draw a
/// one with a flag so long that among the pictures it would be a seven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// From the strokes of a pen.
    Pen,
    /// From a picture: a scan, a photograph, MNIST.
    Picture,
}

/// The way from a drawing to the network's input.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Recipe {
    /// MNIST's: the inked box's longer side to 20, centre of mass to the middle of 28x28, grey.
    Mnist28 {
        /// Width of the canonical pen in pixels.
        pen: f32,
        /// Whether the network is told where the ink comes from: by a second plane, 0 all over
        /// for [`Origin::Pen`] and 1 for [`Origin::Picture`].
        marked: bool,
    },
    /// The original project's: the whole pad as 20x20 ones and zeros, one where half or more is covered.
    PadBits20,
}

impl Recipe {
    /// Width and height of the ink in pixels.
    pub fn side(self) -> usize {
        match self {
            Recipe::Mnist28 { .. } => 28,
            Recipe::PadBits20 => 20,
        }
    }

    /// How many planes the input has: the ink, and what it is marked with.
    pub fn planes(self) -> usize {
        match self {
            Recipe::Mnist28 { marked: true, .. } => 2,
            _ => 1,
        }
    }

    /// How many numbers the network takes: `side x side x planes`.
    pub fn input_len(self) -> usize {
        self.side() * self.side() * self.planes()
    }

    /// The ink that the network sees, or `None` where there is none.
    pub fn ink(self, drawing: &Drawing) -> Option<Ink> {
        match self {
            Recipe::Mnist28 { pen, .. } => normalise::digit_ink_with(drawing, pen),
            Recipe::PadBits20 => {
                let ink = pad::pad_bits(drawing, 20);
                ink.pixels.iter().any(|&p| p > 0).then_some(ink)
            }
        }
    }

    /// The network's input, `[side, side, planes]`: the ink from 0 to 1, beside each of its
    /// pixels the mark where there is one.
    pub fn row(self, ink: &Ink, origin: Origin) -> Vec<f32> {
        if self.planes() == 1 {
            return ink.to_unit();
        }
        let mark = match origin {
            Origin::Pen => 0.0,
            Origin::Picture => 1.0,
        };
        let unit = ink.to_unit();
        unit.into_iter().flat_map(|value| [value, mark]).collect()
    }

    /// The network's input for a drawing, or `None` where there is no ink.
    pub fn input(self, drawing: &Drawing) -> Option<Vec<f32>> {
        self.ink(drawing).map(|ink| self.row(&ink, Origin::Pen))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seven() -> Drawing {
        trazo_ink::writer::random(7, &mut trazo_ink::Rng::stream(1, 1))
    }

    #[test]
    fn a_marked_input_says_beside_each_pixel_whether_a_pen_or_a_picture_made_it() {
        let plain = Recipe::Mnist28 {
            pen: 2.4,
            marked: false,
        };
        let marked = Recipe::Mnist28 {
            pen: 2.4,
            marked: true,
        };
        let ink = marked.ink(&seven()).unwrap();
        let pixels = plain.row(&ink, Origin::Picture);
        assert_eq!(pixels.len(), 28 * 28, "an unmarked one does not tell");
        for (origin, mark) in [(Origin::Pen, 0.0), (Origin::Picture, 1.0)] {
            let row = marked.row(&ink, origin);
            assert_eq!(row.len(), marked.input_len());
            for (pair, pixel) in row.chunks_exact(2).zip(&pixels) {
                assert_eq!(pair, [*pixel, mark]);
            }
        }
        assert_eq!(marked.input(&seven()), Some(marked.row(&ink, Origin::Pen)));
        assert_eq!(marked.input(&Drawing::default()), None);
    }
}
