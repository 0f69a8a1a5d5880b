//! The arithmetic behind the layers, as fast as the machine allows.
//!
//! Every kernel is written once, over the trait [`simd::Simd`]; `scalar`, `wasm32` and
//! `x86_64` implement it. All `unsafe` code of this crate is in here. The functions of this module
//! are safe: they check what they are given.
//!
//! What is promised about bits: the sum behind each output runs in increasing index into one
//! accumulator. So [`Isa::Scalar`] and [`Isa::Simd128`] agree bit for bit, and so do the machines
//! with fused multiply-add ([`Isa::RelaxedSimd`], [`Isa::Avx2`], [`Isa::Avx512`]) among each other.

pub(crate) mod gemm;
pub(crate) mod panels;
pub mod peak;
pub mod scalar;
pub mod simd;
pub(crate) mod sparse;
pub(crate) mod vector;
pub(crate) mod view;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub mod wasm32;
#[cfg(target_arch = "x86_64")]
pub mod x86_64;

use crate::error::{Error, Result, Shape};
use gemm::{Finish, Gemm};
use panels::CopyPanels;
use peak::Peak;
use scalar::Scalar;
use simd::{Op, Simd};
use sparse::{Convolve, Outer};
use vector::*;

/// An instruction set that there are kernels for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Isa {
    /// Plain Rust.
    Scalar,
    /// WebAssembly SIMD128, without fused multiply-add.
    Simd128,
    /// WebAssembly SIMD128 with relaxed SIMD's multiply-add.
    RelaxedSimd,
    /// AVX2 and FMA.
    Avx2,
    /// AVX-512.
    Avx512,
}

impl Isa {
    /// Every instruction set, slowest first.
    pub const ALL: [Isa; 5] = [
        Isa::Scalar,
        Isa::Simd128,
        Isa::RelaxedSimd,
        Isa::Avx2,
        Isa::Avx512,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Isa::Scalar => "scalar",
            Isa::Simd128 => "SIMD128",
            Isa::RelaxedSimd => "relaxed SIMD",
            Isa::Avx2 => "AVX2",
            Isa::Avx512 => "AVX-512",
        }
    }

    /// Whether this build on this machine can run it.
    pub fn is_available(self) -> bool {
        match self {
            Isa::Scalar => !ONLY_SIMD128,
            Isa::Simd128 => cfg!(all(
                target_arch = "wasm32",
                target_feature = "simd128",
                not(target_feature = "relaxed-simd")
            )),
            Isa::RelaxedSimd => cfg!(all(
                target_arch = "wasm32",
                target_feature = "simd128",
                target_feature = "relaxed-simd"
            )),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => x86_64::avx2::available(),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 => x86_64::avx512::available(),
            #[cfg(not(target_arch = "x86_64"))]
            Isa::Avx2 | Isa::Avx512 => false,
        }
    }

    /// The fastest that is available.
    pub fn best() -> Isa {
        Isa::ALL
            .into_iter()
            .rev()
            .find(|isa| isa.is_available())
            .unwrap_or(Isa::Scalar)
    }
}

/// Runs `op` on `isa`, or on the scalar kernels where `isa` is not available.
#[inline(always)]
fn run(isa: Isa, op: impl Op<f32>) {
    match isa {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: availability is checked on this line.
        Isa::Avx2 if isa.is_available() => unsafe { x86_64::avx2::run(op) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: availability is checked on this line.
        Isa::Avx512 if isa.is_available() => unsafe { x86_64::avx512::run(op) },
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        // SAFETY: the module has been loaded, so the engine knows its instructions.
        isa if ONLY_SIMD128 || isa != Isa::Scalar => unsafe { op.run::<wasm32::Simd128>() },
        // SAFETY: the scalar kernels need no instructions beyond the target's own.
        _ => unsafe { op.run::<Scalar>() },
    }
}

/// A module that needs SIMD128 to load has no use for a second copy of every kernel; its tests do.
const ONLY_SIMD128: bool = cfg!(all(
    target_arch = "wasm32",
    target_feature = "simd128",
    not(test)
));

/// Declares [`Kernels`] and implements it.
///
/// One method an operation rather than one method generic over operations, because what is generic is
/// compiled in the crate that uses it, with that crate's settings: the engine for browsers is
/// compiled for size, all but this crate, and its kernels would be ten times slower. For the same
/// reason they are not inlined.
macro_rules! kernels {
    ($($name:ident: $op:ident;)*) => {
        /// The kernels for one type of number: `f32` or `f64`.
        pub trait Kernels: Copy {
            /// Elements in a register of `isa`.
            fn lanes(isa: Isa) -> usize;
            $(
                #[doc(hidden)]
                fn $name(isa: Isa, op: $op<'_, Self>);
            )*
        }

        impl Kernels for f32 {
            fn lanes(isa: Isa) -> usize {
                match isa {
                    #[cfg(target_arch = "x86_64")]
                    Isa::Avx2 if isa.is_available() => <x86_64::avx2::Avx2 as Simd<f32>>::LANES,
                    #[cfg(target_arch = "x86_64")]
                    Isa::Avx512 if isa.is_available() => <x86_64::avx512::Avx512 as Simd<f32>>::LANES,
                    // Scalar and WebAssembly alike.
                    _ => <Scalar as Simd<f32>>::LANES,
                }
            }
            $(
                #[inline(never)]
                fn $name(isa: Isa, op: $op<'_, f32>) {
                    run(isa, op);
                }
            )*
        }

        impl Kernels for f64 {
            fn lanes(_: Isa) -> usize {
                <Scalar as Simd<f64>>::LANES
            }
            $(
                #[inline(never)]
                fn $name(_: Isa, op: $op<'_, f64>) {
                    // SAFETY: the scalar kernels need no instructions beyond the target's own.
                    unsafe { op.run::<Scalar>() }
                }
            )*
        }
    };
}

kernels! {
    gemm: Gemm;
    outer: Outer;
    convolve: Convolve;
    copy_panels: CopyPanels;
    relu_backward: ReluBackward;
    sigmoid_backward: SigmoidBackward;
    multiply: Multiply;
    column_sums: ColumnSums;
    vector_matrix: VectorMatrix;
    rank_one: RankOne;
    max_pool: MaxPool;
    max_pool_backward: MaxPoolBackward;
    sgd_step: SgdStep;
    momentum_step: MomentumStep;
    adam_step: AdamStep;
    peak: Peak;
}

/// `c[m, n] = a[m, k] · b[k, n]`, all row-major: the matrix multiply by itself, for measuring and
/// for other uses. `scratch` keeps its memory from call to call.
///
/// # Errors
/// [`Error::Shape`] when a slice does not have the length its shape demands.
pub fn matmul<T: crate::Real>(
    isa: Isa,
    [m, k, n]: [usize; 3],
    a: &[T],
    b: &[T],
    c: &mut [T],
    scratch: &mut MatmulScratch<T>,
) -> Result<()> {
    for (shape, found) in [([m, k], a.len()), ([k, n], b.len()), ([m, n], c.len())] {
        let expected = shape[0].checked_mul(shape[1]);
        if expected != Some(found) {
            return Err(Error::Shape {
                operation: "a matrix multiply",
                expected: shape.into(),
                found: Shape(vec![found]),
            });
        }
    }
    if m == 0 || n == 0 {
        return Ok(());
    }
    // Many rows will pass each panel of `b`, so it pays to copy it to one place first; a strip of
    // panels at a time, so that the copy is still in the cache when it is used.
    let strip = match m < 64 {
        true => n,
        false => (STRIP / k.max(1)).next_multiple_of(2 * T::lanes(isa)),
    };
    for start in (0..n).step_by(strip) {
        let columns = start..(start + strip).min(n);
        let b = match columns.len() == n {
            true => scratch.packed.rows(isa, k, n, b)?,
            false => scratch.packed.strip(isa, k, n, columns, b)?,
        };
        T::gemm(
            isa,
            Gemm {
                a: view::View::matrix(a, m, k),
                b,
                c: &mut c[start..],
                strides: (n, 1),
                finish: Finish::Store,
            },
        );
    }
    Ok(())
}

/// Elements of a strip of packed panels: a quarter of a small second-level cache.
const STRIP: usize = 16 * 1024;

/// Memory that [`matmul`] keeps between calls.
#[derive(Clone, Debug, Default)]
pub struct MatmulScratch<T> {
    packed: panels::Packed<T>,
}

#[cfg(test)]
mod tests;
