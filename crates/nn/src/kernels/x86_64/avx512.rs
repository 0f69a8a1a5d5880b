//! Sixteen lanes with fused multiply-add: Skylake-X (2017), Zen 4 and later.

use crate::kernels::simd::{Op, Simd, instructions};
use core::arch::x86_64::*;

/// AVX-512 Foundation.
#[derive(Clone, Copy)]
pub struct Avx512;

/// Whether this machine has AVX-512 Foundation.
pub fn available() -> bool {
    is_x86_feature_detected!("avx512f")
}

/// Runs `op` with AVX-512.
///
/// # Safety
/// [`available`] is true.
#[target_feature(enable = "avx512f")]
pub unsafe fn run(op: impl Op<f32>) {
    // SAFETY: this function has the instructions enabled, and its caller has checked for them.
    unsafe { op.run::<Avx512>() }
}

/// Ones for the first `count < 16` lanes.
#[inline(always)]
fn first(count: usize) -> __mmask16 {
    (1u16 << (count & 15)) - 1
}

impl Simd<f32> for Avx512 {
    type V = __m512;
    const LANES: usize = 16;
    const MR: usize = 8;
    const MR_TAIL: usize = 4;

    instructions! {
        fn splat(x: f32) -> __m512 { _mm512_set1_ps(x) }
        fn load(p: *const f32) -> __m512 { _mm512_loadu_ps(p) }
        fn store(p: *mut f32, v: __m512) { _mm512_storeu_ps(p, v) }
        // Lanes that are masked out are not touched.
        fn load_first(p: *const f32, count: usize) -> __m512 { _mm512_maskz_loadu_ps(first(count), p) }
        fn store_first(p: *mut f32, v: __m512, count: usize) { _mm512_mask_storeu_ps(p, first(count), v) }
        fn add(a: __m512, b: __m512) -> __m512 { _mm512_add_ps(a, b) }
        fn sub(a: __m512, b: __m512) -> __m512 { _mm512_sub_ps(a, b) }
        fn mul(a: __m512, b: __m512) -> __m512 { _mm512_mul_ps(a, b) }
        fn div(a: __m512, b: __m512) -> __m512 { _mm512_div_ps(a, b) }
        fn sqrt(a: __m512) -> __m512 { _mm512_sqrt_ps(a) }
        fn mul_add(a: __m512, b: __m512, c: __m512) -> __m512 { _mm512_fmadd_ps(a, b, c) }
        fn max(a: __m512, b: __m512) -> __m512 { _mm512_max_ps(a, b) }
        fn keep_greater(x: __m512, a: __m512, b: __m512) -> __m512 {
            _mm512_maskz_mov_ps(_mm512_cmp_ps_mask::<_CMP_GT_OQ>(a, b), x)
        }
        fn keep_equal(x: __m512, a: __m512, b: __m512) -> __m512 {
            _mm512_maskz_mov_ps(_mm512_cmp_ps_mask::<_CMP_EQ_OQ>(a, b), x)
        }
        fn any(a: __m512) -> bool {
            _mm512_cmp_ps_mask::<_CMP_NEQ_UQ>(a, _mm512_setzero_ps()) != 0
        }
    }
}
