//! Ink on a whole page, whatever the light: a page has shadows, folds and a table around it, which no
//! surface of second degree follows.
//!
//! The paper under dark ink is the picture's morphological closing (Serra 1982, "Image analysis and
//! mathematical morphology"): what is darker than all its surroundings and narrower than a stroke can be
//! is filled up to them, and the edge of a shadow stays where it is.

use super::Grid;
use super::paper::{blurred, contrast, deviation};

/// Strokes are narrower than this share of the picture's shorter side.
const WIDEST_STROKE: f32 = 0.2;

/// The paper is looked at on a grid of so many cells, at most.
const PAPER_CELLS: usize = 320;

/// Tiles on the longer side by whose middles dark ink is told from light.
const TILES: usize = 12;

/// How far each pixel is from the paper, towards the ink.
pub(super) struct Inked {
    /// Grey levels, as they would be in even light.
    pub residual: Grid,
    /// Deviation of the paper's own noise in grey levels.
    pub noise: f32,
    /// How far full ink is from paper in grey levels.
    pub contrast: f32,
}

/// What differs from the paper in a picture.
pub(super) fn inked(mut picture: Grid) -> Inked {
    let light_ink = is_light(&picture);
    if light_ink {
        picture.values.iter_mut().for_each(|v| *v = 255.0 - *v);
    }
    let mut found = Inked::of(&picture, !light_ink);
    // As for a single digit: a little blur costs thin lines less than it costs the noise.
    for _ in 0..2 {
        if found.contrast >= 10.0 * found.noise {
            break;
        }
        picture = blurred(&picture);
        found = Inked::of(&picture, !light_ink);
    }
    found
}

impl Inked {
    /// Of dark ink. `reflects`: a shadow takes from the ink's contrast what it takes from the paper's light.
    fn of(picture: &Grid, reflects: bool) -> Self {
        let paper = closed(picture);
        let middle = median(&paper.grid.values);
        let mut values = Vec::with_capacity(picture.values.len());
        let mut levels = Levels::across(&paper, picture.width);
        for (y, row) in picture.values.chunks_exact(picture.width).enumerate() {
            for (&value, &level) in row.iter().zip(levels.of_row(y)) {
                let gain = if reflects {
                    (middle / level.max(1.0)).clamp(0.5, 4.0)
                } else {
                    1.0
                };
                values.push((level - value) * gain);
            }
        }
        // The closing goes over the top of the noise: most of a page is paper, and its middle is none.
        let bias = median(&values);
        values.iter_mut().for_each(|value| *value -= bias);
        let noise = deviation(values.iter().copied()).max(1.0);
        let contrast = contrast(&values);
        Self {
            residual: Grid::new(picture.width, picture.height, values),
            noise,
            contrast,
        }
    }
}

/// The paper, in coarse cells.
struct Paper {
    grid: Grid,
    /// Pixels a cell.
    factor: f32,
}

/// The paper's level at each pixel of a row: cells are blended down first and then across, since the places across are the
/// same in every row.
struct Levels<'a> {
    paper: &'a Paper,
    /// For each pixel the cell to its left, and how far it is on the way to the next.
    places: Vec<(usize, f32)>,
    /// The cells of the row, the first and the last once more beyond them.
    cells: Vec<f32>,
    row: Vec<f32>,
}

impl<'a> Levels<'a> {
    fn across(paper: &'a Paper, width: usize) -> Self {
        let place = |x: usize| {
            let place = (x as f32 + 0.5) / paper.factor + 0.5;
            let left = (place as usize).min(paper.grid.width);
            (left, place - left as f32)
        };
        Self {
            paper,
            places: (0..width).map(place).collect(),
            cells: vec![0.0; paper.grid.width + 2],
            row: vec![0.0; width],
        }
    }

    fn of_row(&mut self, y: usize) -> &[f32] {
        let Paper { grid, factor } = self.paper;
        let place = (y as f32 + 0.5) / factor - 0.5;
        let top = libm::floorf(place);
        let down = place - top;
        for (at, cell) in (-1..).zip(&mut self.cells) {
            let (upper, lower) = (grid.at(at, top as isize), grid.at(at, top as isize + 1));
            *cell = upper + (lower - upper) * down;
        }
        for (value, &(left, across)) in self.row.iter_mut().zip(&self.places) {
            if let Some(&[a, b]) = self.cells.get(left..left + 2) {
                *value = a + (b - a) * across;
            }
        }
        &self.row
    }
}

fn closed(picture: &Grid) -> Paper {
    let factor = picture
        .width
        .max(picture.height)
        .div_ceil(PAPER_CELLS)
        .max(1);
    let (w, h) = (
        picture.width.div_ceil(factor),
        picture.height.div_ceil(factor),
    );
    let mut grid = Grid::new(w, h, averaged_down(picture, factor, w, h));
    // Lone bright cells are grain, not paper.
    grid = blurred(&grid);
    let reach = (w.min(h) as f32 * WIDEST_STROKE * 0.5) as usize + 1;
    // Room for what the most of some cells says beyond the edge: else a shadow that gets darker up to the edge is filled.
    grid = framed(&grid, reach);
    for take_most in [true, false] {
        along_rows(&mut grid, reach, take_most);
        grid = transposed(&grid);
        along_rows(&mut grid, reach, take_most);
        grid = transposed(&grid);
    }
    let rows = grid.values.chunks_exact(w + 2 * reach);
    let rows = rows.skip(reach).take(h);
    let values = rows.flat_map(|row| row.iter().skip(reach).take(w));
    Paper {
        grid: Grid::new(w, h, values.copied().collect()),
        factor: factor as f32,
    }
}

/// With `reach` cells around it that are less than any.
fn framed(grid: &Grid, reach: usize) -> Grid {
    let (w, h) = (grid.width + 2 * reach, grid.height + 2 * reach);
    let mut values = vec![f32::NEG_INFINITY; w * h];
    let within = values.chunks_exact_mut(w).skip(reach);
    for (row, from) in within.zip(grid.values.chunks_exact(grid.width)) {
        row[reach..reach + grid.width].copy_from_slice(from);
    }
    Grid::new(w, h, values)
}

fn averaged_down(picture: &Grid, factor: usize, w: usize, h: usize) -> Vec<f32> {
    let (mut sums, mut counts) = (vec![0.0; w * h], vec![0.0_f32; w * h]);
    for (y, row) in picture.values.chunks_exact(picture.width).enumerate() {
        let to = (y / factor) * w;
        for (x, part) in row.chunks(factor).enumerate() {
            if let (Some(sum), Some(count)) = (sums.get_mut(to + x), counts.get_mut(to + x)) {
                *sum += part.iter().sum::<f32>();
                *count += part.len() as f32;
            }
        }
    }
    let mean = |(sum, count): (&f32, &f32)| sum / count.max(1.0);
    sums.iter().zip(&counts).map(mean).collect()
}

/// Each cell becomes the most (or least) of those within `reach` of it on its row (van Herk 1992, "A fast
/// algorithm for local minimum and maximum filters": three comparisons a cell whatever the reach).
fn along_rows(grid: &mut Grid, reach: usize, take_most: bool) {
    let pick = |a: f32, b: f32| if take_most { a.max(b) } else { a.min(b) };
    let none = if take_most {
        f32::NEG_INFINITY
    } else {
        f32::INFINITY
    };
    let window = 2 * reach + 1;
    let width = grid.width;
    let padded = (width + 2 * reach).div_ceil(window) * window;
    let (mut ahead, mut behind) = (vec![none; padded], vec![none; padded]);
    for row in grid.values.chunks_exact_mut(width) {
        let at = |x: usize| {
            let inside = x.checked_sub(reach).and_then(|x| row.get(x));
            inside.copied().unwrap_or(none)
        };
        for from in (0..padded).step_by(window) {
            let (mut best, mut last) = (none, none);
            for i in 0..window {
                best = pick(best, at(from + i));
                ahead[from + i] = best;
                let back = from + window - 1 - i;
                last = pick(last, at(back));
                behind[back] = last;
            }
        }
        for (x, value) in row.iter_mut().enumerate() {
            *value = pick(behind[x], ahead[x + 2 * reach]);
        }
    }
}

/// Columns for rows, in blocks: each cell of one that is far away in memory brings its neighbors along.
pub(super) fn transposed(grid: &Grid) -> Grid {
    const BLOCK: usize = 32;
    let (w, h) = (grid.width, grid.height);
    let mut values = vec![0.0; w * h];
    for top in (0..h).step_by(BLOCK) {
        for left in (0..w).step_by(BLOCK) {
            for y in top..(top + BLOCK).min(h) {
                for x in left..(left + BLOCK).min(w) {
                    values[x * h + y] = grid.values[y * w + x];
                }
            }
        }
    }
    Grid::new(h, w, values)
}

/// Whether the ink is lighter than the paper: the side on which more lies far from the middle of its
/// surroundings, which is paper where ink is the smaller part.
fn is_light(picture: &Grid) -> bool {
    let side = picture.width.max(picture.height).div_ceil(TILES).max(1);
    let (w, h) = (picture.width.div_ceil(side), picture.height.div_ceil(side));
    let step = (side / 16).max(1);
    let mut middles = Vec::with_capacity(w * h);
    // A tile and its neighbors.
    for ty in 0..h {
        for tx in 0..w {
            let ys = (ty.saturating_sub(1) * side)..((ty + 2) * side).min(picture.height);
            let xs = (tx.saturating_sub(1) * side)..((tx + 2) * side).min(picture.width);
            let mut values = Vec::new();
            for y in ys.step_by(step) {
                for x in xs.clone().step_by(step) {
                    values.push(picture.at(x as isize, y as isize));
                }
            }
            middles.push(median_of(&mut values));
        }
    }
    let mut residual = Vec::new();
    for y in (0..picture.height).step_by(step.min(2)) {
        for x in (0..picture.width).step_by(step.min(2)) {
            let middle = middles.get(y / side * w + x / side).copied().unwrap_or(0.0);
            residual.push(picture.at(x as isize, y as isize) - middle);
        }
    }
    let far = 4.0 * deviation(residual.iter().copied()).max(1.0);
    let beyond = |sign: f32| {
        let over = residual
            .iter()
            .map(|r| f64::from((sign * r - far).max(0.0)));
        over.sum::<f64>()
    };
    beyond(1.0) > beyond(-1.0)
}

fn median(values: &[f32]) -> f32 {
    // Every pixel of a page is not needed for its middle.
    let step = (values.len() / 100_000).max(1);
    let mut some: Vec<f32> = values.iter().copied().step_by(step).collect();
    median_of(&mut some)
}

pub(super) fn median_of(values: &mut [f32]) -> f32 {
    if values.is_empty() {
        return 0.0;
    }
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f32::total_cmp).1
}
