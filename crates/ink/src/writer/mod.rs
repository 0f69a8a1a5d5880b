//! A synthetic writer: digits as a hand could have drawn them, without any data.
//!
//! A digit is a few way points of the pen's center line, in one of the shapes that are taught or
//! common (crossed sevens, slashed zeros, ones with flag and base, open and closed fours, …; see
//! `shapes`). A hand, [`Style`], moves the way points, joins them by a smooth curve or by corners,
//! gives it proportions, slant and tremor, and puts it somewhere on the pad; a pen samples it in
//! time, slower in curves than on straights (`hand`).
//!
//! Tests and the page's exam of 500 digits are made here.

mod hand;
mod shapes;
mod ways;

#[cfg(test)]
mod tests;

pub use shapes::{Eight, Five, Four, Nine, One, Seven, Six, Three, Two, Zero};

pub(crate) use hand::{Way, corner, curve, draw, ellipse, placed};

use crate::{Drawing, PAD, Rng};

/// One person's hand on one day: which shapes of the digits it makes, and its size, slant and tremor.
#[derive(Clone, Debug, PartialEq)]
pub struct Style {
    /// The shape of its zeros.
    pub zero: Zero,
    /// The shape of its ones.
    pub one: One,
    /// The shape of its twos.
    pub two: Two,
    /// The shape of its threes.
    pub three: Three,
    /// The shape of its fours.
    pub four: Four,
    /// The shape of its fives.
    pub five: Five,
    /// The shape of its sixes.
    pub six: Six,
    /// The shape of its sevens.
    pub seven: Seven,
    /// The shape of its eights.
    pub eight: Eight,
    /// The shape of its nines.
    pub nine: Nine,
    /// Longer side of a digit's box in pad units.
    pub size: f32,
    /// The middle of the digit, right and down, in pad units; moved where the digit
    /// would stick out of the pad.
    pub place: (f32, f32),
    /// Width relative to what the shape has by itself.
    pub aspect: f32,
    /// Tangent of the slant; to the right where positive.
    pub slant: f32,
    /// Rotation in radians.
    pub rotation: f32,
    /// How far a way point strays, as a fraction of the height: 0 is a font, 0.03 careless.
    pub looseness: f32,
    /// Trembling of the line, as a fraction of the height.
    pub wobble: f32,
    /// 0 makes every corner sharp, 1 rounds most of them.
    pub roundness: f32,
    /// Distance between two points at ordinary speed, as a fraction of the height.
    pub stride: f32,
}

impl Default for Style {
    /// A plain school hand that writes in the middle of the pad.
    fn default() -> Self {
        Self {
            zero: Zero::Plain,
            one: One::Flag,
            two: Two::Plain,
            three: Three::Round,
            four: Four::Open,
            five: Five::TwoStrokes,
            six: Six::Plain,
            seven: Seven {
                crossed: false,
                serif: false,
            },
            eight: Eight::OneStroke,
            nine: Nine::Straight,
            size: 600.0,
            place: (500.0, 500.0),
            aspect: 1.0,
            slant: 0.1,
            rotation: 0.0,
            looseness: 0.01,
            wobble: 0.002,
            roundness: 0.2,
            stride: 0.04,
        }
    }
}

impl Style {
    /// A hand drawn by lot, which writes anywhere on the pad, any size from 15 % to 88 % of it.
    #[must_use]
    pub fn random(rng: &mut Rng) -> Self {
        let looseness = 0.008 + 0.022 * rng.unit();
        Self {
            zero: Zero::random(rng),
            one: One::random(rng),
            two: Two::random(rng),
            three: Three::random(rng),
            four: Four::random(rng),
            five: Five::random(rng),
            six: Six::random(rng),
            seven: Seven::random(rng),
            eight: Eight::random(rng),
            nine: Nine::random(rng),
            size: rng.range(150.0, 880.0),
            place: (rng.range(0.0, PAD), rng.range(0.0, PAD)),
            aspect: libm::expf(0.16 * rng.normal()),
            slant: (0.14 + 0.2 * rng.normal()).clamp(-0.3, 0.6),
            rotation: 0.06 * rng.normal(),
            looseness,
            wobble: 0.001 + 0.006 * rng.unit() * rng.unit(),
            roundness: rng.unit(),
            stride: rng.range(0.015, 0.085),
        }
    }
}

/// A digit as the hand `style` writes it; chance decides the rest. A `digit` beyond 9 is a blank drawing.
#[must_use]
pub fn write(digit: u8, style: &Style, rng: &mut Rng) -> Drawing {
    let strokes = match digit {
        0 => ways::zero(style.zero, rng),
        1 => ways::one(style.one, rng),
        2 => ways::two(style.two, rng),
        3 => ways::three(style.three, rng),
        4 => ways::four(style.four, rng),
        5 => ways::five(style.five, rng),
        6 => ways::six(style.six, rng),
        7 => ways::seven(style.seven, rng),
        8 => ways::eight(style.eight, rng),
        9 => ways::nine(style.nine, rng),
        _ => return Drawing::default(),
    };
    draw(&strokes, style, rng)
}

/// A digit in a hand drawn by lot.
#[must_use]
pub fn random(digit: u8, rng: &mut Rng) -> Drawing {
    let style = Style::random(rng);
    write(digit, &style, rng)
}

/// `n` digits with their labels, the same ones for a seed for ever: as many of each digit as of
/// any other (to within one), in a shuffled order, each in a hand of its own.
///
/// They are of a size that people draw (35 % to 85 % of the pad), so that a network that sees the
/// whole pad, the classic one, is asked fair questions too.
#[must_use]
pub fn exam(seed: u64, n: usize) -> Vec<(Drawing, u8)> {
    Exam::new(seed, n).collect()
}

/// The digits of [`exam`], drawn one at a time: for whoever must not work long at once.
///
/// ```
/// use trazo_ink::writer::{Exam, exam};
/// assert!(Exam::new(7, 20).eq(exam(7, 20)));
/// ```
#[derive(Clone, Debug)]
pub struct Exam {
    rng: Rng,
    /// Those that have not been drawn yet.
    labels: std::vec::IntoIter<u8>,
}

impl Exam {
    /// The exam of `n` digits that belongs to `seed`.
    #[must_use]
    pub fn new(seed: u64, n: usize) -> Self {
        let mut rng = Rng::new(seed);
        let mut labels: Vec<u8> = (0..n).map(|i| (i % 10) as u8).collect();
        for i in (1..labels.len()).rev() {
            labels.swap(i, rng.below(i + 1));
        }
        Self {
            rng,
            labels: labels.into_iter(),
        }
    }
}

impl Iterator for Exam {
    type Item = (Drawing, u8);

    fn next(&mut self) -> Option<Self::Item> {
        let label = self.labels.next()?;
        Some((random(label, &mut self.rng), label))
    }
}
