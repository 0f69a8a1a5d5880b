//! Element by element: what goes through memory once, and the optimizers' steps.
//!
//! A tail shorter than a register goes through the same instructions as the rest, so that an
//! element's bits do not depend on where in a slice it lies.

use super::registers::{for_each_register, load_up_to, require, store_up_to};
use super::simd::{Op, Simd};
use crate::Real;

/// `delta = 0` where `output` is not positive.
pub struct ReluBackward<'a, T> {
    pub delta: &'a mut [T],
    pub output: &'a [T],
}

impl<T: Real> Op<T> for ReluBackward<'_, T> {
    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        let len = self.delta.len();
        require(self.output.len() == len);
        let (delta, output) = (self.delta.as_mut_ptr(), self.output.as_ptr());
        // SAFETY: each slice is `len` long, as has just been required. The caller answers for the machine.
        unsafe {
            let zero = S::splat(T::ZERO);
            for_each_register!(S, len, |i, n| {
                let (d, a) = (
                    load_up_to::<T, S>(delta, i, n),
                    load_up_to::<T, S>(output, i, n),
                );
                store_up_to::<T, S>(delta, i, n, S::keep_greater(d, a, zero));
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
        require(self.output.len() == len);
        let (delta, output) = (self.delta.as_mut_ptr(), self.output.as_ptr());
        // SAFETY: each slice is `len` long, as has just been required. The caller answers for the machine.
        unsafe {
            let one = S::splat(T::ONE);
            for_each_register!(S, len, |i, n| {
                let (d, a) = (
                    load_up_to::<T, S>(delta, i, n),
                    load_up_to::<T, S>(output, i, n),
                );
                let slope = S::mul(a, S::sub(one, a));
                store_up_to::<T, S>(delta, i, n, S::mul(d, slope));
            });
        }
    }
}

/// `delta *= 1 - a²`.
pub struct TanhBackward<'a, T> {
    pub delta: &'a mut [T],
    pub output: &'a [T],
}

impl<T: Real> Op<T> for TanhBackward<'_, T> {
    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        let len = self.delta.len();
        require(self.output.len() == len);
        let (delta, output) = (self.delta.as_mut_ptr(), self.output.as_ptr());
        // SAFETY: each slice is `len` long, as has just been required. The caller answers for the machine.
        unsafe {
            let one = S::splat(T::ONE);
            for_each_register!(S, len, |i, n| {
                let (d, a) = (
                    load_up_to::<T, S>(delta, i, n),
                    load_up_to::<T, S>(output, i, n),
                );
                let slope = S::sub(one, S::mul(a, a));
                store_up_to::<T, S>(delta, i, n, S::mul(d, slope));
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
        require(self.x.len() == len && self.y.len() == len);
        let (x, y, product) = (self.x.as_ptr(), self.y.as_ptr(), self.product.as_mut_ptr());
        // SAFETY: each slice is `len` long, as has just been required. The caller answers for the machine.
        unsafe {
            for_each_register!(S, len, |i, n| {
                let v = S::mul(load_up_to::<T, S>(x, i, n), load_up_to::<T, S>(y, i, n));
                store_up_to::<T, S>(product, i, n, v);
            });
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
        require(self.gradients.len() == len);
        let (params, gradients) = (self.params.as_mut_ptr(), self.gradients.as_ptr());
        // SAFETY: each slice is `len` long, as has just been required. The caller answers for the machine.
        unsafe {
            let (rate, decay) = (S::splat(self.rate), S::splat(self.decay));
            for_each_register!(S, len, |i, n| {
                let p = load_up_to::<T, S>(params, i, n);
                let mut g = load_up_to::<T, S>(gradients, i, n);
                if self.decay != T::ZERO {
                    g = S::add(g, S::mul(decay, p));
                }
                store_up_to::<T, S>(params, i, n, S::sub(p, S::mul(rate, g)));
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
        require(self.gradients.len() == len && self.velocity.len() == len);
        let (params, gradients) = (self.params.as_mut_ptr(), self.gradients.as_ptr());
        let velocity = self.velocity.as_mut_ptr();
        // SAFETY: each slice is `len` long, as has just been required. The caller answers for the machine.
        unsafe {
            let (rate, decay) = (S::splat(self.rate), S::splat(self.decay));
            let momentum = S::splat(self.momentum);
            for_each_register!(S, len, |i, n| {
                let p = load_up_to::<T, S>(params, i, n);
                let mut g = load_up_to::<T, S>(gradients, i, n);
                if self.decay != T::ZERO {
                    g = S::add(g, S::mul(decay, p));
                }
                let v = S::add(S::mul(momentum, load_up_to::<T, S>(velocity, i, n)), g);
                store_up_to::<T, S>(velocity, i, n, v);
                let step = if self.nesterov {
                    S::add(g, S::mul(momentum, v))
                } else {
                    v
                };
                store_up_to::<T, S>(params, i, n, S::sub(p, S::mul(rate, step)));
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
    pub root_correction: T,
    pub beta1: T,
    pub beta2: T,
    /// `1 - β₁` and `1 - β₂`, subtracted in double precision: 0.999 has lost too many digits in single.
    pub one_minus_beta1: T,
    pub one_minus_beta2: T,
    pub epsilon: T,
    /// `1 - rate * weight_decay`.
    pub decay_factor: T,
}

impl<T: Real> Op<T> for AdamStep<'_, T> {
    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        let len = self.params.len();
        require(self.gradients.len() == len && self.first.len() == len && self.second.len() == len);
        let (params, gradients) = (self.params.as_mut_ptr(), self.gradients.as_ptr());
        let (first, second) = (self.first.as_mut_ptr(), self.second.as_mut_ptr());
        // SAFETY: each slice is `len` long, as has just been required. The caller answers for the machine.
        unsafe {
            let (beta1, rest1) = (S::splat(self.beta1), S::splat(self.one_minus_beta1));
            let (beta2, rest2) = (S::splat(self.beta2), S::splat(self.one_minus_beta2));
            let (rate, root) = (S::splat(self.rate), S::splat(self.root_correction));
            let (epsilon, shrink) = (S::splat(self.epsilon), S::splat(self.decay_factor));
            for_each_register!(S, len, |i, n| {
                let g = load_up_to::<T, S>(gradients, i, n);
                let m = S::mul(beta1, load_up_to::<T, S>(first, i, n));
                let m = S::add(m, S::mul(rest1, g));
                let v = S::mul(beta2, load_up_to::<T, S>(second, i, n));
                let v = S::add(v, S::mul(rest2, S::mul(g, g)));
                store_up_to::<T, S>(first, i, n, m);
                store_up_to::<T, S>(second, i, n, v);
                let size = S::add(S::mul(S::sqrt(v), root), epsilon);
                let step = S::div(S::mul(rate, m), size);
                let p = S::mul(load_up_to::<T, S>(params, i, n), shrink);
                store_up_to::<T, S>(params, i, n, S::sub(p, step));
            });
        }
    }
}
