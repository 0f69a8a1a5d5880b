//! Plain Rust in the shape of a four-lane machine without fused multiply-add: what every other
//! machine is measured against, and what runs where there is no other. It does exactly what
//! WebAssembly's SIMD128 does, operation for operation, so the two agree bit for bit.

use super::simd::{Simd, instructions};
use crate::Real;

/// Four lanes of plain Rust.
#[derive(Clone, Copy)]
pub struct Scalar;

/// Lane by lane; the compiler may use whatever vectors the target has by default.
macro_rules! lanes {
    ($i:ident => $e:expr) => {
        [
            {
                let $i = 0;
                $e
            },
            {
                let $i = 1;
                $e
            },
            {
                let $i = 2;
                $e
            },
            {
                let $i = 3;
                $e
            },
        ]
    };
}

impl<T: Real> Simd<T> for Scalar {
    type V = [T; 4];
    const LANES: usize = 4;
    const MR: usize = 4;
    const MR_TAIL: usize = 2;

    instructions! {
        fn splat(x: T) -> [T; 4] { [x; 4] }
        fn load(p: *const T) -> [T; 4] { p.cast::<[T; 4]>().read() }
        fn store(p: *mut T, v: [T; 4]) { p.cast::<[T; 4]>().write(v) }
        fn load_first(p: *const T, count: usize) -> [T; 4] {
            let mut v = [T::ZERO; 4];
            for (lane, value) in v.iter_mut().enumerate().take(count) {
                *value = p.add(lane).read();
            }
            v
        }
        fn store_first(p: *mut T, v: [T; 4], count: usize) {
            for (lane, &value) in v.iter().enumerate().take(count) {
                p.add(lane).write(value);
            }
        }
        fn add(a: [T; 4], b: [T; 4]) -> [T; 4] { lanes!(i => a[i] + b[i]) }
        fn sub(a: [T; 4], b: [T; 4]) -> [T; 4] { lanes!(i => a[i] - b[i]) }
        fn mul(a: [T; 4], b: [T; 4]) -> [T; 4] { lanes!(i => a[i] * b[i]) }
        fn div(a: [T; 4], b: [T; 4]) -> [T; 4] { lanes!(i => a[i] / b[i]) }
        fn sqrt(a: [T; 4]) -> [T; 4] { lanes!(i => a[i].sqrt()) }
        fn mul_add(a: [T; 4], b: [T; 4], c: [T; 4]) -> [T; 4] { lanes!(i => a[i] * b[i] + c[i]) }
        fn max(a: [T; 4], b: [T; 4]) -> [T; 4] { lanes!(i => if a[i] > b[i] { a[i] } else { b[i] }) }
        fn keep_greater(x: [T; 4], a: [T; 4], b: [T; 4]) -> [T; 4] {
            lanes!(i => if a[i] > b[i] { x[i] } else { T::ZERO })
        }
        fn keep_equal(x: [T; 4], a: [T; 4], b: [T; 4]) -> [T; 4] {
            lanes!(i => if a[i] == b[i] { x[i] } else { T::ZERO })
        }
        fn any(a: [T; 4]) -> bool { a.iter().any(|&x| x != T::ZERO) }
    }
}
