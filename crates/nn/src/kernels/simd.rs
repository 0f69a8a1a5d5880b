//! The one small trait that stands between the arithmetic and the machine.
//!
//! Everything in [`crate::kernels`] is written once, over [`Simd`]; a machine is an implementation of
//! it, an instruction or two a method, plus, where the instructions may be missing, one entry function
//! that switches them on.

/// A machine's vectors of `T`.
///
/// The methods are `unsafe` because the instructions behind them may be missing: callers run on a
/// machine that has the instruction set of the implementing type, inside a function that has it
/// enabled. That is what «the machine is there» means below.
pub trait Simd<T: Copy>: Copy {
    /// A register full of `T`.
    type V: Copy;
    /// Elements in a register.
    const LANES: usize;
    /// Rows of the register tile of the matrix multiply, whose columns are two registers: the `MR` of
    /// the micro-kernel literature.
    const MR: usize;
    /// Rows of a smaller tile, for the rows that tiles of [`Simd::MR`] leave over.
    const MR_TAIL: usize;

    /// Every lane set to `x`.
    ///
    /// # Safety
    /// The machine is there.
    unsafe fn splat(x: T) -> Self::V;
    /// Reads [`Simd::LANES`] elements.
    ///
    /// # Safety
    /// The machine is there; `p` is valid for reading [`Simd::LANES`] elements, aligned as one `T` is.
    unsafe fn load(p: *const T) -> Self::V;
    /// Writes [`Simd::LANES`] elements.
    ///
    /// # Safety
    /// The machine is there; `p` is valid for writing [`Simd::LANES`] elements, aligned as one `T` is.
    unsafe fn store(p: *mut T, v: Self::V);
    /// Reads the first `count < LANES` elements; the other lanes are zero.
    ///
    /// # Safety
    /// The machine is there; `p` is valid for reading `count` elements, aligned as one `T` is.
    unsafe fn load_first(p: *const T, count: usize) -> Self::V;
    /// Writes the first `count < LANES` elements.
    ///
    /// # Safety
    /// The machine is there; `p` is valid for writing `count` elements, aligned as one `T` is.
    unsafe fn store_first(p: *mut T, v: Self::V, count: usize);
    /// `a + b`.
    ///
    /// # Safety
    /// The machine is there.
    unsafe fn add(a: Self::V, b: Self::V) -> Self::V;
    /// `a - b`.
    ///
    /// # Safety
    /// The machine is there.
    unsafe fn sub(a: Self::V, b: Self::V) -> Self::V;
    /// `a * b`.
    ///
    /// # Safety
    /// The machine is there.
    unsafe fn mul(a: Self::V, b: Self::V) -> Self::V;
    /// `a / b`.
    ///
    /// # Safety
    /// The machine is there.
    unsafe fn div(a: Self::V, b: Self::V) -> Self::V;
    /// `√a`.
    ///
    /// # Safety
    /// The machine is there.
    unsafe fn sqrt(a: Self::V) -> Self::V;
    /// `a * b + c`: rounded once where the machine has a fused multiply-add, twice elsewhere.
    ///
    /// # Safety
    /// The machine is there.
    unsafe fn mul_add(a: Self::V, b: Self::V, c: Self::V) -> Self::V;
    /// `if a > b { a } else { b }`: a NaN in either gives `b`.
    ///
    /// # Safety
    /// The machine is there.
    unsafe fn max(a: Self::V, b: Self::V) -> Self::V;
    /// `if a > b { x } else { 0 }`.
    ///
    /// # Safety
    /// The machine is there.
    unsafe fn keep_greater(x: Self::V, a: Self::V, b: Self::V) -> Self::V;
    /// `if a == b { x } else { 0 }`.
    ///
    /// # Safety
    /// The machine is there.
    unsafe fn keep_equal(x: Self::V, a: Self::V, b: Self::V) -> Self::V;
    /// Whether any lane is not zero.
    ///
    /// # Safety
    /// The machine is there.
    unsafe fn any(a: Self::V) -> bool;
}

/// A computation written over [`Simd`], to be run on the machine that is there.
pub trait Op<T: Copy> {
    /// Does it.
    ///
    /// # Safety
    /// The machine `S` is there, as for [`Simd`]. All else an implementation checks itself; it must be
    /// `#[inline(always)]`, so that its code is generated inside the function that enables the
    /// instructions.
    unsafe fn run<S: Simd<T>>(self);
}

/// Methods of [`Simd`] for a machine, as a table: `fn add(a, b) -> V { instruction(a, b) }`.
macro_rules! instructions {
    ($(fn $name:ident($($argument:ident: $type:ty),*) $(-> $result:ty)? { $($body:tt)* })*) => {$(
        #[inline(always)]
        #[allow(unused_unsafe)] // Where an instruction is part of the target, calling it is safe.
        unsafe fn $name($($argument: $type),*) $(-> $result)? {
            // SAFETY: as `Simd` demands, the machine is there, and a pointer is valid for the elements
            // that the method reads or writes.
            unsafe { $($body)* }
        }
    )*};
}
pub(super) use instructions;
