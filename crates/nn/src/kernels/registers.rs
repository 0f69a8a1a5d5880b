//! Walking over memory a register at a time, and what every kernel checks before it does.

use super::simd::Simd;
use crate::Real;

/// Runs a body for each register's worth of `0..len`: `$start` is where it starts and `$count` is
/// `LANES`, but for the last.
///
/// A macro, not a function that takes a closure, because a closure is compiled by itself, without
/// the instructions that the function around it has enabled.
macro_rules! for_each_register {
    ($S:ty, $len:expr, |$start:ident, $count:ident| $body:block) => {{
        let (len, lanes) = ($len, <$S as Simd<T>>::LANES);
        let mut $start = 0;
        while $start + lanes <= len {
            let $count = lanes;
            $body
            $start += lanes;
        }
        if $start < len {
            let $count = len - $start;
            // Said again so that no third case is compiled.
            std::hint::assert_unchecked($count < lanes);
            $body
        }
    }};
}

/// Stops a kernel that was given slices that do not fit together. The layers see to it that they do.
pub(super) fn require(fits: bool) {
    assert!(fits, "a kernel was given slices that do not fit");
}

/// How many elements have these sizes. It saturates: no slice is that long, so that a comparison with
/// a length is right even where the product is beyond counting.
pub(super) fn area(sizes: &[usize]) -> usize {
    sizes
        .iter()
        .fold(1, |area: usize, &size| area.saturating_mul(size))
}

/// Whether positions below `len` can be listed as `u32`.
pub(super) fn is_listable(len: usize) -> bool {
    u32::try_from(len).is_ok()
}

/// Reads `count <= LANES` elements from `from + start`; the other lanes are zero.
///
/// # Safety
/// The machine is there, as for [`Simd`], and `from + start` is valid for reading `count` elements.
#[inline(always)]
pub(super) unsafe fn load_up_to<T: Real, S: Simd<T>>(
    from: *const T,
    start: usize,
    count: usize,
) -> S::V {
    // SAFETY: the caller answers for the machine and for `count` elements; no more are touched.
    unsafe {
        if count == S::LANES {
            S::load(from.add(start))
        } else {
            S::load_first(from.add(start), count)
        }
    }
}

/// Writes `count <= LANES` elements at `to + start`.
///
/// # Safety
/// The machine is there, as for [`Simd`], and `to + start` is valid for writing `count` elements.
#[inline(always)]
pub(super) unsafe fn store_up_to<T: Real, S: Simd<T>>(
    to: *mut T,
    start: usize,
    count: usize,
    v: S::V,
) {
    // SAFETY: the caller answers for the machine and for `count` elements; no more are touched.
    unsafe {
        if count == S::LANES {
            S::store(to.add(start), v);
        } else {
            S::store_first(to.add(start), v, count);
        }
    }
}
pub(super) use for_each_register;
