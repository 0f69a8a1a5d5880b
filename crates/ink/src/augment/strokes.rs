//! Augmentation of pen paths.

use super::warp::{Elastic, Linear};
use crate::normalize::CANONICAL_PEN;
use crate::{Drawing, Point, Rng};

/// The strength of each change that is made to the strokes of a digit for training. Lengths are fractions of the drawing's longer side; "spread" is the
/// standard deviation of something that is 0 (or 1) on average.
#[derive(Clone, Debug, PartialEq)]
pub struct StrokeAugment {
    /// Spread of the rotation in radians.
    pub rotation: f32,
    /// Spread of the slant (tangent of the angle).
    pub slant: f32,
    /// Spread of the logarithm of width over height.
    pub aspect: f32,
    /// Spread of the taper: how much wider the top is than the bottom.
    pub taper: f32,
    /// Spread of the elastic displacement.
    pub elastic: f32,
    /// Spread of each stroke's own displacement.
    pub stroke_shift: f32,
    /// Spread of the logarithm of each stroke's own scale.
    pub stroke_scale: f32,
    /// Spread of the trembling of single points; neighbors tremble together.
    pub jitter: f32,
    /// Probability that a point is dropped (never the first or last of a stroke).
    pub drop: f32,
    /// Probability that a point is reported twice.
    pub double: f32,
    /// Probability that the path is sampled anew, as by a slower tablet or a quicker hand.
    pub retime: f32,
    /// Spread of what is added to, or missing at, either end of a stroke.
    pub ends: f32,
    /// Probability that the pen was not lifted between two strokes.
    pub unlifted: f32,
}

impl Default for StrokeAugment {
    /// The strengths that training uses: a person would still read the digit.
    fn default() -> Self {
        Self {
            rotation: 0.12,
            slant: 0.18,
            aspect: 0.16,
            taper: 0.12,
            elastic: 0.025,
            stroke_shift: 0.02,
            stroke_scale: 0.04,
            jitter: 0.006,
            drop: 0.08,
            double: 0.03,
            retime: 0.35,
            ends: 0.02,
            unlifted: 0.01,
        }
    }
}

impl StrokeAugment {
    /// No change at all: the drawing stays as it is.
    #[must_use]
    pub fn none() -> Self {
        Self::default().scaled(0.0)
    }

    /// The augmentation with all its spreads and probabilities `strength` times as large
    /// (probabilities at most 1).
    #[must_use]
    pub fn scaled(&self, strength: f32) -> Self {
        let k = strength.max(0.0);
        Self {
            rotation: self.rotation * k,
            slant: self.slant * k,
            aspect: self.aspect * k,
            taper: self.taper * k,
            elastic: self.elastic * k,
            stroke_shift: self.stroke_shift * k,
            stroke_scale: self.stroke_scale * k,
            jitter: self.jitter * k,
            drop: (self.drop * k).min(1.0),
            double: (self.double * k).min(1.0),
            retime: (self.retime * k).min(1.0),
            ends: self.ends * k,
            unlifted: (self.unlifted * k).min(1.0),
        }
    }
}

/// Width of the pen for one training sample, in pixels after scaling: around the canonical one,
/// from a fine liner to a felt pen, as in MNIST.
pub fn pen_width(rng: &mut Rng) -> f32 {
    CANONICAL_PEN * libm::expf(0.22 * rng.normal())
}

/// A digit as another hand would have drawn it. Unusable points are dropped; a drawing without
/// extent comes back as it was.
#[must_use]
pub fn strokes(drawing: &Drawing, augment: &StrokeAugment, rng: &mut Rng) -> Drawing {
    let Some(bounds) = drawing.bounds() else {
        return Drawing::default();
    };
    let side = bounds.side();
    if side <= 0.0 {
        return drawing.clone();
    }
    let middle = bounds.middle();
    let stretch = libm::expf(0.5 * augment.aspect * rng.normal());
    let linear = Linear::new(
        stretch,
        1.0 / stretch,
        augment.slant * rng.normal(),
        augment.rotation * rng.normal(),
    );
    let taper = augment.taper * rng.normal();
    let elastic = Elastic::random(augment.elastic, rng);
    let spacing = rng
        .chance(augment.retime)
        .then(|| 0.012 + 0.1 * rng.unit() * rng.unit());

    let mut out: Vec<Vec<Point>> = Vec::with_capacity(drawing.strokes.len());
    for stroke in &drawing.strokes {
        // From here on in units of the longer side, origin in the middle of the box.
        let mut points: Vec<Point> = Vec::with_capacity(stroke.len() + 4);
        for point in stroke.iter().filter(|point| point.is_usable()) {
            let place = Point::new((point.x - middle.x) / side, (point.y - middle.y) / side);
            if points.is_empty() || !rng.chance(augment.drop) {
                points.push(place);
            } else if let Some(last) = points.last_mut().filter(|_| rng.chance(0.2)) {
                // A tablet that misses a point sometimes reports the next one late.
                *last = Point::new(0.5 * (last.x + place.x), 0.5 * (last.y + place.y));
            }
            if rng.chance(augment.double) {
                points.push(place);
            }
        }
        if points.is_empty() {
            continue;
        }
        // The end of a stroke is never dropped: it is where the pen was lifted.
        let end = stroke
            .iter()
            .rev()
            .find(|point| point.is_usable())
            .copied()
            .unwrap_or_default();
        let end = Point::new((end.x - middle.x) / side, (end.y - middle.y) / side);
        if points.last() != Some(&end) {
            points.push(end);
        }
        if augment.ends > 0.0 {
            let (start, end) = (augment.ends * rng.normal(), augment.ends * rng.normal());
            stretch_end(&mut points, end);
            points.reverse();
            stretch_end(&mut points, start);
            points.reverse();
        }
        if let Some(spacing) = spacing {
            points = resample(&points, spacing);
        }

        let shift = (
            augment.stroke_shift * rng.normal(),
            augment.stroke_shift * rng.normal(),
        );
        let own = libm::expf(augment.stroke_scale * rng.normal());
        let center = mean(&points);
        let mut tremble = (0.0, 0.0);
        for point in &mut points {
            let (x, y) = (
                center.x + (point.x - center.x) * own + shift.0,
                center.y + (point.y - center.y) * own + shift.1,
            );
            let (dx, dy) = elastic.at(x + 0.5, y + 0.5);
            if augment.jitter > 0.0 {
                let (jx, jy) = rng.rough_pair();
                tremble.0 = 0.7 * tremble.0 + 0.714 * augment.jitter * jx;
                tremble.1 = 0.7 * tremble.1 + 0.714 * augment.jitter * jy;
            }
            let x = x * (1.0 - taper * y) + dx + tremble.0;
            let (x, y) = linear.apply(x, y + dy + tremble.1);
            *point = Point::new(x * side + middle.x, y * side + middle.y);
        }
        match out.last_mut() {
            Some(last) if rng.chance(augment.unlifted) => last.append(&mut points),
            _ => out.push(points),
        }
    }
    Drawing { strokes: out }
}

fn mean(points: &[Point]) -> Point {
    let n = points.len().max(1) as f32;
    let (x, y) = points
        .iter()
        .fold((0.0, 0.0), |(x, y), point| (x + point.x, y + point.y));
    Point::new(x / n, y / n)
}

fn distance(a: Point, b: Point) -> f32 {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    (dx * dx + dy * dy).sqrt()
}

/// Lengthens the path at its end by `amount`, or shortens it where that is negative (never to
/// less than three quarters of it).
fn stretch_end(points: &mut Vec<Point>, amount: f32) {
    let Some(&end) = points.last() else { return };
    if amount >= 0.0 {
        // The direction is that of the last bit of some length: the last two points may coincide.
        let Some(&from) = points.iter().rev().find(|&&p| distance(p, end) > 0.03) else {
            return;
        };
        let k = amount / distance(from, end);
        points.push(Point::new(
            end.x + (end.x - from.x) * k,
            end.y + (end.y - from.y) * k,
        ));
        return;
    }
    let length: f32 = points
        .windows(2)
        .map(|pair| distance(pair[0], pair[1]))
        .sum();
    let mut cut = (-amount).min(0.25 * length);
    while let [.., before, last] = points.as_mut_slice() {
        let step = distance(*before, *last);
        if step > cut {
            let k = cut / step;
            *last = Point::new(
                last.x + (before.x - last.x) * k,
                last.y + (before.y - last.y) * k,
            );
            return;
        }
        cut -= step;
        points.pop();
    }
}

/// A path sampled anew: points every `spacing` along it, and its end, as a pen of another speed
/// leaves them.
#[must_use]
pub fn resample(points: &[Point], spacing: f32) -> Vec<Point> {
    let mut out = Vec::with_capacity(points.len());
    let Some((&first, rest)) = points.split_first() else {
        return out;
    };
    out.push(first);
    let (mut last, mut due) = (first, spacing);
    for &point in rest {
        let step = distance(last, point);
        while due <= step && out.len() < 4096 {
            let k = due / step;
            out.push(Point::new(
                last.x + (point.x - last.x) * k,
                last.y + (point.y - last.y) * k,
            ));
            due += spacing;
        }
        due -= step;
        last = point;
    }
    if out.last() != Some(&last) {
        out.push(last);
    }
    out
}
