//! Multiplies that leave zeros out: most of a picture is paper, and after a max-pool three quarters of
//! a gradient are zero at least.
//!
//! What is not zero is listed first, so that nothing is left to guess in the inner loops. A sum that
//! leaves zeros out is the same sum, in the same order, bit for bit.

use super::gemm::{Epilogue, rank_one_update};
use super::registers::{area, is_listable, load_up_to, require, store_up_to};
use super::simd::{Op, Simd};
use super::view::Axis;
use crate::Real;

/// Whether so much is zero that it had better be left out: judged by a few hundred numbers, evenly
/// spread.
pub(crate) fn is_sparse<T: Real>(values: &[T]) -> bool {
    // Odd, so that it does not fall into step with the lines of a picture.
    let stride = (values.len() / 256) | 1;
    let (mut seen, mut nonzero) = (0, 0);
    for value in values.iter().step_by(stride) {
        seen += 1;
        nonzero += usize::from(*value != T::ZERO);
    }
    3 * nonzero < seen
}

/// What becomes of a sum that leaves zeros out.
#[derive(Clone, Copy, Debug)]
pub enum Write<T> {
    /// It replaces what is there: `c = Σ`.
    Store,
    /// It goes on from what is there, in order: `c = ((c + first) + second) + …`.
    Accumulate,
    /// So many times it is added to what is there, `c += a Σ`; what gets nothing is not even looked at.
    AddScaled(T),
}

/// `c[i, j] = Σ_b x[b, i] · y[b, j]`, leaving out what is zero in `x`.
///
/// `y[b, ..]` is `segments` stretches of `width` numbers, `stride` apart: one for a dense layer, the
/// lines of a window for a convolution.
pub struct OuterProduct<'a, T> {
    /// `[samples, rows]`.
    pub x: &'a [T],
    pub rows: usize,
    pub y: &'a [T],
    /// Where in `y` each sample's numbers begin.
    pub samples: Axis,
    pub segments: usize,
    pub width: usize,
    pub stride: usize,
    /// `[rows, segments * width]`.
    pub c: &'a mut [T],
    pub write: Write<T>,
    /// Memory for [`list_capacity`] numbers: where each that is not zero belongs, and what it is.
    pub nonzero: &'a mut [u32],
    pub values: &'a mut [T],
}

/// The most rows whose numbers are listed at a time: the lanes of the widest machine.
const MAX_LANES: usize = 16;

/// How many numbers the lists of an [`OuterProduct`] over so many samples hold at most.
pub fn list_capacity(samples: usize) -> usize {
    samples.saturating_mul(MAX_LANES)
}

impl<T: Real> OuterProduct<'_, T> {
    fn in_bounds(&self) -> bool {
        let each = area(&[self.segments.max(1) - 1, self.stride]).saturating_add(self.width);
        let (samples, span) = (self.samples.len, self.samples.span());
        self.x.len() >= area(&[samples, self.rows])
            && self.c.len() >= area(&[self.rows, self.segments, self.width])
            && self.nonzero.len() >= list_capacity(samples)
            && self.values.len() >= list_capacity(samples)
            && (samples == 0 || (span - 1).saturating_add(each) <= self.y.len())
            && is_listable(span)
    }
}

impl<T: Real> Op<T> for OuterProduct<'_, T> {
    #[inline(always)]
    unsafe fn run<S: Simd<T>>(mut self) {
        require(self.in_bounds());
        let mut row = 0;
        while row < self.rows {
            let mut counts = [0; MAX_LANES];
            // SAFETY: so many numbers are there from `row` on in each sample, and as much room as
            // has been demanded. The caller answers for the machine.
            unsafe {
                let left = self.rows - row;
                let listed = match left >= S::LANES {
                    true => list_nonzero::<T, S>(&mut self, row, S::LANES, &mut counts),
                    false => list_nonzero::<T, S>(&mut self, row, left, &mut counts),
                };
                for (lane, &count) in counts.iter().enumerate().take(listed) {
                    write_row::<T, S>(&mut self, row + lane, lane, count);
                }
                row += listed;
            }
        }
    }
}

/// Lists what is not zero in some neighboring rows; returns how many rows.
///
/// # Safety
/// The machine is there, as for [`Simd`]; `outer.in_bounds()`, `rows <= LANES`, and
/// `row + rows <= outer.rows`.
#[inline(always)]
unsafe fn list_nonzero<T: Real, S: Simd<T>>(
    outer: &mut OuterProduct<'_, T>,
    row: usize,
    rows: usize,
    counts: &mut [usize; MAX_LANES],
) -> usize {
    let axis = outer.samples;
    let (nonzero, values) = (outer.nonzero.as_mut_ptr(), outer.values.as_mut_ptr());
    // SAFETY: each sample has the numbers `row..row + rows`; the pointer to the next one is not read
    // after the last; each lane lists at most one number a sample, for which there is memory. The
    // caller answers for the machine.
    unsafe {
        let mut from = outer.x.as_ptr().add(row);
        let (mut group, mut within, mut at) = (0, 0, 0);
        for _ in 0..axis.len {
            let some = match rows == S::LANES {
                true => S::any(S::load(from)),
                false => true,
            };
            if some {
                for (lane, count) in counts.iter_mut().enumerate().take(rows) {
                    let value = *from.add(lane);
                    *nonzero.add(lane * axis.len + *count) = at as u32;
                    *values.add(lane * axis.len + *count) = value;
                    *count += usize::from(value != T::ZERO);
                }
            }
            from = from.wrapping_add(outer.rows);
            at += axis.inner_stride;
            within += 1;
            if within == axis.inner {
                group += axis.outer_stride;
                (within, at) = (0, group);
            }
        }
    }
    rows
}

/// One row of `c`, from the numbers that are listed for its lane.
///
/// # Safety
/// The machine is there, as for [`Simd`]; `outer.in_bounds()`, `row < outer.rows`, and `count` numbers
/// are listed for `lane`.
#[inline(always)]
unsafe fn write_row<T: Real, S: Simd<T>>(
    outer: &mut OuterProduct<'_, T>,
    row: usize,
    lane: usize,
    count: usize,
) {
    let (width, columns) = (outer.width, outer.segments * outer.width);
    if count == 0 {
        if matches!(outer.write, Write::Store) {
            outer.c[row * columns..(row + 1) * columns].fill(T::ZERO);
        }
        return;
    }
    let first = lane * outer.samples.len;
    // SAFETY: `in_bounds` covers all segments of all samples, and what is listed are the places where
    // samples begin. The caller answers for the machine and the lists.
    unsafe {
        let nonzero = outer.nonzero.get_unchecked(first..first + count);
        let values = outer.values.as_ptr().add(first);
        for segment in 0..outer.segments {
            let mut y = outer.y.as_ptr().add(segment * outer.stride);
            let mut c = outer.c.as_mut_ptr().add(row * columns + segment * width);
            let mut left = width;
            while left > 0 {
                let done = if left >= 8 * S::LANES {
                    tile::<T, S, 8>(nonzero, values, y, c, outer.write, S::LANES)
                } else if left >= 4 * S::LANES {
                    tile::<T, S, 4>(nonzero, values, y, c, outer.write, S::LANES)
                } else {
                    tile::<T, S, 1>(nonzero, values, y, c, outer.write, left.min(S::LANES))
                };
                y = y.add(done);
                c = c.add(done);
                left -= done;
            }
        }
    }
}

/// Some registers of one row, of `count` numbers each; returns how many numbers in all.
///
/// # Safety
/// The machine is there, as for [`Simd`]; from each place that `nonzero` lists in `y`, and in `c`, there
/// are `VECTORS` registers of `count` numbers, and as many `values` as places.
#[inline(always)]
unsafe fn tile<T: Real, S: Simd<T>, const VECTORS: usize>(
    nonzero: &[u32],
    mut values: *const T,
    y: *const T,
    c: *mut T,
    write: Write<T>,
    count: usize,
) -> usize {
    // SAFETY: the caller answers for all of it.
    unsafe {
        let mut sums = [[S::splat(T::ZERO); VECTORS]];
        if matches!(write, Write::Accumulate) {
            for (v, sum) in sums[0].iter_mut().enumerate() {
                *sum = load_up_to::<T, S>(c, v * S::LANES, count);
            }
        }
        if VECTORS > 1 || count == S::LANES {
            for &at in nonzero {
                rank_one_update::<T, S, 1, VECTORS>(&mut sums, |_| values, y.add(at as usize));
                values = values.wrapping_add(1);
            }
        } else {
            for &at in nonzero {
                let y = S::load_first(y.add(at as usize), count);
                sums[0][0] = S::mul_add(S::splat(*values), y, sums[0][0]);
                values = values.wrapping_add(1);
            }
        }
        if let Write::AddScaled(times) = write {
            let times = S::splat(times);
            for (v, sum) in sums[0].iter_mut().enumerate() {
                *sum = S::mul_add(*sum, times, load_up_to::<T, S>(c, v * S::LANES, count));
            }
        }
        for (v, &sum) in sums[0].iter().enumerate() {
            store_up_to::<T, S>(c, v * S::LANES, count, sum);
        }
    }
    VECTORS.max(1) * count
}

/// One picture convolved with a kernel, leaving out what is zero in the picture.
pub struct SparseConv<'a, T> {
    /// `[height, width, inputs]`.
    pub picture: &'a [T],
    pub shape: [usize; 3],
    pub kernel: usize,
    /// How many zeros there are around the picture, which are left out as well.
    pub zeros: usize,
    /// `[kernel, kernel, inputs, outputs]`.
    pub weights: &'a [T],
    /// `[height, width, outputs]`.
    pub out: &'a mut [T],
    pub out_shape: [usize; 3],
    pub epilogue: Epilogue<'a, T>,
    /// Room for as many numbers as the picture has.
    pub nonzero: &'a mut [u32],
    pub values: &'a mut [T],
    /// Room for one number a pixel, and one more.
    pub starts: &'a mut [u32],
}

impl<T: Real> Op<T> for SparseConv<'_, T> {
    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        let [height, width, inputs] = self.shape;
        let [out_height, out_width, outputs] = self.out_shape;
        let (kernel, zeros, line) = (self.kernel, self.zeros, width * inputs);
        let (bias, relu) = match self.epilogue {
            Epilogue::Bias(bias) => (bias, false),
            Epilogue::BiasRelu(bias) => (bias, true),
            Epilogue::Store | Epilogue::Accumulate => (&[][..], false),
        };
        require(
            self.picture.len() == area(&[height, width, inputs])
                && self.weights.len() >= area(&[kernel, kernel, inputs, outputs])
                && self.out.len() == area(&self.out_shape)
                && is_listable(self.picture.len())
                && is_listable(area(&[width, inputs, outputs]))
                && out_height + kernel == height + 2 * zeros + 1
                && out_width + kernel == width + 2 * zeros + 1
                && self.nonzero.len() >= self.picture.len()
                && self.values.len() >= self.picture.len()
                && self.starts.len() > height * width
                && (bias.is_empty() || bias.len() >= outputs)
                && !matches!(self.epilogue, Epilogue::Accumulate),
        );
        let (nonzero, values) = (self.nonzero.as_mut_ptr(), self.values.as_mut_ptr());
        let starts = self.starts.as_mut_ptr();
        // SAFETY: there are at most as many numbers that are not zero as there are numbers; windows
        // are cut off at the edges of the picture. The caller answers for the machine.
        unsafe {
            // Each number's place in its line, pixel by pixel.
            let mut count = 0;
            for y in 0..height {
                for x in 0..width {
                    *starts.add(y * width + x) = count as u32;
                    for at in x * inputs..(x + 1) * inputs {
                        let value = *self.picture.get_unchecked(y * line + at);
                        *nonzero.add(count) = (at * outputs) as u32;
                        *values.add(count) = value;
                        count += usize::from(value != T::ZERO);
                    }
                }
            }
            *starts.add(height * width) = count as u32;

            let row = inputs * outputs;
            let mut out = self.out.as_mut_ptr();
            for y in 0..out_height {
                for x in 0..out_width {
                    let first = x.saturating_sub(zeros).min(width);
                    let last = (x + kernel).saturating_sub(zeros).clamp(first, width);
                    let mut left = outputs;
                    while left > 0 {
                        let c = outputs - left;
                        let window = Window {
                            // Where the weights of the first pixel of a line would be, were it the
                            // first of the window.
                            weights: self
                                .weights
                                .as_ptr()
                                .wrapping_add(c + zeros * row)
                                .wrapping_sub(x * row),
                            step: kernel * row,
                            starts,
                            nonzero,
                            values,
                            from: [y.saturating_sub(zeros), first],
                            to: [(y + kernel).saturating_sub(zeros).min(height), last],
                            skipped: zeros.saturating_sub(y),
                            width,
                            bias: bias.get(c..).unwrap_or_default(),
                            relu,
                        };
                        let done = match left >= 4 * S::LANES {
                            true => output_pixel::<T, S, 4>(window, out, S::LANES),
                            false => output_pixel::<T, S, 1>(window, out, left.min(S::LANES)),
                        };
                        left -= done;
                        out = out.add(done);
                    }
                }
            }
        }
    }
}

/// The listed numbers under one window.
struct Window<'a, T> {
    weights: *const T,
    step: usize,
    starts: *const u32,
    nonzero: *const u32,
    values: *const T,
    from: [usize; 2],
    to: [usize; 2],
    /// Lines of the window above the picture.
    skipped: usize,
    width: usize,
    bias: &'a [T],
    relu: bool,
}

/// Some registers of one pixel, of `count` numbers each; returns how many numbers in all.
///
/// # Safety
/// The machine is there, as for [`Simd`]; the window lies within what is listed, its weights within the
/// kernel, and `out` is valid for writing `VECTORS` registers of `count` numbers.
#[inline(always)]
unsafe fn output_pixel<T: Real, S: Simd<T>, const VECTORS: usize>(
    window: Window<'_, T>,
    out: *mut T,
    count: usize,
) -> usize {
    // SAFETY: the caller answers for all of it.
    unsafe {
        let mut sums = [[S::splat(T::ZERO); VECTORS]];
        let mut weights = window.weights.wrapping_add(window.skipped * window.step);
        for y in window.from[0]..window.to[0] {
            let start = *window.starts.add(y * window.width + window.from[1]) as usize;
            let end = *window.starts.add(y * window.width + window.to[1]) as usize;
            for i in start..end {
                let (value, w) = (window.values.add(i), *window.nonzero.add(i) as usize);
                let w = weights.wrapping_add(w);
                if VECTORS > 1 || count == S::LANES {
                    rank_one_update::<T, S, 1, VECTORS>(&mut sums, |_| value, w);
                } else {
                    let w = S::load_first(w, count);
                    sums[0][0] = S::mul_add(S::splat(*value), w, sums[0][0]);
                }
            }
            weights = weights.wrapping_add(window.step);
        }
        for (v, &sum) in sums[0].iter().enumerate() {
            let mut sum = sum;
            if !window.bias.is_empty() {
                let bias = window.bias.as_ptr();
                sum = S::add(sum, load_up_to::<T, S>(bias, v * S::LANES, count));
            }
            if window.relu {
                sum = S::max(S::splat(T::ZERO), sum);
            }
            store_up_to::<T, S>(out, v * S::LANES, count, sum);
        }
    }
    VECTORS * count
}
