//! The recipe of a network: how a drawing becomes the numbers that it takes.
//!
//! ```
//! use trazo_ink::{Drawing, Point, Recipe};
//!
//! let one = Drawing::from_strokes(vec![vec![Point::new(500.0, 200.0), Point::new(480.0, 800.0)]]);
//! let recipe = Recipe::mnist(2.4, [28, 28, 1]);
//! let input = recipe.input(&one).expect("there is something drawn");
//! assert_eq!(input.len(), 28 * 28);
//! ```

use crate::{Drawing, Ink, normalize, pad};

/// Whether ink was drawn by a pen or seen in a picture.
///
/// One shape means one thing under a pen and another in MNIST's pictures: many people draw a
/// one with a flag so long that among the pictures it would be a seven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The ink was made from the strokes of a pen.
    Pen,
    /// The ink was made from a picture: a scan, a photograph, MNIST.
    Picture,
}

/// The way from a drawing to the network's input.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Recipe {
    /// MNIST's: the inked box's longer side to 20, center of mass to the middle of 28x28, grey.
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
    /// MNIST's recipe as a network with this input (`[height, width, planes]`) needs it: a second plane is for the mark.
    #[must_use]
    pub fn mnist(pen: f32, input: [usize; 3]) -> Self {
        let marked = Recipe::Mnist28 { pen, marked: true };
        Recipe::Mnist28 {
            pen,
            marked: input == marked.shape(),
        }
    }

    /// The network's input: `[height, width, planes]`.
    #[must_use]
    pub fn shape(self) -> [usize; 3] {
        [self.side(), self.side(), self.planes()]
    }

    /// Width and height of the ink in pixels.
    #[must_use]
    pub fn side(self) -> usize {
        match self {
            Recipe::Mnist28 { .. } => normalize::SIDE,
            Recipe::PadBits20 => pad::CLASSIC_SIDE,
        }
    }

    /// Planes of the network's input: the ink, and the mark of its origin where there is one.
    #[must_use]
    pub fn planes(self) -> usize {
        match self {
            Recipe::Mnist28 { marked: true, .. } => 2,
            _ => 1,
        }
    }

    /// Numbers in the network's input: `side x side x planes`.
    #[must_use]
    pub fn input_len(self) -> usize {
        self.shape().iter().product()
    }

    /// The ink that the network sees, or `None` where there is none.
    #[must_use]
    pub fn ink(self, drawing: &Drawing) -> Option<Ink> {
        match self {
            Recipe::Mnist28 { pen, .. } => normalize::digit_ink_with(drawing, pen),
            Recipe::PadBits20 => {
                let ink = pad::pad_bits(drawing, pad::CLASSIC_SIDE);
                ink.pixels.iter().any(|&p| p > 0).then_some(ink)
            }
        }
    }

    /// The network's input, `[side, side, planes]`: the ink from 0 to 1, beside each of its
    /// pixels the mark where there is one.
    #[must_use]
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
    #[must_use]
    pub fn input(self, drawing: &Drawing) -> Option<Vec<f32>> {
        self.ink(drawing).map(|ink| self.row(&ink, Origin::Pen))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seven() -> Drawing {
        crate::writer::random(7, &mut crate::Rng::stream(1, 1))
    }

    #[test]
    fn a_network_with_two_planes_is_marked_and_one_with_another_shape_is_not() {
        for (input, planes) in [([28, 28, 1], 1), ([28, 28, 2], 2), ([20, 20, 2], 1)] {
            assert_eq!(
                Recipe::mnist(2.4, input).shape(),
                [28, 28, planes],
                "{input:?}"
            );
        }
        assert_eq!(Recipe::PadBits20.shape(), [20, 20, 1]);
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
