//! Eight lanes with fused multiply-add: Haswell (2013), Zen and later.

use crate::kernels::simd::{Op, Simd, instructions};
use core::arch::x86_64::*;

/// AVX2 and FMA.
#[derive(Clone, Copy)]
pub struct Avx2;

/// Whether this machine has AVX2 and FMA.
pub fn available() -> bool {
    is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")
}

/// Runs `op` with AVX2 and FMA.
///
/// # Safety
/// [`available`] is true.
#[target_feature(enable = "avx2,fma")]
pub unsafe fn run(op: impl Op<f32>) {
    // SAFETY: this function has the instructions enabled, and its caller has checked for them.
    unsafe { op.run::<Avx2>() }
}

/// All ones in the first `count` lanes.
///
/// # Safety
/// The machine has AVX2.
#[inline(always)]
unsafe fn first(count: usize) -> __m256i {
    static ONES_THEN_ZEROS: [i32; 16] = [-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0];
    // SAFETY: eight elements are read from a start of 0 to 8 in sixteen.
    unsafe { _mm256_loadu_si256(ONES_THEN_ZEROS.as_ptr().add(8 - count.min(8)).cast()) }
}

impl Simd<f32> for Avx2 {
    type V = __m256;
    const LANES: usize = 8;
    const MR: usize = 6;
    const MR_TAIL: usize = 4;

    instructions! {
        fn splat(x: f32) -> __m256 { _mm256_set1_ps(x) }
        fn load(p: *const f32) -> __m256 { _mm256_loadu_ps(p) }
        fn store(p: *mut f32, v: __m256) { _mm256_storeu_ps(p, v) }
        // Lanes that are masked out are not touched.
        fn load_first(p: *const f32, count: usize) -> __m256 { _mm256_maskload_ps(p, first(count)) }
        fn store_first(p: *mut f32, v: __m256, count: usize) { _mm256_maskstore_ps(p, first(count), v) }
        fn add(a: __m256, b: __m256) -> __m256 { _mm256_add_ps(a, b) }
        fn sub(a: __m256, b: __m256) -> __m256 { _mm256_sub_ps(a, b) }
        fn mul(a: __m256, b: __m256) -> __m256 { _mm256_mul_ps(a, b) }
        fn div(a: __m256, b: __m256) -> __m256 { _mm256_div_ps(a, b) }
        fn sqrt(a: __m256) -> __m256 { _mm256_sqrt_ps(a) }
        fn mul_add(a: __m256, b: __m256, c: __m256) -> __m256 { _mm256_fmadd_ps(a, b, c) }
        fn max(a: __m256, b: __m256) -> __m256 { _mm256_max_ps(a, b) }
        fn keep_greater(x: __m256, a: __m256, b: __m256) -> __m256 {
            _mm256_and_ps(x, _mm256_cmp_ps::<_CMP_GT_OQ>(a, b))
        }
        fn keep_equal(x: __m256, a: __m256, b: __m256) -> __m256 {
            _mm256_and_ps(x, _mm256_cmp_ps::<_CMP_EQ_OQ>(a, b))
        }
        fn any(a: __m256) -> bool {
            _mm256_movemask_ps(_mm256_cmp_ps::<_CMP_NEQ_UQ>(a, _mm256_setzero_ps())) != 0
        }
    }
}
