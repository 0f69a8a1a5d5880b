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

use crate::directions::directions;
use crate::normalize::{self, PIXELS, SIDE};
use crate::{Drawing, Ink, pad};

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

/// What the network is told beside the ink.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Planes {
    /// Nothing: one plane.
    Ink,
    /// Where the ink comes from: the last plane, 0 all over for [`Origin::Pen`] and 1 for [`Origin::Picture`].
    Marked,
    /// That, and between the two which way the pen went: at each pixel how far across and how far
    /// down a step of length 1 went there, in the mean and times the ink. Zero for a picture, which
    /// does not say.
    Directed,
}

/// The way from a drawing to the network's input.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Recipe {
    /// MNIST's: the inked box's longer side to 20, center of mass to the middle of 28x28, grey.
    Mnist28 {
        /// Width of the canonical pen in pixels.
        pen: f32,
        /// What the network is told beside the ink.
        planes: Planes,
    },
    /// The original project's: the whole pad as 20x20 ones and zeros, one where half or more is covered.
    PadBits20,
}

impl Recipe {
    /// MNIST's recipe as a network with this input (`[height, width, planes]`) needs it: a second
    /// plane is for the mark, two more for the directions.
    #[must_use]
    pub fn mnist(pen: f32, input: [usize; 3]) -> Self {
        let planes = match input {
            [SIDE, SIDE, 2] => Planes::Marked,
            [SIDE, SIDE, 4] => Planes::Directed,
            _ => Planes::Ink,
        };
        Recipe::Mnist28 { pen, planes }
    }

    /// The same recipe with another pen (pixels); one that has no pen of its own stays as it is.
    #[must_use]
    pub fn with_pen(self, pen: f32) -> Self {
        match self {
            Recipe::Mnist28 { planes, .. } => Recipe::Mnist28 { pen, planes },
            Recipe::PadBits20 => self,
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
            Recipe::Mnist28 { .. } => SIDE,
            Recipe::PadBits20 => pad::CLASSIC_SIDE,
        }
    }

    /// What the network is told beside the ink.
    #[must_use]
    pub fn told(self) -> Planes {
        match self {
            Recipe::Mnist28 { planes, .. } => planes,
            Recipe::PadBits20 => Planes::Ink,
        }
    }

    /// Whether the last plane of the network's input only says where the ink comes from.
    #[must_use]
    pub fn is_marked(self) -> bool {
        self.told() != Planes::Ink
    }

    /// How many planes the network's input has: the ink, and what it is told beside that.
    #[must_use]
    pub fn planes(self) -> usize {
        match self.told() {
            Planes::Ink => 1,
            Planes::Marked => 2,
            Planes::Directed => 4,
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

    /// The network's input for ink of which the strokes are not known, `[side, side, planes]`: the
    /// ink from 0 to 1, beside each of its pixels the mark where there is one, and no directions.
    #[must_use]
    pub fn row(self, ink: &Ink, origin: Origin) -> Vec<f32> {
        let mark = match origin {
            Origin::Pen => 0.0,
            Origin::Picture => 1.0,
        };
        let unit = ink.to_unit().into_iter();
        match self.told() {
            Planes::Ink => unit.collect(),
            Planes::Marked => unit.flat_map(|value| [value, mark]).collect(),
            Planes::Directed => unit.flat_map(|value| [value, 0.0, 0.0, mark]).collect(),
        }
    }

    /// The network's input for a drawing, or `None` where there is no ink.
    #[must_use]
    pub fn input(self, drawing: &Drawing) -> Option<Vec<f32>> {
        self.ink_and_input(drawing).map(|(_, input)| input)
    }

    /// The ink that the network sees ([`Recipe::ink`]), and its input ([`Recipe::input`]).
    #[must_use]
    pub fn ink_and_input(self, drawing: &Drawing) -> Option<(Ink, Vec<f32>)> {
        let Recipe::Mnist28 {
            pen,
            planes: Planes::Directed,
        } = self
        else {
            let ink = self.ink(drawing)?;
            let row = self.row(&ink, Origin::Pen);
            return Some((ink, row));
        };
        let mut pixels = [0; PIXELS];
        let view = normalize::place(drawing, pen, &mut pixels)?;
        let ink = Ink {
            width: SIDE,
            height: SIDE,
            pixels: pixels.to_vec(),
        };
        let mut row = self.row(&ink, Origin::Pen);
        let directions = directions(drawing, &view, SIDE, pen);
        for (pixel, [across, down]) in row.chunks_exact_mut(4).zip(directions) {
            if let [value, to_across, to_down, _] = pixel {
                (*to_across, *to_down) = (*value * across, *value * down);
            }
        }
        Some((ink, row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seven() -> Drawing {
        crate::writer::random(7, &mut crate::Rng::stream(1, 1))
    }

    #[test]
    fn what_a_network_is_told_follows_from_its_planes() {
        let inputs = [
            ([28, 28, 1], 1),
            ([28, 28, 2], 2),
            ([28, 28, 3], 1),
            ([28, 28, 4], 4),
            ([20, 20, 2], 1),
        ];
        for (input, planes) in inputs {
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
        let plain = Recipe::mnist(2.4, [28, 28, 1]);
        let marked = Recipe::mnist(2.4, [28, 28, 2]);
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

    const DIRECTED: Recipe = Recipe::Mnist28 {
        pen: normalize::CANONICAL_PEN,
        planes: Planes::Directed,
    };

    fn line(from: (f32, f32), to: (f32, f32), points: usize) -> Vec<crate::Point> {
        let at = |a: f32, b: f32, i: usize| a + (b - a) * i as f32 / (points - 1) as f32;
        let point = |i| crate::Point::new(at(from.0, to.0, i), at(from.1, to.1, i));
        (0..points).map(point).collect()
    }

    /// Across and down wherever there is ink, as fractions of the ink.
    fn directions(strokes: Vec<Vec<crate::Point>>) -> Vec<[f32; 2]> {
        let row = DIRECTED.input(&Drawing::from_strokes(strokes)).unwrap();
        let inked = row.chunks_exact(4).filter(|pixel| pixel[0] > 0.0);
        inked.map(|p| [p[1] / p[0], p[2] / p[0]]).collect()
    }

    #[test]
    fn a_directed_input_says_beside_each_inked_pixel_which_way_the_pen_went() {
        let near = |pairs: &[[f32; 2]], to: [f32; 2]| {
            assert!(!pairs.is_empty());
            for pair in pairs {
                let apart = (pair[0] - to[0]).hypot(pair[1] - to[1]);
                assert!(apart < 1e-4, "{pair:?} is not {to:?}");
            }
        };
        let half = std::f32::consts::FRAC_1_SQRT_2;
        near(
            &directions(vec![line((100.0, 500.0), (900.0, 500.0), 2)]),
            [1.0, 0.0],
        );
        near(
            &directions(vec![line((500.0, 900.0), (500.0, 100.0), 40)]),
            [0.0, -1.0],
        );
        near(
            &directions(vec![line((200.0, 200.0), (700.0, 700.0), 7)]),
            [half, half],
        );
        // There and back is no direction; a dot has none.
        let mut both = line((100.0, 500.0), (900.0, 500.0), 9);
        both.extend(line((900.0, 500.0), (100.0, 500.0), 9));
        for [across, down] in directions(vec![both]) {
            assert!(across.abs() < 0.4 && down.abs() < 1e-4, "{across} {down}");
        }
        near(
            &directions(vec![vec![crate::Point::new(500.0, 500.0)]]),
            [0.0, 0.0],
        );
    }

    #[test]
    fn directions_stand_where_the_ink_is_and_do_not_ask_how_quick_the_pen_was() {
        let slow = DIRECTED.input(&seven()).unwrap();
        let (ink, row) = DIRECTED.ink_and_input(&seven()).unwrap();
        assert_eq!((row.len(), &row), (DIRECTED.input_len(), &slow));
        assert_eq!(DIRECTED.ink(&seven()), Some(ink.clone()));
        let still = DIRECTED.row(&ink, Origin::Pen);
        for (told, not) in row.chunks_exact(4).zip(still.chunks_exact(4)) {
            assert_eq!([told[0], told[3]], [not[0], not[3]]);
            assert_eq!(not[1..3], [0.0; 2]);
            let length = told[1].hypot(told[2]);
            assert!(length <= told[0] + 1e-5, "{told:?}");
        }
        assert!(row.chunks_exact(4).any(|p| p[1].hypot(p[2]) > 0.9));
        let strokes = seven().fit().strokes;
        let paced = |by: f32| {
            strokes
                .iter()
                .map(|s| crate::augment::resample(s, by))
                .collect()
        };
        let [slow, quick] =
            [2.0, 12.0].map(|by| DIRECTED.input(&Drawing::from_strokes(paced(by))).unwrap());
        let apart = slow.iter().zip(&quick).map(|(a, b)| (a - b).abs());
        assert!(apart.fold(0.0, f32::max) < 0.15);
    }

    #[test]
    fn a_scribble_of_any_length_has_directions() {
        let mut rng = crate::Rng::new(3);
        let mut point = || crate::Point::new(rng.range(0.0, 1000.0), rng.range(0.0, 1000.0));
        let scribble = (0..20_000).map(|_| point()).collect();
        let row = DIRECTED
            .input(&Drawing::from_strokes(vec![scribble]))
            .unwrap();
        assert!(row.iter().all(|value| value.is_finite()));
    }
}
