//! Which way the pen went, beside the ink that it left.
//!
//! Ink alone does not say how it was made, and hands that leave the same ink often move apart: an
//! open six comes down and closes upwards, a four with a low stem goes down and then across. Planes
//! of the pen's direction beside the picture are how online recognizers of characters tell such
//! shapes apart (Bai and Huo, «A study on the use of 8-directional features for online handwritten
//! Chinese character recognition», ICDAR 2005); here two, across and down, are enough.

use crate::raster::View;
use crate::{Drawing, Point};

/// At most about so many steps along a drawing: however much is scribbled, it costs no more.
const STEPS: f32 = 4096.0;

/// Length of a step in pixels, where the drawing is not longer than [`STEPS`] of them.
const STEP: f32 = 0.5;

/// So far beyond the pen's edge a step is felt, in pixels: every pixel with ink has a direction.
const BEYOND: f32 = 1.5;

/// The mean direction of the pen near each pixel's middle, `side x side` pairs (across, down), row
/// after row: the steps of the pen, each counting by its length and the more the nearer it is, over
/// their lengths. A pair is of length 1 where the pen only went one way, shorter where it went
/// several, and zero where it did not come near or made a dot. Neither speed nor the order of the
/// strokes matters.
pub(crate) fn directions(drawing: &Drawing, view: &View, side: usize, pen: f32) -> Vec<[f32; 2]> {
    let strokes = drawing.strokes.iter().map(|stroke| {
        let points = stroke.iter().filter(|point| point.is_usable());
        points.map(|&point| view.place(point)).collect()
    });
    let strokes: Vec<Vec<Point>> = strokes.collect();
    let segments = || strokes.iter().flat_map(|stroke| stroke.windows(2));
    let length: f32 = segments().map(|pair| apart(pair).2).sum();
    let mut field = Field {
        side,
        reach: pen * 0.5 + BEYOND,
        sums: vec![[0.0; 3]; side * side],
    };
    let step = (length / STEPS).max(STEP);
    for stroke in &strokes {
        // A step ends where the pen has gone that far; what is left in the end is one, too.
        let (mut from, mut gone) = (stroke.first().copied().unwrap_or_default(), 0.0);
        for pair in stroke.windows(2) {
            let (dx, dy, length) = apart(pair);
            let mut at = step - gone;
            while at <= length {
                let share = at / length;
                let to = Point::new(pair[0].x + share * dx, pair[0].y + share * dy);
                field.step(from, to);
                (from, at) = (to, at + step);
            }
            gone = length - (at - step);
        }
        if let Some(last) = stroke.last() {
            field.step(from, *last);
        }
    }
    field.mean()
}

/// From the first point to the second: across, down, and how far.
fn apart(pair: &[Point]) -> (f32, f32, f32) {
    let [from, to] = pair else {
        return (0.0, 0.0, 0.0);
    };
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    (dx, dy, (dx * dx + dy * dy).sqrt())
}

/// Sums by pixel: steps across, steps down, their lengths.
struct Field {
    side: usize,
    reach: f32,
    sums: Vec<[f32; 3]>,
}

impl Field {
    fn step(&mut self, from: Point, to: Point) {
        let (dx, dy, length) = apart(&[from, to]);
        let middle = Point::new(0.5 * (from.x + to.x), 0.5 * (from.y + to.y));
        let near = |at: f32| {
            let first = (at - self.reach).max(0.0) as usize;
            first..((at + self.reach).max(0.0) as usize + 1).min(self.side)
        };
        let (rows, columns) = (near(middle.y), near(middle.x));
        for y in rows {
            let ey = y as f32 + 0.5 - middle.y;
            for x in columns.clone() {
                let ex = x as f32 + 0.5 - middle.x;
                let fall = 1.0 - (ex * ex + ey * ey) / (self.reach * self.reach);
                if fall <= 0.0 {
                    continue;
                }
                let weight = fall * fall;
                if let Some(sums) = self.sums.get_mut(y * self.side + x) {
                    sums[0] += weight * dx;
                    sums[1] += weight * dy;
                    sums[2] += weight * length;
                }
            }
        }
    }

    fn mean(&self) -> Vec<[f32; 2]> {
        let mean = |[across, down, length]: &[f32; 3]| match *length > 0.0 {
            true => [across / length, down / length],
            false => [0.0; 2],
        };
        self.sums.iter().map(mean).collect()
    }
}
