//! A vector and a matrix: the sums of its columns, the product of both, and the step of descent on a
//! single sample.

use super::registers::{area, for_each_register, is_listable, load_up_to, require, store_up_to};
use super::simd::{Op, Simd};
use crate::Real;

/// Rows of a matrix that a pass over a vector takes along.
const ROWS_TOGETHER: usize = 4;

/// `sums[j] = Σ_i rows[i, j]`, in increasing `i`; or, with `add_scaled`, `sums[j] += a Σ_i rows[i, j]`.
pub struct ColumnSums<'a, T> {
    pub rows: &'a [T],
    pub sums: &'a mut [T],
    pub add_scaled: Option<T>,
}

impl<T: Real> Op<T> for ColumnSums<'_, T> {
    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        let columns = self.sums.len();
        let end = self.rows.len() - self.rows.len() % columns.max(1);
        let (rows, sums) = (self.rows.as_ptr(), self.sums.as_mut_ptr());
        // SAFETY: `end` is a whole number of rows. The caller answers for the machine.
        unsafe {
            // Some registers of columns at a time: one sum would wait for itself at each row.
            let together = ROWS_TOGETHER * S::LANES;
            let wide = columns - columns % together;
            for j in (0..wide).step_by(together) {
                let mut sum = [S::splat(T::ZERO); ROWS_TOGETHER];
                let mut row = j;
                while row < end {
                    for (v, sum) in sum.iter_mut().enumerate() {
                        *sum = S::add(*sum, S::load(rows.add(row + v * S::LANES)));
                    }
                    row += columns;
                }
                for (v, &sum) in sum.iter().enumerate() {
                    let to = sums.add(j + v * S::LANES);
                    let sum = match self.add_scaled {
                        None => sum,
                        Some(times) => S::mul_add(sum, S::splat(times), S::load(to)),
                    };
                    S::store(to, sum);
                }
            }
            for_each_register!(S, columns - wide, |j, n| {
                let mut sum = S::splat(T::ZERO);
                let mut row = wide;
                while row < end {
                    sum = S::add(sum, load_up_to::<T, S>(rows, row + j, n));
                    row += columns;
                }
                let sum = match self.add_scaled {
                    None => sum,
                    Some(times) => {
                        S::mul_add(sum, S::splat(times), load_up_to::<T, S>(sums, wide + j, n))
                    }
                };
                store_up_to::<T, S>(sums, wide + j, n, sum);
            });
        }
    }
}

/// `y[j] = Σ_i x[i] · weights[i, j] + bias[j]`, in increasing `i`, leaving out what is zero: the
/// single sample's way through a dense layer, which is bound by how fast weights arrive.
///
/// `nonzero` gets the positions of the numbers of `x` that are not zero.
pub struct VectorMatrix<'a, T> {
    pub x: &'a [T],
    pub weights: &'a [T],
    pub bias: &'a [T],
    pub y: &'a mut [T],
    pub nonzero: &'a mut [u32],
    pub relu: bool,
}

impl<T: Real> Op<T> for VectorMatrix<'_, T> {
    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        let columns = self.y.len();
        require(self.weights.len() >= area(&[self.x.len(), columns]) && self.bias.len() == columns);
        let nonzero = nonzero_indices(self.x, self.nonzero);
        // SAFETY: `nonzero` holds positions within `x`, so the rows lie within `weights`. The caller
        // answers for the machine.
        unsafe {
            let zero = S::splat(T::ZERO);
            let weights = self.weights.as_ptr();
            let whole = columns - columns % S::LANES;
            let left = columns - whole;
            self.y.fill(T::ZERO);
            let y = self.y.as_mut_ptr();
            // Eight rows at a time, so that the sums are fetched and stored an eighth as often.
            let mut groups = nonzero.chunks_exact(2 * ROWS_TOGETHER);
            for group in &mut groups {
                let mut rows = [weights; 2 * ROWS_TOGETHER];
                let mut x = [zero; 2 * ROWS_TOGETHER];
                for r in 0..2 * ROWS_TOGETHER {
                    let i = group[r] as usize;
                    rows[r] = weights.add(i * columns);
                    x[r] = S::splat(*self.x.get_unchecked(i));
                }
                let mut j = 0;
                while j < whole {
                    let mut sum = S::load(y.add(j));
                    for r in 0..2 * ROWS_TOGETHER {
                        sum = S::mul_add(x[r], S::load(rows[r].add(j)), sum);
                    }
                    S::store(y.add(j), sum);
                    j += S::LANES;
                }
                if left > 0 {
                    let mut sum = S::load_first(y.add(j), left);
                    for r in 0..2 * ROWS_TOGETHER {
                        sum = S::mul_add(x[r], S::load_first(rows[r].add(j), left), sum);
                    }
                    S::store_first(y.add(j), sum, left);
                }
            }
            for &i in groups.remainder() {
                let i = i as usize;
                let x = S::splat(*self.x.get_unchecked(i));
                let row = weights.add(i * columns);
                for_each_register!(S, columns, |j, n| {
                    let sum = S::mul_add(
                        x,
                        load_up_to::<T, S>(row, j, n),
                        load_up_to::<T, S>(y, j, n),
                    );
                    store_up_to::<T, S>(y, j, n, sum);
                });
            }
            let bias = self.bias.as_ptr();
            for_each_register!(S, columns, |j, n| {
                let z = S::add(load_up_to::<T, S>(y, j, n), load_up_to::<T, S>(bias, j, n));
                let z = if self.relu { S::max(zero, z) } else { z };
                store_up_to::<T, S>(y, j, n, z);
            });
        }
    }
}

/// Writes the positions of what is not zero into `nonzero` and returns them. No branch: whether a
/// pixel is ink is a coin toss to the processor.
#[inline(always)]
fn nonzero_indices<'a, T: Real>(x: &[T], nonzero: &'a mut [u32]) -> &'a [u32] {
    require(nonzero.len() >= x.len() && is_listable(x.len()));
    let (mut count, mut i) = (0, 0);
    // SAFETY: `count` is at most `i`, which is less than both lengths.
    let mut look = |i: usize| unsafe {
        *nonzero.get_unchecked_mut(count) = i as u32;
        count += usize::from(*x.get_unchecked(i) != T::ZERO);
    };
    // Four at a time, by hand: where all but this crate is compiled for size, nobody else does it.
    while i + 4 <= x.len() {
        look(i);
        look(i + 1);
        look(i + 2);
        look(i + 3);
        i += 4;
    }
    while i < x.len() {
        look(i);
        i += 1;
    }
    &nonzero[..count]
}

/// `weights[i, j] -= x[i] · step[j]`, leaving out rows where `x[i]` is zero: one step of descent on a
/// single sample, without the gradient ever being written down.
///
/// `nonzero` gets the positions of the numbers of `x` that are not zero.
pub struct RankOneUpdate<'a, T> {
    pub weights: &'a mut [T],
    pub x: &'a [T],
    pub step: &'a [T],
    pub nonzero: &'a mut [u32],
}

impl<T: Real> Op<T> for RankOneUpdate<'_, T> {
    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        let columns = self.step.len();
        require(self.weights.len() >= area(&[self.x.len(), columns]));
        let nonzero = nonzero_indices(self.x, self.nonzero);
        // SAFETY: `nonzero` holds positions within `x`, so the rows lie within `weights`; they are
        // distinct. The caller answers for the machine.
        unsafe {
            let (weights, step) = (self.weights.as_mut_ptr(), self.step.as_ptr());
            let whole = columns - columns % S::LANES;
            let left = columns - whole;
            let mut groups = nonzero.chunks_exact(ROWS_TOGETHER);
            // Four rows at a time, so that the step is fetched a quarter as often.
            for group in &mut groups {
                let mut rows = [weights; ROWS_TOGETHER];
                let mut x = [S::splat(T::ZERO); ROWS_TOGETHER];
                for r in 0..ROWS_TOGETHER {
                    let i = group[r] as usize;
                    rows[r] = weights.add(i * columns);
                    x[r] = S::splat(-*self.x.get_unchecked(i));
                }
                let mut j = 0;
                while j < whole {
                    let step = S::load(step.add(j));
                    for r in 0..ROWS_TOGETHER {
                        let at = rows[r].add(j);
                        S::store(at, S::mul_add(x[r], step, S::load(at)));
                    }
                    j += S::LANES;
                }
                if left > 0 {
                    let step = S::load_first(step.add(j), left);
                    for r in 0..ROWS_TOGETHER {
                        let at = rows[r].add(j);
                        let w = S::mul_add(x[r], step, S::load_first(at, left));
                        S::store_first(at, w, left);
                    }
                }
            }
            for &i in groups.remainder() {
                let i = i as usize;
                let x = S::splat(-*self.x.get_unchecked(i));
                let row = weights.add(i * columns);
                for_each_register!(S, columns, |j, n| {
                    let step = load_up_to::<T, S>(step, j, n);
                    let w = S::mul_add(x, step, load_up_to::<T, S>(row, j, n));
                    store_up_to::<T, S>(row, j, n, w);
                });
            }
        }
    }
}
