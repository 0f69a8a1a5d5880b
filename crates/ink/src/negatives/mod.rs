//! Drawings that are no digit, as people make them: for training and measuring «not sure».
//!
//! Nothing here should be mistaken for a digit by a person: no letter with a twin among the digits
//! (O, I, Z, S, B, q, …), no ring, no single stroke upright, no circle on a circle. Made by the same
//! hands as the digits of [`crate::writer`].

mod letters;
mod named;
mod signs;
mod tangles;

pub use named::{SIGNS, sign};

use crate::writer::{self, Style, draw as draw_ways};
use crate::{Drawing, Point, Rng};

/// Kinds of things that are not digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A tangle, a filled patch, a coil.
    Scribble,
    /// A letter that looks like no digit.
    Letter,
    /// Two digits side by side.
    TwoDigits,
    /// Two digits on top of one another.
    Overlaid,
    /// A plus, a multiplication sign, an asterisk, a hash.
    Cross,
    /// More than two turns inwards or outwards.
    Spiral,
    /// Four teeth or more.
    Zigzag,
    /// Two periods or more.
    Wave,
    /// A few dots, or one.
    Dots,
    /// A box with something in it, or a wide one; a triangle.
    Box,
    /// A five-pointed star.
    Star,
    /// A tick.
    CheckMark,
    /// A question mark with its dot.
    QuestionMark,
    /// A heart.
    Heart,
    /// An arrow.
    Arrow,
    /// One, two or three lines that lie flat.
    Lines,
    /// A face.
    Face,
}

impl Kind {
    /// All kinds, each with its share in [`random`].
    pub const ALL: [(Self, usize); 17] = [
        (Self::Scribble, 6),
        (Self::Letter, 9),
        (Self::TwoDigits, 5),
        (Self::Overlaid, 3),
        (Self::Cross, 2),
        (Self::Spiral, 1),
        (Self::Zigzag, 1),
        (Self::Wave, 1),
        (Self::Dots, 1),
        (Self::Box, 2),
        (Self::Star, 1),
        (Self::CheckMark, 1),
        (Self::QuestionMark, 1),
        (Self::Heart, 1),
        (Self::Arrow, 1),
        (Self::Lines, 1),
        (Self::Face, 1),
    ];
}

/// A drawing of the given kind, somewhere on the pad.
#[must_use]
pub fn draw(kind: Kind, rng: &mut Rng) -> Drawing {
    let ways = match kind {
        Kind::TwoDigits => return two_digits(rng),
        Kind::Overlaid => return overlaid(rng),
        Kind::Scribble => tangles::scribble(rng),
        Kind::Spiral => tangles::spiral(rng),
        Kind::Zigzag => tangles::zigzag(rng),
        Kind::Wave => tangles::wave(rng),
        Kind::Letter => letters::letter(rng),
        Kind::Cross => signs::cross(rng),
        Kind::Dots => return signs::dots(rng),
        Kind::Box => signs::boxed(rng),
        Kind::Star => signs::star(rng),
        Kind::CheckMark => signs::check_mark(rng),
        Kind::QuestionMark => signs::question_mark(rng),
        Kind::Heart => signs::heart(rng),
        Kind::Arrow => signs::arrow(rng),
        Kind::Lines => signs::lines(rng),
        Kind::Face => signs::face(rng),
    };
    draw_ways(&ways, &Style::random(rng), rng)
}

/// A drawing of any kind that is not a digit, and its kind.
#[must_use]
pub fn random(rng: &mut Rng) -> (Drawing, Kind) {
    let total = Kind::ALL.iter().map(|(_, share)| share).sum();
    let mut left = rng.below(total);
    for (kind, share) in Kind::ALL {
        if left < share {
            return (draw(kind, rng), kind);
        }
        left -= share;
    }
    (draw(Kind::Scribble, rng), Kind::Scribble)
}

/// `n` drawings that are not digits, with their kinds: a seed gives the same ones for ever.
#[must_use]
pub fn exam(seed: u64, n: usize) -> Vec<(Drawing, Kind)> {
    let mut rng = Rng::new(seed);
    (0..n).map(|_| random(&mut rng)).collect()
}

/// A scribble.
#[must_use]
pub fn scribble(rng: &mut Rng) -> Drawing {
    draw(Kind::Scribble, rng)
}

/// A letter without a twin among the digits.
#[must_use]
pub fn letter(rng: &mut Rng) -> Drawing {
    draw(Kind::Letter, rng)
}

/// Two digits side by side in one hand, nearly touching or a little apart.
#[must_use]
pub fn two_digits(rng: &mut Rng) -> Drawing {
    let style = Style::random(rng);
    let mut first = one_of(&style, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], rng);
    let second = one_of(&style, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], rng);
    let (Some(a), Some(b)) = (first.bounds(), second.bounds()) else {
        return first;
    };
    let gap = style.size * rng.range(0.06, 0.4);
    let (right, down) = (a.right + gap - b.left, style.size * 0.05 * rng.normal());
    let second = second.map(|p| Point::new(p.x + right, p.y + a.middle().y - b.middle().y + down));
    first.strokes.extend(second.strokes);
    on_the_pad(&first, &style)
}

/// Two different digits, one drawn over the other a little aside. No ones: on most digits they
/// would pass for a slash.
fn overlaid(rng: &mut Rng) -> Drawing {
    const OTHERS: [&[u8]; 10] = [
        &[2, 4, 5, 7],
        &[],
        &[0, 4, 5, 6, 8, 9],
        &[0, 4, 6, 7],
        &[0, 2, 3, 5, 6, 8],
        &[0, 2, 4, 7, 9],
        &[2, 3, 4, 7, 9],
        &[0, 3, 5, 6, 8],
        &[2, 4, 7],
        &[2, 5, 6],
    ];
    let style = Style::random(rng);
    let digit = rng.pick([0, 2, 3, 4, 5, 6, 7, 8, 9]);
    let mut first = writer::write(digit, &style, rng);
    let second = one_of(
        &style,
        OTHERS.get(usize::from(digit)).copied().unwrap_or(&[]),
        rng,
    );
    let side = style.size * rng.pick([-1.0, 1.0]);
    let (right, down) = (
        side * rng.range(0.18, 0.42),
        style.size * 0.12 * rng.normal(),
    );
    first
        .strokes
        .extend(second.map(|p| Point::new(p.x + right, p.y + down)).strokes);
    on_the_pad(&first, &style)
}

fn one_of(style: &Style, digits: &[u8], rng: &mut Rng) -> Drawing {
    let digit = digits.get(rng.below(digits.len())).copied().unwrap_or(2);
    writer::write(digit, style, rng)
}

/// Where and how large this hand draws, wholly on the pad.
fn on_the_pad(drawing: &Drawing, style: &Style) -> Drawing {
    let Some(bounds) = drawing.bounds() else {
        return Drawing::default();
    };
    writer::placed(drawing, bounds, style)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::digit_ink;

    #[test]
    fn every_kind_is_drawn_on_the_pad() {
        let mut rng = Rng::new(1);
        for (kind, _) in Kind::ALL {
            for _ in 0..40 {
                let drawing = draw(kind, &mut rng);
                let bounds = drawing.bounds().unwrap();
                assert!(
                    bounds.left >= 40.0 && bounds.top >= 40.0,
                    "{kind:?} {bounds:?}"
                );
                assert!(
                    bounds.right <= 960.0 && bounds.bottom <= 960.0,
                    "{kind:?} {bounds:?}"
                );
                assert!(digit_ink(&drawing).is_some());
                assert!(drawing.points().count() < 4000, "{kind:?}");
            }
        }
    }

    #[test]
    fn all_kinds_come_up_and_a_seed_repeats_them() {
        let exam = super::exam(3, 1000);
        for (kind, share) in Kind::ALL {
            let count = exam.iter().filter(|(_, k)| *k == kind).count();
            assert!(count > 10 * share, "{kind:?} {count}");
        }
        assert_eq!(exam, super::exam(3, 1000));
    }

    #[test]
    fn two_digits_lie_side_by_side() {
        let mut rng = Rng::new(2);
        let wide = (0..100).filter(|_| {
            let bounds = two_digits(&mut rng).bounds().unwrap();
            bounds.width() > 0.7 * bounds.height()
        });
        assert!(wide.count() > 80);
    }
}
