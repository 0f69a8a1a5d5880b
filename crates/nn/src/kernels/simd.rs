//! The one small trait that stands between the arithmetic and the machine.
//!
//! Everything in [`crate::kernels`] is written once, over [`Simd`]; a machine is an implementation
//! of it (a dozen lines), plus one entry function that switches its instructions on.

/// A machine's vectors of `T`.
///
/// The methods are `unsafe` because the instructions behind them may be missing.
///
/// # Safety
/// Callers run on a machine with the instruction set of the implementing type, inside a function
/// that has it enabled; pointers are valid for [`Simd::LANES`] elements and need no alignment.
#[allow(clippy::missing_safety_doc)] // Said once for all of them, above.
pub trait Simd<T: Copy>: Copy {
    /// A register full of `T`.
    type V: Copy;
    /// Elements in a register.
    const LANES: usize;
    /// Rows of the large register tile of the matrix multiply (with two vectors of columns).
    const TALL: usize;
    /// Rows of the small one, for what the large one leaves over.
    const SHORT: usize;

    /// Every lane set to `x`.
    unsafe fn splat(x: T) -> Self::V;
    /// Reads [`Simd::LANES`] elements.
    unsafe fn load(p: *const T) -> Self::V;
    /// Writes [`Simd::LANES`] elements.
    unsafe fn store(p: *mut T, v: Self::V);
    /// Reads the first `count < LANES` elements; the other lanes are zero.
    unsafe fn load_first(p: *const T, count: usize) -> Self::V;
    /// Writes the first `count < LANES` elements.
    unsafe fn store_first(p: *mut T, v: Self::V, count: usize);
    /// `a + b`.
    unsafe fn add(a: Self::V, b: Self::V) -> Self::V;
    /// `a - b`.
    unsafe fn sub(a: Self::V, b: Self::V) -> Self::V;
    /// `a * b`.
    unsafe fn mul(a: Self::V, b: Self::V) -> Self::V;
    /// `a / b`.
    unsafe fn div(a: Self::V, b: Self::V) -> Self::V;
    /// `√a`.
    unsafe fn sqrt(a: Self::V) -> Self::V;
    /// `a * b + c`: rounded once where the machine has a fused multiply-add, twice elsewhere.
    unsafe fn mul_add(a: Self::V, b: Self::V, c: Self::V) -> Self::V;
    /// `if a > b { a } else { b }`: a NaN in either gives `b`.
    unsafe fn max(a: Self::V, b: Self::V) -> Self::V;
    /// `if a > b { x } else { 0 }`.
    unsafe fn keep_greater(x: Self::V, a: Self::V, b: Self::V) -> Self::V;
    /// `if a == b { x } else { 0 }`.
    unsafe fn keep_equal(x: Self::V, a: Self::V, b: Self::V) -> Self::V;
    /// Whether any lane is not zero.
    unsafe fn any(a: Self::V) -> bool;
}

/// A computation written over [`Simd`], to be run on the machine that is there.
pub trait Op<T: Copy> {
    /// Does it.
    ///
    /// # Safety
    /// As for [`Simd`]; the implementation must be `#[inline(always)]`, so that its code is
    /// generated inside the function that enables the instructions.
    unsafe fn run<S: Simd<T>>(self);
}
