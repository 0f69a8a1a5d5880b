//! Batch normalization, forward and backward: what goes through all pixels of a batch, channel by channel. See
//! [`crate::layers::batch_norm`] for the formulas.
//!
//! A channel's sums run in increasing index into one accumulator, a lane of a register; a product and the
//! sum that it goes into are rounded apart, so that the bits are the same on every machine.

use super::registers::{load_up_to, require, store_up_to};
use super::simd::{Op, Simd};
use crate::Real;

/// Goes through the channels some registers at a time: `$body` with `R` registers from channel `$start` on, each of
/// `$count` channels.
macro_rules! for_each_channels {
    ($S:ty, $channels:expr, |$start:ident, $count:ident, $R:ident| $body:block) => {{
        let (channels, lanes) = ($channels, <$S as Simd<T>>::LANES);
        let mut $start = 0;
        while $start + 2 * lanes <= channels {
            const $R: usize = 2;
            let $count = lanes;
            $body
            $start += 2 * lanes;
        }
        while $start < channels {
            const $R: usize = 1;
            let $count = lanes.min(channels - $start);
            $body
            $start += lanes;
        }
    }};
}

/// `R` registers from `from + start` on.
///
/// # Safety
/// As [`load_up_to`]; where `R` is above 1, `count` is that of a whole register.
#[inline(always)]
unsafe fn load<T: Real, S: Simd<T>, const R: usize>(
    from: *const T,
    start: usize,
    count: usize,
) -> [S::V; R] {
    // SAFETY: the caller's.
    unsafe {
        let mut registers = [S::splat(T::ZERO); R];
        for (r, register) in registers.iter_mut().enumerate() {
            *register = load_up_to::<T, S>(from, start + r * S::LANES, count);
        }
        registers
    }
}

/// Writes them.
///
/// # Safety
/// As [`load`].
#[inline(always)]
unsafe fn store<T: Real, S: Simd<T>, const R: usize>(
    to: *mut T,
    start: usize,
    count: usize,
    registers: &[S::V; R],
) {
    // SAFETY: the caller's.
    unsafe {
        for (r, &register) in registers.iter().enumerate() {
            store_up_to::<T, S>(to, start + r * S::LANES, count, register);
        }
    }
}

/// Mean and biased variance of each channel of `input`, `[rows, channels]`.
pub struct Moments<'a, T> {
    pub input: &'a [T],
    pub mean: &'a mut [T],
    pub variance: &'a mut [T],
}

impl<T: Real> Op<T> for Moments<'_, T> {
    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        let channels = self.mean.len();
        require(channels > 0 && self.variance.len() == channels);
        let rows = self.input.len() / channels;
        let input = self.input.as_ptr();
        let (mean, variance) = (self.mean.as_mut_ptr(), self.variance.as_mut_ptr());
        // SAFETY: `rows` whole rows of `channels` numbers are there. The caller answers for the machine.
        unsafe {
            let share = S::splat(T::ONE / T::from_f64(rows as f64));
            for_each_channels!(S, channels, |start, count, R| {
                let mut sums = [S::splat(T::ZERO); R];
                for row in 0..rows {
                    let x = load::<T, S, R>(input, row * channels + start, count);
                    for (sum, &x) in sums.iter_mut().zip(&x) {
                        *sum = S::add(*sum, x);
                    }
                }
                for sum in &mut sums {
                    *sum = S::mul(*sum, share);
                }
                let means = sums;
                let mut sums = [S::splat(T::ZERO); R];
                for row in 0..rows {
                    let x = load::<T, S, R>(input, row * channels + start, count);
                    for r in 0..R {
                        let off = S::sub(x[r], means[r]);
                        sums[r] = S::add(sums[r], S::mul(off, off));
                    }
                }
                for sum in &mut sums {
                    *sum = S::mul(*sum, share);
                }
                store::<T, S, R>(mean, start, count, &means);
                store::<T, S, R>(variance, start, count, &sums);
            });
        }
    }
}

/// The numbers of a normalization, one a channel.
#[derive(Clone, Copy)]
pub struct Channels<'a, T> {
    pub mean: &'a [T],
    /// `1 / √(σ² + ε)`.
    pub inverse: &'a [T],
    /// `γ`.
    pub gamma: &'a [T],
}

impl<T> Channels<'_, T> {
    fn count(&self) -> usize {
        let count = self.mean.len();
        require(count > 0 && self.inverse.len() == count && self.gamma.len() == count);
        count
    }
}

/// `output = γ x̂ + β`, `x̂ = (x - μ) / σ`, through a ReLU where `relu`.
pub struct Normalize<'a, T> {
    pub input: &'a [T],
    pub output: &'a mut [T],
    pub of: Channels<'a, T>,
    pub beta: &'a [T],
    pub relu: bool,
}

impl<T: Real> Op<T> for Normalize<'_, T> {
    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        let channels = self.of.count();
        require(self.beta.len() == channels && self.input.len() == self.output.len());
        let rows = self.input.len() / channels;
        let (input, output) = (self.input.as_ptr(), self.output.as_mut_ptr());
        // SAFETY: `rows` whole rows of `channels` numbers are there, and as many numbers of each kind. The caller
        // answers for the machine.
        unsafe {
            let zero = S::splat(T::ZERO);
            for_each_channels!(S, channels, |start, count, R| {
                let mean = load::<T, S, R>(self.of.mean.as_ptr(), start, count);
                let inverse = load::<T, S, R>(self.of.inverse.as_ptr(), start, count);
                let gamma = load::<T, S, R>(self.of.gamma.as_ptr(), start, count);
                let beta = load::<T, S, R>(self.beta.as_ptr(), start, count);
                for row in 0..rows {
                    let at = row * channels + start;
                    let mut z = load::<T, S, R>(input, at, count);
                    for r in 0..R {
                        let normalized = S::mul(S::sub(z[r], mean[r]), inverse[r]);
                        z[r] = S::add(S::mul(gamma[r], normalized), beta[r]);
                        if self.relu {
                            z[r] = S::max(zero, z[r]);
                        }
                    }
                    store::<T, S, R>(output, at, count, &z);
                }
            });
        }
    }
}

/// `Σ δ x̂` and `Σ δ` of each channel.
pub struct NormalizeSums<'a, T> {
    pub input: &'a [T],
    pub delta: &'a [T],
    pub of: Channels<'a, T>,
    pub delta_normalized: &'a mut [T],
    pub deltas: &'a mut [T],
}

impl<T: Real> Op<T> for NormalizeSums<'_, T> {
    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        let channels = self.of.count();
        require(self.input.len() == self.delta.len());
        require(self.delta_normalized.len() == channels && self.deltas.len() == channels);
        let rows = self.input.len() / channels;
        let (input, delta) = (self.input.as_ptr(), self.delta.as_ptr());
        // SAFETY: as for `Normalize`.
        unsafe {
            for_each_channels!(S, channels, |start, count, R| {
                let mean = load::<T, S, R>(self.of.mean.as_ptr(), start, count);
                let inverse = load::<T, S, R>(self.of.inverse.as_ptr(), start, count);
                let mut products = [S::splat(T::ZERO); R];
                let mut sums = [S::splat(T::ZERO); R];
                for row in 0..rows {
                    let at = row * channels + start;
                    let x = load::<T, S, R>(input, at, count);
                    let d = load::<T, S, R>(delta, at, count);
                    for r in 0..R {
                        let normalized = S::mul(S::sub(x[r], mean[r]), inverse[r]);
                        products[r] = S::add(products[r], S::mul(d[r], normalized));
                        sums[r] = S::add(sums[r], d[r]);
                    }
                }
                store::<T, S, R>(self.delta_normalized.as_mut_ptr(), start, count, &products);
                store::<T, S, R>(self.deltas.as_mut_ptr(), start, count, &sums);
            });
        }
    }
}

/// `input_delta = γ/σ (δ - share (Σ δ + x̂ Σ δ x̂))`; with a share of zero the statistics are constants.
pub struct NormalizeBackward<'a, T> {
    pub input: &'a [T],
    pub delta: &'a [T],
    pub input_delta: &'a mut [T],
    pub of: Channels<'a, T>,
    pub delta_normalized: &'a [T],
    pub deltas: &'a [T],
    pub share: T,
}

impl<T: Real> Op<T> for NormalizeBackward<'_, T> {
    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        let channels = self.of.count();
        require(self.input.len() == self.delta.len() && self.input_delta.len() == self.delta.len());
        require(self.delta_normalized.len() == channels && self.deltas.len() == channels);
        let rows = self.input.len() / channels;
        let (input, delta) = (self.input.as_ptr(), self.delta.as_ptr());
        let input_delta = self.input_delta.as_mut_ptr();
        // SAFETY: as for `Normalize`.
        unsafe {
            let share = S::splat(self.share);
            for_each_channels!(S, channels, |start, count, R| {
                let mean = load::<T, S, R>(self.of.mean.as_ptr(), start, count);
                let inverse = load::<T, S, R>(self.of.inverse.as_ptr(), start, count);
                let gamma = load::<T, S, R>(self.of.gamma.as_ptr(), start, count);
                let products = load::<T, S, R>(self.delta_normalized.as_ptr(), start, count);
                let sums = load::<T, S, R>(self.deltas.as_ptr(), start, count);
                let mut scale = gamma;
                for r in 0..R {
                    scale[r] = S::mul(gamma[r], inverse[r]);
                }
                for row in 0..rows {
                    let at = row * channels + start;
                    let x = load::<T, S, R>(input, at, count);
                    let mut d = load::<T, S, R>(delta, at, count);
                    for r in 0..R {
                        let normalized = S::mul(S::sub(x[r], mean[r]), inverse[r]);
                        let drift = S::add(sums[r], S::mul(normalized, products[r]));
                        d[r] = S::mul(scale[r], S::sub(d[r], S::mul(drift, share)));
                    }
                    store::<T, S, R>(input_delta, at, count, &d);
                }
            });
        }
    }
}
