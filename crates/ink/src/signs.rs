//! A minus before a number, a decimal point or comma in it: told by where and how large they are, not by what they look
//! like, since a dot and a level stroke look like nothing else.
//!
//! Sizes are in *line heights*, the height of the tallest stroke. What is as high as a digit is a *body*; a sign is one stroke
//! that is none:
//!
//! | | |
//! |---|---|
//! | minus | level, left of all bodies, at the middle half of the first one's height |
//! | point, comma | small, on the base line, with a body on either side and no foot of one over it |
//!
//! The hat of a 5, the bar of a 7, the foot of a 1 and the dot of a letter lie over their bodies, and are no sign.

use crate::{Bounds, Drawing, parting::MOST_STROKES};

/// What may stand in a number beside its digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// Before the digits.
    Minus,
    /// A decimal point.
    Point,
    /// A decimal comma.
    Comma,
}

impl Sign {
    /// As one writes it.
    #[must_use]
    pub fn text(self) -> char {
        match self {
            Self::Minus => '-',
            Self::Point => '.',
            Self::Comma => ',',
        }
    }
}

/// A body is at least so high.
const BODY: f32 = 0.45;

/// A minus is at least so wide, and at most so wide: a quarter of the lowest digit, where the
/// tallest is half as high again.
const MINUS: std::ops::RangeInclusive<f32> = 0.15..=1.1;
/// It rises by so much of its width at most.
const LEVEL: f32 = 0.3;
/// It ends so far before the first body.
const BEFORE: f32 = 0.02;

/// A point or comma is at most so wide and so high.
const SMALL: (f32, f32) = (0.2, 0.32);
/// A comma is at least so high: a tenth of the lowest digit …
const TALL: f32 = 0.07;
/// … and so many times as high as wide; lower or rounder is a point.
const SLIM: f32 = 1.2;
/// Its middle is at most so far above and below the base line.
const ABOVE: f32 = 0.2;
const BELOW: f32 = 0.3;
/// The part of a body, from its foot up, that no sign lies over.
const FOOT: f32 = 0.4;

/// A stroke that is a sign: its place in the drawing, and what it is.
pub type Found = (usize, Sign);

/// The signs in a drawing, from left to right; none where nothing is as high as a digit.
#[must_use]
pub fn signs(drawing: &Drawing) -> Vec<Found> {
    find(drawing, |_, _| true)
}

/// The same where there are other signs too: the dots of a ÷ or of a colon are no decimal points. What has a low stroke
/// above or below it that stands between the bodies, and so is no hat or bar of one, is left out.
#[must_use]
pub fn lone_signs(drawing: &Drawing) -> Vec<Found> {
    let over = |a: &Bounds, b: &Bounds| a.left <= b.right && b.left <= a.right;
    find(drawing, |sign, (bodies, others)| {
        let between = |other: &Bounds| {
            let middle = other.middle().x;
            bodies
                .iter()
                .all(|(_, b)| middle < b.left || middle > b.right)
        };
        let mut others = others.iter().map(|(_, other)| other);
        !others.any(|other| other != sign && over(sign, other) && between(other))
    })
}

/// Strokes with their places in the drawing: bodies, and what is none.
type Sorted<'a> = (&'a [(usize, Bounds)], &'a [(usize, Bounds)]);

fn find(drawing: &Drawing, may: impl Fn(&Bounds, Sorted<'_>) -> bool) -> Vec<Found> {
    if !(2..=MOST_STROKES).contains(&drawing.strokes.len()) {
        return Vec::new();
    }
    let strokes = drawing.strokes.iter().enumerate();
    let boxes = strokes.filter_map(|(place, stroke)| {
        let alone = Drawing::from_strokes(vec![stroke.clone()]);
        Some((place, alone.bounds()?))
    });
    let boxes: Vec<(usize, Bounds)> = boxes.collect();
    let sides = boxes.iter().map(|(_, b)| b.height().max(0.5 * b.width()));
    let height = sides.fold(f32::MIN_POSITIVE, f32::max);
    let (mut bodies, others): (Vec<_>, Vec<_>) = boxes
        .into_iter()
        .partition(|(_, b)| b.height() >= BODY * height);
    bodies.sort_by(|(_, a), (_, b)| a.left.total_cmp(&b.left));
    let feet = bodies.iter().filter_map(|(place, b)| {
        let points = drawing.strokes.get(*place)?.iter();
        let foot = points.filter(|p| p.is_usable() && p.y > b.bottom - FOOT * height);
        let xs = foot.map(|p| p.x);
        let left = xs.clone().fold(f32::MAX, f32::min);
        Some((left, xs.fold(f32::MIN, f32::max), b.bottom))
    });
    let feet: Vec<(f32, f32, f32)> = feet.collect();
    // Two level strokes before a digit are an equals sign.
    let first = bodies.first().map_or(f32::MIN, |(_, b)| b.left);
    let alone = others.iter().filter(|(_, b)| b.right < first).count() == 1;
    let mut found: Vec<(f32, Found)> = Vec::new();
    for &(place, b) in &others {
        let sign = if !may(&b, (&bodies, &others)) {
            None
        } else if alone && is_minus(&b, &bodies, height) {
            Some(Sign::Minus)
        } else if is_mark(&b, &feet, height) {
            let comma = b.height() >= TALL * height && b.height() >= SLIM * b.width();
            Some(if comma { Sign::Comma } else { Sign::Point })
        } else {
            None
        };
        found.extend(sign.map(|sign| (b.left, (place, sign))));
    }
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    found.into_iter().map(|(_, sign)| sign).collect()
}

fn is_minus(b: &Bounds, bodies: &[(usize, Bounds)], height: f32) -> bool {
    let Some((_, first)) = bodies.first() else {
        return false;
    };
    let middle = (b.middle().y - first.top) / first.height().max(f32::MIN_POSITIVE);
    MINUS.contains(&(b.width() / height))
        && b.height() <= LEVEL * b.width()
        && b.right <= first.left - BEFORE * height
        && (0.25..0.75).contains(&middle)
}

/// `feet`: the left and right end of each body's foot, and its base line.
fn is_mark(b: &Bounds, feet: &[(f32, f32, f32)], height: f32) -> bool {
    let small = b.width() <= SMALL.0 * height && b.height() <= SMALL.1 * height;
    let left = feet.iter().filter(|foot| foot.1 <= b.left);
    let left = left.max_by(|a, c| a.1.total_cmp(&c.1));
    let right = feet.iter().filter(|foot| foot.0 >= b.right);
    let right = right.min_by(|a, c| a.0.total_cmp(&c.0));
    let (Some(left), Some(right)) = (left, right) else {
        return false;
    };
    let over = feet.iter().any(|foot| foot.0 < b.right && foot.1 > b.left);
    // A base line may rise or fall between the two.
    let (high, low) = (left.2.min(right.2), left.2.max(right.2));
    let level = b.middle().y;
    small && !over && level >= high - ABOVE * height && level <= low + BELOW * height
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Point, writer};

    fn drawn(strokes: &[&[(f32, f32)]]) -> Drawing {
        let stroke = |s: &&[(f32, f32)]| s.iter().map(|&(x, y)| Point::new(x, y)).collect();
        Drawing::from_strokes(strokes.iter().map(stroke).collect())
    }

    const ONE: &[(f32, f32)] = &[(300.0, 300.0), (290.0, 700.0)];
    const SEVEN: &[(f32, f32)] = &[(450.0, 310.0), (660.0, 300.0), (520.0, 700.0)];
    const DOT: &[(f32, f32)] = &[(380.0, 690.0), (384.0, 694.0)];
    const COMMA: &[(f32, f32)] = &[(390.0, 670.0), (370.0, 760.0)];
    const BAR: &[(f32, f32)] = &[(100.0, 510.0), (230.0, 500.0)];

    #[test]
    fn a_minus_and_a_decimal_mark_are_where_they_are_drawn() {
        assert_eq!(signs(&drawn(&[ONE, DOT, SEVEN])), [(1, Sign::Point)]);
        assert_eq!(signs(&drawn(&[ONE, SEVEN, COMMA])), [(2, Sign::Comma)]);
        assert_eq!(signs(&drawn(&[BAR, SEVEN])), [(0, Sign::Minus)]);
        assert_eq!(
            signs(&drawn(&[ONE, SEVEN, DOT, BAR])),
            [(3, Sign::Minus), (2, Sign::Point)]
        );
        // Under the arm of a seven is no foot.
        let wide: &[(f32, f32)] = &[(150.0, 310.0), (420.0, 300.0), (220.0, 700.0)];
        assert_eq!(signs(&drawn(&[wide, DOT, SEVEN])), [(1, Sign::Point)]);
    }

    #[test]
    fn the_dots_of_a_division_are_no_decimal_points() {
        let upper: &[(f32, f32)] = &[(380.0, 400.0), (384.0, 404.0)];
        let bar: &[(f32, f32)] = &[(330.0, 560.0), (430.0, 560.0)];
        let lower: &[(f32, f32)] = &[(380.0, 640.0), (384.0, 644.0)];
        for strokes in [
            &[ONE, upper, bar, lower, SEVEN][..],
            &[ONE, upper, lower, SEVEN],
        ] {
            assert_eq!(lone_signs(&drawn(strokes)), [], "{strokes:?}");
        }
        // A bar through the digit is its own, whatever it reaches over.
        let through: &[(f32, f32)] = &[(210.0, 500.0), (385.0, 500.0)];
        let drawing = drawn(&[ONE, through, DOT, SEVEN]);
        assert_eq!(lone_signs(&drawing), [(2, Sign::Point)]);
        assert_eq!(
            lone_signs(&drawn(&[BAR, ONE, DOT, SEVEN])),
            signs(&drawn(&[BAR, ONE, DOT, SEVEN]))
        );
    }

    #[test]
    fn what_stands_alone_or_lies_over_a_digit_is_none() {
        let none: [&[&[(f32, f32)]]; 7] = [
            &[DOT],
            &[BAR],
            &[BAR, DOT],
            &[ONE, DOT],
            // A bar through its digit, a foot below it, two level strokes.
            &[ONE, &[(240.0, 500.0), (350.0, 500.0)]],
            &[ONE, &[(240.0, 705.0), (350.0, 700.0)], SEVEN],
            &[BAR, &[(100.0, 610.0), (230.0, 600.0)], SEVEN],
        ];
        for strokes in none {
            assert_eq!(signs(&drawn(strokes)), [], "{strokes:?}");
        }
        for (drawing, label) in writer::exam(7, 500) {
            assert_eq!(signs(&drawing), [], "a {label}");
        }
    }

    #[test]
    fn no_drawing_does_harm() {
        let nan = vec![Point::new(f32::NAN, 1.0)];
        assert_eq!(signs(&Drawing::from_strokes(vec![nan, vec![]])), []);
        let mut rng = crate::Rng::new(3);
        for _ in 0..300 {
            let (drawing, _) = crate::negatives::random(&mut rng);
            assert!(signs(&drawing).len() < drawing.strokes.len());
        }
    }
}
