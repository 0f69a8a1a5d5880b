//! Matrix multiply: `C[m, n] = A[m, k] · B[k, n]`, and every convolution.
//!
//! The structure is Goto and van de Geijn's ("Anatomy of High-Performance Matrix Multiplication",
//! ACM TOMS 34, 2008) with one change: `B` is packed into panels, but `A` is read where it lies,
//! through a [`View`], because a broadcast load does not care whether its neighbors are packed. So
//! a convolution needs no im2col buffer, not even a small one.
//!
//! A tile of `C`, some rows by two vectors of columns, stays in registers while `k` runs from the
//! first to the last: each element of `C` is one sum in increasing `k`, which is why the result
//! does not depend on the size of the tile, the number of lanes or the machine (but for the fused
//! multiply-add, which rounds once instead of twice).

use super::panels::Panels;
use super::simd::{Op, Simd};
use super::view::{Axis, View};
use crate::Real;
use std::mem::MaybeUninit;

/// What a multiply does with each finished sum before it is stored: the epilogue, fused into the
/// kernel because the sum is still in a register.
#[derive(Clone, Copy, Debug)]
pub enum Epilogue<'a, T> {
    /// `C = A·B`.
    Store,
    /// `C += A·B`, the sum going on where the last multiply left it; `C` is row-major.
    Accumulate,
    /// `C = A·B + bias`, one bias a column.
    Bias(&'a [T]),
    /// `C = max(0, A·B + bias)`.
    BiasRelu(&'a [T]),
}

/// One matrix multiply. `C[r, j]` lies at `c[r * strides.0 + j * strides.1]`; one of the strides is 1.
pub struct Gemm<'a, T> {
    pub a: View<'a, T>,
    pub b: Panels<'a, T>,
    pub c: &'a mut [T],
    pub strides: (usize, usize),
    pub epilogue: Epilogue<'a, T>,
}

impl<T: Real> Gemm<'_, T> {
    /// Whether all that the kernel will touch is there. The layers see to it; this makes sure.
    fn in_bounds(&self, lanes: usize) -> bool {
        let (rows, columns) = (self.a.rows.len, self.b.columns);
        let reach = |count: usize, stride: usize| (count - 1).checked_mul(stride);
        let c_fits = || {
            reach(rows, self.strides.0)
                .and_then(|row| reach(columns, self.strides.1)?.checked_add(row))
                .is_some_and(|last| last < self.c.len())
        };
        let epilogue_fits = match self.epilogue {
            Epilogue::Bias(bias) | Epilogue::BiasRelu(bias) => bias.len() >= columns,
            Epilogue::Accumulate => self.strides.1 == 1,
            Epilogue::Store => true,
        };
        self.a.in_bounds()
            && self.b.in_bounds()
            && self.a.depth.len == self.b.depth
            && self.b.lanes == lanes
            && (rows == 0 || columns == 0 || c_fits())
            && epilogue_fits
            && (self.strides.0 == 1 || self.strides.1 == 1)
    }
}

/// How a tile reads its rows of `A`, because addresses are what a micro-kernel spends most of its
/// scalar instructions on.
mod row_access {
    /// One pointer a row; a row's numbers are contiguous.
    pub const CONTIGUOUS: usize = 0;
    /// One pointer for all rows, which are neighbors; from one `k` to the next, a stride.
    pub const ADJACENT: usize = 1;
    /// One pointer a row; from one `k` to the next, a stride.
    pub const STRIDED: usize = 2;
}

/// Columns of the widest tile of any machine: two registers of sixteen lanes.
const MAX_NR: usize = 32;

impl<T: Real> Op<T> for Gemm<'_, T> {
    #[inline(always)]
    unsafe fn run<S: Simd<T>>(mut self) {
        assert!(self.in_bounds(S::LANES), "a matrix multiply out of bounds");
        // SAFETY: bounds have just been checked; the caller answers for the machine.
        unsafe {
            match S::MR {
                8 => over_panels::<T, S, 8, 4>(&mut self),
                6 => over_panels::<T, S, 6, 4>(&mut self),
                _ if S::MR_TAIL == 4 => over_panels::<T, S, 4, 4>(&mut self),
                _ => over_panels::<T, S, 4, 2>(&mut self),
            }
        }
    }
}

/// Goes through the panels of `B`; a panel stays in the nearest cache while the rows of `A` pass.
///
/// # Safety
/// The machine is there, and `gemm.in_bounds()`.
#[inline(always)]
unsafe fn over_panels<T: Real, S: Simd<T>, const MR: usize, const MR_TAIL: usize>(
    gemm: &mut Gemm<'_, T>,
) {
    let columns = gemm.b.columns;
    let full_tiles = match MR == MR_TAIL {
        true => 0,
        false => count_full_tiles(gemm.a.rows.len, MR, MR_TAIL),
    };
    let mut column = 0;
    while column < columns {
        // SAFETY: the caller answers for the machine and for `gemm.in_bounds()`.
        unsafe {
            if columns - column > S::LANES {
                over_rows::<T, S, MR, MR_TAIL, 2>(gemm, column, full_tiles);
            } else {
                over_rows::<T, S, MR, MR_TAIL, 1>(gemm, column, full_tiles);
            }
        }
        column += 2 * S::LANES;
    }
}

/// How many tiles of `mr` rows to use, and tiles of `mr_tail` for the rest, so that the fewest rows
/// are computed in vain.
fn count_full_tiles(rows: usize, mr: usize, mr_tail: usize) -> usize {
    let most = rows / mr;
    let cost = |tiles: usize| {
        let left = rows - tiles * mr;
        tiles * mr + left.div_ceil(mr_tail) * mr_tail
    };
    (most.saturating_sub(mr_tail)..=most)
        .rev()
        .min_by_key(|&tiles| cost(tiles))
        .unwrap_or(most)
}

/// Goes through the rows of `A` against one panel of `B`.
///
/// # Safety
/// As [`over_panels`].
#[inline(always)]
unsafe fn over_rows<
    T: Real,
    S: Simd<T>,
    const MR: usize,
    const MR_TAIL: usize,
    const VECTORS: usize,
>(
    gemm: &mut Gemm<'_, T>,
    column: usize,
    full_tiles: usize,
) {
    let total = gemm.a.rows.len;
    let mut cursor = Cursor::new(gemm.a.rows);
    // SAFETY: the caller answers for the machine and the bounds; tiles are taken only while the cursor
    // is within the rows.
    unsafe {
        if MR != MR_TAIL {
            for _ in 0..full_tiles {
                tile::<T, S, MR, VECTORS>(gemm, column, &mut cursor);
            }
        }
        while cursor.row < total {
            tile::<T, S, MR_TAIL, VECTORS>(gemm, column, &mut cursor);
        }
    }
}

/// Walks along an [`Axis`] without dividing.
struct Cursor {
    axis: Axis,
    row: usize,
    within: usize,
    group: usize,
}

impl Cursor {
    #[inline(always)]
    fn new(axis: Axis) -> Self {
        Cursor {
            axis,
            row: 0,
            within: 0,
            group: 0,
        }
    }

    /// Offsets of the next `N` rows; past the end the last row again, so that reading is safe.
    #[inline(always)]
    fn take<const N: usize>(&mut self) -> [usize; N] {
        let mut offsets = [0; N];
        for offset in &mut offsets {
            *offset = self.group + self.within * self.axis.inner_stride;
            self.row += 1;
            if self.row < self.axis.len {
                self.within += 1;
                if self.within == self.axis.inner {
                    self.within = 0;
                    self.group += self.axis.outer_stride;
                }
            }
        }
        offsets
    }
}

/// The next register tile, from the first product to the finished numbers in `C`.
///
/// # Safety
/// As [`over_panels`]; `cursor.row < gemm.a.rows.len`.
#[inline(always)]
unsafe fn tile<T: Real, S: Simd<T>, const ROWS: usize, const VECTORS: usize>(
    gemm: &mut Gemm<'_, T>,
    column: usize,
    cursor: &mut Cursor,
) {
    let row = cursor.row;
    let offsets = &cursor.take::<ROWS>();
    let real_rows = ROWS.min(gemm.a.rows.len - row);
    let real_columns = (VECTORS * S::LANES).min(gemm.b.columns - column);
    let (b_offset, b_stride) = gemm.b.panel(column, VECTORS * S::LANES);
    let (row_stride, column_stride) = gemm.strides;
    // SAFETY: `in_bounds` covers the panel, the rows' offsets and the real part of the tile of `C`,
    // and nothing but the real part is touched.
    unsafe {
        let c = gemm
            .c
            .as_mut_ptr()
            .add(row * row_stride + column * column_stride);
        let mut sums = [[S::splat(T::ZERO); VECTORS]; ROWS];
        if matches!(gemm.epilogue, Epilogue::Accumulate) {
            for (r, sums) in sums.iter_mut().enumerate().take(real_rows) {
                *sums = load_line::<T, S, VECTORS>(c.add(r * row_stride), real_columns);
            }
        }

        let a = gemm.a.data.as_ptr();
        let b = gemm.b.data.as_ptr().add(b_offset);
        let depth = &gemm.a.depth;
        // The cheapest way of reading these rows.
        sums = if depth.inner_stride == 1 {
            micro_kernel::<T, S, ROWS, VECTORS, { row_access::CONTIGUOUS }>(
                a, offsets, depth, b, b_stride, &sums,
            )
        } else if (0..ROWS).all(|r| offsets[r] == offsets[0] + r) {
            micro_kernel::<T, S, ROWS, VECTORS, { row_access::ADJACENT }>(
                a, offsets, depth, b, b_stride, &sums,
            )
        } else {
            micro_kernel::<T, S, ROWS, VECTORS, { row_access::STRIDED }>(
                a, offsets, depth, b, b_stride, &sums,
            )
        };

        if let Epilogue::Bias(bias) | Epilogue::BiasRelu(bias) = gemm.epilogue {
            let bias = load_line::<T, S, VECTORS>(bias.as_ptr().add(column), real_columns);
            for sums in &mut sums {
                for (sum, &bias) in sums.iter_mut().zip(&bias) {
                    *sum = S::add(*sum, bias);
                }
            }
        }
        if matches!(gemm.epilogue, Epilogue::BiasRelu(_)) {
            let zero = S::splat(T::ZERO);
            for sum in sums.as_flattened_mut() {
                *sum = S::max(zero, *sum);
            }
        }

        if column_stride == 1 && real_columns == VECTORS * S::LANES {
            for (r, sums) in sums.iter().enumerate() {
                if r < real_rows {
                    for (v, &sum) in sums.iter().enumerate() {
                        S::store(c.add(r * row_stride + v * S::LANES), sum);
                    }
                }
            }
        } else {
            // Not filled with zeros first: that would take as long as the rest of this.
            let mut lines = MaybeUninit::<[[T; MAX_NR]; ROWS]>::uninit();
            let lines = lines.as_mut_ptr().cast::<T>();
            for (r, sums) in sums.iter().enumerate() {
                for (v, &sum) in sums.iter().enumerate() {
                    S::store(lines.add(r * MAX_NR + v * S::LANES), sum);
                }
            }
            for j in 0..real_columns {
                for r in 0..real_rows {
                    *c.add(r * row_stride + j * column_stride) = *lines.add(r * MAX_NR + j);
                }
            }
        }
    }
}

/// Reads up to `VECTORS` registers of neighbors; the other lanes are zero.
///
/// # Safety
/// The machine is there, and `from` is valid for reading `count` elements.
#[inline(always)]
unsafe fn load_line<T: Real, S: Simd<T>, const VECTORS: usize>(
    from: *const T,
    count: usize,
) -> [S::V; VECTORS] {
    let mut line = [T::ZERO; MAX_NR];
    // SAFETY: whole registers are read where that many numbers are, and from the copy elsewhere.
    unsafe {
        let mut registers = [S::splat(T::ZERO); VECTORS];
        let mut from = from;
        if count < VECTORS * S::LANES {
            for (j, value) in line.iter_mut().enumerate().take(count) {
                *value = *from.add(j);
            }
            from = line.as_ptr();
        }
        for (v, register) in registers.iter_mut().enumerate() {
            *register = S::load(from.add(v * S::LANES));
        }
        registers
    }
}

/// The micro-kernel, on which all the time is spent: `start[r] + Σ_k A[r, k] · B[k, ..]`.
///
/// # Safety
/// The machine is there, and `a + offsets[r] + depth.at(k)` and `LANES * VECTORS` elements from
/// `b + k * b_stride` are readable for every `r` and every `k < depth.len`.
#[inline(always)]
unsafe fn micro_kernel<
    T: Real,
    S: Simd<T>,
    const ROWS: usize,
    const VECTORS: usize,
    const ACCESS: usize,
>(
    a: *const T,
    offsets: &[usize; ROWS],
    depth: &Axis,
    mut b: *const T,
    b_stride: usize,
    start: &[[S::V; VECTORS]; ROWS],
) -> [[S::V; VECTORS]; ROWS] {
    let step = depth.inner_stride;
    // A copy whose indices are all constants once the loops are unrolled: it lives in registers.
    let mut sums = *start;
    let mut left = depth.len;
    let mut group = a;
    // SAFETY: pointers advance exactly along `depth`, and wrapping arithmetic keeps the last step,
    // which is not read, from being undefined.
    unsafe {
        while left > 0 {
            let run = depth.inner.min(left);
            let mut rows = [group; ROWS];
            for (row, &offset) in rows.iter_mut().zip(offsets) {
                *row = group.add(offset);
            }
            if ACCESS == row_access::CONTIGUOUS {
                // Constant offsets are free, pointer arithmetic is not. Leaving in the middle
                // rather than after each group keeps the steps apart: put together, a compiler for
                // few registers mixes them until they spill.
                let mut steps = run;
                macro_rules! step {
                    ($k:literal) => {
                        rank_one_update::<T, S, ROWS, VECTORS>(&mut sums, |r| rows[r].add($k), b);
                        b = b.wrapping_add(b_stride);
                        steps -= 1;
                        if steps == 0 {
                            break;
                        }
                    };
                }
                loop {
                    // By hand: a compiler that counts instructions leaves a loop here.
                    step!(0);
                    step!(1);
                    step!(2);
                    step!(3);
                    for row in &mut rows {
                        *row = row.wrapping_add(4);
                    }
                }
            } else {
                for _ in 0..run {
                    if ACCESS == row_access::ADJACENT {
                        rank_one_update::<T, S, ROWS, VECTORS>(&mut sums, |r| rows[0].add(r), b);
                        rows[0] = rows[0].wrapping_add(step);
                    } else {
                        rank_one_update::<T, S, ROWS, VECTORS>(&mut sums, |r| rows[r], b);
                        for row in &mut rows {
                            *row = row.wrapping_add(step);
                        }
                    }
                    b = b.wrapping_add(b_stride);
                }
            }
            left -= run;
            group = group.wrapping_add(depth.outer_stride);
        }
    }
    sums
}

/// `sums[r] += *a(r) · b[..]`, the rank-one update: what all the rest of this file is for.
///
/// # Safety
/// As [`micro_kernel`].
#[inline(always)]
pub(super) unsafe fn rank_one_update<
    T: Real,
    S: Simd<T>,
    const ROWS: usize,
    const VECTORS: usize,
>(
    sums: &mut [[S::V; VECTORS]; ROWS],
    a: impl Fn(usize) -> *const T,
    b: *const T,
) {
    // SAFETY: the caller answers for the machine, for every `a(r)` and for `VECTORS` registers at `b`.
    unsafe {
        let mut columns = [S::splat(T::ZERO); VECTORS];
        for (v, column) in columns.iter_mut().enumerate() {
            *column = S::load(b.add(v * S::LANES));
        }
        for (r, sums) in sums.iter_mut().enumerate() {
            let value = S::splat(*a(r));
            for (sum, &column) in sums.iter_mut().zip(&columns) {
                *sum = S::mul_add(value, column, *sum);
            }
        }
    }
}
