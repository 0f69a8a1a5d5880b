//! WebAssembly: SIMD128, with relaxed SIMD's fused multiply-add where the build asks for it.
//!
//! There is nothing to detect at run time: a module with these instructions loads or it does not,
//! so the page chooses between two builds.

use super::simd::{Simd, instructions};
use core::arch::wasm32::*;

/// SIMD128; `mul_add` is fused in the relaxed build and two roundings in the other.
#[derive(Clone, Copy)]
pub struct Simd128;

impl Simd<f32> for Simd128 {
    type V = v128;
    const LANES: usize = 4;
    const MR: usize = 4;
    // No second size: it would cost a phone more to download than rows computed in vain cost here.
    const MR_TAIL: usize = 4;

    // Called for tails only, and from everywhere: one copy.
    #[inline(never)]
    unsafe fn load_first(p: *const f32, count: usize) -> v128 {
        // SAFETY: the module has been loaded, so the machine is there; no more than the `count`
        // elements are touched that the caller answers for.
        unsafe {
            match count {
                0 => f32x4_splat(0.0),
                1 => v128_load32_zero(p.cast()),
                2 => v128_load64_zero(p.cast()),
                _ => v128_load32_lane::<2>(v128_load64_zero(p.cast()), p.add(2).cast()),
            }
        }
    }
    // Called for tails only, and from everywhere: one copy.
    #[inline(never)]
    unsafe fn store_first(p: *mut f32, v: v128, count: usize) {
        // SAFETY: the module has been loaded, so the machine is there; no more than the `count`
        // elements are touched that the caller answers for.
        unsafe {
            match count {
                0 => {}
                1 => v128_store32_lane::<0>(v, p.cast()),
                2 => v128_store64_lane::<0>(v, p.cast()),
                _ => {
                    v128_store64_lane::<0>(v, p.cast());
                    v128_store32_lane::<2>(v, p.add(2).cast());
                }
            }
        }
    }

    instructions! {
        fn splat(x: f32) -> v128 { f32x4_splat(x) }
        fn load(p: *const f32) -> v128 { v128_load(p.cast()) }
        fn store(p: *mut f32, v: v128) { v128_store(p.cast(), v) }
        fn add(a: v128, b: v128) -> v128 { f32x4_add(a, b) }
        fn sub(a: v128, b: v128) -> v128 { f32x4_sub(a, b) }
        fn mul(a: v128, b: v128) -> v128 { f32x4_mul(a, b) }
        fn div(a: v128, b: v128) -> v128 { f32x4_div(a, b) }
        fn sqrt(a: v128) -> v128 { f32x4_sqrt(a) }
        fn mul_add(a: v128, b: v128, c: v128) -> v128 {
            #[cfg(target_feature = "relaxed-simd")]
            return f32x4_relaxed_madd(a, b, c);
            #[cfg(not(target_feature = "relaxed-simd"))]
            return f32x4_add(f32x4_mul(a, b), c);
        }
        // pmax(b, a) is defined as `b < a ? a : b`.
        fn max(a: v128, b: v128) -> v128 { f32x4_pmax(b, a) }
        fn keep_greater(x: v128, a: v128, b: v128) -> v128 { v128_and(x, f32x4_gt(a, b)) }
        fn keep_equal(x: v128, a: v128, b: v128) -> v128 { v128_and(x, f32x4_eq(a, b)) }
        fn any(a: v128) -> bool { v128_any_true(f32x4_ne(a, f32x4_splat(0.0))) }
    }
}
