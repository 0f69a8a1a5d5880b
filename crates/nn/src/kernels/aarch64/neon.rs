//! Four lanes with fused multiply-add: every 64-bit Arm machine, Apple's among them.

use crate::kernels::simd::{Simd, instructions};
use core::arch::aarch64::*;

/// NEON, by its other name Advanced SIMD.
#[derive(Clone, Copy)]
pub struct Neon;

impl Simd<f32> for Neon {
    type V = float32x4_t;
    const LANES: usize = 4;
    // Sixteen sums, two columns and a broadcast in thirty-two registers.
    const MR: usize = 8;
    const MR_TAIL: usize = 4;

    instructions! {
        fn splat(x: f32) -> float32x4_t { vdupq_n_f32(x) }
        fn load(p: *const f32) -> float32x4_t { vld1q_f32(p) }
        fn store(p: *mut f32, v: float32x4_t) { vst1q_f32(p, v) }
        fn load_first(p: *const f32, count: usize) -> float32x4_t {
            let zero = vdupq_n_f32(0.0);
            match count {
                0 => zero,
                1 => vld1q_lane_f32::<0>(p, zero),
                2 => vcombine_f32(vld1_f32(p), vdup_n_f32(0.0)),
                _ => vld1q_lane_f32::<2>(p.add(2), vcombine_f32(vld1_f32(p), vdup_n_f32(0.0))),
            }
        }
        fn store_first(p: *mut f32, v: float32x4_t, count: usize) {
            match count {
                0 => {}
                1 => vst1q_lane_f32::<0>(p, v),
                2 => vst1_f32(p, vget_low_f32(v)),
                _ => {
                    vst1_f32(p, vget_low_f32(v));
                    vst1q_lane_f32::<2>(p.add(2), v);
                }
            }
        }
        fn add(a: float32x4_t, b: float32x4_t) -> float32x4_t { vaddq_f32(a, b) }
        fn sub(a: float32x4_t, b: float32x4_t) -> float32x4_t { vsubq_f32(a, b) }
        fn mul(a: float32x4_t, b: float32x4_t) -> float32x4_t { vmulq_f32(a, b) }
        fn div(a: float32x4_t, b: float32x4_t) -> float32x4_t { vdivq_f32(a, b) }
        fn sqrt(a: float32x4_t) -> float32x4_t { vsqrtq_f32(a) }
        // The one that is added comes first.
        fn mul_add(a: float32x4_t, b: float32x4_t, c: float32x4_t) -> float32x4_t { vfmaq_f32(c, a, b) }
        // Not `fmax`, which gives NaN where either is NaN.
        fn max(a: float32x4_t, b: float32x4_t) -> float32x4_t { vbslq_f32(vcgtq_f32(a, b), a, b) }
        fn keep_greater(x: float32x4_t, a: float32x4_t, b: float32x4_t) -> float32x4_t {
            vbslq_f32(vcgtq_f32(a, b), x, vdupq_n_f32(0.0))
        }
        fn keep_equal(x: float32x4_t, a: float32x4_t, b: float32x4_t) -> float32x4_t {
            vbslq_f32(vceqq_f32(a, b), x, vdupq_n_f32(0.0))
        }
        fn any(a: float32x4_t) -> bool {
            // A NaN is not equal to zero either.
            vminvq_u32(vceqzq_f32(a)) == 0
        }
    }
}
