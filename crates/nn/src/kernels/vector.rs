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
            // Said again so that no third case is compiled.
            std::hint::assert_unchecked($count < lanes);
            $body
        }
    }};
}

/// Stops a kernel that was given slices that do not fit together. The layers see to it that they do.
pub(super) fn demand(fits: bool) {
    assert!(fits, "a kernel was given slices that do not fit");
}

/// Reads `count` elements from `from + start`; the other lanes are zero.
///
/// # Safety
/// As [`Simd`], for `count` elements.
#[inline(always)]
pub(super) unsafe fn get<T: Real, S: Simd<T>>(from: *const T, start: usize, count: usize) -> S::V {
    // SAFETY: handed on.
    unsafe {
        if count == S::LANES {
            S::load(from.add(start))
        } else {
            S::load_first(from.add(start), count)
        }
    }
}

/// Writes `count` elements at `to + start`.
///
/// # Safety
/// As [`Simd`], for `count` elements.
#[inline(always)]
pub(super) unsafe fn put<T: Real, S: Simd<T>>(to: *mut T, start: usize, count: usize, v: S::V) {
    // SAFETY: handed on.
    unsafe {
        if count == S::LANES {
            S::store(to.add(start), v);
        } else {
            S::store_first(to.add(start), v, count);
        }
    }
}

/// `delta = 0` where `output` is not positive.
pub struct ReluBackward<'a, T> {
    pub delta: &'a mut [T],
    pub output: &'a [T],
}

impl<T: Real> Op<T> for ReluBackward<'_, T> {
    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        let len = self.delta.len();
        demand(self.output.len() == len);
        let (delta, output) = (self.delta.as_mut_ptr(), self.output.as_ptr());
        // SAFETY: the slices are as long as has just been demanded. The caller answers for the
        // instructions.
        unsafe {
            let zero = S::splat(T::ZERO);
            sweep!(S, len, |i, n| {
                let (d, a) = (get::<T, S>(delta, i, n), get::<T, S>(output, i, n));
                put::<T, S>(delta, i, n, S::keep_greater(d, a, zero));
            });
        }
    }
}

/// `delta *= a (1 - a)`.
pub struct SigmoidBackward<'a, T> {
    pub delta: &'a mut [T],
    pub output: &'a [T],
}

impl<T: Real> Op<T> for SigmoidBackward<'_, T> {
    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        let len = self.delta.len();
        demand(self.output.len() == len);
        let (delta, output) = (self.delta.as_mut_ptr(), self.output.as_ptr());
        // SAFETY: the slices are as long as has just been demanded. The caller answers for the
        // instructions.
        unsafe {
            let one = S::splat(T::ONE);
            sweep!(S, len, |i, n| {
                let (d, a) = (get::<T, S>(delta, i, n), get::<T, S>(output, i, n));
                let slope = S::mul(a, S::sub(one, a));
                put::<T, S>(delta, i, n, S::mul(d, slope));
            });
        }
    }
}

/// `product = x * y`.
pub struct Multiply<'a, T> {
    pub x: &'a [T],
    pub y: &'a [T],
    pub product: &'a mut [T],
}

impl<T: Real> Op<T> for Multiply<'_, T> {
    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        let len = self.product.len();
        demand(self.x.len() == len && self.y.len() == len);
        let (x, y, product) = (self.x.as_ptr(), self.y.as_ptr(), self.product.as_mut_ptr());
        // SAFETY: the slices are as long as has just been demanded. The caller answers for the
        // instructions.
        unsafe {
            sweep!(S, len, |i, n| {
                let v = S::mul(get::<T, S>(x, i, n), get::<T, S>(y, i, n));
                put::<T, S>(product, i, n, v);
            });
        }
    }
}

/// `sums[j] = Σ_i rows[i, j]`, in increasing `i`, or some times that added to `sums`.
pub struct ColumnSums<'a, T> {
    pub rows: &'a [T],
    pub sums: &'a mut [T],
    pub add: Option<T>,
}

impl<T: Real> Op<T> for ColumnSums<'_, T> {
    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        let columns = self.sums.len();
        let end = self.rows.len() - self.rows.len() % columns.max(1);
        let (rows, sums) = (self.rows.as_ptr(), self.sums.as_mut_ptr());
        // SAFETY: `end` is a whole number of rows. The caller answers for the instructions.
        unsafe {
            // Some registers of columns at a time: one sum would wait for itself at each row.
            let together = ROWS * S::LANES;
            let wide = columns - columns % together;
            for j in (0..wide).step_by(together) {
                let mut sum = [S::splat(T::ZERO); ROWS];
                let mut row = j;
                while row < end {
                    for (v, sum) in sum.iter_mut().enumerate() {
                        *sum = S::add(*sum, S::load(rows.add(row + v * S::LANES)));
                    }
                    row += columns;
                }
                for (v, &sum) in sum.iter().enumerate() {
                    let to = sums.add(j + v * S::LANES);
                    let sum = match self.add {
                        None => sum,
                        Some(times) => S::mul_add(sum, S::splat(times), S::load(to)),
                    };
                    S::store(to, sum);
                }
            }
            sweep!(S, columns - wide, |j, n| {
                let mut sum = S::splat(T::ZERO);
                let mut row = wide;
                while row < end {
                    sum = S::add(sum, get::<T, S>(rows, row + j, n));
                    row += columns;
                }
                let sum = match self.add {
                    None => sum,
                    Some(times) => S::mul_add(sum, S::splat(times), get::<T, S>(sums, wide + j, n)),
                };
                put::<T, S>(sums, wide + j, n, sum);
            });
        }
    }
}

/// `y[j] = Σ_i x[i] · weights[i, j] + bias[j]`, in increasing `i`, leaving out what is zero: the
/// single sample's way through a dense layer, which is bound by how fast weights arrive.
///
/// `live` gets the positions of the numbers of `x` that are not zero.
pub struct VectorMatrix<'a, T> {
    pub x: &'a [T],
    pub weights: &'a [T],
    pub bias: &'a [T],
    pub y: &'a mut [T],
    pub live: &'a mut [u32],
    pub relu: bool,
}

impl<T: Real> Op<T> for VectorMatrix<'_, T> {
    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        let columns = self.y.len();
        demand(self.weights.len() >= self.x.len() * columns && self.bias.len() == columns);
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
                let x = S::splat(*self.x.get_unchecked(i));
                let row = weights.add(i * columns);
                sweep!(S, columns, |j, n| {
                    let sum = S::mul_add(x, get::<T, S>(row, j, n), get::<T, S>(y, j, n));
                    put::<T, S>(y, j, n, sum);
                });
            }
            let bias = self.bias.as_ptr();
            sweep!(S, columns, |j, n| {
                let z = S::add(get::<T, S>(y, j, n), get::<T, S>(bias, j, n));
                let z = if self.relu { S::max(zero, z) } else { z };
                put::<T, S>(y, j, n, z);
            });
        }
    }
}

/// Writes the positions of what is not zero into `live` and returns them. No branch: whether a
/// pixel is ink is a coin toss to the processor.
#[inline(always)]
fn positions_of_nonzero<'a, T: Real>(x: &[T], live: &'a mut [u32]) -> &'a [u32] {
    demand(live.len() >= x.len());
    let (mut count, mut i) = (0, 0);
    // SAFETY: `count` is at most `i`, which is less than both lengths.
    let mut look = |i: usize| unsafe {
        *live.get_unchecked_mut(count) = i as u32;
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
    &live[..count]
}

/// `weights[i, j] -= x[i] · step[j]`, leaving out rows where `x[i]` is zero: one step of descent on a
/// single sample, without the gradient ever being written down.
///
/// `live` gets the positions of the numbers of `x` that are not zero.
pub struct RankOne<'a, T> {
    pub weights: &'a mut [T],
    pub x: &'a [T],
    pub step: &'a [T],
    pub live: &'a mut [u32],
}

impl<T: Real> Op<T> for RankOne<'_, T> {
    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        let columns = self.step.len();
        demand(self.weights.len() >= self.x.len() * columns);
        let live = positions_of_nonzero(self.x, self.live);
        // SAFETY: `live` holds positions within `x`, so the rows lie within `weights`; they are
        // distinct. The caller answers for the instructions.
        unsafe {
            let (weights, step) = (self.weights.as_mut_ptr(), self.step.as_ptr());
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
                    let step = S::load(step.add(j));
                    for r in 0..ROWS {
                        let at = rows[r].add(j);
                        S::store(at, S::mul_add(x[r], step, S::load(at)));
                    }
                    j += S::LANES;
                }
                if left > 0 {
                    let step = S::load_first(step.add(j), left);
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
                let row = weights.add(i * columns);
                sweep!(S, columns, |j, n| {
                    let step = get::<T, S>(step, j, n);
                    let w = S::mul_add(x, step, get::<T, S>(row, j, n));
                    put::<T, S>(row, j, n, w);
                });
            }
        }
    }
}

/// Largest of each window of one picture `[height, width, channels]`; windows side by side, what is
/// left over at the right and bottom edge is not looked at.
pub struct MaxPool<'a, T> {
    pub input: &'a [T],
    pub output: &'a mut [T],
    pub width: usize,
    pub channels: usize,
    pub size: usize,
}

impl<T: Real> Op<T> for MaxPool<'_, T> {
    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        // SAFETY: handed on.
        unsafe {
            match self.size {
                2 => self.windows::<S, 2>(),
                _ => self.windows::<S, 0>(),
            }
        }
    }
}

impl<T: Real> MaxPool<'_, T> {
    /// `SIZE` is the window's, where it is known beforehand, and 0 elsewhere.
    ///
    /// # Safety
    /// As [`Simd`].
    #[inline(always)]
    unsafe fn windows<S: Simd<T>, const SIZE: usize>(self) {
        let (line, channels) = (self.width * self.channels, self.channels);
        let size = if SIZE > 0 { SIZE } else { self.size };
        let out_line = self.width / size * channels;
        let rows = self.output.len() / out_line;
        demand(self.input.len() >= rows * size * line);
        let (input, output) = (self.input.as_ptr(), self.output.as_mut_ptr());
        // SAFETY: there are `rows` lines of windows. The caller answers for the instructions.
        unsafe {
            for y in 0..rows {
                for x in (0..out_line).step_by(channels) {
                    let window = input.add(y * size * line + x * size);
                    let to = output.add(y * out_line + x);
                    sweep!(S, channels, |c, n| {
                        let mut best = get::<T, S>(window, c, n);
                        for dy in 0..size {
                            for dx in 0..size {
                                let at = c + dy * line + dx * channels;
                                best = S::max(get::<T, S>(window, at, n), best);
                            }
                        }
                        put::<T, S>(to, c, n, best);
                    });
                }
            }
        }
    }
}

/// Hands each gradient to the first of its window that was the largest; zero to all others.
pub struct MaxPoolBackward<'a, T> {
    pub input: &'a [T],
    pub output: &'a [T],
    pub delta: &'a [T],
    pub input_delta: &'a mut [T],
    pub width: usize,
    pub channels: usize,
    pub size: usize,
}

impl<T: Real> Op<T> for MaxPoolBackward<'_, T> {
    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        // SAFETY: handed on.
        unsafe {
            match self.size {
                2 => self.windows::<S, 2>(),
                _ => self.windows::<S, 0>(),
            }
        }
    }
}

impl<T: Real> MaxPoolBackward<'_, T> {
    /// `SIZE` is the window's, where it is known beforehand, and 0 elsewhere.
    ///
    /// # Safety
    /// As [`Simd`].
    #[inline(always)]
    unsafe fn windows<S: Simd<T>, const SIZE: usize>(self) {
        let (line, channels) = (self.width * self.channels, self.channels);
        let size = if SIZE > 0 { SIZE } else { self.size };
        let out_line = self.width / size * channels;
        let rows = self.output.len() / out_line;
        let covered = rows * size * line;
        demand(
            self.input.len() >= covered
                && self.input_delta.len() >= covered
                && self.delta.len() >= self.output.len(),
        );
        if !self.width.is_multiple_of(size) || covered < self.input_delta.len() {
            self.input_delta.fill(T::ZERO);
        }
        let (input, output) = (self.input.as_ptr(), self.output.as_ptr());
        let (delta, input_delta) = (self.delta.as_ptr(), self.input_delta.as_mut_ptr());
        // SAFETY: there are `rows` lines of windows. The caller answers for the instructions.
        unsafe {
            for y in 0..rows {
                for x in (0..out_line).step_by(channels) {
                    let corner = y * size * line + x * size;
                    let (window, to) = (input.add(corner), input_delta.add(corner));
                    let from = y * out_line + x;
                    sweep!(S, channels, |c, n| {
                        let best = get::<T, S>(output, from + c, n);
                        let mut remaining = get::<T, S>(delta, from + c, n);
                        for dy in 0..size {
                            for dx in 0..size {
                                let at = c + dy * line + dx * channels;
                                let value = get::<T, S>(window, at, n);
                                let hit = S::keep_equal(remaining, value, best);
                                put::<T, S>(to, at, n, hit);
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
pub struct SgdStep<'a, T> {
    pub params: &'a mut [T],
    pub gradients: &'a [T],
    pub rate: T,
    pub decay: T,
}

impl<T: Real> Op<T> for SgdStep<'_, T> {
    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        let len = self.params.len();
        demand(self.gradients.len() == len);
        let (params, gradients) = (self.params.as_mut_ptr(), self.gradients.as_ptr());
        // SAFETY: the slices are as long as has just been demanded. The caller answers for the
        // instructions.
        unsafe {
            let (rate, decay) = (S::splat(self.rate), S::splat(self.decay));
            sweep!(S, len, |i, n| {
                let p = get::<T, S>(params, i, n);
                let mut g = get::<T, S>(gradients, i, n);
                if self.decay != T::ZERO {
                    g = S::add(g, S::mul(decay, p));
                }
                put::<T, S>(params, i, n, S::sub(p, S::mul(rate, g)));
            });
        }
    }
}

/// `v = momentum * v + g; p -= rate * v`, Nesterov's variant `p -= rate * (g + momentum * v)`.
pub struct MomentumStep<'a, T> {
    pub params: &'a mut [T],
    pub gradients: &'a [T],
    pub velocity: &'a mut [T],
    pub rate: T,
    pub momentum: T,
    pub decay: T,
    pub nesterov: bool,
}

impl<T: Real> Op<T> for MomentumStep<'_, T> {
    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        let len = self.params.len();
        demand(self.gradients.len() == len && self.velocity.len() == len);
        let (params, gradients) = (self.params.as_mut_ptr(), self.gradients.as_ptr());
        let velocity = self.velocity.as_mut_ptr();
        // SAFETY: the slices are as long as has just been demanded. The caller answers for the
        // instructions.
        unsafe {
            let (rate, decay) = (S::splat(self.rate), S::splat(self.decay));
            let momentum = S::splat(self.momentum);
            sweep!(S, len, |i, n| {
                let p = get::<T, S>(params, i, n);
                let mut g = get::<T, S>(gradients, i, n);
                if self.decay != T::ZERO {
                    g = S::add(g, S::mul(decay, p));
                }
                let v = S::add(S::mul(momentum, get::<T, S>(velocity, i, n)), g);
                put::<T, S>(velocity, i, n, v);
                let step = if self.nesterov {
                    S::add(g, S::mul(momentum, v))
                } else {
                    v
                };
                put::<T, S>(params, i, n, S::sub(p, S::mul(rate, step)));
            });
        }
    }
}

/// Adam's step with decoupled weight decay; see [`crate::optimizer`].
pub struct AdamStep<'a, T> {
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
    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        let len = self.params.len();
        demand(self.gradients.len() == len && self.first.len() == len && self.second.len() == len);
        let (params, gradients) = (self.params.as_mut_ptr(), self.gradients.as_ptr());
        let (first, second) = (self.first.as_mut_ptr(), self.second.as_mut_ptr());
        // SAFETY: the slices are as long as has just been demanded. The caller answers for the
        // instructions.
        unsafe {
            let (beta1, rest1) = (S::splat(self.beta1), S::splat(self.rest1));
            let (beta2, rest2) = (S::splat(self.beta2), S::splat(self.rest2));
            let (rate, root) = (S::splat(self.rate), S::splat(self.root));
            let (epsilon, shrink) = (S::splat(self.epsilon), S::splat(self.shrink));
            sweep!(S, len, |i, n| {
                let g = get::<T, S>(gradients, i, n);
                let m = S::mul(beta1, get::<T, S>(first, i, n));
                let m = S::add(m, S::mul(rest1, g));
                let v = S::mul(beta2, get::<T, S>(second, i, n));
                let v = S::add(v, S::mul(rest2, S::mul(g, g)));
                put::<T, S>(first, i, n, m);
                put::<T, S>(second, i, n, v);
                let size = S::add(S::mul(S::sqrt(v), root), epsilon);
                let step = S::div(S::mul(rate, m), size);
                let p = S::mul(get::<T, S>(params, i, n), shrink);
                put::<T, S>(params, i, n, S::sub(p, step));
            });
        }
    }
}
