//! How much of each pixel is inked, whatever the light, the paper and the pen.

use super::Grid;

/// Longer side of the picture that is worked on; larger ones are averaged down.
const WORKING: usize = 384;

/// Ink that differs from the paper by fewer grey levels than this is none.
const FAINTEST: f32 = 14.0;

/// Ink has to stand out from the noise by so many of its deviations.
const ABOVE_NOISE: f32 = 5.0;

/// Coverage in 0..=1 of a picture (perhaps at fewer pixels), or `None` where it is blank.
pub(super) fn coverage(width: usize, height: usize, grey: &[u8]) -> Option<Grid> {
    let mut picture = reduced(width, height, grey, WORKING);
    let mut found = Ink::of(&picture);
    // Film grain and bad light: a little blur costs thin lines less than it costs the noise.
    for _ in 0..2 {
        if found.contrast >= 10.0 * found.noise {
            break;
        }
        picture = blurred(&picture);
        found = Ink::of(&picture);
    }
    if found.contrast < FAINTEST || found.contrast < ABOVE_NOISE * found.noise {
        return None;
    }
    let mut values = found.residual;
    for value in &mut values {
        // A soft threshold: half the contrast is half covered; noise and stains below a
        // quarter of it are paper.
        *value = (2.0 * *value / found.contrast - 0.5).clamp(0.0, 1.0);
    }
    Some(Grid::new(picture.width, picture.height, values))
}

/// By how much a picture is averaged down so that no side has more than `most` pixels.
pub(super) fn factor(width: usize, height: usize, most: usize) -> usize {
    width.max(height).div_ceil(most).max(1)
}

/// The picture averaged down to at most `most` pixels a side.
pub(super) fn reduced(width: usize, height: usize, grey: &[u8], most: usize) -> Grid {
    let factor = factor(width, height, most);
    if factor == 1 {
        let values = grey.iter().map(|&pixel| f32::from(pixel)).collect();
        return Grid::new(width, height, values);
    }
    let (w, h) = (width.div_ceil(factor), height.div_ceil(factor));
    let mut sums = vec![0_u32; w * h];
    let mut counts = vec![0_u32; w * h];
    for (y, row) in grey.chunks_exact(width).enumerate() {
        for (x, cell) in row.chunks(factor).enumerate() {
            let at = y / factor * w + x;
            sums[at] += cell.iter().map(|&pixel| u32::from(pixel)).sum::<u32>();
            counts[at] += cell.len() as u32;
        }
    }
    let mean = |(&sum, &count): (&u32, &u32)| sum as f32 / count.max(1) as f32;
    Grid::new(w, h, sums.iter().zip(&counts).map(mean).collect())
}

/// Three by three binomial blur, down and then across.
pub(super) fn blurred(picture: &Grid) -> Grid {
    let (w, h) = (picture.width, picture.height);
    let row = |y: usize| picture.values.get(y * w..(y + 1) * w).unwrap_or_default();
    let mut values = Vec::with_capacity(picture.values.len());
    let mut down = vec![0.0; w];
    for y in 0..h {
        let around = row(y.saturating_sub(1))
            .iter()
            .zip(row(y))
            .zip(row((y + 1).min(h - 1)));
        for (sum, ((above, here), below)) in down.iter_mut().zip(around) {
            *sum = above + 2.0 * here + below;
        }
        let (Some(&first), Some(&last)) = (down.first(), down.last()) else {
            continue;
        };
        let left = std::iter::once(&first).chain(&down);
        let right = down.iter().skip(1).chain(std::iter::once(&last));
        let sums = left.zip(&down).zip(right);
        values.extend(sums.map(|((left, here), right)| (left + 2.0 * here + right) * (1.0 / 16.0)));
    }
    Grid::new(w, h, values)
}

/// What differs from the paper.
struct Ink {
    /// Grey levels by which each pixel differs, positive where it is inked.
    residual: Vec<f32>,
    /// Deviation of the paper's own noise in grey levels.
    noise: f32,
    /// How far full ink is from paper, in grey levels.
    contrast: f32,
}

impl Ink {
    fn of(picture: &Grid) -> Self {
        let paper = Surface::under(picture);
        let mut residual = Vec::with_capacity(picture.values.len());
        for y in 0..picture.height {
            for x in 0..picture.width {
                let (u, v) = unit(picture, x, y);
                residual.push(paper.at(u, v) - picture.at(x as isize, y as isize));
            }
        }
        // A floor: what a camera has compressed is never as even as it says.
        let noise = deviation(residual.iter().copied()).max(1.0);
        // Dark ink or light: the side with more beyond the noise.
        let beyond = |sign: f32| {
            residual
                .iter()
                .map(|&r| (sign * r - 4.0 * noise).max(0.0) as f64)
                .sum::<f64>()
        };
        if beyond(-1.0) > beyond(1.0) {
            residual.iter_mut().for_each(|r| *r = -*r);
        }
        let contrast = contrast(&residual);
        Self {
            residual,
            noise,
            contrast,
        }
    }
}

/// The middle of the pixels that differ by more than half of what the darkest thousandth does.
pub(super) fn contrast(residual: &[f32]) -> f32 {
    let mut values: Vec<f32> = residual.iter().copied().filter(|&r| r > 0.0).collect();
    let last = values.len().saturating_sub(1);
    let top = largest(&mut values, (residual.len() / 1000).max(3).min(last));
    values.retain(|&r| r > 0.5 * top);
    let middle = values.len() / 2;
    largest(&mut values, middle)
}

/// The value before which `rank` others are larger; 0 where there is none. Without sorting all of them: that is what
/// bounded the reading of a photograph.
fn largest(values: &mut [f32], rank: usize) -> f32 {
    if rank >= values.len() {
        return 0.0;
    }
    let descending = |a: &f32, b: &f32| b.total_cmp(a);
    *values.select_nth_unstable_by(rank, descending).1
}

/// Standard deviation, judged by the median so that ink does not count.
pub(super) fn deviation(residual: impl Iterator<Item = f32>) -> f32 {
    let mut values: Vec<f32> = residual.map(f32::abs).collect();
    let middle = values.len() / 2;
    if values.is_empty() {
        return 0.0;
    }
    let (_, median, _) = values.select_nth_unstable_by(middle, f32::total_cmp);
    1.4826 * *median
}

/// A pixel's place in -1..=1.
fn unit(picture: &Grid, x: usize, y: usize) -> (f32, f32) {
    let scale = 2.0 / picture.width.max(picture.height) as f32;
    (
        (x as f32 + 0.5 - picture.width as f32 * 0.5) * scale,
        (y as f32 + 0.5 - picture.height as f32 * 0.5) * scale,
    )
}

/// Terms of a surface of second degree.
const TERMS: usize = 6;

/// How light the paper is: `c0 + c1 u + c2 v + c3 u² + c4 uv + c5 v²`, which follows the fall of
/// the light from a lamp or a window, and cannot follow ink.
struct Surface([f64; TERMS]);

impl Surface {
    /// The paper under the ink: fitted to the picture's border first, which is mostly paper, then
    /// to all that does not lie too far from it (iteratively reweighted least squares with Tukey's
    /// biweight; Beaton & Tukey 1974).
    fn under(picture: &Grid) -> Self {
        let (w, h) = (picture.width, picture.height);
        let ring = (w.min(h) / 16).max(1);
        let on_ring = |x: usize, y: usize| x < ring || y < ring || x + ring >= w || y + ring >= h;
        let (mut border, mut all) = (Vec::new(), Vec::new());
        let step = (w.max(h) / 96).max(1);
        for y in (0..h).step_by(step) {
            for x in (0..w).step_by(step) {
                let (u, v) = unit(picture, x, y);
                let sample = (u, v, picture.at(x as isize, y as isize));
                all.push(sample);
                if on_ring(x, y) {
                    border.push(sample);
                }
            }
        }
        let mut levels: Vec<f32> = border.iter().map(|s| s.2).collect();
        let middle = levels.len() / 2;
        let level = if levels.is_empty() {
            255.0
        } else {
            *levels.select_nth_unstable_by(middle, f32::total_cmp).1
        };
        let mut surface = Self([f64::from(level), 0.0, 0.0, 0.0, 0.0, 0.0]);
        for round in 0..4 {
            surface = surface.nearer_to(&border, if round < 2 { 1.0e-2 } else { 1.0e-3 });
        }
        for _ in 0..4 {
            surface = surface.nearer_to(&all, 1.0e-4);
        }
        surface
    }

    fn at(&self, u: f32, v: f32) -> f32 {
        let terms = terms(u, v);
        self.0.iter().zip(terms).map(|(c, t)| c * t).sum::<f64>() as f32
    }

    /// One round of fitting. `ridge` holds the bending terms back where the samples say little.
    fn nearer_to(&self, samples: &[(f32, f32, f32)], ridge: f64) -> Self {
        let misfit = |&(u, v, level): &(f32, f32, f32)| level - self.at(u, v);
        let reach = f64::from(4.685 * deviation(samples.iter().map(misfit)).max(2.0));
        let mut normal = [[0.0; TERMS]; TERMS];
        let mut right = [0.0; TERMS];
        let mut total = 0.0;
        for sample in samples {
            let share = f64::from(misfit(sample)) / reach;
            if share.abs() >= 1.0 {
                continue;
            }
            let weight = (1.0 - share * share) * (1.0 - share * share);
            total += weight;
            let terms = terms(sample.0, sample.1);
            for (i, row) in normal.iter_mut().enumerate() {
                for (j, cell) in row.iter_mut().enumerate() {
                    *cell += weight * terms[i] * terms[j];
                }
                right[i] += weight * terms[i] * f64::from(sample.2);
            }
        }
        if total <= 0.0 {
            return Self(self.0);
        }
        for (i, row) in normal.iter_mut().enumerate() {
            row[i] += total * if i == 0 { 1.0e-9 } else { ridge };
        }
        solve(normal, right).map_or(Self(self.0), Self)
    }
}

fn terms(u: f32, v: f32) -> [f64; TERMS] {
    let (u, v) = (f64::from(u), f64::from(v));
    [1.0, u, v, u * u, u * v, v * v]
}

/// Gaussian elimination with row pivots.
fn solve(mut matrix: [[f64; TERMS]; TERMS], mut right: [f64; TERMS]) -> Option<[f64; TERMS]> {
    for column in 0..TERMS {
        let size = |row: usize| matrix[row][column].abs();
        let pivot = (column..TERMS).max_by(|&a, &b| size(a).total_cmp(&size(b)))?;
        if size(pivot) < 1.0e-12 {
            return None;
        }
        matrix.swap(column, pivot);
        right.swap(column, pivot);
        for row in column + 1..TERMS {
            let factor = matrix[row][column] / matrix[column][column];
            let above = matrix[column];
            for (cell, pivot) in matrix[row].iter_mut().zip(above) {
                *cell -= factor * pivot;
            }
            right[row] -= factor * right[column];
        }
    }
    let mut solution = [0.0; TERMS];
    for row in (0..TERMS).rev() {
        let known: f64 = (row + 1..TERMS).map(|k| matrix[row][k] * solution[k]).sum();
        solution[row] = (right[row] - known) / matrix[row][row];
    }
    Some(solution)
}
