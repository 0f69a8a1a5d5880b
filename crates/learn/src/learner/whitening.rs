//! How unlike the usual a drawing is, and in which way: the geometry in which lessons are given.
//!
//! Base memory tells how the inputs `x` of the last layer usually vary: mean `μ`, covariance `C` (with a ridge: a share
//! of the mean variance is added to its diagonal). With `C = UᵀU` (Cholesky) every drawing becomes `ψ = U⁻ᵀ(x − μ)`,
//! in which the usual varies equally in all directions. `ψ·ψ'` measures what two drawings have in common **beyond** what
//! all drawings have; it is the scalar product by which [`super::least_change`] changes the last layer and the normalised
//! one, a cosine, says how near two drawings are ([`super::votes`]).
//!
//! Whitened keys with which a single fact is written into a layer at the least cost to all others: Meng, Bau, Andonian
//! and Belinkov, «Locating and Editing Factual Associations in GPT» (ROME), 2022, section 3.1; the ridge: Ledoit and
//! Wolf, «A well-conditioned estimator for large-dimensional covariance matrices», 2004.

use trazo_nn::kernels::dot;

/// Wider layers than this get no covariance (a quarter of a million numbers for 512): only the mean variance counts.
const WIDEST: usize = 1_024;
/// Rows, or pivots, in one unit of work: a fraction of a millisecond.
const UNIT: usize = 8;

/// Mean and covariance of base memory, and where its rows lie by them; made in small units.
#[derive(Debug, Clone)]
pub(crate) struct Whitening {
    /// Base memory's rows, until all is made.
    rows: Vec<f32>,
    /// Directions of base memory's rows: [`Whitening::unit`] of each.
    pub base: Vec<f32>,
    mean: Vec<f32>,
    /// First the upper triangle of the covariance, then its factor `U`; row-major, the rest is zero. Empty where the
    /// layer is too wide.
    factor: Vec<f32>,
    /// `1 / √(mean variance)`, for a layer too wide.
    scale: f32,
    rows_done: usize,
    pivots_done: usize,
}

/// `y += a·x`.
fn add_scaled(y: &mut [f32], a: f32, x: &[f32]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += a * x;
    }
}

impl Whitening {
    /// Begins with the mean of `rows`, `[count, width]`.
    pub fn new(rows: Vec<f32>, width: usize) -> Self {
        let count = (rows.len() / width.max(1)).max(1);
        let mut mean = vec![0.0; width];
        for row in rows.chunks_exact(width.max(1)) {
            add_scaled(&mut mean, 1.0 / count as f32, row);
        }
        Self {
            rows,
            base: Vec::new(),
            mean,
            factor: vec![0.0; if width <= WIDEST { width * width } else { 0 }],
            scale: 0.0,
            rows_done: 0,
            pivots_done: 0,
        }
    }

    /// How many numbers a row has.
    pub fn width(&self) -> usize {
        self.mean.len()
    }

    /// One unit of covariance, factor or directions; `false` where all is made.
    pub fn work(&mut self, ridge: f32) -> bool {
        let n = self.width();
        let count = self.rows.len() / n.max(1);
        if self.rows_done < count {
            self.add_rows(count, ridge);
        } else if self.pivots_done < n && !self.factor.is_empty() {
            self.factorize();
        } else if self.base.len() < self.rows.len() {
            let units = self.rows[self.base.len()..].chunks_exact(n).take(UNIT);
            let units: Vec<f32> = units.flat_map(|row| self.unit(row)).collect();
            self.base.extend(units);
        } else {
            self.rows = Vec::new();
            return false;
        }
        true
    }

    fn add_rows(&mut self, count: usize, ridge: f32) {
        let n = self.width();
        let share = 1.0 / count as f32;
        let end = (self.rows_done + UNIT).min(count);
        for row in self.rows[self.rows_done * n..end * n].chunks_exact(n) {
            let off: Vec<f32> = row.iter().zip(&self.mean).map(|(x, m)| x - m).collect();
            self.scale += share * dot(&off, &off) / n as f32;
            for (i, line) in self.factor.chunks_exact_mut(n).enumerate() {
                add_scaled(&mut line[i..], share * off[i], &off[i..]);
            }
        }
        self.rows_done = end;
        if end == count {
            for line in self.factor.chunks_exact_mut(n).enumerate() {
                line.1[line.0] += ridge * self.scale;
            }
            self.scale = 1.0 / self.scale.max(f32::MIN_POSITIVE).sqrt();
        }
    }

    fn factorize(&mut self) {
        let n = self.width();
        let end = (self.pivots_done + UNIT).min(n);
        for k in self.pivots_done..end {
            let (above, below) = self.factor.split_at_mut((k + 1) * n);
            let line = &mut above[k * n + k..];
            // The ridge keeps pivots positive; weights that are no numbers must not do worse than no answer.
            let root = line[0].max(1e-12).sqrt();
            line.iter_mut().for_each(|x| *x /= root);
            for (i, row) in below.chunks_exact_mut(n).enumerate() {
                add_scaled(&mut row[k + 1 + i..], -line[i + 1], &line[i + 1..]);
            }
        }
        self.pivots_done = end;
    }

    /// `ψ = U⁻ᵀ(x − μ)`.
    pub fn whiten(&self, x: &[f32]) -> Vec<f32> {
        let n = self.width();
        let mut off: Vec<f32> = x.iter().zip(&self.mean).map(|(x, m)| x - m).collect();
        if self.factor.is_empty() {
            off.iter_mut().for_each(|x| *x *= self.scale);
            return off;
        }
        for k in 0..n {
            let line = &self.factor[k * n + k..(k + 1) * n];
            off[k] /= line[0];
            let by = off[k];
            add_scaled(&mut off[k + 1..], -by, &line[1..]);
        }
        off
    }

    /// `ψ / |ψ|`: its scalar product with another is their cosine.
    pub fn unit(&self, x: &[f32]) -> Vec<f32> {
        let mut unit = self.whiten(x);
        let length = dot(&unit, &unit).sqrt().max(1e-12);
        unit.iter_mut().for_each(|x| *x /= length);
        unit
    }

    /// `C⁻¹(x − μ) = U⁻¹ψ`, what it does to the bias (`−μ·C⁻¹(x − μ)`), and `ψ·ψ`: adding the first to a column of the
    /// last layer's weights and the second to its bias raises that output by the third at `x`, and by `ψ·ψ'` elsewhere.
    pub fn direction(&self, x: &[f32]) -> (Vec<f32>, f32, f32) {
        let n = self.width();
        let mut d = self.whiten(x);
        let squared = dot(&d, &d);
        if self.factor.is_empty() {
            d.iter_mut().for_each(|x| *x *= self.scale);
        } else {
            for k in (0..n).rev() {
                let line = &self.factor[k * n + k..(k + 1) * n];
                d[k] = (d[k] - dot(&line[1..], &d[k + 1..])) / line[0];
            }
        }
        let bias = -dot(&self.mean, &d);
        (d, bias, squared)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trazo_ink::Rng;

    /// Rows that vary much along one axis and little along the others, and hang together.
    fn rows(count: usize, width: usize) -> Vec<f32> {
        let mut rng = Rng::new(3);
        (0..count)
            .flat_map(|_| {
                let common = rng.normal();
                (0..width)
                    .map(|i| 0.5 + common * (i as f32) + 0.3 * rng.normal())
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    fn made(rows: &[f32], width: usize, ridge: f32) -> Whitening {
        let mut whitening = Whitening::new(rows.to_vec(), width);
        while whitening.work(ridge) {}
        assert_eq!(whitening.base.len(), rows.len());
        whitening
    }

    #[test]
    fn what_is_usual_varies_equally_in_all_directions() {
        let (count, width) = (600, 12);
        let rows = rows(count, width);
        let whitening = made(&rows, width, 1e-4);
        let white: Vec<Vec<f32>> = rows
            .chunks_exact(width)
            .map(|r| whitening.whiten(r))
            .collect();
        for i in 0..width {
            for j in 0..=i {
                let c: f32 = white.iter().map(|w| w[i] * w[j]).sum::<f32>() / count as f32;
                let expected = if i == j { 1.0 } else { 0.0 };
                assert!((c - expected).abs() < 0.06, "{i} {j}: {c}");
            }
        }
    }

    #[test]
    fn the_direction_moves_an_output_by_the_common_part() {
        let width = 12;
        let rows = rows(200, width);
        let whitening = made(&rows, width, 0.1);
        let (x, other) = (&rows[..width], &rows[width..2 * width]);
        let (d, bias, squared) = whitening.direction(x);
        let common = dot(&whitening.whiten(x), &whitening.whiten(other));
        assert!((dot(&d, x) + bias - squared).abs() < 1e-2 * squared);
        assert!((dot(&d, other) + bias - common).abs() < 1e-2 * squared);
        let unit = whitening.unit(x);
        assert!((dot(&unit, &unit) - 1.0).abs() < 1e-5);
    }

    #[test]
    fn rows_without_any_variance_do_no_harm() {
        let whitening = made(&[1.0; 60], 6, 0.3);
        assert!(whitening.unit(&[1.0; 6]).iter().all(|x| x.is_finite()));
        assert!(
            whitening
                .direction(&[2.0; 6])
                .0
                .iter()
                .all(|x| x.is_finite())
        );
    }
}
