//! Everything that goes through memory once: element by element, or row by row.
//!
//! A tail shorter than a register goes through the same instructions as the rest, so that an
//! element's bits do not depend on where in a slice it lies.

use super::simd::{Op, Simd};
use crate::Real;

/// Rows of a matrix that a pass over a vector takes along.
const ROWS: usize = 4;

/// Runs a body for each register's worth of `0..len`: `$start` is where it starts and `$count` is
/// `LANES`, but for the last.
///
/// A macro, not a function that takes a closure, because a closure is compiled by itself, without
/// the instructions that the function around it has enabled.
macro_rules! sweep {
    ($S:ty, $len:expr, |$start:ident, $count:ident| $body:block) => {{
        let (len, lanes) = ($len, <$S as Simd<T>>::LANES);
        let mut $start = 0;
        while $start + lanes <= len {
            let $count = lanes;
            $body
            $start += lanes;
        }
        if $start < len {
            let $count = len - $start;
            $body
        }
    }};
}

/// Reads `count` elements from `start`; the other lanes are zero.
///
/// # Safety
/// As [`Simd`].
#[inline(always)]
unsafe fn get<T: Real, S: Simd<T>>(from: &[T], start: usize, count: usize) -> S::V {
    let from = &from[start..start + count];
    // SAFETY: the slice has `count` elements.
    unsafe {
        if count == S::LANES {
            S::load(from.as_ptr())
        } else {
            S::load_first(from.as_ptr(), count)
        }
    }
}

/// Writes `count` elements at `start`.
///
/// # Safety
/// As [`Simd`].
#[inline(always)]
unsafe fn put<T: Real, S: Simd<T>>(to: &mut [T], start: usize, count: usize, v: S::V) {
    let to = &mut to[start..start + count];
    // SAFETY: the slice has `count` elements.
    unsafe {
        if count == S::LANES {
            S::store(to.as_mut_ptr(), v);
        } else {
            S::store_first(to.as_mut_ptr(), v, count);
        }
    }
}

/// `delta = 0` where `output` is not positive.
pub(crate) struct ReluBackward<'a, T> {
    pub delta: &'a mut [T],
    pub output: &'a [T],
}

impl<T: Real> Op<T> for ReluBackward<'_, T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        // SAFETY: the caller answers for the instructions.
        unsafe {
            let zero = S::splat(T::ZERO);
            sweep!(S, self.delta.len().min(self.output.len()), |i, n| {
                let output = get::<T, S>(self.output, i, n);
                let delta = get::<T, S>(self.delta, i, n);
                put::<T, S>(self.delta, i, n, S::keep_greater(delta, output, zero));
            });
        }
    }
}

/// `delta *= a (1 - a)`.
pub(crate) struct SigmoidBackward<'a, T> {
    pub delta: &'a mut [T],
    pub output: &'a [T],
}

impl<T: Real> Op<T> for SigmoidBackward<'_, T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        // SAFETY: the caller answers for the instructions.
        unsafe {
            let one = S::splat(T::ONE);
            sweep!(S, self.delta.len().min(self.output.len()), |i, n| {
                let a = get::<T, S>(self.output, i, n);
                let delta = get::<T, S>(self.delta, i, n);
                let slope = S::mul(a, S::sub(one, a));
                put::<T, S>(self.delta, i, n, S::mul(delta, slope));
            });
        }
    }
}

/// `product = x * y`.
pub(crate) struct Multiply<'a, T> {
    pub x: &'a [T],
    pub y: &'a [T],
    pub product: &'a mut [T],
}

impl<T: Real> Op<T> for Multiply<'_, T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        let len = self.product.len().min(self.x.len()).min(self.y.len());
        // SAFETY: the caller answers for the instructions.
        unsafe {
            sweep!(S, len, |i, n| {
                let v = S::mul(get::<T, S>(self.x, i, n), get::<T, S>(self.y, i, n));
                put::<T, S>(self.product, i, n, v);
            });
        }
    }
}

/// `sums[j] = Σ_i rows[i, j]`, in increasing `i`.
pub(crate) struct ColumnSums<'a, T> {
    pub rows: &'a [T],
    pub sums: &'a mut [T],
}

impl<T: Real> Op<T> for ColumnSums<'_, T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        let columns = self.sums.len();
        // SAFETY: the caller answers for the instructions.
        unsafe {
            sweep!(S, columns, |j, n| {
                let mut sum = S::splat(T::ZERO);
                for row in self.rows.chunks_exact(columns) {
                    sum = S::add(sum, get::<T, S>(row, j, n));
                }
                put::<T, S>(self.sums, j, n, sum);
            });
        }
    }
}

/// `y[j] = Σ_i x[i] · weights[i, j] + bias[j]`, in increasing `i`, leaving out what is zero: the
/// single sample's way through a dense layer, which is bound by how fast weights arrive.
///
/// `live` gets the positions of the numbers of `x` that are not zero.
pub(crate) struct VectorMatrix<'a, T> {
    pub x: &'a [T],
    pub weights: &'a [T],
    pub bias: &'a [T],
    pub y: &'a mut [T],
    pub live: &'a mut [u32],
    pub relu: bool,
}

impl<T: Real> Op<T> for VectorMatrix<'_, T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        let columns = self.y.len();
        assert!(
            self.weights.len() >= self.x.len() * columns
                && self.bias.len() == columns
                && self.live.len() >= self.x.len(),
            "a vector times a matrix out of bounds"
        );
        let live = positions_of_nonzero(self.x, self.live);
        // SAFETY: `live` holds positions within `x`, so the rows lie within `weights`. The caller
        // answers for the instructions.
        unsafe {
            let zero = S::splat(T::ZERO);
            let weights = self.weights.as_ptr();
            let whole = columns - columns % S::LANES;
            let left = columns - whole;
            self.y.fill(T::ZERO);
            let y = self.y.as_mut_ptr();
            // Eight rows at a time, so that the sums are fetched and stored an eighth as often.
            let mut groups = live.chunks_exact(2 * ROWS);
            for group in &mut groups {
                let mut rows = [weights; 2 * ROWS];
                let mut x = [zero; 2 * ROWS];
                for r in 0..2 * ROWS {
                    let i = group[r] as usize;
                    rows[r] = weights.add(i * columns);
                    x[r] = S::splat(*self.x.get_unchecked(i));
                }
                let mut j = 0;
                while j < whole {
                    let mut sum = S::load(y.add(j));
                    for r in 0..2 * ROWS {
                        sum = S::mul_add(x[r], S::load(rows[r].add(j)), sum);
                    }
                    S::store(y.add(j), sum);
                    j += S::LANES;
                }
                if left > 0 {
                    let mut sum = S::load_first(y.add(j), left);
                    for r in 0..2 * ROWS {
                        sum = S::mul_add(x[r], S::load_first(rows[r].add(j), left), sum);
                    }
                    S::store_first(y.add(j), sum, left);
                }
            }
            for &i in groups.remainder() {
                let i = i as usize;
                let x = S::splat(self.x[i]);
                let row = &self.weights[i * columns..(i + 1) * columns];
                sweep!(S, columns, |j, n| {
                    let sum = get::<T, S>(self.y, j, n);
                    let sum = S::mul_add(x, get::<T, S>(row, j, n), sum);
                    put::<T, S>(self.y, j, n, sum);
                });
            }
            sweep!(S, columns, |j, n| {
                let z = S::add(get::<T, S>(self.y, j, n), get::<T, S>(self.bias, j, n));
                let y = if self.relu { S::max(zero, z) } else { z };
                put::<T, S>(self.y, j, n, y);
            });
        }
    }
}

/// Writes the positions of what is not zero into `live` and returns them. No branch: whether a
/// pixel is ink is a coin toss to the processor.
#[inline(always)]
fn positions_of_nonzero<'a, T: Real>(x: &[T], live: &'a mut [u32]) -> &'a [u32] {
    let mut count = 0;
    for (i, &value) in x.iter().enumerate() {
        live[count] = i as u32;
        count += usize::from(value != T::ZERO);
    }
    &live[..count]
}

/// `weights[i, j] -= x[i] · step[j]`, leaving out rows where `x[i]` is zero: one step of descent on a
/// single sample, without the gradient ever being written down.
///
/// `live` gets the positions of the numbers of `x` that are not zero.
pub(crate) struct RankOne<'a, T> {
    pub weights: &'a mut [T],
    pub x: &'a [T],
    pub step: &'a [T],
    pub live: &'a mut [u32],
}

impl<T: Real> Op<T> for RankOne<'_, T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        let columns = self.step.len();
        assert!(
            self.weights.len() >= self.x.len() * columns && self.live.len() >= self.x.len(),
            "a rank-one update out of bounds"
        );
        let live = positions_of_nonzero(self.x, self.live);
        // SAFETY: `live` holds positions within `x`, so the rows lie within `weights`; they are
        // distinct. The caller answers for the instructions.
        unsafe {
            let weights = self.weights.as_mut_ptr();
            let whole = columns - columns % S::LANES;
            let left = columns - whole;
            let mut groups = live.chunks_exact(ROWS);
            // Four rows at a time, so that the step is fetched a quarter as often.
            for group in &mut groups {
                let mut rows = [weights; ROWS];
                let mut x = [S::splat(T::ZERO); ROWS];
                for r in 0..ROWS {
                    let i = group[r] as usize;
                    rows[r] = weights.add(i * columns);
                    x[r] = S::splat(-*self.x.get_unchecked(i));
                }
                let mut j = 0;
                while j < whole {
                    let step = S::load(self.step.as_ptr().add(j));
                    for r in 0..ROWS {
                        let at = rows[r].add(j);
                        S::store(at, S::mul_add(x[r], step, S::load(at)));
                    }
                    j += S::LANES;
                }
                if left > 0 {
                    let step = S::load_first(self.step.as_ptr().add(j), left);
                    for r in 0..ROWS {
                        let at = rows[r].add(j);
                        let w = S::mul_add(x[r], step, S::load_first(at, left));
                        S::store_first(at, w, left);
                    }
                }
            }
            for &i in groups.remainder() {
                let i = i as usize;
                let x = S::splat(-*self.x.get_unchecked(i));
                let row = std::slice::from_raw_parts_mut(weights.add(i * columns), columns);
                sweep!(S, columns, |j, n| {
                    let step = get::<T, S>(self.step, j, n);
                    let w = S::mul_add(x, step, get::<T, S>(row, j, n));
                    put::<T, S>(row, j, n, w);
                });
            }
        }
    }
}

/// Largest of each window of one picture `[height, width, channels]`; windows side by side, what is
/// left over at the right and bottom edge is not looked at.
pub(crate) struct MaxPool<'a, T> {
    pub input: &'a [T],
    pub output: &'a mut [T],
    pub width: usize,
    pub channels: usize,
    pub size: usize,
}

impl<T: Real> Op<T> for MaxPool<'_, T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        let (line, channels, size) = (self.width * self.channels, self.channels, self.size);
        let out_line = self.width / size * channels;
        // SAFETY: the caller answers for the instructions.
        unsafe {
            for (y, out) in self.output.chunks_exact_mut(out_line).enumerate() {
                let lines = &self.input[y * size * line..(y + 1) * size * line];
                for (x, out) in out.chunks_exact_mut(channels).enumerate() {
                    sweep!(S, channels, |c, n| {
                        let corner = x * size * channels + c;
                        let mut best = get::<T, S>(lines, corner, n);
                        for dy in 0..size {
                            for dx in 0..size {
                                let at = corner + dy * line + dx * channels;
                                best = S::max(get::<T, S>(lines, at, n), best);
                            }
                        }
                        put::<T, S>(out, c, n, best);
                    });
                }
            }
        }
    }
}

/// Hands each gradient to the first of its window that was the largest; zero to all others.
pub(crate) struct MaxPoolBackward<'a, T> {
    pub input: &'a [T],
    pub output: &'a [T],
    pub delta: &'a [T],
    pub input_delta: &'a mut [T],
    pub width: usize,
    pub channels: usize,
    pub size: usize,
}

impl<T: Real> Op<T> for MaxPoolBackward<'_, T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        let (line, channels, size) = (self.width * self.channels, self.channels, self.size);
        let out_line = self.width / size * channels;
        let covered = self.output.len() / out_line * size * line;
        if !self.width.is_multiple_of(size) || covered < self.input_delta.len() {
            self.input_delta.fill(T::ZERO);
        }
        // SAFETY: the caller answers for the instructions.
        unsafe {
            for (y, (best, delta)) in self
                .output
                .chunks_exact(out_line)
                .zip(self.delta.chunks_exact(out_line))
                .enumerate()
            {
                let window = y * size * line..(y + 1) * size * line;
                let input = &self.input[window.clone()];
                let input_delta = &mut self.input_delta[window];
                for x in 0..out_line / channels {
                    sweep!(S, channels, |c, n| {
                        let best = get::<T, S>(best, x * channels + c, n);
                        let mut remaining = get::<T, S>(delta, x * channels + c, n);
                        for dy in 0..size {
                            for dx in 0..size {
                                let at = (x * size + dx) * channels + c + dy * line;
                                let value = get::<T, S>(input, at, n);
                                let hit = S::keep_equal(remaining, value, best);
                                put::<T, S>(input_delta, at, n, hit);
                                // The same number less itself is zero: given away once.
                                remaining = S::sub(remaining, hit);
                            }
                        }
                    });
                }
            }
        }
    }
}

/// `p -= rate * (g + decay * p)`, or with decay 0 simply `p -= rate * g`.
pub(crate) struct SgdStep<'a, T> {
    pub params: &'a mut [T],
    pub gradients: &'a [T],
    pub rate: T,
    pub decay: T,
}

impl<T: Real> Op<T> for SgdStep<'_, T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        // SAFETY: the caller answers for the instructions.
        unsafe {
            let (rate, decay) = (S::splat(self.rate), S::splat(self.decay));
            sweep!(S, self.params.len().min(self.gradients.len()), |i, n| {
                let p = get::<T, S>(self.params, i, n);
                let mut g = get::<T, S>(self.gradients, i, n);
                if self.decay != T::ZERO {
                    g = S::add(g, S::mul(decay, p));
                }
                put::<T, S>(self.params, i, n, S::sub(p, S::mul(rate, g)));
            });
        }
    }
}

/// `v = momentum * v + g; p -= rate * v`, Nesterov's variant `p -= rate * (g + momentum * v)`.
pub(crate) struct MomentumStep<'a, T> {
    pub params: &'a mut [T],
    pub gradients: &'a [T],
    pub velocity: &'a mut [T],
    pub rate: T,
    pub momentum: T,
    pub decay: T,
    pub nesterov: bool,
}

impl<T: Real> Op<T> for MomentumStep<'_, T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        let len = self.params.len().min(self.gradients.len());
        // SAFETY: the caller answers for the instructions.
        unsafe {
            let (rate, decay) = (S::splat(self.rate), S::splat(self.decay));
            let momentum = S::splat(self.momentum);
            sweep!(S, len.min(self.velocity.len()), |i, n| {
                let p = get::<T, S>(self.params, i, n);
                let mut g = get::<T, S>(self.gradients, i, n);
                if self.decay != T::ZERO {
                    g = S::add(g, S::mul(decay, p));
                }
                let v = S::add(S::mul(momentum, get::<T, S>(self.velocity, i, n)), g);
                put::<T, S>(self.velocity, i, n, v);
                let step = if self.nesterov {
                    S::add(g, S::mul(momentum, v))
                } else {
                    v
                };
                put::<T, S>(self.params, i, n, S::sub(p, S::mul(rate, step)));
            });
        }
    }
}

/// Adam's step with decoupled weight decay; see [`crate::optimizer`].
pub(crate) struct AdamStep<'a, T> {
    pub params: &'a mut [T],
    pub gradients: &'a [T],
    pub first: &'a mut [T],
    pub second: &'a mut [T],
    /// `rate / (1 - β₁ᵗ)`.
    pub rate: T,
    /// `1 / √(1 - β₂ᵗ)`.
    pub root: T,
    pub beta1: T,
    pub beta2: T,
    /// `1 - β₁` and `1 - β₂`, subtracted in double precision: 0.999 has lost too many digits in single.
    pub rest1: T,
    pub rest2: T,
    pub epsilon: T,
    /// `1 - rate * weight_decay`.
    pub shrink: T,
}

impl<T: Real> Op<T> for AdamStep<'_, T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        let len = self.params.len().min(self.gradients.len());
        let len = len.min(self.first.len()).min(self.second.len());
        // SAFETY: the caller answers for the instructions.
        unsafe {
            let (beta1, rest1) = (S::splat(self.beta1), S::splat(self.rest1));
            let (beta2, rest2) = (S::splat(self.beta2), S::splat(self.rest2));
            let (rate, root) = (S::splat(self.rate), S::splat(self.root));
            let (epsilon, shrink) = (S::splat(self.epsilon), S::splat(self.shrink));
            sweep!(S, len, |i, n| {
                let g = get::<T, S>(self.gradients, i, n);
                let m = S::mul(beta1, get::<T, S>(self.first, i, n));
                let m = S::add(m, S::mul(rest1, g));
                let v = S::mul(beta2, get::<T, S>(self.second, i, n));
                let v = S::add(v, S::mul(rest2, S::mul(g, g)));
                put::<T, S>(self.first, i, n, m);
                put::<T, S>(self.second, i, n, v);
                let size = S::add(S::mul(S::sqrt(v), root), epsilon);
                let step = S::div(S::mul(rate, m), size);
                let p = S::mul(get::<T, S>(self.params, i, n), shrink);
                put::<T, S>(self.params, i, n, S::sub(p, step));
            });
        }
    }
}
