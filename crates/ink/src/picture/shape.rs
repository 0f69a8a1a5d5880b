//! One inked shape: found in a picture, drawn again at another size and pen width.

use super::Grid;
use crate::Ink;
use crate::ink::center_of_mass;

/// Longer side of the shape in cells; a cell is then about a fifth of a pixel of the result.
const CELLS: f32 = 96.0;

/// Free cells around the shape, so that it can be drawn thicker.
const MARGIN: f32 = 18.0;

/// How the shape is put into the result.
#[derive(Clone, Copy)]
pub(super) enum Placing {
    /// Center of mass at this place, on both axes, as far as the box stays inside.
    CenterOfMass(f32),
    /// The box in the middle.
    Box,
}

/// A shape as the distance to its edge.
pub(super) struct Shape {
    /// Signed distance of each cell's middle to the edge, in cells; positive inside.
    distance: Grid,
    /// Distance of each cell's middle to the middle of the lines, in cells.
    to_ridge: Grid,
    /// Center of the shape's box in cells.
    middle: (f32, f32),
    /// Longer side of the shape's box in cells.
    side: f32,
    /// Typical thickness of its lines in cells.
    thickness: f32,
}

impl Shape {
    /// The shape in a picture of coverage, or `None` where nothing is left.
    pub fn of(coverage: &Grid) -> Option<Self> {
        let kept = without_specks(coverage)?;
        let (left, top, right, bottom) = bounds(&kept)?;
        let side = (right - left).max(bottom - top);
        let zoom = CELLS / side;
        let size = |extent: f32| (extent * zoom + 2.0 * MARGIN) as usize + 1;
        let (w, h) = (size(right - left), size(bottom - top));
        let place = |cell: usize, from: f32| (cell as f32 + 0.5 - MARGIN) / zoom + from;
        let mut inside = Vec::with_capacity(w * h);
        for y in 0..h {
            for x in 0..w {
                let (x, y) = (place(x, left), place(y, top));
                let outside = x < 0.0 || y < 0.0 || x > kept.width as f32 || y > kept.height as f32;
                inside.push(!outside && averaged(&kept, x, y, 0.5 / zoom) > 0.5);
            }
        }
        let to_ink = square_distances(&inside, w, true);
        let to_paper = square_distances(&inside, w, false);
        let values = inside
            .iter()
            .zip(&to_ink)
            .zip(&to_paper)
            .map(|((&inked, &ink), &paper)| {
                // The edge lies half a cell before the nearest cell of the other kind.
                if inked {
                    paper.sqrt() - 0.5
                } else {
                    0.5 - ink.sqrt()
                }
            });
        let distance = Grid::new(w, h, values.collect());
        let (ridge, half_thickness) = ridge(&distance)?;
        let to_ridge = square_distances(&ridge, w, true)
            .iter()
            .map(|s| s.sqrt())
            .collect();
        let middle = (
            MARGIN + (right - left) * zoom * 0.5,
            MARGIN + (bottom - top) * zoom * 0.5,
        );
        Some(Self {
            distance,
            to_ridge: Grid::new(w, h, to_ridge),
            middle,
            side: CELLS,
            thickness: 2.0 * half_thickness,
        })
    }

    /// Draws the shape into `pixels` x `pixels`, its lines `pen` and the longer side of its box
    /// `extent` pixels.
    pub fn draw(&self, pixels: usize, extent: f32, pen: f32, placing: Placing) -> Ink {
        // The center line is scaled, then drawn with the pen, as strokes are.
        let center_line = (self.side - self.thickness).max(0.4 * self.side);
        let scale = (extent - pen) / center_line;
        let half = pixels as f32 * 0.5;
        let mut ink = Ink::blank(pixels, pixels);
        self.draw_at(half, half, scale, pen, &mut ink);
        if let Placing::CenterOfMass(center) = placing
            && let Some((x, y)) = center_of_mass(&ink.pixels, pixels)
        {
            let spare = half - extent * 0.5;
            let shift = |from: f32| (center - from).clamp(-spare, spare);
            self.draw_at(half + shift(x), half + shift(y), scale, pen, &mut ink);
        }
        ink
    }

    /// Draws with the middle of the box at `(x, y)`, `scale` pixels a cell, every edge moved so
    /// that lines of ordinary thickness become `pen` pixels thick.
    fn draw_at(&self, x: f32, y: f32, scale: f32, pen: f32, ink: &mut Ink) {
        let thicker = 0.5 * (pen - self.thickness * scale);
        let width = ink.width;
        for (row, line) in ink.pixels.chunks_exact_mut(width).enumerate() {
            for (column, pixel) in line.iter_mut().enumerate() {
                let u = (column as f32 + 0.5 - x) / scale + self.middle.0;
                let v = (row as f32 + 0.5 - y) / scale + self.middle.1;
                let inside = u > 0.0
                    && v > 0.0
                    && u < self.distance.width as f32
                    && v < self.distance.height as f32;
                let mut depth = -1.0;
                if inside {
                    depth = self.distance.sample(u, v) * scale + thicker;
                    if thicker < 0.0 {
                        // Where a line is finer than most it must not vanish.
                        depth = depth.max(0.5 * pen - self.to_ridge.sample(u, v) * scale);
                    }
                }
                *pixel = ((depth + 0.5).clamp(0.0, 1.0) * 255.0 + 0.5) as u8;
            }
        }
    }
}

/// The squared slope of the distance is 1 beside the middle of a line and about 0 on it; towards a
/// square corner it is 1/2, and that is no line.
const FLAT: f32 = 0.4;

/// The middle of the lines: cells where the distance to the edge is flat, and not much smaller than
/// in most such cells. And how deep those are: half of the ordinary thickness, judged by the middle
/// half, for where lines cross or loops are filled they look thicker than they are.
fn ridge(distance: &Grid) -> Option<(Vec<bool>, f32)> {
    let (w, h) = (distance.width, distance.height);
    let mut ridge = vec![false; w * h];
    let mut depths = Vec::new();
    for y in 0..h as isize {
        for x in 0..w as isize {
            let here = distance.at(x, y);
            if here <= 0.0 {
                continue;
            }
            let slope_x = 0.5 * (distance.at(x + 1, y) - distance.at(x - 1, y));
            let slope_y = 0.5 * (distance.at(x, y + 1) - distance.at(x, y - 1));
            if slope_x * slope_x + slope_y * slope_y < FLAT {
                if let Some(cell) = ridge.get_mut(y as usize * w + x as usize) {
                    *cell = true;
                }
                depths.push(here);
            }
        }
    }
    let rank = depths.len() / 2;
    if depths.is_empty() {
        return None;
    }
    // In lines of an even number of cells the deepest cell lies half a cell beside the middle.
    let half_thickness = *depths.select_nth_unstable_by(rank, f32::total_cmp).1 + 0.3;
    for (cell, &depth) in ridge.iter_mut().zip(&distance.values) {
        *cell &= depth >= 0.65 * half_thickness;
    }
    Some((ridge, half_thickness))
}

/// Mean over a square of `reach` about a place: four samples, or one where that is within a pixel.
fn averaged(grid: &Grid, x: f32, y: f32, reach: f32) -> f32 {
    if reach <= 0.5 {
        return grid.sample(x, y);
    }
    let half = reach * 0.5;
    (grid.sample(x - half, y - half)
        + grid.sample(x + half, y - half)
        + grid.sample(x - half, y + half)
        + grid.sample(x + half, y + half))
        * 0.25
}

/// Left, top, right and bottom edge of what is more than half covered, to a fraction of a pixel.
fn bounds(grid: &Grid) -> Option<(f32, f32, f32, f32)> {
    let (mut columns, mut rows) = (vec![0.0_f32; grid.width], vec![0.0_f32; grid.height]);
    for (row, most) in grid.values.chunks_exact(grid.width).zip(&mut rows) {
        for (&value, column) in row.iter().zip(&mut columns) {
            *most = most.max(value);
            *column = column.max(value);
        }
    }
    let range = |most: &[f32]| {
        let first = most.iter().position(|&value| value > 0.5)?;
        let last = most.iter().rposition(|&value| value > 0.5)?;
        // Where the coverage falls to a half between two pixels' middles.
        let edge = |inside: usize, outside: Option<usize>| {
            let outside = outside.and_then(|at| most.get(at)).copied().unwrap_or(0.0);
            let inside = most.get(inside).copied().unwrap_or(1.0);
            (inside - 0.5) / (inside - outside).max(1.0e-3)
        };
        let from = first as f32 + 0.5 - edge(first, first.checked_sub(1));
        let to = last as f32 + 0.5 + edge(last, Some(last + 1));
        Some((from, to))
    };
    let ((left, right), (top, bottom)) = (range(&columns)?, range(&rows)?);
    // A lone pixel still has a box.
    Some((left, top, right.max(left + 0.5), bottom.max(top + 0.5)))
}

/// A connected part of the ink.
#[derive(Clone, Copy, Default)]
pub(super) struct Part {
    pub area: usize,
    /// Pixels on the picture's edge.
    pub at_edge: usize,
}

/// The coverage without specks (dust, grain) and without what comes in from the picture's edge (the
/// table, a shadow, a frame) beside a digit that does not.
fn without_specks(coverage: &Grid) -> Option<Grid> {
    let (labels, parts) = connected(coverage);
    // A digit may touch the edge; a table or a shadow lies along it.
    let along = |part: &Part| part.at_edge * 4 > coverage.width.min(coverage.height);
    let free = parts
        .iter()
        .filter(|part| !along(part))
        .map(|part| part.area)
        .max()
        .unwrap_or(0);
    let from_outside = |part: &Part| along(part) && free * 5 >= part.area && free >= 12;
    let largest = parts
        .iter()
        .filter(|part| !from_outside(part))
        .map(|part| part.area)
        .max()
        .unwrap_or(0);
    let keep: Vec<bool> = parts
        .iter()
        .map(|part| !from_outside(part) && part.area * 40 >= largest && part.area > 0)
        .collect();
    if !keep.contains(&true) {
        return None;
    }
    let mut kept = coverage.clone();
    let (w, h) = (coverage.width as isize, coverage.height as isize);
    let is_kept = |x: isize, y: isize| {
        (0..w).contains(&x)
            && (0..h).contains(&y)
            && labels
                .get((y * w + x) as usize)
                .and_then(|&label| keep.get(label as usize))
                .is_some_and(|&keep| keep)
    };
    for y in 0..h {
        for x in 0..w {
            let at = (y * w + x) as usize;
            if kept.values.get(at).is_none_or(|&value| value == 0.0) {
                continue;
            }
            // The soft rim of a kept part stays with it.
            let near = (-1..=1).any(|dy| (-1..=1).any(|dx| is_kept(x + dx, y + dy)));
            if !near && let Some(value) = kept.values.get_mut(at) {
                *value = 0.0;
            }
        }
    }
    Some(kept)
}

/// Labels of the connected parts (eight neighbors) of what is more than half covered, and the parts;
/// `u32::MAX` is paper.
pub(super) fn connected(coverage: &Grid) -> (Vec<u32>, Vec<Part>) {
    let (w, h) = (coverage.width, coverage.height);
    let mut labels = vec![u32::MAX; w * h];
    let mut parts = Vec::new();
    let mut pending = Vec::new();
    for start in 0..w * h {
        if labels[start] != u32::MAX || coverage.values[start] <= 0.5 {
            continue;
        }
        let label = parts.len() as u32;
        let mut part = Part::default();
        labels[start] = label;
        pending.push(start);
        while let Some(at) = pending.pop() {
            let (x, y) = (at % w, at / w);
            part.area += 1;
            part.at_edge += usize::from(x == 0 || y == 0 || x + 1 == w || y + 1 == h);
            for near_y in y.saturating_sub(1)..=(y + 1).min(h - 1) {
                for near_x in x.saturating_sub(1)..=(x + 1).min(w - 1) {
                    let near = near_y * w + near_x;
                    if labels[near] == u32::MAX && coverage.values[near] > 0.5 {
                        labels[near] = label;
                        pending.push(near);
                    }
                }
            }
        }
        parts.push(part);
    }
    (labels, parts)
}

/// Squared distance of each cell to the nearest one for which `inside` is `kind` (Felzenszwalb &
/// Huttenlocher 2012, "Distance transforms of sampled functions", section 2.1); large where there
/// is none. Along the columns, where there is only near or far, it is a walk down and one up.
fn square_distances(inside: &[bool], w: usize, kind: bool) -> Vec<f32> {
    const FAR: f32 = 1.0e9;
    let mut grid: Vec<f32> = inside
        .iter()
        .map(|&inked| if inked == kind { 0.0 } else { FAR })
        .collect();
    let mut steps = vec![FAR; w];
    let walk = |steps: &mut [f32], row: &mut [f32]| {
        for (value, steps) in row.iter_mut().zip(steps) {
            *steps = if *value == 0.0 { 0.0 } else { *steps + 1.0 };
            *value = value.min(*steps * *steps);
        }
    };
    for row in grid.chunks_exact_mut(w) {
        walk(&mut steps, row);
    }
    steps.fill(FAR);
    for row in grid.chunks_exact_mut(w).rev() {
        walk(&mut steps, row);
    }
    let mut scratch = Scratch {
        roots: vec![0; w],
        from: vec![0.0; w + 1],
        heights: vec![0.0; w],
    };
    for row in grid.chunks_exact_mut(w) {
        lower_envelope(row, &mut scratch);
    }
    grid
}

/// What finding a row's distances takes: as long as the row, `from` one longer.
struct Scratch {
    roots: Vec<usize>,
    from: Vec<f32>,
    heights: Vec<f32>,
}

/// `f[i] = min over j of f[j] + (i - j)²`, in place.
fn lower_envelope(f: &mut [f32], scratch: &mut Scratch) {
    let Scratch {
        roots,
        from,
        heights,
    } = scratch;
    let mut last = 0;
    roots[0] = 0;
    from[0] = f32::NEG_INFINITY;
    from[1] = f32::INFINITY;
    for q in 1..f.len() {
        let meet = |p: usize| {
            let (qf, pf) = (q as f32, p as f32);
            ((f[q] + qf * qf) - (f[p] + pf * pf)) / (2.0 * (qf - pf))
        };
        let mut s = meet(roots[last]);
        while last > 0 && s <= from[last] {
            last -= 1;
            s = meet(roots[last]);
        }
        if s > from[last] {
            last += 1;
        }
        roots[last] = q;
        from[last] = if last == 0 { f32::NEG_INFINITY } else { s };
        from[last + 1] = f32::INFINITY;
    }
    heights.copy_from_slice(f);
    let mut k = 0;
    for (i, value) in f.iter_mut().enumerate() {
        while from[k + 1] < i as f32 {
            k += 1;
        }
        let far = i as f32 - roots[k] as f32;
        *value = far * far + heights[roots[k]];
    }
}
