//! One drawing into several digits: which of its strokes may belong together, and how well their places fit that. It knows
//! nothing of networks: what a group of strokes looks like is somebody else's to say, and the best way through all groups
//! somebody else's to find.
//!
//! 1. Strokes are put in order from left to right, by the middles of their boxes, whenever they were drawn: a bar or a hat
//!    that was drawn last lies over its digit.
//! 2. Between any two neighbors there may be a *cut*, where one digit ends and the next begins.
//! 3. A *candidate* is a run of neighbors that can be one digit: no clear gap within, not too wide, not too many strokes.
//!    Those of one drawing make a lattice, with a node before the first stroke, between any two and behind the last.
//!
//! How well a candidate fits is a weighted sum of what can be seen of its boxes. Together with the network's log-chances that
//! makes a conditional random field over the ways to part a drawing (Sarawagi and Cohen, «Semi-Markov conditional random
//! fields for information extraction», NIPS 2004); its weights were fitted by maximum likelihood to digits of several
//! strokes and numbers of two to six of them (wide, touching, overlapping) by the writers of `pendigits`, `unipen/apb` and
//! `unipen/app`. They are divided by the weight of the log-chance, so that the two can be added.
//!
//! Whatever is drawn, the work is bounded: of more than [`MOST_STROKES`] strokes nothing is parted.

use crate::{Bounds, Drawing};

/// A drawing of more strokes is left whole.
pub const MOST_STROKES: usize = 48;

/// Strokes in a candidate.
const MOST_IN_ONE: usize = 6;

/// A candidate of several strokes is at most so many line heights wide.
const WIDEST: f32 = 1.9;

/// No digit reaches over a gap of so many line heights.
const CLEAR: f32 = 0.4;

/// For a cut behind the candidate.
const CUT: f32 = 0.11;
/// For each line height of the gap there; where the boxes overlap it is negative.
const GAP: f32 = 3.31;
/// For the share of a stroke beside the cut that lies over one on the other side.
const COVERED: f32 = -0.32;
/// Digits are about as high as the line: for each line height that is missing from 0.7 on …
const LOW: f32 = -8.23;
/// … and for each that one is wider than 0.9.
const WIDE: f32 = -3.20;
/// For each stroke after the first.
const STROKE: f32 = -0.70;
/// Most drawings are one digit.
const WHOLE: f32 = 1.54;

/// What stands beside its neighbors shares at most so much of its width, or of theirs, with them.
const BESIDE: f32 = 0.35;

/// A run of strokes that may be one digit: an edge in the lattice, from node `from` to node `to`.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The node before its first stroke.
    pub from: usize,
    /// The node behind its last one.
    pub to: usize,
    /// Its strokes' places in the drawing, in the order in which they were drawn.
    pub strokes: Vec<usize>,
    /// How well the places of its strokes fit one digit that ends here: to be added to the logarithm of the chance that
    /// it looks like one.
    pub fit: f32,
    /// The same for a sign (+, −, =), which may be low and wide; `None` where another stroke lies over or under it, as a
    /// digit does with its bar or hat.
    pub fit_sign: Option<f32>,
}

/// The ways in which a drawing can be parted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parting {
    /// The lattice's last node: how many strokes there are, or 1 where nothing can be parted; 0 where nothing is drawn.
    pub end: usize,
    /// The candidates, by the node that they leave and then by that to which they come; there is always a way through
    /// them from node 0 to `end`.
    pub candidates: Vec<Candidate>,
}

impl Parting {
    /// The ways to part a drawing. Strokes without a usable point are nobody's.
    ///
    /// ```
    /// use trazo_ink::{Drawing, Point, parting::Parting};
    ///
    /// let line = |x| vec![Point::new(x, 200.0), Point::new(x, 800.0)];
    /// let eleven = Drawing::from_strokes(vec![line(300.0), line(700.0)]);
    /// // They are too far from each other to be one digit.
    /// assert_eq!(Parting::of(&eleven).candidates.len(), 2);
    /// ```
    #[must_use]
    pub fn of(drawing: &Drawing) -> Self {
        let usable = |stroke: &Vec<_>| stroke.iter().any(|point: &crate::Point| point.is_usable());
        let strokes = drawing.strokes.iter().enumerate();
        let strokes = strokes.filter(|(_, stroke)| usable(stroke));
        let places: Vec<usize> = strokes.map(|(place, _)| place).collect();
        if places.len() < 2 || places.len() > MOST_STROKES {
            return Self::whole(places);
        }
        let mut boxes: Vec<(usize, Bounds)> = places
            .into_iter()
            .filter_map(|place| {
                let stroke = drawing.strokes.get(place)?.clone();
                Some((place, Drawing::from_strokes(vec![stroke]).bounds()?))
            })
            .collect();
        boxes.sort_by(|(_, a), (_, b)| a.middle().x.total_cmp(&b.middle().x));
        let (places, boxes): (Vec<usize>, Vec<Bounds>) = boxes.into_iter().unzip();
        // Of the tallest stroke, or half the width of the widest one that is flatter than that.
        let sides = boxes.iter().map(|b| b.height().max(0.5 * b.width()));
        let height = sides.fold(f32::MIN_POSITIVE, f32::max);
        let gaps: Vec<Gap> = (1..boxes.len())
            .map(|at| Gap::at(&boxes, at, height))
            .collect();
        let mut candidates = Vec::new();
        for (from, &first) in boxes.iter().enumerate() {
            let mut bounds = first;
            for (at, &own) in boxes.iter().enumerate().skip(from).take(MOST_IN_ONE) {
                bounds = bounds.with(own);
                let reaches = at.checked_sub(1).and_then(|before| gaps.get(before));
                let reaches = reaches.is_some_and(|gap| gap.across > CLEAR);
                if at > from && (reaches || bounds.width() > WIDEST * height) {
                    break;
                }
                let to = at + 1;
                let mut strokes: Vec<usize> = places.get(from..to).unwrap_or_default().to_vec();
                strokes.sort_unstable();
                let low = (0.7 - bounds.height() / height).max(0.0);
                let wide = (bounds.width() / height - 0.9).max(0.0);
                let whole = from == 0 && to == boxes.len();
                let fit = |size: f32| {
                    size + STROKE * (strokes.len() - 1) as f32
                        + WHOLE * f32::from(whole)
                        + gaps.get(at).map_or(0.0, Gap::cut)
                };
                let others = boxes.iter().take(from).chain(boxes.iter().skip(to));
                let beside = others.fold(0.0, |most: f32, other| most.max(shared(bounds, *other)));
                candidates.push(Candidate {
                    from,
                    to,
                    fit: fit(LOW * low + WIDE * wide),
                    fit_sign: (beside <= BESIDE).then(|| fit(0.0)),
                    strokes,
                });
            }
        }
        Self {
            end: boxes.len(),
            candidates,
        }
    }

    /// All in one.
    fn whole(strokes: Vec<usize>) -> Self {
        if strokes.is_empty() {
            return Self::default();
        }
        Self {
            end: 1,
            candidates: vec![Candidate {
                from: 0,
                to: 1,
                strokes,
                fit: 0.0,
                fit_sign: Some(0.0),
            }],
        }
    }
}

/// The share of the narrower one's width that lies over the other, 0 to 1.
fn shared(a: Bounds, b: Bounds) -> f32 {
    let common = a.right.min(b.right) - a.left.max(b.left);
    let narrower = a.width().min(b.width());
    if common < 0.0 {
        0.0
    } else if narrower > 0.0 {
        (common / narrower).min(1.0)
    } else {
        // What has no width lies wholly over the other.
        1.0
    }
}

/// Between the strokes on the left and those on the right of a place.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Gap {
    /// From the right edge of what is on the left to the left edge of what is on the right, in line heights; negative
    /// where they overlap.
    across: f32,
    /// The largest share of a stroke's width that lies over one on the other side, 0 to 1.
    covered: f32,
}

impl Gap {
    /// Between the strokes before place `at` and the others, by those that can be in a candidate with a neighbor of the
    /// place.
    fn at(boxes: &[Bounds], at: usize, height: f32) -> Self {
        let (left, right) = boxes.split_at(at);
        let left = left.iter().rev().take(MOST_IN_ONE - 1);
        let right = right.iter().take(MOST_IN_ONE - 1);
        let rightmost = left.clone().map(|b| b.right).fold(f32::MIN, f32::max);
        let leftmost = right.clone().map(|b| b.left).fold(f32::MAX, f32::min);
        let mut covered = 0.0_f32;
        for a in left {
            for b in right.clone() {
                covered = covered.max(shared(*a, *b));
            }
        }
        Self {
            across: (leftmost - rightmost) / height,
            covered,
        }
    }

    /// How well a cut fits here.
    fn cut(&self) -> f32 {
        CUT + GAP * self.across.clamp(-0.6, 0.6) + COVERED * self.covered
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Point, Rng};
    use proptest::prelude::*;

    fn line(from: (f32, f32), to: (f32, f32)) -> Vec<Point> {
        vec![Point::new(from.0, from.1), Point::new(to.0, to.1)]
    }

    fn strokes_of(parting: &Parting) -> Vec<&[usize]> {
        let all = parting.candidates.iter();
        all.map(|candidate| candidate.strokes.as_slice()).collect()
    }

    #[test]
    fn neighbors_are_told_by_their_places_and_not_by_when_they_were_drawn() {
        let stem = |x| line((x, 200.0), (x, 800.0));
        // The left one, far to the right, and at last a bar over the left one.
        let drawing = Drawing::from_strokes(vec![
            stem(200.0),
            stem(900.0),
            line((150.0, 500.0), (260.0, 500.0)),
        ]);
        let parting = Parting::of(&drawing);
        assert_eq!(parting.end, 3);
        assert_eq!(strokes_of(&parting), [&[0][..], &[0, 2], &[2], &[1]]);
    }

    #[test]
    fn a_wide_gap_speaks_for_a_cut_and_an_overlap_against_it() {
        let fit = |x: f32| {
            let right = line((x, 200.0), (x + 200.0, 800.0));
            let drawing = Drawing::from_strokes(vec![line((100.0, 200.0), (300.0, 800.0)), right]);
            let parting = Parting::of(&drawing);
            parting
                .candidates
                .iter()
                .find(|c| c.strokes == [0])
                .map(|c| c.fit)
                .unwrap()
        };
        assert!(fit(500.0) > fit(320.0) && fit(320.0) > fit(250.0) && fit(250.0) > fit(120.0));
    }

    #[test]
    fn a_bar_fits_worse_by_itself_than_with_its_stem() {
        let drawing = Drawing::from_strokes(vec![
            line((400.0, 200.0), (400.0, 800.0)),
            line((330.0, 500.0), (480.0, 500.0)),
        ]);
        let parting = Parting::of(&drawing);
        let fit = |strokes: &[usize]| {
            parting
                .candidates
                .iter()
                .find(|c| c.strokes == strokes)
                .map(|c| c.fit)
                .unwrap()
        };
        assert!(fit(&[0, 1]) > fit(&[0]) + fit(&[1]) + 5.0);
    }

    #[test]
    fn a_sign_stands_beside_its_neighbors_and_may_be_low() {
        let stem = |x| line((x, 200.0), (x + 20.0, 800.0));
        let equals = [
            line((400.0, 450.0), (600.0, 450.0)),
            line((410.0, 560.0), (590.0, 560.0)),
        ];
        let [upper, lower] = equals;
        let drawing = Drawing::from_strokes(vec![stem(200.0), upper, lower, stem(800.0)]);
        let parting = Parting::of(&drawing);
        let of = |strokes: &[usize]| {
            let mut all = parting.candidates.iter();
            all.find(|c| c.strokes == strokes).unwrap()
        };
        let both = of(&[1, 2]);
        assert!(both.fit_sign.unwrap() > both.fit + 2.0);
        // One bar alone lies over the other.
        assert_eq!((of(&[1]).fit_sign, of(&[2]).fit_sign), (None, None));
        assert!(of(&[0]).fit_sign.is_some());
    }

    #[test]
    fn what_is_not_drawn_is_in_no_candidate() {
        let nan = vec![Point::new(f32::NAN, 1.0)];
        assert_eq!(
            Parting::of(&Drawing::from_strokes(vec![vec![], nan.clone()])),
            Parting::default()
        );
        let drawing = Drawing::from_strokes(vec![nan, line((0.0, 0.0), (0.0, 900.0)), vec![]]);
        assert_eq!(strokes_of(&Parting::of(&drawing)), [[1]]);
    }

    #[test]
    fn of_ten_thousand_strokes_nothing_is_parted() {
        let mut rng = Rng::new(2);
        let mut at = || (rng.range(0.0, 1000.0), rng.range(0.0, 1000.0));
        let strokes: Vec<_> = (0..10_000).map(|_| line(at(), at())).collect();
        let of = |count: usize| Parting::of(&Drawing::from_strokes(strokes[..count].to_vec()));
        assert_eq!(of(10_000).candidates.len(), 1);
        assert!(of(MOST_STROKES).candidates.len() <= MOST_STROKES * MOST_IN_ONE);
    }

    proptest! {
        #[test]
        fn there_is_always_a_way_through_and_each_stroke_is_used_once(
            strokes in prop::collection::vec(
                prop::collection::vec((any::<f32>(), any::<f32>()), 0..4), 0..60),
        ) {
            let point = |(x, y): (f32, f32)| Point::new(x, y);
            let strokes = strokes.into_iter().map(|s| s.into_iter().map(point).collect());
            let drawing = Drawing::from_strokes(strokes.collect());
            let parting = Parting::of(&drawing);
            prop_assert_eq!(parting.end == 0, drawing.is_blank());
            for node in 0..parting.end {
                let mut leaving = parting.candidates.iter().filter(|c| c.from == node);
                prop_assert!(leaving.any(|c| c.to == node + 1), "node {}", node);
            }
            for candidate in &parting.candidates {
                prop_assert!(candidate.fit.is_finite());
                prop_assert!(candidate.strokes.is_sorted());
                prop_assert!(parting.end == 1 || candidate.strokes.len() == candidate.to - candidate.from);
            }
        }
    }
}
