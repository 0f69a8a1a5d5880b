//! The arithmetic behind the layers, as fast as the machine allows.
//!
//! Every kernel is written once, over the trait `Simd`, in a file a kind: `gemm` (matrix multiply, and
//! with it every convolution, `conv`; `view` and `panels` are how it reads its two matrices), `gemv` (a
//! matrix and a vector), `sparse` (what leaves zeros out), `normalize`, `pool`, `elementwise`. A machine is a folder that
//! implements the trait: `scalar`, `wasm32`, `x86_64`, `aarch64`. All `unsafe` code of this crate is in
//! here. The functions of this module are safe: they check what they are given.
//!
//! What is promised about bits: the sum behind each output runs in increasing index into one
//! accumulator. So [`Isa::Scalar`] and [`Isa::Simd128`] agree bit for bit, and so do the machines
//! with fused multiply-add ([`Isa::RelaxedSimd`], [`Isa::Neon`], [`Isa::Avx2`], [`Isa::Avx512`]) among
//! each other. The tests of this module hold every kernel to its naive twin, bit for bit.
//!
//! The scalar kernels run under Miri, which finds what is undefined, and NEON's under qemu: see the
//! stages of `scripts/test`.

#[cfg(target_arch = "aarch64")]
mod aarch64;
pub(crate) mod conv;
pub(crate) mod elementwise;
pub(crate) mod gemm;
pub(crate) mod gemv;
pub(crate) mod normalize;
pub(crate) mod panels;
pub mod peak;
pub(crate) mod pool;
mod registers;
mod scalar;
mod simd;
pub(crate) mod sparse;
pub(crate) mod view;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod wasm32;
#[cfg(target_arch = "x86_64")]
mod x86_64;

use crate::error::{Error, Result, Shape};
use elementwise::{
    AdamStep, MomentumStep, Multiply, ReluBackward, SgdStep, SigmoidBackward, TanhBackward,
};
use gemm::{Epilogue, Gemm};
use gemv::{ColumnSums, RankOneUpdate, VectorMatrix};
use normalize::{Moments, Normalize, NormalizeBackward, NormalizeSums};
use panels::CopyPanels;
use peak::Peak;
use pool::{MaxPool, MaxPoolBackward};
use scalar::Scalar;
use simd::{Op, Simd};
use sparse::{OuterProduct, SparseConv};

/// An instruction set that there are kernels for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Isa {
    /// Plain Rust.
    Scalar,
    /// WebAssembly SIMD128, without fused multiply-add.
    Simd128,
    /// WebAssembly SIMD128 with relaxed SIMD's multiply-add.
    RelaxedSimd,
    /// 64-bit Arm's NEON.
    Neon,
    /// AVX2 and FMA.
    Avx2,
    /// AVX-512.
    Avx512,
}

impl Isa {
    /// Every instruction set, slowest first.
    pub const ALL: [Isa; 6] = [
        Isa::Scalar,
        Isa::Simd128,
        Isa::RelaxedSimd,
        Isa::Neon,
        Isa::Avx2,
        Isa::Avx512,
    ];

    /// Its name, as its makers write it.
    pub fn name(self) -> &'static str {
        match self {
            Isa::Scalar => "scalar",
            Isa::Simd128 => "SIMD128",
            Isa::RelaxedSimd => "relaxed SIMD",
            Isa::Neon => "NEON",
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
            Isa::Neon => cfg!(target_arch = "aarch64"),
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
        #[cfg(target_arch = "aarch64")]
        // SAFETY: NEON is part of the target.
        Isa::Neon => unsafe { op.run::<aarch64::neon::Neon>() },
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
                    // Scalar, WebAssembly and NEON alike.
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
    outer_product: OuterProduct;
    sparse_conv: SparseConv;
    copy_panels: CopyPanels;
    relu_backward: ReluBackward;
    sigmoid_backward: SigmoidBackward;
    tanh_backward: TanhBackward;
    multiply: Multiply;
    column_sums: ColumnSums;
    vector_matrix: VectorMatrix;
    rank_one_update: RankOneUpdate;
    moments: Moments;
    normalize: Normalize;
    normalize_sums: NormalizeSums;
    normalize_backward: NormalizeBackward;
    max_pool: MaxPool;
    max_pool_backward: MaxPoolBackward;
    sgd_step: SgdStep;
    momentum_step: MomentumStep;
    adam_step: AdamStep;
    peak: Peak;
}

/// Memory that the kernels of all layers share, because each is done with it before the next begins.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scratch<T> {
    /// One picture with zeros around it.
    pub padded: Vec<T>,
    /// A kernel, or its gradient, flipped.
    pub flipped: Vec<T>,
    /// The im2col matrix of a batch of small pictures.
    pub columns: Vec<T>,
    /// The right-hand side of a multiply.
    pub packed: panels::Packed<T>,
    /// Positions of what is not zero.
    pub nonzero: Vec<u32>,
    /// What is not zero.
    pub values: Vec<T>,
    /// Where the list of each pixel begins.
    pub starts: Vec<u32>,
}

/// `Σ a·b`, the scalar product of two rows of one length. In eight sums, so that it becomes vector instructions
/// on every machine, and the same bits on all of them.
// Never inlined: in a crate that is built to be small it would be built small with it, a number at a time.
#[inline(never)]
#[must_use]
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0f32; 8];
    let (left, right) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f32 = left
        .remainder()
        .iter()
        .zip(right.remainder())
        .map(|(x, y)| x * y)
        .sum();
    for (x, y) in left.zip(right) {
        for ((sum, x), y) in sums.iter_mut().zip(x).zip(y) {
            *sum += x * y;
        }
    }
    sums.iter().sum::<f32>() + rest
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
        false => (STRIP / k.max(1))
            .max(1)
            .next_multiple_of(2 * T::lanes(isa)),
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
                epilogue: Epilogue::Store,
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
