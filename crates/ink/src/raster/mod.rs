//! Strokes to pixels.
//!
//! Each pixel's coverage follows from the distance `d` of its middle to the nearest segment of
//! the center line: `clamp(r + 1/2 - d, 0, 1)` with `r` half the pen's width, all in pixels. That
//! is the area under a straight edge to within a few per cent, gives round caps and joins for
//! nothing, and does not depend on the order or direction of the strokes: ink that is drawn over
//! twice is drawn once.
//!
//! Only the box around each segment is visited. Points that are nearer to the last one drawn than
//! [`SPACING`] are skipped (the last of a stroke never is), which moves no edge by more than that.
//! Drawings of thousands of points are drawn by the shorter way of `crowd`.

mod crowd;

use crate::{Drawing, Ink, Point};
use crowd::Crowd;

#[cfg(test)]
mod tests;

/// Points closer than this to their predecessor, in pixels, make no segment of their own.
pub const SPACING: f32 = 1.0 / 32.0;

/// The place of the pad in the picture that is drawn: `pixel = pad * scale + (dx, dy)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// Pixels per pad unit.
    pub scale: f32,
    /// Distance of the pad's left edge from the picture's, in pixels.
    pub dx: f32,
    /// Distance of the pad's upper edge from the picture's, in pixels.
    pub dy: f32,
}

impl View {
    /// The place of a pad point in the picture, in pixels.
    #[must_use]
    pub fn place(&self, point: Point) -> Point {
        Point::new(
            point.x * self.scale + self.dx,
            point.y * self.scale + self.dy,
        )
    }
}

/// Draws `drawing` with a pen of `pen_px` pixels into a picture of `width` x `height` pixels.
///
/// ```
/// use trazo_ink::{Drawing, Point, raster::{rasterize, View}};
///
/// let dot = Drawing::from_strokes(vec![vec![Point::new(500.0, 500.0)]]);
/// let ink = rasterize(&dot, &View { scale: 0.01, dx: 0.0, dy: 0.0 }, 10, 10, 2.0);
/// assert_eq!(ink.pixels[4 * 10 + 4], 202); // 255 * (1 + 1/2 - sqrt(1/2))
/// ```
#[must_use]
pub fn rasterize(drawing: &Drawing, view: &View, width: usize, height: usize, pen_px: f32) -> Ink {
    let mut ink = Ink::blank(width, height);
    let mut distances = vec![0.0; ink.pixels.len()];
    rasterize_into(
        drawing,
        view,
        width,
        pen_px,
        &mut distances,
        &mut ink.pixels,
    );
    ink
}

/// Draws strokes as [`rasterize`] does, without allocation: `pixels` are rows of `width`, `distances` is scratch of the
/// same length (the shorter of the two decides how much is drawn).
pub fn rasterize_into(
    drawing: &Drawing,
    view: &View,
    width: usize,
    pen_px: f32,
    distances: &mut [f32],
    pixels: &mut [u8],
) {
    let radius = if pen_px > 0.0 { pen_px * 0.5 } else { 0.0 };
    let reach = radius + 0.5;
    distances.fill(f32::INFINITY);
    let points: usize = drawing.strokes.iter().map(Vec::len).sum();
    let crowd = Crowd::needed(points, width, distances.len());
    let mut field = Field {
        squares: distances,
        width,
        reach,
        crowd,
    };
    for stroke in &drawing.strokes {
        field.stroke(stroke, view);
    }
    for (pixel, &square) in pixels.iter_mut().zip(distances.iter()) {
        *pixel = coverage(square, reach);
    }
}

/// 0..=255 from the squared distance.
fn coverage(square: f32, reach: f32) -> u8 {
    // Written as comparisons, not `clamp`, so that it is the same few instructions everywhere.
    let depth = reach - square.sqrt();
    let depth = if depth > 0.0 { depth } else { 0.0 };
    let depth = if depth < 1.0 { depth } else { 1.0 };
    (depth * 255.0 + 0.5) as u8
}

/// Squared distance of every pixel's middle to the nearest segment within reach.
struct Field<'a> {
    squares: &'a mut [f32],
    width: usize,
    reach: f32,
    crowd: Option<Crowd>,
}

impl Field<'_> {
    fn stroke(&mut self, stroke: &[Point], view: &View) {
        let mut points = stroke
            .iter()
            .filter(|point| point.is_usable())
            .map(|&point| view.place(point));
        let Some(first) = points.next() else { return };
        let mut last = first;
        let mut skipped = None;
        let mut drawn = false;
        for point in points {
            let (dx, dy) = (point.x - last.x, point.y - last.y);
            if dx * dx + dy * dy < SPACING * SPACING {
                skipped = Some(point);
                continue;
            }
            self.segment(last, point);
            drawn = true;
            skipped = None;
            last = point;
        }
        match skipped {
            Some(point) => self.segment(last, point),
            None if !drawn => self.segment(last, last),
            None => {}
        }
    }

    fn segment(&mut self, a: Point, b: Point) {
        if let Some(crowd) = &mut self.crowd {
            if crowd.been_there(a, b) {
                return;
            }
            crowd.look_again(self.squares, self.reach);
        }
        // One direction for both ways of drawing it, so that they agree to the bit.
        let (a, b) = if (a.x, a.y) <= (b.x, b.y) {
            (a, b)
        } else {
            (b, a)
        };
        let rows = self.squares.len().checked_div(self.width).unwrap_or(0);
        let Some((left, right)) = span(a.x, b.x, self.reach, self.width) else {
            return;
        };
        let (upper, lower) = if a.y <= b.y { (a.y, b.y) } else { (b.y, a.y) };
        let Some((top, bottom)) = span(upper, lower, self.reach, rows) else {
            return;
        };

        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let length = dx * dx + dy * dy;
        let inverse = if length > 0.0 { 1.0 / length } else { 0.0 };
        // Whole groups of lanes: the pixels too many get their true distance, which is out of
        // reach, and the compiler gets a loop that it turns into vector instructions.
        let left = left - left % LANES;
        let right = (right.next_multiple_of(LANES)).min(self.width);
        let line = Line { a, dx, dy, inverse };
        let rows = self.squares.chunks_exact_mut(self.width).enumerate();
        let rows = rows.skip(top).take(bottom - top);
        if let Some(crowd) = &self.crowd {
            for (y, row) in rows {
                let (left, right) = crowd.trim(y, left, right);
                line.draw(row, left, right, y);
            }
        } else {
            for (y, row) in rows {
                line.draw(row, left, right, y);
            }
        }
    }
}

/// A segment from `a` by `(dx, dy)`; `inverse` is one over its squared length.
struct Line {
    a: Point,
    dx: f32,
    dy: f32,
    inverse: f32,
}

impl Line {
    /// Lowers the squared distances of pixels `left..right` of row `y`.
    #[inline(always)]
    fn draw(&self, row: &mut [f32], left: usize, right: usize, y: usize) {
        let py = y as f32 + 0.5 - self.a.y;
        let start = left as f32 + 0.5 - self.a.x;
        let Some(row) = row.get_mut(left..right) else {
            return;
        };
        for (x, square) in row.iter_mut().enumerate() {
            let px = start + (x as i32) as f32;
            let along = (px * self.dx + py * self.dy) * self.inverse;
            let along = if along > 0.0 { along } else { 0.0 };
            let along = if along < 1.0 { along } else { 1.0 };
            let (ex, ey) = (px - along * self.dx, py - along * self.dy);
            let distance = ex * ex + ey * ey;
            *square = if distance < *square {
                distance
            } else {
                *square
            };
        }
    }
}

/// Pixels that are computed together.
const LANES: usize = 4;

/// The pixels `[from, to)` whose middles are within `reach` of `[low, high]`, or `None` where
/// there are none among `count`.
fn span(low: f32, high: f32, reach: f32, count: usize) -> Option<(usize, usize)> {
    // Casts saturate, so that nothing here overflows; a pixel too many costs nothing.
    let from = (low - reach) as i32;
    let to = ((high + reach) as i32).saturating_add(1);
    let from = from.max(0) as usize;
    let to = (to.max(0) as usize).min(count);
    (from < to && high + reach >= 0.0).then_some((from, to))
}
