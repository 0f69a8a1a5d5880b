//! How a drawing becomes the numbers that a network takes.

use trazo_ink::{Drawing, Ink, normalise, pad};

/// The way from a drawing to the network's input.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Recipe {
    /// MNIST's: the inked box's longer side to 20, centre of mass to the middle of 28x28, grey.
    Mnist28 {
        /// Width of the canonical pen in pixels.
        pen: f32,
    },
    /// The original project's: the whole pad as 20x20 ones and zeros, one where half or more is covered.
    PadBits20,
}

impl Recipe {
    /// Width and height of the input in pixels.
    pub fn side(self) -> usize {
        match self {
            Recipe::Mnist28 { .. } => 28,
            Recipe::PadBits20 => 20,
        }
    }

    /// How many numbers the network takes: `side x side x 1`.
    pub fn input_len(self) -> usize {
        self.side() * self.side()
    }

    /// The ink that the network sees, or `None` where there is none.
    pub fn ink(self, drawing: &Drawing) -> Option<Ink> {
        match self {
            Recipe::Mnist28 { pen } => normalise::digit_ink_with(drawing, pen),
            Recipe::PadBits20 => {
                let ink = pad::pad_bits(drawing, 20);
                ink.pixels.iter().any(|&p| p > 0).then_some(ink)
            }
        }
    }
}
