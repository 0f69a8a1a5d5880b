//! How fast this machine can multiply and add at all: the yardstick for everything else.

use super::simd::{Op, Simd};
use super::{Isa, Kernels};
use crate::Real;

/// Sums that are independent of each other: enough to hide the latency of a multiply-add on any
/// machine, few enough for the registers of all.
const SUMS: usize = 10;

/// Nothing but multiply-adds in registers.
#[doc(hidden)]
pub struct Peak<'a, T> {
    rounds: usize,
    factor: T,
    /// What comes out, so that it cannot be left out.
    result: &'a mut T,
}

impl<T: Real> Op<T> for Peak<'_, T> {
    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        // SAFETY: the caller answers for the machine; the buffer is as wide as any register.
        unsafe {
            let (x, y) = (S::splat(self.factor), S::splat(T::from_f64(1e-3)));
            let mut sums = [S::splat(T::ONE); SUMS];
            for _ in 0..self.rounds {
                for sum in &mut sums {
                    *sum = S::mul_add(*sum, x, y);
                }
            }
            let mut total = S::splat(T::ZERO);
            for sum in sums {
                total = S::add(total, sum);
            }
            let mut buffer = [T::ZERO; 16];
            S::store(buffer.as_mut_ptr(), total);
            *self.result = buffer[0];
        }
    }
}

/// Does `rounds` rounds of independent multiply-adds and returns how many floating point operations
/// that was (a multiply-add counts as two). Whoever has a clock can turn it into operations a second.
pub fn spin<T: Real>(isa: Isa, rounds: usize) -> u64 {
    let mut result = T::ZERO;
    T::peak(
        isa,
        Peak {
            rounds: std::hint::black_box(rounds),
            factor: std::hint::black_box(T::from_f64(0.5)),
            result: &mut result,
        },
    );
    std::hint::black_box(result);
    rounds as u64 * (SUMS * <T as Kernels>::lanes(isa) * 2) as u64
}
