//! Drawings with fewer points whose lines are where they were.

use crate::{Drawing, Point};

/// Points that are looked at together. Douglas and Peucker's method is quadratic in the worst
/// case; in runs of this many points 100,000 of them take milliseconds whatever their shape.
const RUN: usize = 256;

/// A drawing with fewer points: no usable point of `drawing` is further than `tolerance`
/// (pad units) from the new line. First and last points of strokes are kept; unusable points
/// and empty strokes are dropped.
///
/// Half of the tolerance goes to leaving out points beside their predecessor, half to Douglas
/// and Peucker (1973), "Algorithms for the reduction of the number of points required to
/// represent a digitized line or its caricature".
#[must_use]
pub fn thin(drawing: &Drawing, tolerance: f32) -> Drawing {
    let half = if tolerance > 0.0 {
        tolerance * 0.5
    } else {
        0.0
    };
    let strokes = drawing
        .strokes
        .iter()
        .map(|stroke| douglas_peucker(&spaced(stroke, half), half))
        .filter(|stroke| !stroke.is_empty())
        .collect();
    Drawing { strokes }
}

/// Leaves out points within `spacing` of the last one kept; the last point is kept.
fn spaced(stroke: &[Point], spacing: f32) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::new();
    let mut skipped = None;
    for &point in stroke.iter().filter(|point| point.is_usable()) {
        match kept.last() {
            Some(&last) if square_distance(last, point) <= spacing * spacing => {
                skipped = Some(point);
            }
            _ => {
                kept.push(point);
                skipped = None;
            }
        }
    }
    if let (Some(end), Some(&last)) = (skipped, kept.last())
        && end != last
    {
        kept.push(end);
    }
    kept
}

fn douglas_peucker(points: &[Point], tolerance: f32) -> Vec<Point> {
    if points.len() < 3 {
        return points.to_vec();
    }
    let mut keep = vec![false; points.len()];
    let mut pending = Vec::new();
    let mut from = 0;
    while from + 1 < points.len() {
        let to = (from + RUN).min(points.len() - 1);
        pending.push((from, to));
        from = to;
    }
    while let Some((from, to)) = pending.pop() {
        keep[from] = true;
        keep[to] = true;
        let (a, b) = (points[from], points[to]);
        let mut worst = (tolerance * tolerance, 0);
        for (at, &point) in points.iter().enumerate().take(to).skip(from + 1) {
            let square = square_distance_to_segment(point, a, b);
            if square > worst.0 {
                worst = (square, at);
            }
        }
        if worst.1 > 0 {
            pending.push((from, worst.1));
            pending.push((worst.1, to));
        }
    }
    points
        .iter()
        .zip(&keep)
        .filter(|&(_, &kept)| kept)
        .map(|(&point, _)| point)
        .collect()
}

fn square_distance(a: Point, b: Point) -> f32 {
    let (dx, dy) = (a.x - b.x, a.y - b.y);
    dx * dx + dy * dy
}

/// Squared distance of `p` from the segment `a` to `b`.
pub(crate) fn square_distance_to_segment(p: Point, a: Point, b: Point) -> f32 {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let (px, py) = (p.x - a.x, p.y - a.y);
    let length = dx * dx + dy * dy;
    let along = if length > 0.0 {
        ((px * dx + py * dy) / length).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let (ex, ey) = (px - along * dx, py - along * dy);
    ex * ex + ey * ey
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn distance_to_line(point: Point, line: &[Point]) -> f32 {
        let ends = line.first().map(|&p| (p, p));
        let pairs = line.windows(2).map(|pair| (pair[0], pair[1]));
        ends.into_iter()
            .chain(pairs)
            .map(|(a, b)| square_distance_to_segment(point, a, b).sqrt())
            .fold(f32::INFINITY, f32::min)
    }

    fn strokes() -> impl Strategy<Value = Vec<Point>> {
        let step = (-8.0_f32..8.0, -8.0_f32..8.0);
        prop::collection::vec(step, 1..700).prop_map(|steps| {
            let mut at = Point::new(500.0, 500.0);
            steps
                .into_iter()
                .map(|(dx, dy)| {
                    at = Point::new(at.x + dx, at.y + dy);
                    at
                })
                .collect()
        })
    }

    proptest! {
        #[test]
        fn no_point_is_further_from_the_new_line_than_the_tolerance(
            stroke in strokes(), tolerance in 0.0_f32..20.0,
        ) {
            let thinned = thin(&Drawing::from_strokes(vec![stroke.clone()]), tolerance);
            let line = &thinned.strokes[0];
            prop_assert!(line.len() <= stroke.len());
            prop_assert_eq!(line.first(), stroke.first());
            prop_assert_eq!(line.last(), stroke.last());
            for point in stroke {
                prop_assert!(distance_to_line(point, line) <= tolerance + 1.0e-3);
            }
        }
    }

    #[test]
    fn a_straight_line_keeps_its_ends_only() {
        let line = (0..200)
            .map(|i| Point::new(i as f32, 2.0 * i as f32))
            .collect();
        let thinned = thin(&Drawing::from_strokes(vec![line]), 1.0);
        assert_eq!(
            thinned.strokes,
            [[Point::new(0.0, 0.0), Point::new(199.0, 398.0)]]
        );
    }

    #[test]
    fn unusable_points_and_empty_strokes_are_dropped() {
        let stroke = vec![Point::new(f32::NAN, 0.0), Point::new(5.0, 5.0)];
        let drawing = Drawing::from_strokes(vec![vec![], stroke, vec![Point::new(1e30, 0.0)]]);
        assert_eq!(thin(&drawing, 1.0).strokes, [[Point::new(5.0, 5.0)]]);
    }
}
