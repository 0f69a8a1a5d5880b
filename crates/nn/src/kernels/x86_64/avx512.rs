//! Sixteen lanes with fused multiply-add: Skylake-X (2017), Zen 4 and later.

use crate::kernels::simd::{Op, Simd};
use core::arch::x86_64::*;

/// AVX-512 Foundation.
#[derive(Clone, Copy)]
pub struct Avx512;

/// Whether this machine has it.
pub fn available() -> bool {
    is_x86_feature_detected!("avx512f")
}

/// Runs `op` with AVX-512.
///
/// # Safety
/// [`available`] is true, and what `op` needs holds.
#[target_feature(enable = "avx512f")]
pub unsafe fn run(op: impl Op<f32>) {
    // SAFETY: this function has the instructions enabled and its caller has checked for them.
    unsafe { op.run::<Avx512>() }
}

/// Ones for the first `count < 16` lanes.
#[inline(always)]
fn first(count: usize) -> __mmask16 {
    (1u16 << (count & 15)) - 1
}

// SAFETY (all blocks below): callers of `Simd` run with AVX-512F enabled and give pointers to
// sixteen elements.
impl Simd<f32> for Avx512 {
    type V = __m512;
    const LANES: usize = 16;
    const TALL: usize = 8;
    const SHORT: usize = 4;

    #[inline(always)]
    unsafe fn splat(x: f32) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_set1_ps(x) }
    }
    #[inline(always)]
    unsafe fn load(p: *const f32) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_loadu_ps(p) }
    }
    #[inline(always)]
    unsafe fn store(p: *mut f32, v: __m512) {
        // SAFETY: see above.
        unsafe { _mm512_storeu_ps(p, v) }
    }
    #[inline(always)]
    unsafe fn load_first(p: *const f32, count: usize) -> __m512 {
        // SAFETY: see above; lanes that are masked out are not touched.
        unsafe { _mm512_maskz_loadu_ps(first(count), p) }
    }
    #[inline(always)]
    unsafe fn store_first(p: *mut f32, v: __m512, count: usize) {
        // SAFETY: see above; lanes that are masked out are not touched.
        unsafe { _mm512_mask_storeu_ps(p, first(count), v) }
    }
    #[inline(always)]
    unsafe fn add(a: __m512, b: __m512) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_add_ps(a, b) }
    }
    #[inline(always)]
    unsafe fn sub(a: __m512, b: __m512) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_sub_ps(a, b) }
    }
    #[inline(always)]
    unsafe fn mul(a: __m512, b: __m512) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_mul_ps(a, b) }
    }
    #[inline(always)]
    unsafe fn div(a: __m512, b: __m512) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_div_ps(a, b) }
    }
    #[inline(always)]
    unsafe fn sqrt(a: __m512) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_sqrt_ps(a) }
    }
    #[inline(always)]
    unsafe fn mul_add(a: __m512, b: __m512, c: __m512) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_fmadd_ps(a, b, c) }
    }
    #[inline(always)]
    unsafe fn max(a: __m512, b: __m512) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_max_ps(a, b) }
    }
    #[inline(always)]
    unsafe fn keep_greater(x: __m512, a: __m512, b: __m512) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_maskz_mov_ps(_mm512_cmp_ps_mask::<_CMP_GT_OQ>(a, b), x) }
    }
    #[inline(always)]
    unsafe fn keep_equal(x: __m512, a: __m512, b: __m512) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_maskz_mov_ps(_mm512_cmp_ps_mask::<_CMP_EQ_OQ>(a, b), x) }
    }
    #[inline(always)]
    unsafe fn any(a: __m512) -> bool {
        // SAFETY: see above.
        unsafe { _mm512_cmp_ps_mask::<_CMP_NEQ_UQ>(a, _mm512_setzero_ps()) != 0 }
    }
}
